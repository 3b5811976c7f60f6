"""What every test starts from: quick mode, no hub, no GPU, one thread, Ctrl-C that works, and a runs folder that is thrown away.

Set before TensorFlow is imported anywhere; whatever the person set already stays.
"""

from __future__ import annotations

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
    """A slow test says why it is one, and which test of the same file protects the same in `make test`."""
    for item in items:
        slow = item.get_closest_marker("slow")
        sibling = slow and getattr(item.module, slow.kwargs.get("fast", ""), None)
        is_slow = any(mark.name == "slow" for mark in getattr(sibling, "pytestmark", ()))
        if slow and (not slow.kwargs.get("reason") or sibling is None or is_slow):
            raise pytest.UsageError(f"{item.nodeid}: say slow(reason=..., fast=...), where fast is a test of this file that is not slow.")


def pytest_unconfigure(config):
    shutil.rmtree(RUNS, ignore_errors=True)
