"""Seconds a picture: our engine beside ModelScope's own pipeline, on the same model directory and the same picture.

    python benchmarks/inference.py [--rounds 7]

The networks have upstream's shape and random weights; the face graphs always report the same face. The last rows are the
embedded model anime instead, with its own networks and face graphs, which find the same face in the same picture.
Each engine lives in a process of its own; they take turns, picture by picture, so that a busy moment of the machine hits
all of them alike. Printed are medians, their ratio to ModelScope's pipeline, the most memory that each process held, and
the floating-point limit: the U-Net needs about 250,000 floating-point operations a pixel, so no float32 engine is faster
than that at the machine's own speed (measured with a matrix product).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

FLOP_PER_PIXEL = 250e3
HEAD_PIXELS = 288 * 288
SIZES = [(1280, 720), (512, 512)]  # width, height
EMBEDDED = ROOT / "data" / "models" / "anime"
# Name, engine, oneDNN, model directory. None leaves the environment as a person would find it, and takes upstream's network.
ENGINES = [
    ("ModelScope's pipeline", "upstream", None, None),
    ("ModelScope's pipeline, oneDNN on", "upstream", "1", None),
    ("ours, float32", "float32", "1", None),
    ("ours, bfloat16", "bfloat16", "1", None),
    ("embedded anime, ours, float32", "float32", "1", EMBEDDED),
    ("embedded anime, ours, bfloat16", "bfloat16", "1", EMBEDDED),
]


# What runs in a process of its own.


def upstream_engine(directory):
    from upstream_pipeline import make_pipeline

    pipeline = make_pipeline(directory)
    return lambda image: pipeline(image[:, :, ::-1])["output_img"]


def our_engine(directory, precision):
    from helpers import Cartoonizer

    return Cartoonizer(directory, precision=precision)


def gigaflops() -> float:
    """Speed of a float32 matrix product on all cores: the best of ten."""
    import tensorflow as tf

    side = 2048
    matrix = tf.random.normal((side, side))
    seconds = min(clock(lambda: tf.linalg.matmul(matrix, matrix).numpy()) for _ in range(10))
    return 2 * side**3 / seconds / 1e9


def clock(action) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def serve(engine, directory, picture) -> None:
    """Answer each line on standard input with the seconds that one picture took. Engines chat on standard output, too."""
    import numpy as np

    if engine == "gigaflops":
        say(gigaflops())
        return
    image = np.load(picture)
    run = upstream_engine(directory) if engine == "upstream" else our_engine(directory, engine)
    for _ in range(2):
        run(image)
    say("ready")
    for asked in sys.stdin:
        say(peak_memory() if asked.strip() == "memory" else clock(lambda: run(image)))


def peak_memory() -> float:
    """The most that this process ever held, in GB. Linux counts in kilobytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def say(value) -> None:
    print("ANSWER", json.dumps(value), flush=True)


# What the person sees.


class Engine:
    """One engine in its own process."""

    def __init__(self, engine, onednn, directory="", picture=""):
        environment = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
        environment.update({"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"})
        if onednn:
            environment["TF_ENABLE_ONEDNN_OPTS"] = onednn
        command = [sys.executable, __file__, "--serve", engine, str(directory), str(picture)]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by close()
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )
        self.first = self._answer()

    def seconds(self) -> float:
        return self._ask("again")

    def memory(self) -> float:
        return self._ask("memory")

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def why_not(self) -> str:
        """The last line of what went wrong."""
        self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().strip().splitlines()
        return lines[-1] if lines else "no reason given"

    def _ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        for line in self.process.stdout:
            if line.startswith("ANSWER "):
                return json.loads(line[len("ANSWER ") :])
        return None


def portrait(width, height):
    """scikit-image's astronaut, mirrored at the sides where the picture is wider, and her face's box (see tests/models.py)."""
    import cv2
    from skimage import data

    photo = cv2.resize(data.astronaut(), (height, height), interpolation=cv2.INTER_CUBIC)
    left = (width - height) // 2
    image = cv2.copyMakeBorder(photo, 0, 0, left, width - height - left, cv2.BORDER_REFLECT)
    long_side = max(width, height)
    x1, y1, x2, y2 = (height * fraction / long_side for fraction in (0.33, 0.12, 0.55, 0.36))
    return image, (x1 + left / long_side, y1, x2 + left / long_side, y2)


def measure(width, height, rounds) -> list:
    """Rows of name, median seconds and peak gigabytes, or of name, None and the reason."""
    import models
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        image, box = portrait(width, height)
        directory = models.build(Path(folder) / "model", [box], channels=32)
        picture = Path(folder) / "picture.npy"
        np.save(picture, image)
        engines = [(name, Engine(engine, onednn, own or directory, picture)) for name, engine, onednn, own in ENGINES]
        times = {name: [] for name, engine in engines if engine.first}
        for _ in range(rounds):
            for name, engine in engines:
                if engine.first:
                    times[name].append(engine.seconds())
        rows = [
            (name, statistics.median(times[name]), engine.memory()) if name in times else (name, None, engine.why_not())
            for name, engine in engines
        ]
        for _, engine in engines:
            engine.close()
    return rows


def report(width, height, rows, speed) -> None:
    limit = (width * height + HEAD_PIXELS) * FLOP_PER_PIXEL / (speed * 1e9)
    base = rows[0][1]
    print(f"\n{width}x{height}, one face: seconds (median), speed relative to ModelScope's pipeline, peak memory")
    for name, seconds, rest in rows:
        ratio = f"{base / seconds:5.2f} x" if base and seconds else ""
        print(f"  {name:34s}{seconds:7.3f} s  {ratio:8s}{rest:6.2f} GB" if seconds else f"  {name:34s}cannot run here: {rest}")
    print(
        f"  {'floating-point limit, float32':34s}{limit:7.3f} s  at {speed:.0f} GFLOP/s, 250 kFLOP a pixel, {width}x{height} and one head"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="pictures an engine and size (7)")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(*arguments.serve)
        return
    probe = Engine("gigaflops", "1")
    probe.close()
    for width, height in SIZES:
        report(width, height, measure(width, height, arguments.rounds), probe.first)


if __name__ == "__main__":
    main()
