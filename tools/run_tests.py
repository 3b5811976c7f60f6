"""`make test`: format and lint, the unit tests, then every notebook on its kernels. Arguments go on to pytest.

All steps run even if one fails; the exit status is 1 if any did.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [name for name in ("helpers", "tests", "data/make", "tools", "benchmarks") if (ROOT / name).is_dir()]
RUNS = ROOT / "runs" / "test"  # a folder of its own: tests never touch the reader's work
WORKERS = min(os.cpu_count() or 1, 4)  # a worker with TensorFlow holds 1 to 2 GB
PYTEST = [sys.executable, "-m", "pytest", "-q"]
GPU_COUNT = "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))"


def environment() -> dict[str, str]:
    return {**os.environ, "COURSE_MODE": "quick", "COURSE_OFFLINE": "1", "COURSE_RUNS": str(RUNS), "TF_CPP_MIN_LOG_LEVEL": "2"}


def gpus() -> int:
    """How many GPUs TensorFlow sees, asked in a process of its own."""
    answer = subprocess.run([sys.executable, "-c", GPU_COUNT], capture_output=True, text=True, env=environment(), check=False)
    return int(answer.stdout.split()[-1]) if answer.returncode == 0 else 0


def notebooks(kernel: str) -> list[str]:
    options = ["--nbval-lax", f"--nbval-kernel-name={kernel}", "--nbval-cell-timeout=300"]
    # One after the other, as a person reads them: they use all cores, and what one leaves in runs/ the next may find.
    return [*PYTEST, "--rootdir=.", "--durations=0", "--durations-min=5", *options, "notebooks"]


def steps(arguments: list[str]) -> list[tuple[str, list[str]]]:
    python = sys.executable
    side_by_side = [f"--numprocesses={WORKERS}", "--dist=loadfile"]  # the tests of a file share fixtures: one worker has them all
    found = [
        ("ruff format", [python, "-m", "ruff", "format", "--check", *SOURCES]),
        ("ruff check", [python, "-m", "ruff", "check", *SOURCES]),
        ("pytest tests", [*PYTEST, *side_by_side, "-rs", "--durations=25", "tests", *arguments]),
    ]
    if any((ROOT / "notebooks").glob("*.ipynb")):
        found.append(("notebooks on course-cpu", notebooks("course-cpu")))
        if gpus():
            found.append(("notebooks on course-gpu", notebooks("course-gpu")))
    return found


def main() -> int:
    shutil.rmtree(RUNS, ignore_errors=True)
    RUNS.mkdir(parents=True)
    results = []
    for name, command in steps(sys.argv[1:]):
        print(f"\n=== {name}", flush=True)
        start = time.time()
        status = subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
        results.append((name, status, time.time() - start))
    print(f"\n=== summary (Python {sys.version.split()[0]})")
    for name, status, seconds in results:
        print(f"{'[OK]  ' if status == 0 else '[FAIL]'} {name} ({seconds:.0f} s)")
    if not any(name.endswith("course-gpu") for name, _, _ in results):
        print("[SKIP] notebooks on course-gpu: TensorFlow sees no GPU here")
    return int(any(status for _, status, _ in results))


if __name__ == "__main__":
    sys.exit(main())
