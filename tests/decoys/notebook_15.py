"""Plausible wrong answers to the exercises of notebook 15."""

from __future__ import annotations

import numpy as np

NAME = "damo/cv_unet_person-image-cartoon{}_compound-models"

DECOYS = {
    "model_id": [
        (lambda style: NAME.format(f"-{style}"), "'anime'"),
        (lambda style: NAME.format("" if style == "anime" else f"-{style}"), "-sd-design"),
        (lambda style: NAME.format({"anime": ""}.get(style, f"-sd-{style}")), "'3d'"),
        (lambda style: NAME.format("" if style == "anime" else f"_{style}"), "cartoon-3d"),
    ],
    "longest_wait": [
        (lambda visitors, seconds, at_once: visitors * seconds / at_once, "expected 8, got 6.66667"),
        (lambda visitors, seconds, at_once: visitors * seconds, "got 20"),
        (lambda visitors, seconds, at_once: visitors // at_once * seconds, "got 6"),
        (lambda visitors, seconds, at_once: (visitors // at_once + 1) * seconds, "9 visitors"),
    ],
    "upright": [
        (lambda image, orientation: image, "orientation 3"),
        (lambda image, orientation: np.rot90(image, {1: 0, 3: 2, 6: 1, 8: 3}[orientation]), "orientation 6"),  # the wrong way round
        (lambda image, orientation: np.rot90(image, {1: 0, 3: 1, 6: 3, 8: 1}[orientation]), "orientation 3"),
        (lambda image, orientation: image[::-1] if orientation == 3 else np.rot90(image, orientation // 7), "orientation 3"),  # mirrored
    ],
}
