"""Plausible wrong answers to the exercises of notebook 13."""

from __future__ import annotations

import numpy as np


def without_fraction(x):
    return np.floor((np.clip(x, -0.999999, 0.999999) + 1) * 127.5)


DECOYS = {
    "output_levels": [
        (lambda x: np.floor((x + 1) * 127.5).astype(int).astype(np.uint8), "expected 254, got 255"),  # no clip
        (lambda x: np.round((np.clip(x, -0.999999, 0.999999) + 1) * 127.5).astype(np.uint8), "expected 127, got 128"),  # rounds
        (lambda x: (np.clip(x, 0, 0.999999) * 255).astype(np.uint8), "expected 127, got 0"),  # another range
        (without_fraction, "expected uint8"),
    ],
    "stored_bytes": [
        (lambda weights, bits: sum(value.size * bits / 8 for value in weights.values()), "biases alone"),
        (
            lambda weights, bits: sum(value.size * (bits / 8 if value.ndim == 4 else 4) for value in weights.values()),
            "expected 176, got 144",
        ),
        (
            lambda weights, bits: sum(value.size * (bits if value.ndim == 4 else 32) for value in weights.values()),
            "got 256",
        ),  # bits, not bytes
        (
            lambda weights, bits: sum(
                value.size * bits // 8 + 4 * value.shape[0] if value.ndim == 4 else 4 * value.size for value in weights.values()
            ),
            "expected 176, got 156",
        ),
    ],
    "quantise_whole": [
        (
            lambda kernel, bits: (
                np.round(kernel / (np.abs(kernel).max((0, 1, 2)) / (2 ** (bits - 1) - 1)))
                * (np.abs(kernel).max((0, 1, 2)) / (2 ** (bits - 1) - 1))
            ),
            "in 8 bits",
        ),  # still per channel
        (lambda kernel, bits: np.round(kernel / (kernel.max() / 2 ** (bits - 1))) * (kernel.max() / 2 ** (bits - 1)), "in 8 bits"),
        (lambda kernel, bits: np.round(kernel / (np.abs(kernel).max() / (2 ** (bits - 1) - 1))), "in 8 bits"),  # whole numbers
        (
            lambda kernel, bits: (
                np.floor(kernel / (np.abs(kernel).max() / (2 ** (bits - 1) - 1))) * (np.abs(kernel).max() / (2 ** (bits - 1) - 1))
            ),
            "in 8 bits",
        ),  # floor
    ],
}
