"""Run the notebooks in lesson mode, offline, and store their outputs: `make notebooks`, or `make notebooks ARGS="00 10"`.

What is stored is the same on every machine, but for times: no path of the machine, no dead widgets. A cell tagged
"opening" gives its picture to the first cell, so that the picture a notebook opens with is one that it made itself.
A notebook is written only when it ran to its end.
"""

from __future__ import annotations

import base64
import io
import os
import sys
import time
from pathlib import Path

from helpers.files import whole

import nbformat
from nbclient import NotebookClient
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
KERNEL = "course-cpu"
CELL_SECONDS = 3600
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
OPENING = "made.jpg"
LARGE, QUALITY = 90_000, 72  # bytes of a stored picture from which on it is packed more tightly: a notebook stays below 2 MB; JPEG's


def main(numbers) -> int:
    """Run the notebooks with these numbers, or all of them. Returns the exit status."""
    os.environ.update(COURSE_MODE="lesson", COURSE_OFFLINE="1", TF_CPP_MIN_LOG_LEVEL="2")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    wanted = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if not numbers or path.name[:2] in numbers]
    for path in wanted:
        start = time.time()
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=CELL_SECONDS, kernel_name=KERNEL, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
        _write(path, tidy(notebook))
        print(f"{path.name}: {time.time() - start:.0f} s, {path.stat().st_size / 1e6:.2f} MB", flush=True)
    return 0


def tidy(notebook):
    """Take out what belongs to this machine or this run, and refresh the opening picture. Returns the notebook."""
    notebook.metadata = {
        "kernelspec": {"name": KERNEL, "display_name": "Course (CPU)", "language": "python"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        if cell.cell_type == "code":
            seen = [output for output in cell.outputs if not _is_of_this_run(output)]
            cell.outputs = [_tidy_output(output) for output in _joined(seen)]
            if "opening" in cell.metadata.get("tags", []):
                notebook.cells[0].attachments = {OPENING: {"image/jpeg": _picture(cell)}}
    return notebook


def _is_of_this_run(output):
    """TensorFlow's remarks on this machine, and windows into a server that stops with the kernel."""
    return output.get("name") == "stderr" or "//127.0.0.1" in output.get("data", {}).get("text/html", "")


def _joined(outputs):
    """Neighbouring pieces of one stream become one: how they were cut is chance."""
    joined = []
    for output in outputs:
        if output.output_type == "stream" and joined and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _tidy_output(output):
    if output.output_type == "stream":
        output.text = _without_paths(output.text)
        return output
    output.metadata = {}
    output.data.pop(WIDGET_VIEW, None)  # without a running kernel it shows an error; the picture beside it stays
    if "image/jpeg" in output.data:
        output.data["image/jpeg"] = _packed(output.data["image/jpeg"])
    for kind, value in output.data.items():
        if kind.startswith("text/") and isinstance(value, str):
            output.data[kind] = _without_paths(value)
    return output


def _packed(picture: str) -> str:
    """A JPEG in base64, smaller if it is large; the same when it is packed again."""
    data = base64.b64decode(picture)
    if len(data) < LARGE:
        return picture
    buffer = io.BytesIO()
    Image.open(io.BytesIO(data)).save(buffer, "JPEG", quality=QUALITY, optimize=True)
    smaller = buffer.getvalue()
    return base64.b64encode(smaller).decode() if len(smaller) < 0.9 * len(data) else picture


def _without_paths(text: str) -> str:
    for path, name in ((ROOT, "."), (Path(sys.prefix), "<environment>"), (Path.home(), "~")):
        text = text.replace(f"{path}/", f"{name}/").replace(str(path), name) if len(str(path)) > 1 else text
    return text


def _picture(cell):
    return next(output.data["image/jpeg"] for output in cell.outputs if "image/jpeg" in output.get("data", {}))


def _write(path: Path, notebook) -> None:
    nbformat.validate(notebook)
    with whole(path) as temporary:
        nbformat.write(notebook, temporary)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
