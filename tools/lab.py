"""Opens the course in JupyterLab, on the reader's own copies of the notebooks: runs/notebooks/.

JupyterLab saves outputs into the file that is open. On copies, the course itself stays as it was cloned.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST = "00_start_here.ipynb"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy_notebooks(source: Path, target: Path) -> list[str]:
    """Copies new and renewed notebooks; returns the names whose copy was changed by the reader and is kept.

    A copy is replaced only if it is exactly what an earlier call put there (listed in .copied.json).
    """
    target.mkdir(parents=True, exist_ok=True)
    listing = target / ".copied.json"
    copied = json.loads(listing.read_text()) if listing.is_file() else {}
    kept = []
    for path in sorted(source.glob("*.ipynb")):
        copy, new = target / path.name, digest(path)
        untouched = not copy.exists() or digest(copy) == copied.get(path.name)
        if untouched:
            shutil.copyfile(path, copy)
            copied[path.name] = new
        elif new != copied.get(path.name):
            kept.append(path.name)
    listing.write_text(json.dumps(copied, indent=1))
    return kept


def main() -> None:
    runs = Path(os.environ.get("COURSE_RUNS") or ROOT / "runs").resolve()
    target = runs / "notebooks"
    kept = copy_notebooks(ROOT / "notebooks", target)
    print(f"Your copies of the notebooks: {target}", file=sys.stderr)
    for name in kept:
        print(f"{name} has a newer version in notebooks/; yours was changed and is kept.", file=sys.stderr)
    served = ROOT if ROOT in target.parents else runs  # JupyterLab serves one folder: the whole course if it holds the copies
    page = "/lab/tree/" + (target / FIRST).relative_to(served).as_posix()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={served}", f"--LabApp.default_url={page}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers: without it Jupyter refuses to start
    os.chdir(ROOT)
    os.execv(sys.executable, command + sys.argv[1:])


if __name__ == "__main__":
    main()
