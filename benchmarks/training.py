"""Seconds a training step: our trainer beside ModelScope's own, on the same folders, and where the time goes.

    python benchmarks/training.py [--upstream-python PYTHON] [--batch 16] [--sizes 256 128] [--rounds 5]

ModelScope 1.3.2's trainer needs TensorFlow 1. Give it a Python of its own where that is installed (3.7, with tensorflow 1.15.5
and modelscope 1.3.2); without one it runs on TensorFlow 2.7 behind a shim (tests/upstream_tf1.py), with oneDNN off as a person
would find it. The benchmark says which. Weights and pictures are random; VGG19 has its real size.
Each trainer lives in a process of its own and makes a step when it is told to; they take turns, so that a busy moment of
the machine hits all of them alike. Medians are printed. Memory is the peak of a process together with those it started.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

WARM_UP = 2  # steps that are not counted: compiling, first touch of memory, features into the cache
WHOLE = "a step"
ENGINES = {  # name -> engine, memory for features in MB
    "ModelScope's trainer": ("upstream", 0),
    "ours": ("ours", 0),
    "ours, photo features cached": ("ours", 1024),
}


# What runs in a process of its own.


class Parts:
    """Seconds spent in each part of the step that is being made. Parts may run beside each other."""

    def __init__(self):
        self.seconds = {}

    def timed(self, part, function):
        """The same function, and its time is added to a part. part: a name, or a function of the arguments that gives one."""

        def run(*arguments, **options):
            start = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                name = part(*arguments) if callable(part) else part
                self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - start

        return run

    def turns(self, start):
        """Say what the step since `start` took, and wait to be told to go on."""
        say({**self.seconds, WHOLE: time.perf_counter() - start})
        if not sys.stdin.readline():
            sys.exit()
        self.seconds.clear()


def upstream_engine(directory, _memory):
    """Upstream's own loop; its progress bar is replaced by one that waits for its turn."""
    from upstream_tf1 import make_trainer, pretend_tf1

    say(pretend_tf1())
    parts, trainer = Parts(), make_trainer(directory)
    from modelscope.trainers.cv import cartoon_translation_trainer as module

    def part_of(fetches, *_):
        if not isinstance(fetches, list):
            return "forward pass for the superpixels" if fetches is trainer.output_cartoon else "reading"
        return {trainer.g_loss: "generator", trainer.d_loss: "discriminator"}.get(fetches[0], "reading")

    def bar(steps):
        for step in steps:
            start = time.perf_counter()
            yield step
            parts.turns(start)

    trainer._session.run = parts.timed(part_of, trainer._session.run)
    module.simple_superpixel = parts.timed("superpixels", module.simple_superpixel)
    module.tqdm = bar
    trainer.train()


def our_engine(directory, memory):
    """Our own trainer, the same way. Superpixels are computed beside the network, so the parts add up to more than the step."""
    import tensorflow as tf

    from helpers import CartoonTranslationTrainer
    from helpers.dctnet import step, trainer, training_log

    say(f"TensorFlow {tf.__version__}")
    parts = Parts()

    class Bar(training_log.tqdm):
        def update(self, count=1):
            parts.turns(self.since)
            self.since = time.perf_counter()

    Bar.since = time.perf_counter()
    training_log.tqdm = Bar
    plain = step.TrainingStep
    trainer.TrainingStep = lambda *given: plain(*given, flatten=parts.timed("superpixels", step.superpixels))
    trainer.Batches.pictures = parts.timed("reading", trainer.Batches.pictures)
    trainer.FeatureCache.__call__ = parts.timed("photo features", trainer.FeatureCache.__call__)
    plain.__call__ = parts.timed("both networks, with superpixels beside", plain.__call__)
    CartoonTranslationTrainer(str(directory), feature_cache_mb=int(memory)).train()


def say(value):
    print("ANSWER", json.dumps(value), flush=True)


# What the person sees.


