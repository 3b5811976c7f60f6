"""Aligned heads for training and testing, drawn on all cores and kept in runs/faces, and who is in which set.

A hundred seeds make one file, written whole or not at all: a call that was stopped goes on with what is missing.
Another version of the renderer has another folder.
"""

from __future__ import annotations

import contextlib
import functools
import os
import zipfile
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from helpers.files import write_arrays
from helpers.settings import RUNS

from .alignment import aligned_pose
from .cache import forget, side_by_side, version
from .parameters import inside
from .people import Identity
from .registry import Sitting, find_style, render
from .sampling import sample_sitting

# Seeds of the lessons' people; nobody is in two of these sets, in data/mini, or in what the shipped networks learnt from.
PHOTO_PEOPLE = range(6_000_000, 6_100_000)  # those whose photos are trained on
DRAWN_PEOPLE = range(6_100_000, 6_200_000)  # those whose drawings are trained on, where photos and drawings must not be pairs
JUDGE_PEOPLE = range(6_200_000, 6_300_000)  # those that the networks learn from which judge the others
_EXEMPLARS_FROM, _HELD_OUT_FROM = 6_300_000, 6_400_000
EXEMPLARS, HELD_OUT = 100, 200  # people

SHARD = 100  # seeds of a file
LIMIT_MB = 2000  # of all files
PHOTO_FINER = 2  # a photo is taken so many times as large, then averaged: noise and JPEG of a tiny picture would be coarse
TURN, NOD = 0.7, 0.6  # heads turn and nod less than those of sample_sitting


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


def aligned_sitting(seed, style="photo", exaggeration=1.0) -> dict:
    """What faces() draws the person of a seed with: the arguments by which render(), landmarks() and segments() do the same.

    In every style the same yaw, pitch, expression, light, background and camera.
    """
    around = sample_sitting(seed)
    pose = around["pose"]
    pose = pose.replace(yaw=TURN * pose.yaw, pitch=NOD * pose.pitch)
    around["pose"] = aligned_pose(Identity.sample(seed), style, pose, around["expression"], exaggeration)
    return around


def faces(style, seeds, size=64, exaggeration=1.0, workers=None, limit_mb=LIMIT_MB, folder=None) -> np.ndarray:
    """The aligned heads of random people, each by its own true landmarks: RGB uint8 [N, size, size, 3], in the order of the seeds.

    The template is the same in every style (see alignment.py), so that a photo and the drawing of the same seed are a pair.
    style: a name; one that is not the course's own is drawn by this process and not kept. size: px, 16 to 512. exaggeration: as
    for render(). workers: processes, all cores if left out. limit_mb: how large all files together may be, in megabytes. folder:
    where they are, runs/faces if left out. Raises ValueError that names the wrong argument.
    """
    if not inside(size, 16, 512):
        raise ValueError(f"size is {size!r}: it must be from 16 to 512 pixels.")
    Sitting(Identity(), style, size, exaggeration=exaggeration)  # say what is wrong before any process starts
    draw = functools.partial(face, style, size=size, exaggeration=exaggeration)
    if not find_style(style).draw.__module__.startswith(__package__):  # other processes would not know it, nor the cache its version
        return np.array([draw(seed) for seed in seeds], np.uint8).reshape(-1, size, size, 3)
    seeds, rows = np.unique(np.asarray(list(seeds), np.int64), return_inverse=True)
    root = Path(folder or RUNS / "faces")
    target = root / f"{style}_{size}_{exaggeration:g}_{version()}"
    pictures, there = np.zeros((len(seeds), size, size, 3), np.uint8), np.zeros(len(seeds), bool)
    parts = np.split(np.arange(len(seeds)), np.flatnonzero(np.diff(seeds // SHARD)) + 1) if len(seeds) else []
    for part in parts:
        there[part] = _read(target, seeds[part], pictures, part)
    _draw(target, draw, seeds, pictures, there, workers)
    forget(root, limit_mb * 1e6)
    return pictures[rows]


def face(style, seed, size=64, exaggeration=1.0) -> np.ndarray:
    """One picture of faces(), drawn now: RGB uint8 [size, size, 3]."""
    around = aligned_sitting(seed, style, exaggeration)
    finer = PHOTO_FINER if find_style(style).photographic else 1
    picture = render(Identity.sample(seed), style, finer * size, exaggeration=exaggeration, **around)
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)


def attributes(seeds) -> dict:
    """What is known about the people of faces(): a dict of arrays with a row for each seed.

    glasses (clear ones), sunglasses, mask, hat: bool [N]. beard, moustache: 0 to 1, stubble is 0.35. hair_style: str [N].
    hair_colour, skin, eye_colour: sRGB, 0 to 255, float [N, 3]. age: years; femininity: 0 to 1. yaw, pitch: degrees of the head
    in faces(). smile: -0.3 to 1; mouth_open: 0 to 1. light: azimuth of the key light, degrees. All numbers are float64.
    """
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


def _draw(target, draw, seeds, pictures, there, workers):
    """Draw what is not there yet, and write each file as soon as its pictures are complete, the last one also if stopped."""
    missing = np.flatnonzero(~there)
    if not len(missing):
        return
    target.mkdir(parents=True, exist_ok=True)
    begun, bar = [], tqdm(total=len(missing), desc=target.name.split("_")[0], unit="face", disable=len(missing) < SHARD)
    try:
        with bar, contextlib.closing(side_by_side(draw, [int(seed) for seed in seeds[missing]], workers)) as drawn:
            for index, picture in zip(missing, drawn):
                if begun and seeds[index] // SHARD != seeds[begun[0]] // SHARD:
                    _write(target, seeds[begun], pictures[begun])
                    begun = []
                pictures[index] = picture
                begun.append(index)
                bar.update()
    finally:
        if begun:
            _write(target, seeds[begun], pictures[begun])


def _path(target, seed):
    return target / f"{seed // SHARD}.npz"


def _stored(target, seed):
    """Seeds and pictures of the file that holds a seed; none if it is missing or broken."""
    path = _path(target, seed)
    with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        if zipfile.is_zipfile(path):  # numpy 1.18 complains on the screen about a file that is cut short
            with np.load(path) as file:
                return file["seeds"], file["pictures"]
    return np.zeros(0, np.int64), None


def _read(target, seeds, pictures, rows):
    """Copy stored pictures of some seeds of one file into rows of `pictures`. Returns which of them were there: bool [n]."""
    known, stored = _stored(target, seeds[0])
    there = np.isin(seeds, known)
    if there.any():
        pictures[rows[there]] = stored[np.searchsorted(known, seeds[there])]
        os.utime(_path(target, seeds[0]))  # asked for just now
    return there


def _write(target, seeds, pictures):
    """Add pictures to their file, which keeps its seeds in order."""
    known, stored = _stored(target, seeds[0])
    old = ~np.isin(known, seeds)
    if old.any():
        seeds, pictures = np.concatenate([known[old], seeds]), np.concatenate([stored[old], pictures])
    order = np.argsort(seeds)
    write_arrays(_path(target, seeds[0]), {"seeds": seeds[order], "pictures": pictures[order]})
