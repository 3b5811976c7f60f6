"""Where a training starts from and where its export goes: folders of a model, found, completed, copied if they must stay as they are."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from helpers import files, hub, settings
from helpers.errors import ModelError

from . import checkpoints
from .options import read_options
from .training_note import CONFIGURATION
from .vgg19 import FILE as VGG

CHECKPOINTS = "tf_ckpts"
SHIPPED = "checkpoints/unet_{}.npz"  # below data/: the generator that a fine-tuning of an embedded style starts from


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
    return isinstance(model, Path) or (model not in hub.STYLES and Path(model).expanduser().is_dir())


def start_checkpoint(model, source, copy, step):
    """Prefix of tf_ckpts/model-<step>: in the model's folder, in its copy, or fetched from the hub. Raises ModelError."""
    names = [f"{CHECKPOINTS}/{checkpoints.PREFIX}{step}{ending}" for ending in checkpoints.ENDINGS]
    found = [folder for folder in (Path(source), Path(copy)) if all((folder / name).is_file() for name in names)]
    if not found and is_own_folder(model):
        raise ModelError(f"resume_epoch is {step}, but {source / names[-1]} is missing: put it there, or set resume_epoch to 0.")
    folder = found[0] if found else hub.resolve(model, (*hub.REQUIRED_FILES, *names))
    return folder / CHECKPOINTS / f"{checkpoints.PREFIX}{step}"


def writable_copy(model, source):
    """The folder that an export may change: the caller's own one, else a copy in runs/models/, made once.

    The copy of an embedded model gets tf_ckpts/model-N: the style's shipped U-Net, and the rest of a training's state as it is at
    the beginning. N is the configuration's resume_epoch.
    """
    embedded = settings.MODELS.resolve() in source.resolve().parents
    if is_own_folder(model) and not embedded:
        return source
    name = source.name if embedded else str(model).replace("/", "--")
    copy = settings.RUNS / "models" / name
    if not copy.is_dir():
        with files.whole_folder(copy, replace=False) as staging:  # another process may be at it
            for file in hub.REQUIRED_FILES:
                shutil.copyfile(source / file, staging / file)
    if embedded:
        _add_start(source, copy)
    return copy


def _add_start(source, copy):
    """Write the checkpoint that an embedded style's fine-tuning starts from, also into a copy from before there was one."""
    shipped, step = settings.DATA / SHIPPED.format(source.name), read_options(source / CONFIGURATION, {})["resume_epoch"]
    folder = copy / CHECKPOINTS
    if not step or not shipped.is_file() or step in checkpoints.steps(folder):
        return
    with tempfile.TemporaryDirectory(dir=copy, prefix=".start-") as staging:  # several processes may be at it
        prefix = checkpoints.write(staging, step, checkpoints.fresh(seed=0, weights=files.load_weights(shipped)))
        folder.mkdir(exist_ok=True)
        for ending in checkpoints.ENDINGS:
            files.move(f"{prefix}{ending}", folder / f"{prefix.name}{ending}")
