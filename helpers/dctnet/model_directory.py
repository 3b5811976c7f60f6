"""Where a training starts from and where its export goes: folders of a model, found, completed, copied if they must stay as they are."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from helpers import hub
from helpers.errors import ModelError
from helpers.lesson import settings

from . import checkpoints

CONFIGURATION = "configuration.json"
VGG = "vgg19.npy"
CHECKPOINTS = "tf_ckpts"


def find(model):
    """Folder of a model's files: its own for a path, else what the hub, its cache or the course has. Raises ModelError.

    VGG19's weights, which only a training needs, come along where the model has them.
    """
    if is_own_folder(model):
        hub.check(Path(model).expanduser(), (CONFIGURATION,))
        return Path(model).expanduser()
    try:
        return hub.resolve(model, (*hub.REQUIRED_FILES, VGG))
    except ModelError:
        return hub.resolve(model)


def is_own_folder(model):
    """Whether `model` is a folder that the caller named, rather than a style or a hub model ID."""
    return isinstance(model, Path) or (model not in hub.styles.STYLES and Path(model).expanduser().is_dir())


def start_checkpoint(model, source, step):
    """Prefix of tf_ckpts/model-<step> in the model's folder, fetched from the hub if the folder lacks it. Raises ModelError."""
    names = [f"{CHECKPOINTS}/{checkpoints.PREFIX}{step}{ending}" for ending in checkpoints.ENDINGS]
    if not all((source / name).is_file() for name in names):
        if is_own_folder(model):
            raise ModelError(f"resume_epoch is {step}, but {source / names[-1]} is missing: put it there, or set resume_epoch to 0.")
        source = hub.resolve(model, (*hub.REQUIRED_FILES, *names))
    return source / CHECKPOINTS / f"{checkpoints.PREFIX}{step}"


def writable_copy(model, source):
    """The folder that an export may change: the caller's own one, else a copy in runs/models/, made once."""
    embedded = settings.MODELS.resolve() in source.resolve().parents
    if is_own_folder(model) and not embedded:
        return source
    name = source.name if embedded else str(model).replace("/", "--")
    copy = settings.RUNS / "models" / name
    if not copy.is_dir():
        staging = copy.with_name(f".{name}-{os.getpid()}")
        staging.mkdir(parents=True, exist_ok=True)
        for file in hub.REQUIRED_FILES:
            shutil.copyfile(source / file, staging / file)
        try:
            os.replace(staging, copy)
        except OSError:  # another process was faster
            shutil.rmtree(staging)
    return copy
