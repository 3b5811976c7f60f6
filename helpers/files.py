"""Files that appear whole or not at all, and weights of networks as .npz."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
import zipfile
from pathlib import Path

import numpy as np

from helpers.errors import ModelError


@contextlib.contextmanager
def whole(path):
    """A temporary Path beside `path`, for one file: it takes the name `path` when the block ends, and goes if the block fails.

    What was there under that name stays until then. The temporary name is nobody else's, so several processes may write one
    file: the last one wins. The data is on the disk before the name changes. Raises OSError.
    """
    path = Path(path)
    temporary = path.with_name(f".writing-{uuid.uuid4().hex}")
    try:
        yield temporary
        move(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def write_bytes(path, data: bytes) -> None:
    """Write a file, whole or not at all. Raises OSError."""
    with whole(path) as temporary:
        temporary.write_bytes(data)


def write_text(path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all. Raises OSError."""
    write_bytes(path, text.encode("utf-8"))


def write_arrays(path, arrays: dict) -> None:
    """Write a dict name -> array as npz, whole or not at all. Raises OSError."""
    with whole(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **arrays)


def save_weights(path, weights: dict) -> None:
    """Write a dict name -> array or variable as npz, whole or not at all ("/" in names becomes "|"). Raises OSError."""
    write_arrays(path, {name.replace("/", "|"): np.asarray(value) for name, value in weights.items()})


def load_weights(path) -> dict:
    """Read what `save_weights` wrote: dict name -> float32 array, also where float16 was stored."""
    with np.load(path) as stored:
        return {name.replace("|", "/"): stored[name].astype(np.float32) for name in stored.files}


def load_shipped(path, network: str, expected: dict) -> dict:
    """The same, of a network that comes with the course: raises ModelError if it is missing, damaged or another one.

    network: what it is called, "perceptual network". expected: dict name -> array, any weights of that network.
    """
    try:
        weights = load_weights(path)
    except FileNotFoundError:
        raise ModelError(f"The {network} {path} is missing: get the course again, with its data.") from None
    except (OSError, ValueError, zipfile.BadZipFile):
        raise ModelError(f"{path} is no file of weights or is cut short: get it again.") from None
    missing = [name for name, value in expected.items() if weights.get(name, value[:0]).shape != value.shape]
    if missing:
        raise ModelError(f"{path} is not the {network}: {', '.join(missing)} are missing or have another shape.")
    return weights


@contextlib.contextmanager
def whole_folder(path, replace=True):
    """As `whole`, for a folder: an empty one to fill, which takes the name `path` when the block ends, and goes if the block fails.

    A folder cannot be replaced in one step: what was there steps aside first and goes last. replace: False where a folder that another
    process has put there in the meantime shall stay, and this one go. Makes the folders above it. Raises OSError.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".writing-{uuid.uuid4().hex}")
    temporary.mkdir()
    try:
        yield temporary
        if replace:
            _replace_folder(temporary, path)
        elif not path.is_dir():
            _name_folder(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def move(path, target) -> None:
    """Give a finished file its name, on the same disk: its data is on the disk before the name changes. Raises OSError."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(path, target)


def _replace_folder(new, path):
    old = path.with_name(f".replaced-{uuid.uuid4().hex}")
    if path.exists():
        os.rename(path, old)
    try:
        os.rename(new, path)
    except OSError:
        if old.exists():
            os.rename(old, path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _name_folder(new, path):
    try:
        os.rename(new, path)
    except OSError:
        if not path.is_dir():  # else another process was faster
            raise
