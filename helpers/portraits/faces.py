"""Aligned heads for training and testing, drawn on all cores and kept in runs/faces. Who is in which set: face_people.py.

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

SHARD = 100  # seeds of a file
LIMIT_MB = 2000  # of all files
PHOTO_FINER = 2  # a photo is taken so many times as large, then averaged: noise and JPEG of a tiny picture would be coarse
TURN, NOD = 0.7, 0.6  # heads turn and nod less than those of sample_sitting


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
