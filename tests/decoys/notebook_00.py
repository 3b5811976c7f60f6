"""Plausible wrong answers to the exercises of notebook 00."""

from __future__ import annotations

import numpy as np


def cut_off(photo, cartoon, strength):
    """The mean, not rounded: every number loses its fraction."""
    return ((1 - strength) * photo.astype(float) + strength * cartoon.astype(float)).astype(np.uint8)


def in_uint8(photo, cartoon, levels):
    """The trap that the page announces: below zero, uint8 starts again at 255."""
    return ((photo - cartoon) > levels).any(axis=2).mean()


DECOYS = {
    "mix": [
        (lambda photo, cartoon, strength: (photo + cartoon) // 2, "strength 0.0"),
        (cut_off, "not the nearest number"),
        (lambda photo, cartoon, strength: cut_off(cartoon, photo, strength), "strength 0.0"),
        (lambda photo, cartoon, strength: (1 - strength) * photo + strength * cartoon, "expected uint8"),
    ],
    "wrapped": [
        (lambda: [-2, 245], "expected 254"),
        (lambda: [0, 245], "expected 254"),
        (lambda: [2, 245], "expected 254"),
        (lambda: 254, "expected an array"),
    ],
    "share_changed": [
        (in_uint8, "wrap around"),
        (lambda photo, cartoon, levels: in_uint8(cartoon, photo, levels), "wrap around"),
        (lambda photo, cartoon, levels: (np.abs(photo - cartoon) > levels).any(axis=2).mean(), "wrap around"),
        (lambda photo, cartoon, levels: (np.abs(photo.astype(int) - cartoon) > levels).mean(), "one channel"),
        (lambda photo, cartoon, levels: (np.abs(photo.astype(int) - cartoon).mean(axis=2) > levels).mean(), "one channel"),
        (lambda photo, cartoon, levels: (np.abs(photo.astype(int) - cartoon) >= levels).any(axis=2).mean(), "levels=50"),
    ],
    "mean_without_float": [
        (lambda photo, cartoon: ((photo.astype(float) + cartoon) / 2).astype(np.uint8), "all in uint8"),
        (lambda photo, cartoon: photo // 2 + cartoon // 2, "all in uint8"),
        (lambda photo, cartoon: (photo.astype(int) + cartoon) // 2, "expected uint8"),
    ],
}
