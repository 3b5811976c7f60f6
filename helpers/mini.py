"""The Mini dataset (小数据集) that the course ships: photos of heads, and exemplars of three styles, of other people."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from helpers import settings
from helpers.errors import DatasetError


def mini_dataset(style) -> Path:
    """A folder with face_photo/ and face_cartoon/, each a flat folder of JPEG files, 256 x 256, as the lecture's code expects.

    style: "anime", "sketch" or "3d". The files are copied from data/mini to runs/mini/<style>, so that one may add to them or
    take away from them; files that are missing there come back with the next call. Raises DatasetError for another style, or if
    data/mini or runs cannot be used. Online, the lecture's `MsDataset.load("dctnet_train_clipart_mini_ms", ...)` gives
    the same two folders of real pictures.
    """
    source = settings.DATA / "mini"
    cartoons = source / "face_cartoon"
    known = sorted(path.name for path in cartoons.iterdir() if path.is_dir()) if cartoons.is_dir() else []
    if not known:
        raise DatasetError(f"There is no Mini dataset in {source}: `make data` makes it again.")
    if style not in known:
        raise DatasetError(f"The Mini dataset has no style {style!r}: choose one of {', '.join(known)}.")
    target = settings.RUNS / "mini" / style
    try:
        _copy(source / "face_photo", target / "face_photo")
        _copy(cartoons / style, target / "face_cartoon")
    except OSError as error:
        raise DatasetError(f"The Mini dataset could not be copied to {target}: {error.strerror or error}.") from error
    return target


def _copy(source, target):
    """Copy the pictures that are missing or empty, each whole or not at all."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.jpg")):
        copy = target / path.name
        if not copy.is_file() or copy.stat().st_size == 0:
            partial = copy.with_suffix(".part")
            shutil.copyfile(path, partial)
            os.replace(partial, copy)
