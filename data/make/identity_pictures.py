"""Pictures for the identity embedding: people on two days, as photos and as cartoons, cropped to the face and the hair.

The cartoons are what perfect models of the shipped styles would make of a photo (looks.py).

The two days of a person share the face and the hair, nothing else: pose, expression, light, background, camera, clothes, glasses,
mask and hat are drawn anew. So an embedding that brings both days together cannot rely on any of these.
"""

from __future__ import annotations

import functools

from helpers import portraits
from helpers.files import whole
from helpers.metrics import identity

import cv2
import numpy as np
from face_parts import PARTS
from looks import finished
from render_pairs import EXAGGERATION
from tqdm import tqdm

FIRST_SEED, TEST_SEED = 2_000_000, 2_100_000  # far from the seeds of tests, lessons and all other training
OTHER_DAY = 50_000_000  # from a person's seed to that of the second day
DRAWN, HEAD = (128, 288), 0.8  # px of a drawn picture, from and to; height of the head in it
MARGIN = 8  # px round a stored crop, so that training can move and turn it
STORED = identity.SIDE + 2 * MARGIN
CHUNK = 100  # people a file
DRAWINGS = ("anime", "sketch", "3d")
WORN = ("clothes", "collar", "stripes", "stripe_colour", "eyewear", "face_mask", "mask_colour", "hat", "hat_colour")
WORN += ("frame_roundness", "frame_width", "frame_height", "frame_thickness", "frame_colour")


def appearance(seed, day):
    """A person on day 0 or 1: the Identity, and what surrounds it as a dict for render()."""
    person, today = portraits.Identity.sample(seed), seed + OTHER_DAY * day
    other = portraits.Identity.sample(today)
    return person.replace(**{name: getattr(other, name) for name in WORN}), portraits.sample_sitting(today)


def crop(seed, day, style):
    """One stored picture: RGB uint8 [STORED, STORED, 3], the face where `identity.crop_face` puts it, with a margin.

    style: "photo" or one of DRAWINGS, whose lines and tones are as wide as the size of the picture has it: another one a person.
    """
    person, sitting, picture, points = _photo(seed, day)
    if style != "photo":
        parts = PARTS[style](person, len(picture), EXAGGERATION, sitting) if style in PARTS else None
        picture = finished(style, picture, parts)
    return identity.crop_face(picture, points, margin=MARGIN)


@functools.lru_cache(maxsize=2)
def _photo(seed, day):
    """What all the crops of a day are made of: the person, the sitting, the photo, RGB uint8 [size, size, 3], and its five points."""
    person, sitting = appearance(seed, day)
    sitting = {**sitting, "pose": sitting["pose"].replace(size=HEAD, x=0, y=0)}
    size = np.random.RandomState(seed).randint(*DRAWN)
    points = portraits.landmarks(person, size, "photo", **sitting).points5
    return person, sitting, portraits.render(person, "photo", size, **sitting), points


def draw_person(seed):
    """Photos of both days, then each drawing on its `drawn_day`: uint8 [2 + len(DRAWINGS), STORED, STORED, 3]."""
    views = [("photo", 0), ("photo", 1)] + [(style, drawn_day(seed, style)) for style in DRAWINGS]
    return np.stack([crop(seed, day, style) for style, day in views])


def drawn_day(seed, style):
    """The day on which that drawing of a person is made, 0 or 1."""
    return (seed + DRAWINGS.index(style)) % 2


def draw(people, folder, first_seed=FIRST_SEED):
    """Draw so many people into files of CHUNK people each; what is there already stays. Returns the paths."""
    cv2.setNumThreads(1)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"people_{first_seed + start}.npy" for start in range(0, people, CHUNK)]
    for number, path in enumerate(tqdm(paths, mininterval=10)):
        if not path.exists():
            seeds = range(first_seed + number * CHUNK, first_seed + min(people, (number + 1) * CHUNK))
            drawn = np.stack([draw_person(seed) for seed in seeds])
            with whole(path) as temporary, open(temporary, "wb") as file:
                np.save(file, drawn)
    return paths


def batch(pictures, random, count, views=3):
    """A batch for training: RGB float32 [count * views, SIDE, SIDE, 3] in [-1, 1]; the views of a person follow each other.

    pictures: uint8 [people, 2 + len(DRAWINGS), STORED, STORED, 3]. Both photos, then drawings. A person is mirrored in all views or in
    none: mirrored, it is another person.
    """
    samples = []
    for person in random.choice(len(pictures), count, replace=False):
        mirrored = random.rand() < 0.5
        drawings = 2 + random.choice(len(DRAWINGS), views - 2, replace=False)
        for view in (0, 1, *drawings):
            picture = _camera(random, _moved(random, pictures[person, view]))
            samples.append(picture[:, ::-1] if mirrored else picture)
    return np.stack(samples)


def _moved(random, picture):
    """A window of SIDE px, nearly the middle one: points are never found exactly."""
    angle, scale = random.normal(0, 3), np.exp(random.normal(0, 0.04))
    matrix = cv2.getRotationMatrix2D(((STORED - 1) / 2, (STORED - 1) / 2), angle, scale)
    matrix[:, 2] += random.normal(0, 1.2, 2) - MARGIN
    return cv2.warpAffine(picture, matrix, (identity.SIDE, identity.SIDE), borderMode=cv2.BORDER_REFLECT_101)


def _camera(random, picture):
    """RGB uint8 to float32 in [-1, 1]; softer, as a network paints, coarser, noisier, brighter, darker, with another cast or gray."""
    values = picture.astype(np.float32) / 255
    kind = random.rand()
    if kind < 0.4:
        values = cv2.GaussianBlur(values, (0, 0), random.uniform(0.4, 1.6))
    elif kind < 0.55:  # a small face, enlarged
        small = cv2.resize(values, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)
        values = cv2.resize(small, values.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    gain = np.exp(random.normal(0, 0.08)) * (1 + random.normal(0, 0.03, 3))
    values = values ** np.exp(random.normal(0, 0.15)) * gain.astype(np.float32)
    if random.rand() < 0.4:
        values = values + random.normal(0, random.uniform(0, 0.04), values.shape)
    if random.rand() < 0.2:  # a sketch has no colours: a face must be known without
        values = values.mean(-1, keepdims=True).repeat(3, -1)
    return np.clip(values, 0, 1).astype(np.float32) * 2 - 1
