"""The people of faces(): who is in which set of the lessons, and what is known about them."""

from __future__ import annotations

import functools

import numpy as np

from .faces import NOD, TURN
from .people import Identity
from .sampling import sample_sitting

# Seeds of the lessons' people; nobody is in two of these sets, in data/mini, or in what the shipped networks learnt from.
PHOTO_PEOPLE = range(6_000_000, 6_100_000)  # those whose photos are trained on
DRAWN_PEOPLE = range(6_100_000, 6_200_000)  # those whose drawings are trained on, where photos and drawings must not be pairs
JUDGE_PEOPLE = range(6_200_000, 6_300_000)  # those that the networks learn from which judge the others
_EXEMPLARS_FROM, _HELD_OUT_FROM = 6_300_000, 6_400_000
EXEMPLARS, HELD_OUT = 100, 200  # people


@functools.lru_cache(maxsize=None)
def exemplar_seeds() -> tuple:
    """The 100 people whose drawings are the exemplars (范例) of a style: nobody wears sunglasses, a mask or a hat."""
    return _first(EXEMPLARS, _EXEMPLARS_FROM, wearing=False)


@functools.lru_cache(maxsize=None)
def held_out_seeds() -> tuple:
    """The 200 people for tests; every second one wears what no exemplar wears: sunglasses, a mask or a hat."""
    bare = _first(HELD_OUT // 2, _HELD_OUT_FROM, wearing=False)
    return sum(zip(bare, _first(HELD_OUT // 2, _HELD_OUT_FROM, wearing=True)), ())


def _first(count, seed, wearing):
    """The first `count` seeds from `seed` on of people who wear such a thing, or do not."""
    found = []
    while len(found) < count:
        person = Identity.sample(seed)
        if wearing == (person.eyewear == "sunglasses" or person.face_mask != "none" or person.hat != "none"):
            found.append(seed)
        seed += 1
    return tuple(found)


def attributes(seeds) -> dict:
    """What is known about the people of faces(): a dict of arrays with a row for each seed.

    glasses (clear ones), sunglasses, mask, hat: bool [N]. beard, moustache: 0 to 1, stubble is 0.35. hair_style: str [N].
    hair_colour, skin, eye_colour: sRGB, 0 to 255, float [N, 3]. age: years; femininity: 0 to 1. yaw, pitch: degrees of the head
    in faces(). smile: -0.3 to 1; mouth_open: 0 to 1. light: azimuth of the key light, degrees. All numbers are float64.
    """
    seeds = list(seeds)
    people, around = [Identity.sample(seed) for seed in seeds], [sample_sitting(seed) for seed in seeds]
    found = {
        "glasses": np.array([one.eyewear == "glasses" for one in people], bool),
        "sunglasses": np.array([one.eyewear == "sunglasses" for one in people], bool),
        "mask": np.array([one.face_mask != "none" for one in people], bool),
        "hat": np.array([one.hat != "none" for one in people], bool),
        "hair_style": np.array([one.hair_style for one in people], str),
        "yaw": np.array([TURN * one["pose"].yaw for one in around], float),
        "pitch": np.array([NOD * one["pose"].pitch for one in around], float),
        "light": np.array([one["light"].azimuth for one in around], float),
    }
    for name in ("beard", "moustache", "age", "femininity"):
        found[name] = np.array([getattr(one, name) for one in people], float)
    for name in ("smile", "mouth_open"):
        found[name] = np.array([getattr(one["expression"], name) for one in around], float)
    for name in ("hair_colour", "skin", "eye_colour"):
        found[name] = np.array([getattr(one, name) for one in people], float).reshape(-1, 3)
    return found
