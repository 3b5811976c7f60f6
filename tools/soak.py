"""`make soak`: draw ten thousand random people, in every style in turn, and name each picture that is wrong.

    make soak ARGS="--count 100000 --first 50000"

Wrong is: an error, a picture without contrast, a face without contrast, landmarks that are not numbers or have no extent.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from tqdm import tqdm  # noqa: E402

from helpers import portraits  # noqa: E402

SIZE = 64
STYLES = tuple(portraits.STYLES)


def check(seed):
    """Draw the random person of a seed in the style whose turn it is. Returns None, or what is wrong in one sentence."""
    cv2.setNumThreads(1)  # the processes share the cores already
    style = STYLES[seed % len(STYLES)]
    try:
        picture = portraits.random_portrait(seed, style, SIZE)
        marks = portraits.landmarks(portraits.Identity.sample(seed), SIZE, style, **portraits.sample_sitting(seed))
    except Exception as error:  # whatever it is, the seed must be named
        return f"Seed {seed}, {style}: {type(error).__name__}: {error}"
    wrong = _what_is_wrong(picture, marks)
    return wrong and f"Seed {seed}, {style}: {wrong}."


def _what_is_wrong(picture, marks):
    if picture.shape != (SIZE, SIZE, 3) or picture.dtype != np.uint8:
        return f"the picture is {picture.dtype} {picture.shape}"
    if picture.std() < 6:
        return "the picture is empty"
    if not np.isfinite(marks.points68).all() or not np.isfinite(marks.points5).all():
        return "a landmark is not a number"
    x0, y0, x1, y1 = np.clip(marks.box, 0, SIZE).round().astype(int)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return "the face is too small"
    return "the face is empty" if picture[y0:y1, x0:x1].std() < 3 else None


def main(arguments=None) -> int:
    """Returns the exit status: 0 if every picture was right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="people")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    given = parser.parse_args(arguments)
    seeds = range(given.first, given.first + given.count)
    with ProcessPoolExecutor(given.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = [wrong for wrong in tqdm(pool.map(check, seeds, chunksize=20), total=given.count) if wrong]
    print("\n".join(found) or f"{given.count} people, all right.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
