"""Run every notebook on a kernel, several at a time: check_notebooks.py [KERNEL [SIDE_BY_SIDE [arguments for pytest]]].

Each notebook has a runs folder of its own, so what it finds does not depend on which others ran before it. pytest's workers load
this file again, as a plugin.
"""

from __future__ import annotations

import collections
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUNS = Path(os.environ.get("COURSE_RUNS") or ROOT / "runs" / "test")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before nbval starts a kernel, which gets these variables."""
    os.environ["COURSE_RUNS"] = str(RUNS / item.path.stem)


def pytest_terminal_summary(terminalreporter):
    """Seconds of each notebook."""
    seconds = collections.Counter()
    for report in (report for reports in terminalreporter.stats.values() for report in reports if hasattr(report, "duration")):
        seconds[report.nodeid.partition("::")[0]] += report.duration
    for name, duration in seconds.most_common():
        terminalreporter.write_line(f"{duration:5.0f} s  {name}")


def main(kernel: str = "course-cpu", side_by_side: str = "1", *arguments: str) -> int:
    run = ["--nbval-lax", f"--nbval-kernel-name={kernel}", "--nbval-cell-timeout=300", "--nbval-kernel-startup-timeout=180"]
    together = [f"--numprocesses={side_by_side}", "--dist=loadfile"]  # all cells of a notebook to the same worker
    report = ["-q", "--rootdir=.", "--durations=0", "--durations-min=5"]
    return pytest.main(["-p", Path(__file__).stem, *run, *together, *report, *(arguments or ["notebooks"])])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
