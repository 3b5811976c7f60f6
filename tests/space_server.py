"""The app of a space, running, for tests."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "browser"))
import lab_server as lab  # noqa: E402


@contextlib.contextmanager
def served(folder, log):
    """The address of a space's app, started as its host would start it."""
    port = lab.free_port()
    own = {
        "PYTHONPATH": str(folder),
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": str(log.parent / "uploads"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with log.open("w") as output:
        app = subprocess.Popen([sys.executable, "app.py"], cwd=folder, env={**os.environ, **own}, stdout=output, stderr=output)
    try:
        lab.wait_for(f"http://127.0.0.1:{port}/", app, log)
        yield f"http://127.0.0.1:{port}/"
    finally:
        app.terminate()
        app.wait(30)
