"""A page without the log lines of libraries (日志): what they say about the machine is no result of a cell.

TensorFlow's C++ code and OpenCV write to file descriptor 2, past Python, in formats that change from release to release, and heed their
own settings in part only. So a filter stands before that descriptor. Fatal lines, and all that is no log line, pass; errors reach
the reader as exceptions anyway.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import warnings

LOGGERS = ("modelscope", "tensorflow", "absl", "h5py", "datasets")
PACKAGES = r"(modelscope|tensorflow|keras|torch|aliyunsdkcore|google|tf_keras|datasets)(\.|$)"
LOG_LINE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog"  # absl
    rb"|[IWE]\d{4} [\d:. ]+"  # absl, in TensorFlow 2.18 and later: I0000 00:00:1795843608.92
    rb"|\d{4}-\d\d-\d\d [\d:.]+: [IWE] "  # TensorFlow up to 2.17
    rb"|\d{4}-\d\d-\d\d [\d:.]+: I?.*cpu_feature_guard|To enable the following instructions:"  # its second line has no mark
    rb"|INFO: (Created|Initialized) TensorFlow Lite"
    rb"|\[ ?(WARN|INFO):\d"  # OpenCV
)
_started = False


def start() -> None:
    """Keep log lines of libraries out of the cells' outputs, from now on. Only in a notebook's kernel; elsewhere nothing happens."""
    global _started
    if _started or not _in_kernel():
        return
    _started = True
    quiet_python()
    filter_descriptor(2)


def quiet_python() -> None:
    """Loggers of libraries say errors only; their warnings about each other are not shown."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(lambda record: record.levelno >= logging.ERROR)
    for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, UserWarning, SyntaxWarning):
        warnings.filterwarnings("ignore", category=kind, module=PACKAGES)


def filter_descriptor(descriptor: int) -> threading.Thread:
    """Let everything that is written to a file descriptor pass, but for log lines. Returns the thread that does it."""
    passed = os.dup(descriptor)
    reading, writing = os.pipe()
    os.dup2(writing, descriptor)
    os.close(writing)

    def work():
        with os.fdopen(reading, "rb", buffering=0) as lines, os.fdopen(passed, "wb", buffering=0) as out:
            for line in _lines(lines):
                if not LOG_LINE.match(line):
                    out.write(line)

    thread = threading.Thread(target=work, daemon=True, name="log lines")
    thread.start()
    return thread


def _lines(stream):
    """Lines as they come; a progress bar's, which end in a carriage return, as well."""
    rest = b""
    while True:
        piece = stream.read(65536)
        if not piece:
            break
        *whole, rest = re.split(rb"(?<=[\r\n])", rest + piece)
        yield from whole
    if rest:
        yield rest


def _in_kernel() -> bool:
    if "ipykernel" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
