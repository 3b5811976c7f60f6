"""Many random portraits: drawn on all cores, and kept in runs/portraits so that the next call only reads them.

Every picture is a PNG file of its own, written whole or not at all: a call that was stopped goes on where it stopped. Another
version of the renderer has another folder. Above a limit the pictures that were not asked for the longest are deleted.
"""

from __future__ import annotations

import collections
import functools
import hashlib
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from helpers.files import write_bytes
from helpers.settings import RUNS

from .people import Identity
from .registry import Sitting, render
from .sampling import sample_sitting

LIMIT_MB = 500
FEW = 8  # pictures that are drawn sooner than a second process has started
CHUNK = 4  # pictures that a process is asked for at a time


def random_portrait(seed, style="photo", size=256, exaggeration=1.0):
    """A random person before a random camera: RGB uint8 [size, size, 3]; in every style the same person in the same pose."""
    return render(Identity.sample(seed), style, size, exaggeration=exaggeration, **sample_sitting(seed))


def random_portraits(seeds, style="photo", size=256, exaggeration=1.0, workers=None, limit_mb=LIMIT_MB, folder=None):
    """random_portrait for many seeds: RGB uint8 [N, size, size, 3], from the cache as far as it has them.

    workers: processes, all cores if left out. limit_mb: how large all cached pictures together may be, in megabytes. folder:
    where they are, runs/portraits if left out. Raises ValueError for an unknown style, a wrong size or exaggeration.
    """
    Sitting(Identity(), style, size, exaggeration=exaggeration)  # say what is wrong before any process starts
    root, seeds = Path(folder or RUNS / "portraits"), [int(seed) for seed in seeds]
    target = root / f"{style}_{size}_{exaggeration:g}_{version()}"
    target.mkdir(parents=True, exist_ok=True)
    keep = functools.partial(_cached, target, style, size, exaggeration)
    missing = sum(not _path(target, seed).is_file() for seed in seeds)
    pictures = list(side_by_side(keep, seeds, workers if missing >= FEW else 1))
    forget(root, limit_mb * 1e6)
    return np.stack(pictures) if pictures else np.zeros((0, size, size, 3), np.uint8)


def side_by_side(draw, seeds, workers=None):
    """Yield draw(seed) for each seed, in order, by several processes if there are many. workers: processes, all cores if None.

    When the generator is closed or fails, what has not been started is left.
    """
    workers = min(workers or os.cpu_count() or 1, len(seeds) // CHUNK)
    if workers < 2 or len(seeds) < FEW:
        yield from map(draw, seeds)
        return
    chunks = [seeds[first : first + CHUNK] for first in range(0, len(seeds), CHUNK)]
    # A fresh process each: a copy of one that runs TensorFlow would hang.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start) as pool:
        waiting = collections.deque(pool.submit(_several, draw, chunk) for chunk in chunks)
        try:
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _start():
    """In a process that draws: one thread, and Ctrl-C is the business of the one that asked."""
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _several(draw, seeds):
    return [draw(seed) for seed in seeds]


@functools.lru_cache(maxsize=None)
def version():
    """Eight letters that change with the renderer's source."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _path(target, seed):
    return target / f"{seed}.png"


def _cached(target, style, size, exaggeration, seed):
    """One picture, read if it is there and whole, else drawn and written."""
    path = _path(target, seed)
    found = cv2.imread(str(path)) if path.is_file() else None
    if found is not None and found.shape == (size, size, 3):
        os.utime(path)  # asked for just now
        return np.ascontiguousarray(found[..., ::-1])
    picture = random_portrait(seed, style, size, exaggeration)
    _, png = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    write_bytes(path, png.tobytes())
    return picture


def forget(root, limit):
    """Delete the files of all folders in a folder that were not asked for the longest, until the rest is below the limit, in bytes."""
    files = [(path.stat().st_mtime, path.stat().st_size, path) for path in root.glob("*/[!.]*")]
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= limit:
            return
        path.unlink()
        total -= size