class Engine:
    """One trainer in its own process."""

    def __init__(self, python, engine, memory, directory):
        left = ("TF_ENABLE_ONEDNN_OPTS", "TF2_BEHAVIOR")  # the second is set by TensorFlow 2 and breaks 1
        environment = {name: value for name, value in os.environ.items() if name not in left}
        environment.update({"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONPATH": str(ROOT)})
        if engine == "ours":
            environment["TF_ENABLE_ONEDNN_OPTS"] = "1"  # what `import helpers` sets
        command = [python, os.path.abspath(__file__), "--serve", engine, str(memory), str(directory)]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by close()
        self.process = subprocess.Popen(
            command, env=environment, cwd=str(directory), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )
        self.peak, self._watching = 0, True
        threading.Thread(target=self._watch, daemon=True).start()
        self.runs_on = self._answer()
        self.works = self._answer() is not None  # the first step
        for _ in range(WARM_UP - 1):
            self.works = self.works and self.step() is not None

    def step(self):
        """Make one step: dict part -> seconds, or None if the process has died."""
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self):
        """End the process. Returns the last line of what it said on standard error."""
        self._watching = False
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().strip().splitlines()
        self.errors.close()
        return lines[-1] if lines else "no reason given"

    def _answer(self):
        for line in self.process.stdout:
            if line.startswith("ANSWER "):
                return json.loads(line[len("ANSWER ") :])
        return None

    def _watch(self):
        import psutil

        while self._watching:
            try:
                family = [psutil.Process(self.process.pid)]
                family += family[0].children(recursive=True)
                self.peak = max(self.peak, sum(process.memory_info().rss for process in family))
            except psutil.Error:  # one of them has just ended
                pass
            time.sleep(0.2)


def measure(directory, rounds, upstream_python):
    """Rows of name, what it runs on, median seconds of each part, peak bytes; None and a reason where it cannot run."""
    pythons = {"upstream": upstream_python, "ours": sys.executable}
    engines = {name: Engine(pythons[engine], engine, memory, directory) for name, (engine, memory) in ENGINES.items()}
    times = {name: [] for name in engines}
    for _ in range(rounds):
        for name, engine in engines.items():
            if engine.works:
                times[name].append(engine.step())
    rows = []
    for name, engine in engines.items():
        reason = engine.close()
        medians = {part: statistics.median(step.get(part, 0) for step in times[name]) for part in times[name][0]} if engine.works else None
        rows.append((name, engine.runs_on, medians, engine.peak if engine.works else reason))
    return rows


def report(patch, batch, rows):
    base, base_peak = rows[0][2], rows[0][3]
    print(f"\npatch {patch}, batch {batch}: median seconds, and steps a second relative to ModelScope's trainer")
    for name, runs_on, medians, peak in rows:
        if not medians:
            print(f"  {name}, {runs_on}: cannot run here: {peak}")
            continue
        ratio = f"{base[WHOLE] / medians[WHOLE]:.2f} x, memory {peak / base_peak:.2f} x" if base else ""
        print(f"  {name}, {runs_on}: {medians[WHOLE]:.2f} s, peak {peak / 1e9:.1f} GB   {ratio}")
        for part, seconds in sorted(medians.items(), key=lambda item: -item[1]):
            if part != WHOLE:
                print(f"      {part:40s}{seconds:7.2f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upstream-python", default=sys.executable, help="with tensorflow 1.15 and modelscope 1.3.2")
    parser.add_argument("--batch", type=int, default=16, help="pictures a step (16; upstream fails with fewer)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 128], help="patch sizes in pixels")
    parser.add_argument("--rounds", type=int, default=5, help="steps a trainer and size (5)")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        engine, memory, directory = given.serve
        {"upstream": upstream_engine, "ours": our_engine}[engine](directory, memory)
        return
    import models

    for patch in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            directory = models.build_for_training(
                Path(folder) / "model", patch, given.batch, pictures=given.batch, vgg_channels=(64, 128, 256, 512), steps=10**6
            )
            report(patch, given.batch, measure(directory, given.rounds, given.upstream_python))


if __name__ == "__main__":
    main()
