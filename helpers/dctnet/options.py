"""The `train` block of a model directory's configuration.json, and what a call sets instead."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.errors import ModelError

from .losses import PATCH_SIZE, weights_for

WEIGHTS = weights_for(PATCH_SIZE)  # of the losses: upstream's, as constants in its code; a configuration may name them, too
# Upstream's keys, with the values that are used where neither the configuration nor the call gives one (DCT-Net's own script's).
DEFAULTS = {
    "photo": "face_photo",
    "cartoon": "face_cartoon",
    "patch_size": 256,
    "work_dir": "exp_localtoon",
    "batch_size": 16,
    "adv_train_lr": 2e-4,
    "max_steps": 300_000,
    "logging_interval": 1000,
    "ckpt_period_interval": 1000,
    "resume_epoch": 0,
    "num_gpus": 1,
    **WEIGHTS,
}
COUNTS = ("patch_size", "batch_size", "max_steps", "logging_interval", "ckpt_period_interval", "num_gpus")
MULTIPLE = 8  # of the patch: the discriminators and the features look at eighths


def read_options(configuration, given):
    """All of upstream's options, and the weights of the losses: dict name -> value.

    configuration: path of configuration.json. given: dict, None for what the call leaves to the configuration. Raises ModelError.
    """
    try:
        block = json.loads(Path(configuration).read_text(encoding="utf-8")).get("train") or {}
        options = {**DEFAULTS, **{name: block[name] for name in DEFAULTS if name in block}}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ModelError(f"{configuration} cannot be read as a model's configuration ({error}).") from error
    options.update({name: value for name, value in given.items() if value is not None})
    _check(options)
    return options


def _check(options):
    for name in COUNTS:
        if isinstance(options[name], bool) or not isinstance(options[name], int) or options[name] < 1:
            raise ModelError(f"{name} is {options[name]!r}: set it to a whole number, 1 or more.")
    if options["patch_size"] % MULTIPLE:
        raise ModelError(f"patch_size is {options['patch_size']}: set it to a multiple of {MULTIPLE}.")
    rate = options["adv_train_lr"]
    if not isinstance(rate, (int, float)) or not 0 < rate < 1:
        raise ModelError(f"adv_train_lr is {rate!r}: set it to a learning rate between 0 and 1, such as 0.0002.")
    for name in WEIGHTS:
        weight = options[name]
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight < float("inf"):
            raise ModelError(f"{name} is {weight!r}: set it to a number, 0 or more.")
    if not isinstance(options["resume_epoch"], int) or options["resume_epoch"] < 0:
        raise ModelError(f"resume_epoch is {options['resume_epoch']!r}: set it to the N of tf_ckpts/model-N, or to 0.")
