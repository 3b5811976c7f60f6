"""Draw the pairs that train_cartoon.py learns from: `python data/make/render_pairs.py anime sketch 3d --people 1000 --scenes 200`.

Writes runs/pairs/people_000.npz and so on, 100 people a file, and scenes_000.npz: uint8 arrays `photo` [100, 320, 320, 3], and for
people the photo's five `points` [100, 5, 2] and, named like each style, the parts that it draws over the photo, [100, 320, 320, 4]
(face_parts.py). The rest of a cartoon follows from the photo (looks.py). pairs.json holds the seeds and the exaggeration. Files that are
there are kept, so an interrupted run goes on. The camera is neutral: colours change later, for both sides of a pair at once (pairs.py).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from helpers import portraits
from helpers.settings import RUNS

import cv2
import numpy as np
from face_parts import PARTS
from tqdm import tqdm

FIRST_SEED = 10_000  # far from the seeds of tests and lessons
SIZE = 320  # pixels: an aligned head of 288 is enlarged by less than 1.2 in most of them
EXAGGERATION = 0.6  # of the eyes
FILE = 100  # pairs
FACTS = "pairs.json"


def draw_person(styles, size, exaggeration, seed):
    """A person's photo, its five points, and what each style draws over it: a dict of arrays."""
    cv2.setNumThreads(1)  # the processes share the cores already
    person = portraits.Identity.sample(seed)
    kinds = (portraits.Pose, portraits.Expression, portraits.Light, portraits.Background)
    sitting = {kind.__name__.lower(): kind.sample(seed) for kind in kinds}
    points = portraits.landmarks(person, style="photo", size=size, **sitting).points5
    parts = {style: PARTS[style](person, size, exaggeration, sitting) for style in styles if style in PARTS}
    return {"points": np.float32(points), "photo": portraits.render(person, "photo", size, **sitting), **parts}


def draw_scene(size, seed):
    """Things without people: a dict of one picture."""
    cv2.setNumThreads(1)
    return {"photo": portraits.scene(seed, "photo", size)}


def draw(styles, people, scenes, size=SIZE, folder=None, workers=2, exaggeration=EXAGGERATION):
    """Draw so many people and scenes and write the files that are missing; returns the paths of both kinds, two lists.

    exaggeration: how much larger a style draws the eyes, 0 to 1.
    """
    folder = Path(folder or RUNS / "pairs")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FACTS).write_text(json.dumps({"first_seed": FIRST_SEED, "size": size, "exaggeration": exaggeration}) + "\n")
    # A fresh process each: a copy of one that runs TensorFlow would hang.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        kinds = (
            ("people", partial(draw_person, styles, size, exaggeration), people),
            ("scenes", partial(draw_scene, size), scenes),
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
    arguments.add_argument("--exaggeration", type=float, default=EXAGGERATION, help="of the eyes, 0 to 1")
    given = arguments.parse_args()
    draw(given.styles, given.people, given.scenes, workers=given.workers, exaggeration=given.exaggeration)
