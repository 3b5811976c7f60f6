"""Draw the pairs that train_cartoon.py learns from: `python data/make/render_pairs.py anime sketch 3d --people 1000 --scenes 200`.

Writes runs/pairs/people_000.npz and so on, 100 people a file, and scenes_000.npz: uint8 arrays [100, 320, 320, 3] named `photo` and like
each style, and for people the photo's five `points` [100, 5, 2]; pairs.json holds the seeds and the exaggeration. Files that are
there are kept, so an interrupted run goes on. The camera is neutral: colours change later, for both sides of a pair at once (pairs.py).
The anime's hair takes its light and shade from the photo (hair_light.py).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from hair_light import relight  # noqa: E402

from helpers import portraits  # noqa: E402
from helpers.lesson.settings import RUNS  # noqa: E402

FIRST_SEED = 10_000  # far from the seeds of tests and lessons
SIZE = 320  # pixels: an aligned head of 288 is enlarged by less than 1.2 in most of them
FILE = 100  # pairs
FACTS = "pairs.json"


def draw_person(styles, size, exaggeration, seed):
    """The same person as photo and in each style, and the photo's five points: a dict of arrays."""
    cv2.setNumThreads(1)  # the processes share the cores already
    person = portraits.Identity.sample(seed)
    parts = (portraits.Pose, portraits.Expression, portraits.Light, portraits.Background)
    sitting = {part.__name__.lower(): part.sample(seed) for part in parts}
    points = portraits.landmarks(person, style="photo", size=size, **sitting).points5
    pictures = {look: portraits.render(person, look, size, exaggeration=exaggeration, **sitting) for look in ("photo", *styles)}
    if "anime" in pictures:
        pictures["anime"] = relight(pictures["photo"], pictures["anime"], person, sitting, exaggeration)
    return {"points": np.float32(points), **pictures}


def draw_scene(styles, size, seed):
    """The same things without people: a dict of pictures."""
    cv2.setNumThreads(1)
    return {look: portraits.scene(seed, look, size) for look in ("photo", *styles)}


def draw(styles, people, scenes, size=SIZE, folder=None, workers=2, exaggeration=1.0):
    """Draw so many people and scenes and write the files that are missing; returns the paths of both kinds, two lists.

    exaggeration: how far a style may move the parts of a face, 0 to 1; a network paints sharper what stays in its place.
    """
    folder = Path(folder or RUNS / "pairs")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FACTS).write_text(json.dumps({"first_seed": FIRST_SEED, "size": size, "exaggeration": exaggeration}) + "\n")
    # A fresh process each: a copy of one that runs TensorFlow would hang.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        kinds = (
            ("people", partial(draw_person, styles, size, exaggeration), people),
            ("scenes", partial(draw_scene, styles, size), scenes),
        )
        return [_draw(pool, folder, *kind) for kind in kinds]


def _draw(pool, folder, kind, one, count):
    paths = [folder / f"{kind}_{start // FILE:03d}.npz" for start in range(0, count, FILE)]
    for number, path in enumerate(tqdm(paths, desc=kind)):
        if not path.exists():
            seeds = range(FIRST_SEED + number * FILE, FIRST_SEED + min(count, (number + 1) * FILE))
            drawn = list(pool.map(one, seeds, chunksize=4))
            partial_path = path.with_name(path.name + ".part")
            with open(partial_path, "wb") as file:
                np.savez(file, **{key: np.stack([pictures[key] for pictures in drawn]) for key in drawn[0]})
            partial_path.replace(path)
    return paths


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("styles", nargs="+")
    arguments.add_argument("--people", type=int, default=1000)
    arguments.add_argument("--scenes", type=int, default=200)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--exaggeration", type=float, default=1.0, help="of the styles' geometry, 0 to 1")
    given = arguments.parse_args()
    draw(given.styles, given.people, given.scenes, workers=given.workers, exaggeration=given.exaggeration)
