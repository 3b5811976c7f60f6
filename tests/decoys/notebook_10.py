"""Plausible wrong answers to the exercises of notebook 10."""

from __future__ import annotations

import numpy as np


def scaled(height, width, limit):
    """Both sides by the same factor, so that the shorter one becomes `limit`, enlarged or reduced."""
    shorter = min(height, width)
    return height * limit // shorter, width * limit // shorter


def by_the_longer_side(height, width, limit=720):
    factor = min(1, limit / max(height, width))
    return int(height * factor), int(width * factor)


def with_fractions(height, width, limit=720):
    factor = min(1, limit / min(height, width))
    return height * factor, width * factor


def soft(background, head, mask):
    """The blending of the page, soft edge and all."""
    return np.round(mask[..., None] * head.astype(float) + (1 - mask[..., None]) * background).astype(np.uint8)


DECOYS = {
    "working_size": [
        (lambda height, width, limit=720: (limit, limit * width // height), "height 512"),
        (lambda height, width, limit=720: scaled(height, width, limit), "height 512"),
        (lambda height, width, limit=720: scaled(height, width, min(720, height, width)), "limit=300"),
        (by_the_longer_side, "height 1440"),
        (with_fractions, "whole numbers"),
    ],
    "undo": [
        (lambda matrix: np.hstack([matrix[:, :2].T, -matrix[:, 2:]]), "scale 0.5"),
        (lambda matrix: np.hstack([np.linalg.inv(matrix[:, :2]), -matrix[:, 2:]]), "turn 0.4"),
        (lambda matrix: np.linalg.inv(matrix[:, :2]), "shape [2, 3]"),
        (lambda matrix: -matrix, "turn 0.0"),
    ],
    "taken_out": [
        (lambda: {"shift", "rotation", "scale", "mirror"}, "'mirror'"),
        (lambda: {"shift", "rotation", "scale", "stretch"}, "'stretch'"),
        (lambda: {"rotation"}, "'shift'"),
        (lambda: {"tilt", "shift"}, "is none of"),
    ],
    "composite": [
        (soft, "a mask from 0 to 1"),
        (lambda background, head, mask: np.where(mask[..., None] >= 0.5, background, head), "mask 0"),
        (lambda background, head, mask: np.where(mask[..., None] > 0.5, head, background), "a mask from 0 to 1"),
        (lambda background, head, mask: np.where(mask[..., None] > 0, head, background), "a mask from 0 to 1"),
    ],
}
