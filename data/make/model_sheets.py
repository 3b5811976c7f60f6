"""Draw the sheets by which the embedded models are judged by eye: `python data/make/model_sheets.py [anime sketch 3d]`.

docs/models_portrait.jpg: a real portrait at 512 px, then each style. docs/models_scenes.jpg: the same of a cup of coffee and a cat.
docs/models_worn_<style>.jpg: eight held-out drawn people with glasses, sunglasses, masks and hats; from above the photo, what the
network made of it, and the drawn target. Without styles: all that data/models has.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

from helpers import portraits
from helpers.settings import MODELS, ROOT
from helpers.stylize.cartoonizer import Cartoonizer

import cv2
import held_out
import numpy as np
from contact_sheets import LARGEST, jpeg, write
from skimage import data

PORTRAIT, SCENES = (data.astronaut,), (data.coffee, data.chelsea)
WIDE = 512  # px: the width of a picture
SMALL = 200  # px: the same of a drawn person
EACH = 2  # people who wear each kind of thing
LARGE = 0.55  # height of a head in its picture, from which on one sees what is worn
KINDS = (("glasses",), ("sunglasses",), ("mask",), ("cap", "beanie"))


def painted(cartoonizers, photo):
    """The photo and what each model makes of it, at the photo's own size, then side by side WIDE px each: RGB uint8."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # there is no face in a cup of coffee
        made = [photo, *(cartoonize(photo) for cartoonize in cartoonizers)]
    height = round(photo.shape[0] * WIDE / photo.shape[1])
    return np.hstack([cv2.resize(picture, (WIDE, height), interpolation=cv2.INTER_AREA) for picture in made])


def wearers():
    """Seeds of held-out people who wear something: EACH of every kind, large enough in the picture to see it."""
    chosen = []
    for kind in KINDS:
        seeds = filter(lambda seed, kind=kind: _wears(seed, kind), range(held_out.FIRST_SEED, held_out.FIRST_SEED + 1000))
        chosen += [seed for seed, _ in zip(seeds, range(EACH))]
    return chosen


def _wears(seed, kind):
    person = portraits.Identity.sample(seed)
    worn = (person.eyewear, person.face_mask, person.hat)
    return any(name in worn for name in kind) and portraits.Pose.sample(seed).size >= LARGE


def worn_sheet(cartoonize, style, seeds):
    """Photos, cartoons and drawn targets of some people, a column each: RGB uint8."""
    people = [held_out.person([style], seed) for seed in seeds]
    rows = (
        [person["photo"] for person in people],
        [cartoonize(person["photo"]) for person in people],
        [person[style] for person in people],
    )
    return np.vstack([np.hstack([cv2.resize(picture, (SMALL, SMALL), interpolation=cv2.INTER_AREA) for picture in row]) for row in rows])


def main(styles, folder):
    """Write the sheets of these styles into a folder."""
    models = {style: Cartoonizer(MODELS / style) for style in styles}
    sheets = {
        name: np.vstack([painted(models.values(), photo()) for photo in photos])
        for name, photos in (("portrait", PORTRAIT), ("scenes", SCENES))
    }
    sheets.update({f"worn_{style}": worn_sheet(model, style, wearers()) for style, model in models.items()})
    for name, sheet in sheets.items():
        path = folder / f"models_{name}.jpg"
        write(path, jpeg(sheet, LARGEST))
        print(f"{path}: {sheet.shape[1]}x{sheet.shape[0]}, {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("styles", nargs="*", help="default: all that data/models has")
    arguments.add_argument("--folder", type=Path, default=ROOT / "docs")
    given = arguments.parse_args()
    main(given.styles or sorted(path.name for path in MODELS.iterdir() if path.is_dir()), given.folder)
