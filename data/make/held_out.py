"""Pairs that no network learnt from, by which measure_models.py judges: the same person as photo and in a style, and on another day."""

from __future__ import annotations

from pathlib import Path

import cv2
import identity_pictures
import numpy as np
import render_pairs
from tqdm import tqdm

from helpers import identity, portraits
from helpers.lesson.settings import RUNS

FIRST_SEED = 2_200_000  # far from the seeds of everything that is trained, tested or shown in lessons
PEOPLE = 200
SIZE = render_pairs.SIZE  # px, as the pairs that the networks learn from
EXAGGERATION = 0.4  # of the style's geometry, the same

# Groups of people: the name, and from which value on. Skin: luminance of the colour, 0 to 255. Age: years.
SKINS = (("dark", 0), ("medium", 115), ("light", 170))
AGES = (("18 to 34", 18), ("35 to 54", 35), ("55 to 85", 55))


def pairs(style, people=PEOPLE, size=SIZE, folder=None):
    """The held-out pairs of a style, drawn once and kept in runs/measure: a dict of arrays, a row a person.

    photo, target: RGB uint8 [N, size, size, 3]. points: float32 [N, 5, 2], the photo's. other_day: RGB uint8 [N, 96, 96, 3], the
    aligned face in a photo of another day, with other clothes, light, background, pose and expression.
    """
    path = Path(folder or RUNS / "measure") / f"{style}_{people}_{size}_{portraits.cache.version()}.npz"
    if not path.is_file():
        cv2.setNumThreads(1)
        drawn = [_draw(style, size, FIRST_SEED + number) for number in tqdm(range(people), f"{style} pairs", mininterval=10)]
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        with open(partial, "wb") as file:
            np.savez(file, **{name: np.stack([person[name] for person in drawn]) for name in drawn[0]})
        partial.replace(path)
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


def _draw(style, size, seed):
    drawn = render_pairs.draw_person([style], size, EXAGGERATION, seed)
    edge = slice(identity_pictures.MARGIN, identity_pictures.MARGIN + identity.SIDE)
    other = identity_pictures.crop(seed, 1, "photo", 0)[edge, edge]
    return {"photo": drawn["photo"], "target": drawn[style], "points": drawn["points"], "other_day": other}


def groups(people=PEOPLE):
    """Who is who: "skin" and "age", each a dict from a group's name to bool [N]."""
    persons = [portraits.Identity.sample(FIRST_SEED + number) for number in range(people)]
    luminance = np.array([person.skin for person in persons]) @ [0.299, 0.587, 0.114]
    return {"skin": _split(luminance, SKINS), "age": _split(np.array([person.age for person in persons]), AGES)}


def _split(values, named):
    belongs = np.searchsorted([start for _, start in named], values, "right") - 1
    return {name: belongs == place for place, (name, _) in enumerate(named)}
