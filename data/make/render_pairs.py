"""Draw the pairs that train_cartoon.py learns from: `python data/make/render_pairs.py anime --count 1000`.

Writes runs/pairs/<style>_people.npz and <style>_scenes.npz: uint8 arrays [N, 320, 320, 3], `photo` and `cartoon`, and for people the
photo's five `points` [N, 5, 2]. The camera is neutral: colours change later, for both sides of a pair at once (pairs.py).
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from helpers import portraits  # noqa: E402
from helpers.lesson.settings import RUNS  # noqa: E402

FIRST_SEED = 10_000  # far from the seeds of tests and lessons
SIZE = 320  # pixels: an aligned head of 288 is enlarged by less than 1.2 in most of them


def person_pair(style, size, seed):
    """The same person as photo and in a style, and the photo's five points: a dict of arrays."""
    cv2.setNumThreads(1)  # the processes share the cores already
    person = portraits.Identity.sample(seed)
    parts = (portraits.Pose, portraits.Expression, portraits.Light, portraits.Background)
    sitting = {part.__name__.lower(): part.sample(seed) for part in parts}
    points = portraits.landmarks(person, style="photo", size=size, **sitting).points5
    pictures = {name: portraits.render(person, look, size, **sitting) for name, look in (("photo", "photo"), ("cartoon", style))}
    return {**pictures, "points": np.float32(points)}


def scene_pair(style, size, seed):
    """The same things without people: a dict of two pictures."""
    cv2.setNumThreads(1)
    return {name: portraits.scene(seed, look, size) for name, look in (("photo", "photo"), ("cartoon", style))}


def draw(style, count, scenes, size=SIZE, folder=None, workers=2):
    """Draw people and scenes of a style and write both files, unless they are there; returns their paths."""
    folder = Path(folder or RUNS / "pairs")
    folder.mkdir(parents=True, exist_ok=True)
    return [_draw(folder / f"{style}_{name}.npz", partial(pair, style, size), number, workers)
            for name, pair, number in (("people", person_pair, count), ("scenes", scene_pair, scenes))]  # fmt: skip


def _draw(path, pair, count, workers):
    if path.exists():
        return path
    # A fresh process each: a copy of one that runs TensorFlow would hang.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        seeds = range(FIRST_SEED, FIRST_SEED + count)
        pairs = list(tqdm(pool.map(pair, seeds, chunksize=4), total=count, desc=path.stem, mininterval=30))
    partial_path = path.with_name(path.name + ".part")
    with open(partial_path, "wb") as file:
        np.savez(file, **{key: np.stack([one[key] for one in pairs]) for key in pairs[0]})
    partial_path.replace(path)
    return path


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("style")
    arguments.add_argument("--count", type=int, default=1000, help="pairs of portraits")
    arguments.add_argument("--scenes", type=int, default=160, help="pairs without people")
    given = arguments.parse_args()
    for path in draw(given.style, given.count, given.scenes):
        print(path)
