"""`make data` and `make models`: runs the scripts in data/make/ that made what data/ holds, in the order of their needs.

Usage: make_all.py data|models
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MAKE = Path(__file__).resolve().parent.parent / "data" / "make"
# What is trained on something comes after it.
SCRIPTS = {
    "data": [],
    "models": ["train_faces.py", "train_cartoon.py"],
}


def main() -> int:
    for name in SCRIPTS[sys.argv[1]]:
        print(f"=== data/make/{name}", flush=True)
        status = subprocess.run([sys.executable, str(MAKE / name), *sys.argv[2:]], cwd=MAKE.parent.parent, check=False).returncode
        if status:
            return status
    if not SCRIPTS[sys.argv[1]]:
        print("Nothing to make: the course ships no data set yet; portraits are rendered when they are needed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
