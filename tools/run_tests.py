"""`make test`: format and lint, the unit tests that are not marked slow, then every notebook on its kernels.

    run_tests.py [--all | --slow] [arguments that go on to pytest]

--all, which is `make test-all`, runs the slow tests too; --slow, `make test-slow`, runs them and nothing else.
All steps run even if one fails; the exit status is 1 if any did.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [name for name in ("helpers", "tests", "data/make", "tools", "benchmarks") if (ROOT / name).is_dir()]
RUNS = ROOT / "runs" / "test"  # a folder of its own: tests never touch the reader's work
CORES = os.cpu_count() or 1
WORKERS = min(CORES, 4)  # a worker with TensorFlow holds 1 to 2 GB
GPU_COUNT = "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))"
SELECTIONS = {"fast": ["-m", "not slow"], "slow": ["-m", "slow"], "all": []}


def environment() -> dict[str, str]:
    """Of each step. The workers share the cores: each has its own threads, or they would wait for one another."""
    threads = str(max(1, CORES // WORKERS))
    pools = {name: os.environ.get(name, threads) for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    course = {"COURSE_MODE": "quick", "COURSE_OFFLINE": "1", "COURSE_RUNS": str(RUNS), "TF_CPP_MIN_LOG_LEVEL": "2"}
    return {**os.environ, **pools, **course}


def gpus() -> int:
    """How many GPUs TensorFlow sees, asked in a process of its own."""
    answer = subprocess.run([sys.executable, "-c", GPU_COUNT], capture_output=True, text=True, env=environment(), check=False)
    return int(answer.stdout.split()[-1]) if answer.returncode == 0 else 0


def unit_tests(tier: str, arguments: list[str]) -> list[str]:
    # worksteal: neighbours go to the same worker, as they share fixtures, until another has nothing left to do.
    side_by_side = [f"--numprocesses={WORKERS}", "--dist=worksteal"]
    return [sys.executable, "-m", "pytest", "-q", *side_by_side, "-rsfE", "--durations=30", *SELECTIONS[tier], "tests", *arguments]


def notebooks(kernel: str, side_by_side: int) -> list[str]:
    return [sys.executable, "tools/check_notebooks.py", kernel, str(side_by_side)]


def steps(tier: str, arguments: list[str]) -> list[tuple[str, list[str]]]:
    python = sys.executable
    if tier == "slow":
        return [("slow tests", unit_tests(tier, arguments))]
    found = [
        ("ruff format", [python, "-m", "ruff", "format", "--check", *SOURCES]),
        ("ruff check", [python, "-m", "ruff", "check", *SOURCES]),
        ("pytest tests", unit_tests(tier, arguments)),
    ]
    if any((ROOT / "notebooks").glob("*.ipynb")):
        found.append(("notebooks on course-cpu", notebooks("course-cpu", WORKERS)))
        if gpus():
            found.append(("notebooks on course-gpu", notebooks("course-gpu", 1)))  # TensorFlow takes the whole memory of a GPU
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    tiers = parser.add_mutually_exclusive_group()
    tiers.add_argument("--all", dest="tier", action="store_const", const="all", default="fast")
    tiers.add_argument("--slow", dest="tier", action="store_const", const="slow")
    given, arguments = parser.parse_known_args()
    shutil.rmtree(RUNS, ignore_errors=True)
    RUNS.mkdir(parents=True)
    results = []
    for name, command in steps(given.tier, arguments):
        print(f"\n=== {name}", flush=True)
        start = time.time()
        status = subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
        results.append((name, status, time.time() - start))
    print(f"\n=== summary (Python {sys.version.split()[0]})")
    for name, status, seconds in results:
        print(f"{'[OK]  ' if status == 0 else '[FAIL]'} {name} ({seconds:.0f} s)")
    if given.tier == "fast":
        print("Tests marked slow did not run: make test-all")
    if given.tier != "slow" and not any(name.endswith("course-gpu") for name, _, _ in results):
        print("[SKIP] notebooks on course-gpu: TensorFlow sees no GPU here")
    return int(any(status for _, status, _ in results))


if __name__ == "__main__":
    sys.exit(main())
