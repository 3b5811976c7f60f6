"""What every test starts from: quick mode, no hub, no GPU, one thread, Ctrl-C that works, and a runs folder that is thrown away.

Set before TensorFlow is imported anywhere; whatever the person set already stays.
"""

from __future__ import annotations

import ast
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUNS = tempfile.mkdtemp(prefix="course-tests-")

os.environ.update(COURSE_MODE="quick", COURSE_OFFLINE="1", COURSE_RUNS=RUNS)
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# One thread adds numbers in one order: the same result every time. Test networks are too small to gain from more.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")

# A shell's background job ignores Ctrl-C, and so would the tests of an interruption.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests import helpers, each other's tools, the set-up scripts and what makes the data.
for folder in (ROOT, ROOT / "tests", ROOT / "tools", ROOT / "data" / "make"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


def pytest_collection_modifyitems(items):
    """A slow test says why it is one, and which test protects the same in `make test`: "test_name", or "test_file.test_name"."""
    for item in items:
        slow = item.get_closest_marker("slow")
        if slow and not (slow.kwargs.get("reason") and _is_fast(item, slow.kwargs.get("fast", ""))):
            raise pytest.UsageError(f"{item.nodeid}: say slow(reason=..., fast=...), where fast names a test that is not slow.")


def _is_fast(item, name):
    file, _, name = name.rpartition(".")
    code = (ROOT / "tests" / f"{file}.py" if file else item.path).read_text(encoding="utf-8")
    found = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef) and node.name == name]
    marks = [ast.get_source_segment(code, mark) for node in found for mark in node.decorator_list]
    return bool(found) and not any(mark.startswith("pytest.mark.slow") for mark in marks)


def pytest_unconfigure(config):
    shutil.rmtree(RUNS, ignore_errors=True)
