"""Run the notebooks in lesson mode and store their outputs: `python data/make/run_notebooks.py [00 10 ...]`.

Offline and on the CPU, so that every reader can see the same. A notebook that fails is left as it was.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
KERNEL = "course-cpu"


def run(path):
    """Execute one notebook and write it back, whole or not at all."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=1200, kernel_name=KERNEL, resources={"metadata": {"path": str(FOLDER)}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day: they would change with every run
        if cell.cell_type == "code":
            cell.outputs = [_without_paths(output) for output in cell.outputs if output.get("name") != "stderr"]
    notebook.metadata.pop("widgets", None)  # a stored widget is dead; its picture is stored beside it
    notebook.metadata.language_info = {"name": "python"}
    partial = path.with_name(path.name + ".part")
    nbformat.write(notebook, partial)
    partial.replace(path)


def _without_paths(output):
    """The same output with this machine's folders left out of its text."""
    if "text" in output:
        output.text = output.text.replace(str(ROOT), ".").replace(str(Path.home()), "~")
    return output


def main(numbers):
    os.environ.update(COURSE_MODE="lesson", COURSE_OFFLINE="1")
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not numbers or path.name[:2] in numbers:
            run(path)
            print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
