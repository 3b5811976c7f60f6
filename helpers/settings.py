"""Where things are, how much work to do, and which random numbers to draw.

Owns: the folders, the mode and the seeds. Does not own: anything that draws or trains.
"""

from __future__ import annotations

import os
import pathlib
import random
import sys

import numpy as np

from helpers.errors import CourseError

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
MODELS = DATA / "models"
RUNS = pathlib.Path(os.environ.get("COURSE_RUNS") or ROOT / "runs").resolve()

MODES = ("quick", "lesson", "full")


def mode() -> str:
    """How much work a lesson does: "quick" (tests), "lesson" (readers) or "full" (a night on a GPU).

    Read from the environment variable COURSE_MODE, "lesson" if it is not set. Raises CourseError if it is none of the three.
    """
    chosen = os.environ.get("COURSE_MODE") or "lesson"
    if chosen not in MODES:
        raise CourseError(f"COURSE_MODE is {chosen!r}; set it to one of {', '.join(MODES)}, or leave it out.")
    return chosen


def budget(*, quick, lesson, full):
    """One of the three values, chosen by mode(): a number of steps, of pictures, of repeats."""
    return {"quick": quick, "lesson": lesson, "full": full}[mode()]


def seed_everything(seed: int) -> None:
    """Seed Python, numpy and, where it is already imported, TensorFlow. seed: int, 0 to 2**32 - 1."""
    random.seed(seed)
    np.random.seed(seed)
    tensorflow = sys.modules.get("tensorflow")  # importing it here would cost seconds where nobody needs it
    if tensorflow is not None:
        tensorflow.random.set_seed(seed)
