#!/bin/sh
# Runs a script with the first Python (3.7 or newer) that really starts: a name on PATH may be a shim that fails.
# Usage: [PYTHON=path] sh tools/python.sh script.py [arguments]
works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 7))' >/dev/null 2>&1; }

for python in "$PYTHON" python3 python /usr/bin/python3 /usr/local/bin/python3 /opt/homebrew/bin/python3 \
    python3.8 python3.10 python3.11 python3.12 python3.13 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python "$HOME"/.local/share/uv/python/*/bin/python3; do
    if [ -n "$python" ] && works "$python"; then
        exec "$python" "$@"
    fi
done
echo "No Python 3.7 or newer runs here: install Python 3.8 or 3.10 to 3.13, or name one by PYTHON=path." >&2
exit 2
