"""Train a notebook's own networks for longer than a reader waits, and store them in data/checkpoints.

    python data/make/train_lesson.py 05_cyclegan --minutes 180
    python data/make/train_lesson.py 04_image_translation --variant night --minutes 60 --start data/checkpoints/04_image_translation.npz

The notebook defines `training(seed)`, or `training(seed, variant)` where it has several: a dict of what `learn.fit` is called with (state,
step and batches at least), as the page's own live training uses it. Networks that shall not be shipped, such as discriminators, are
left out by a constant of the page, SHIPPED_NETWORKS = ["generator"]. Start the command again and it goes on from runs/lessons/<name>/,
where record and samples are, too. Stored are data/checkpoints/<name>.npz, averages in float16 under "generator/layer/weights", for
`load_or_train(<name>, ...)` and `networks_of`; and <name>.json, which says how they were made.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys

from helpers.errors import CourseError
from helpers.files import load_weights, save_weights, write_text
from helpers.learn import SHIPPED, fit
from helpers.lesson.definitions import definitions
from helpers.settings import ROOT, RUNS, seed_everything

import numpy as np
import tensorflow as tf

NOTEBOOKS = ROOT / "notebooks"
LAST = 10  # lines of the record whose mean loss is told


def plan_of(notebook, seed, variant=None):
    """The page's dict of what `fit` is called with, and the names of the networks that are shipped. Raises CourseError."""
    path = NOTEBOOKS / f"{notebook}.ipynb"
    if not path.is_file():
        raise CourseError(f"There is no {path.name} in notebooks/: give the name without its suffix.")
    lesson = definitions(path)
    if not hasattr(lesson, "training"):
        raise CourseError(f"{path.name} defines no training(seed): it must return a dict of what helpers.learn.fit is called with.")
    given = (seed, variant) if variant else (seed,)
    try:
        inspect.signature(lesson.training).bind(*given)
    except TypeError:
        raise CourseError(f"training{given} does not fit {path.name}: leave --variant out, or give it.") from None
    plan = lesson.training(*given)
    return plan, list(getattr(lesson, "SHIPPED_NETWORKS", plan["state"].networks))


def train(notebook, minutes=None, steps=None, seed=0, variant=None, start=None, folder=SHIPPED):
    """Train, then store weights and report in `folder`. Returns the report. start: npz of networks to begin with. Raises CourseError."""
    seed_everything(seed)
    plan, shipped = plan_of(notebook, seed, variant)
    name = f"{notebook}_{variant}" if variant else notebook
    state = plan["state"]
    if start:
        state.start_from(load_weights(start))
    plan = {**plan, "seed": seed, "minutes": minutes, "steps": steps}
    record = fit(**{key: value for key, value in plan.items() if key != "watch"}, folder=RUNS / "lessons" / name)
    weights = {key: value.astype(np.float16) for key, value in state.result(shipped).items()}
    broken = [key for key, value in weights.items() if not np.isfinite(value).all()]
    if broken:
        raise CourseError(f"{', '.join(broken)} cannot be stored in 16 bits: a number is too large, or none.")
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(folder / f"{name}.npz", weights)
    report = {"command": command(notebook, minutes, steps, seed, variant, start), "seed": seed, "start": start and str(start)}
    report.update(steps=int(state.done), minutes=round(state.seconds / 60, 1), losses=last_losses(record))
    report.update(numbers=sum(value.size for value in weights.values()))
    report.update(stack=f"Python {sys.version.split()[0]}, TensorFlow {tf.__version__}")
    write_text(folder / f"{name}.json", json.dumps(report, indent=1) + "\n")
    return report


def last_losses(record):
    """The mean of each loss at the end: dict name -> number."""
    losses = {name: values[-LAST:] for name, values in record.items() if name not in ("step", "minutes", "rate", "skipped")}
    return {name: round(float(np.nanmean(values)), 5) for name, values in losses.items()}


def command(notebook, minutes, steps, seed, variant, start):
    """The command that makes the same again."""
    words = ["python data/make/train_lesson.py", notebook]
    for name, value in {"variant": variant, "minutes": minutes, "steps": steps, "seed": seed or None, "start": start}.items():
        words += [f"--{name} {value}"] if value is not None else []
    return " ".join(words)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("notebook", help="its name without suffix, 05_cyclegan")
    arguments.add_argument("--minutes", type=float, help="of training, all sittings together")
    arguments.add_argument("--steps", type=int, help="in place of minutes, or whatever is done first")
    arguments.add_argument("--variant", help="which training, of a notebook that has several")
    arguments.add_argument("--start", help="npz of networks to begin with, such as another notebook's")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    given = arguments.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    try:
        report = train(given.notebook, given.minutes, given.steps, given.seed, given.variant, given.start)
    except CourseError as error:
        sys.exit(str(error))
    print(json.dumps(report, indent=1))
