"""Pairs that no network learnt from, by which measure_models.py judges: the same person as photo and in a style, and on another day."""

from __future__ import annotations

import hashlib
from pathlib import Path

from helpers import portraits
from helpers.files import write_arrays
from helpers.metrics import identity
from helpers.settings import RUNS

import face_parts
import finish
import identity_pictures
import looks
import numpy as np
import render_pairs
from tqdm import tqdm

FIRST_SEED = 2_200_000  # far from the seeds of everything that is trained, tested or shown in lessons
PEOPLE, CHUNK = 200, 20  # people; of them in a file
SIZE = render_pairs.SIZE  # px, as the pairs that the networks learn from
EXAGGERATION = render_pairs.EXAGGERATION  # of the eyes, the same

# Groups of people: the name, and from which value on. Skin: luminance of the colour, 0 to 255. Age: years.
SKINS = (("dark", 0), ("medium", 115), ("light", 170))
AGES = (("18 to 34", 18), ("35 to 54", 35), ("55 to 85", 55))


def pairs(style, people=PEOPLE, size=SIZE, folder=None):
    """The held-out pairs of a style, drawn once for all styles and kept in runs/measure: a dict of arrays, a row a person.

    photo, target: RGB uint8 [N, size, size, 3]. points: float32 [N, 5, 2], the photo's. other_day: RGB uint8 [N, 96, 96, 3], the
    aligned face in a photo of another day, with other clothes, light, background, pose and expression.
    """
    folder = Path(folder or RUNS / "held_out") / f"{size}_{portraits.cache.version()}_{_looks()}"
    paths = [_drawn(folder, start, min(CHUNK, people - start), size) for start in tqdm(range(0, people, CHUNK), style, mininterval=10)]
    names = {"photo": "photo", "target": style, "points": "points", "other_day": "other_day"}
    files = [np.load(path) for path in paths]
    return {name: np.concatenate([file[key] for file in files]) for name, key in names.items()}


def _drawn(folder, start, count, size):
    """The path of a file of some people in all looks, drawn now if it is not there."""
    path = folder / f"people_{FIRST_SEED + start}_{count}.npz"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        people = [_draw(size, FIRST_SEED + start + number) for number in range(count)]
        write_arrays(path, {name: np.stack([person[name] for person in people]) for name in people[0]})
    return path


def _looks():
    """Eight letters that change with the source of the looks."""
    return hashlib.sha256(b"".join(Path(module.__file__).read_bytes() for module in (looks, face_parts, finish))).hexdigest()[:8]


def _draw(size, seed):
    edge = slice(identity_pictures.MARGIN, identity_pictures.MARGIN + identity.SIDE)
    other = identity_pictures.crop(seed, 1, "photo")[edge, edge]
    return {"other_day": other, **person(identity_pictures.DRAWINGS, seed, size)}


def person(styles, seed, size=SIZE):
    """The photo of a person, its five points, and what a perfect model of each style would make of it: a dict of arrays."""
    drawn = render_pairs.draw_person(styles, size, EXAGGERATION, seed)
    targets = {style: looks.finished(style, drawn["photo"], drawn.get(style)) for style in styles}
    return {"photo": drawn["photo"], "points": drawn["points"], **targets}


def groups(people=PEOPLE):
    """Who is who: "skin" and "age", each a dict from a group's name to bool [N]."""
    persons = [portraits.Identity.sample(FIRST_SEED + number) for number in range(people)]
    luminance = np.array([person.skin for person in persons]) @ [0.299, 0.587, 0.114]
    return {"skin": _split(luminance, SKINS), "age": _split(np.array([person.age for person in persons]), AGES)}


def _split(values, named):
    belongs = np.searchsorted([start for _, start in named], values, "right") - 1
    return {name: belongs == place for place, (name, _) in enumerate(named)}
