"""Plausible wrong answers to the exercises of notebook 02."""

from __future__ import annotations

import cv2
import numpy as np


def _masked(features, mask):
    return (features * mask[..., None]).reshape(-1, features.shape[-1])


def _of_positions(features, mask):
    flat = features.reshape(-1, features.shape[-1])
    return flat.T @ (flat * mask.reshape(-1, 1))


def _brightness_of_the_photo(painted, photo):
    mixed = cv2.cvtColor(painted, cv2.COLOR_RGB2YCrCb)
    mixed[..., 0] = cv2.cvtColor(photo, cv2.COLOR_RGB2YCrCb)[..., 0]
    return cv2.cvtColor(mixed, cv2.COLOR_YCrCb2RGB)


def _left_in_ycrcb(painted, photo):
    mixed = cv2.cvtColor(photo, cv2.COLOR_RGB2YCrCb)
    mixed[..., 0] = cv2.cvtColor(painted, cv2.COLOR_RGB2YCrCb)[..., 0]
    return mixed


DECOYS = {
    "masked_gram": [
        (lambda features, mask: _of_positions(features, mask) / mask.size, "the upper half"),
        (lambda features, mask: _of_positions(features, mask), "a mask of ones"),
        (lambda features, mask: _masked(features, mask).T @ _masked(features, mask) / mask.sum(), "between 0 and 1"),
    ],
    "same_style": [
        (lambda: {"halves swapped", "mirrored"}, "'mirrored'"),
        (lambda: {"halves swapped", "mirrored", "turned", "half the size"}, "'mirrored'"),
        (lambda: set(), "'halves swapped'"),
        (lambda: {"shuffled"}, "a set of names"),
    ],
    "keep_colours": [
        (lambda painted, photo: (painted // 2 + photo // 2).astype(np.uint8), "a colourful painting"),
        (_brightness_of_the_photo, "a colourful painting"),
        (_left_in_ycrcb, "a photo painted by itself"),
    ],
}
