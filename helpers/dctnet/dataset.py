"""Folders of training pictures: which ones are usable, how each becomes a square, and in which order they are seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from helpers import hub
from helpers.errors import DatasetError, ImageError
from helpers.images import read_image

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
READERS = 4  # threads
FEWEST = 4  # pictures; a discriminator learns fewer by heart at once
ON_BAD_IMAGE = ("skip", "raise")


def lecture_folder(name="dctnet_train_clipart_mini_ms", namespace="menyifang"):
    """The lecture's data set by ModelScope's own loader: a folder with face_photo/ and face_cartoon/, or None where it cannot be had.

    The loader is called where the hub answers, and may fail in ways of its own: then one line says how.
    """
    if not hub.reachable():
        return None
    try:
        from modelscope.msdatasets import MsDataset

        folder = Path(MsDataset.load(name, namespace=namespace, split="train").config_kwargs["split_config"]["train"])
        missing = [part for part in ("face_photo", "face_cartoon") if not (folder / part).is_dir()]
        if missing:
            raise DatasetError(f"{folder} has no {missing[0]}/")
    except Exception as error:  # by version: no such attribute, a broken download, a missing package, ...
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        print(f"ModelScope's loader could not bring {namespace}/{name}: {reason}", flush=True)
        return None
    return folder


def check_folder(folder, on_bad_image):
    """What can be said about a folder of training pictures before one is opened: it exists, with enough files. Raises DatasetError."""
    _check_mode(on_bad_image)
    folder = Path(folder).expanduser()
    _check_count(folder, _find(folder))


class PictureFolder:
    """The pictures of one folder and of the folders in it, in the order of their names.

    size: side of the squares, in pixels. Every picture is opened once at the start. on_bad_image: "skip" says which ones cannot be
    read and goes on without them, "raise" stops at the first. Raises DatasetError, also for fewer than 4 usable pictures.
    """

    def __init__(self, folder, size, on_bad_image="skip"):
        _check_mode(on_bad_image)
        self.folder, self.size = Path(folder).expanduser(), size
        found = _find(self.folder)
        with ThreadPoolExecutor() as threads:
            reasons = list(threads.map(_why_bad, found))
        bad = [reason for reason in reasons if reason]
        if bad and on_bad_image == "raise":
            raise DatasetError(f'{bad[0]} Or train with on_bad_image="skip".')
        for reason in bad:
            print(f"Skipped: {reason}", flush=True)
        self.paths = [path for path, reason in zip(found, reasons) if not reason]
        _check_count(self.folder, self.paths)

    def __len__(self):
        return len(self.paths)

    def load(self, index):
        """One picture as the networks want it: BGR float32 [size, size, 3] in [-1, 1]."""
        try:
            square = to_square(read_image(self.paths[index]), self.size)
        except ImageError as error:  # it could be read at the start
            raise DatasetError(f"A training picture changed during the training: {error}") from error
        return square[..., ::-1].astype(np.float32) / np.float32(127.5) - np.float32(1)


class Batches:
    """The batches of a folder, step by step, read ahead by threads.

    batch: pictures a step. seed: list of int, for `order`. Of each batch a device takes its share: `part` of `parts`.
    """

    def __init__(self, folder, batch, seed):
        self.folder, self.batch, self.seed = folder, batch, seed
        self._threads, self._ahead = ThreadPoolExecutor(READERS), {}

    def numbers(self, step, part=0, parts=1):
        """Which pictures of the folder they are: list of int."""
        share = self.batch // parts
        return order(len(self.folder), self.batch, step, self.seed)[part * share : (part + 1) * share]

    def pictures(self, step, part=0, parts=1):
        """BGR float32 [N, size, size, 3] in [-1, 1]; from here on the next step's are being read."""
        found = [future.result() for future in self._ahead.pop((step, part, parts), None) or self._read(step, part, parts)]
        self._ahead[step + 1, part, parts] = self._read(step + 1, part, parts)
        return np.stack(found)

    def _read(self, step, part, parts):
        return [self._threads.submit(self.folder.load, number) for number in self.numbers(step, part, parts)]


def to_square(image, size):
    """The middle square of a picture, resized. uint8 [H, W, 3] -> uint8 [size, size, 3]; as it is where it fits already."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = image[top : top + side, left : left + side]
    if side == size:
        return square
    return cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA if side > size else cv2.INTER_CUBIC)


def order(count, batch, step, seed):
    """Which pictures make up the batch of a step: list of int, each below `count`.

    All pictures are seen once in a new random order, then again, and so on; a batch may be larger than the folder. The order
    depends on the arguments alone, so that a training that goes on later sees what it would have seen. seed: list of int.
    """
    positions = range(step * batch, (step + 1) * batch)
    epochs = {position // count for position in positions}
    shuffled = {epoch: np.random.RandomState([*seed, epoch]).permutation(count) for epoch in epochs}
    return [int(shuffled[position // count][position % count]) for position in positions]


def _check_mode(on_bad_image):
    if on_bad_image not in ON_BAD_IMAGE:
        raise DatasetError(f'on_bad_image is {on_bad_image!r}: set it to "skip" or "raise".')


def _find(folder):
    """The files in a folder, and in the folders in it, that are pictures by their names, sorted."""
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {folder} with training pictures: check the path.")
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())


def _check_count(folder, paths):
    if len(paths) < FEWEST:
        raise DatasetError(f"{folder} holds {len(paths)} usable pictures ({', '.join(ENDINGS)}): put at least {FEWEST} there.")


def _why_bad(path):
    try:
        read_image(path)
    except ImageError as error:
        return str(error)
    return None
