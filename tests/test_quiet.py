"""Log lines of libraries stay out of a page; everything else passes."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings

import pytest

from helpers.lesson import quiet

LOGGED = [
    b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n",
    b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n",
    b"I0000 00:00:1795843608.921382   26640 port.cc:153] oneDNN custom operations are on.\n",
    b"E0000 00:00:1795843608.921382 26640 cuda_platform.cc:51] failed call to cuInit: INTERNAL: CUDA error\n",
    b"2026-11-28 05:28:01.661234: E external/local_xla/cuda_driver.cc:266] failed call to cuInit: UNKNOWN ERROR (303)\n",
    b"2026-11-28 05:28:01.661234: E tensorflow/core/grappler/optimizers/meta_optimizer.cc:966] remapper failed: INVALID_ARGUMENT\n",
    b"[ WARN:0@272.716] global loadsave.cpp:1089 imwrite_ Unsupported depth image for selected encoder\n",
]
SAID = [
    b"F0000 00:00:1795843608.921382 26640 tensor.cc:12] Check failed: fatal\n",
    b"2026-11-28 05:28:01.661234: F tensorflow/core/tensor.cc:12] Check failed: fatal\n",
    b"Traceback (most recent call last):\n",
    b"  3%|#         | 3/100\r",
    b"2026-11-28: the date of a result\n",
]


@pytest.mark.parametrize("line", LOGGED)
def test_log_lines_are_dropped(line):
    assert quiet.LOG_LINE.match(line)


@pytest.mark.parametrize("line", SAID)
def test_other_lines_pass(line):
    assert not quiet.LOG_LINE.match(line)


def test_a_descriptor_is_filtered():
    reading, writing = os.pipe()
    thread = quiet.filter_descriptor(writing)
    for line in [*LOGGED, *SAID, b"without an end"]:
        os.write(writing, line)
    os.close(writing)
    thread.join(10)
    with os.fdopen(reading, "rb") as stream:
        assert stream.read() == b"".join(SAID) + b"without an end"


def test_libraries_say_errors_only(caplog):
    with warnings.catch_warnings():
        logger = logging.getLogger("modelscope")
        before = list(logger.filters)
        try:
            quiet.quiet_python()
            logger.warning("no preprocessor")
            logger.error("no model")
        finally:
            logger.filters[:] = before
    assert [record.message for record in caplog.records if record.name == "modelscope"] == ["no model"]


def test_outside_a_kernel_nothing_is_touched():
    code = "import os, helpers.lesson; os.write(2, b'I0000 00:00:1.2 3 port.cc:1] seen\\n')"
    assert b"seen" in subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stderr
