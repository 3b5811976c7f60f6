"""Make the Mini dataset from seeds: `make data`, or `python data/make/mini_dataset.py --into runs/mini_again`.

    face_photo/000.jpg ...            100 photos of heads
    face_cartoon/<style>/000.jpg ...  100 exemplars (范例) of each style, of other people, who wear nothing on their heads
    test/000.jpg ..., test/photos.json  40 photos of yet other people: every second wears glasses, sunglasses, a mask or a hat

RGB JPEG, 256 x 256. photos.json has an entry for each: file, seed, what is worn, points68, points5 and box in pixels, and all
parameters (identity, pose, expression, light, background, camera).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from helpers import portraits
from helpers.files import write_bytes, write_text
from helpers.portraits import Camera, Identity
from helpers.settings import ROOT

import cv2
from tqdm import tqdm

SIZE = 256
QUALITY = 90
STYLES = ("anime", "sketch", "3d")
# The first seed of each folder; nobody is in two of them.
SEEDS = {"face_photo": 1_000_000, "test": 1_100_000, "anime": 1_200_000, "sketch": 1_300_000, "3d": 1_400_000}
BARE = dict(eyewear="none", face_mask="none", hat="none")
WORN = {
    "glasses": dict(eyewear="glasses"),
    "sunglasses": dict(eyewear="sunglasses"),
    "mask": dict(face_mask="mask"),
    "cap": dict(hat="cap"),
    "beanie": dict(hat="beanie"),
}


def head(seed):
    """A random person and sitting, near enough that the head fills the picture as in ModelScope's aligned crops."""
    around = portraits.sample_sitting(seed)
    pose = around["pose"]
    size = 0.70 + 0.12 * (seed % 97) / 96  # the aligned crop has 0.76
    around["pose"] = pose.replace(size=size, x=0.25 * pose.x, y=0.01, yaw=0.8 * pose.yaw, roll=0.6 * pose.roll)
    return Identity.sample(seed), around


def photo(index):
    """A training photo: the person and the sitting."""
    return head(SEEDS["face_photo"] + index)


def exemplar(style, index):
    """A cartoon exemplar, on which nothing is worn and no camera has acted: the person and the sitting."""
    person, around = head(SEEDS[style] + index)
    return person.replace(**BARE), dict(around, camera=Camera.neutral())


def held_out(index):
    """A test photo: the person and the sitting. Odd ones wear something, each of WORN in turn."""
    person, around = head(SEEDS["test"] + index)
    return person.replace(**{**BARE, **(WORN[worn(index)] if index % 2 else {})}), around


def worn(index):
    """What the person of a test photo wears: "nothing" or a key of WORN."""
    return list(WORN)[index // 2 % len(WORN)] if index % 2 else "nothing"


def save(path, picture):
    """Write an RGB picture as JPEG, whole or not at all."""
    write_bytes(path, cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())


def draw(folder, keep, kind, index):
    """Draw and write one picture of "face_photo", "test" or a style. Returns its entry in photos.json, or None.

    keep: leave a picture that is there as it is.
    """
    cv2.setNumThreads(1)  # the processes share the cores already
    make = {"face_photo": photo, "test": held_out}.get(kind) or partial(exemplar, kind)
    person, around = make(index)
    style = kind if kind in STYLES else "photo"
    place = folder / "face_cartoon" / kind if kind in STYLES else folder / kind
    path = place / f"{index:03d}.jpg"
    if not (keep and path.is_file()):
        save(path, portraits.render(person, style, SIZE, **around))
    return entry(index, person, around) if kind == "test" else None


def entry(index, person, around):
    """What is known about a test photo, ready for JSON."""
    marks = portraits.landmarks(person, SIZE, "photo", **around)
    points = {name: [[round(float(v), 2) for v in row] for row in getattr(marks, name)] for name in ("points68", "points5")}
    box = [round(float(v), 2) for v in marks.box]
    known = {name: dataclasses.asdict(part) for name, part in dict(around, identity=person).items()}
    return {"file": f"{index:03d}.jpg", "seed": SEEDS["test"] + index, "wears": worn(index), **points, "box": box, **known}


def make(folder, photos=100, exemplars=100, tests=40, workers=None, keep=False):
    """Draw the whole dataset, or a smaller one, into a folder. Returns the number of pictures. keep: draw missing ones only."""
    folder = Path(folder)
    for place in ("face_photo", "test", *(f"face_cartoon/{style}" for style in STYLES)):
        (folder / place).mkdir(parents=True, exist_ok=True)
    jobs = [("test", index) for index in range(tests)] + [("face_photo", index) for index in range(photos)]
    jobs += [(style, index) for style in STYLES for index in range(exemplars)]
    # A fresh process each: a copy of one that runs TensorFlow would hang.
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        found = list(tqdm(pool.map(partial(draw, folder, keep), *zip(*jobs)), total=len(jobs), desc=str(folder)))
    text = json.dumps([one for one in found if one], indent=None, separators=(",", ":")).replace('{"file"', '\n{"file"')
    write_text(folder / "test" / "photos.json", text + "\n")
    return len(jobs)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--into", type=Path, default=ROOT / "data" / "mini")
    arguments.add_argument("--workers", type=int, default=None, help="processes; all cores if left out")
    arguments.add_argument("--keep", action="store_true", help="draw only what is missing: goes on after an interruption")
    given = arguments.parse_args()
    print(f"{make(given.into, workers=given.workers, keep=given.keep)} pictures in {given.into}")
