"""Plausible wrong answers to the exercises of notebook 16."""

from __future__ import annotations

import numpy as np


def mixed(picture, alpha, colour):
    return alpha[..., None] * picture + (1 - alpha[..., None]) * np.array(colour, float)


DECOYS = {
    "share_covered": [
        (lambda bare, dressed, label: 1 - (dressed == label).sum() / (bare == label).sum(), "new place"),
        (lambda bare, dressed, label: (bare != dressed).mean(), "another part"),
        (lambda bare, dressed, label: ((bare == label) & (dressed != label)).mean(), "another part"),
        (lambda bare, dressed, label: (dressed[bare == label] == label).mean(), "two equal maps"),
    ],
    "cut_out": [
        (lambda picture, alpha, colour: (alpha[..., None] * picture).round().astype(np.uint8), "alpha 0"),
        (lambda picture, alpha, colour: mixed(picture, alpha, colour).astype(np.uint8), "from 0 to 1"),
        (lambda picture, alpha, colour: mixed(picture, np.round(alpha), colour).astype(np.uint8), "from 0 to 1"),
        (lambda picture, alpha, colour: mixed(picture, 1 - alpha, colour).round().astype(np.uint8), "alpha 0"),
    ],
    "stencil": [
        (lambda light: np.where(light < 0.5, 255, 0).astype(np.uint8), "light from 0 to 1"),
        (lambda light: np.where(light > 0.5, 255, 0).astype(np.uint8), "exactly one half"),
        (lambda light: np.where(light < light.mean(), 0, 255).astype(np.uint8), "a dark picture"),
        (lambda light: light >= 0.5, "expected uint8"),
    ],
    "turned": [
        (lambda points68: (points68[30, 0] - points68[0, 0]) / (points68[16, 0] - points68[0, 0]), "in the middle"),
        (lambda points68: (points68[0, 0] + points68[16, 0] - 2 * points68[30, 0]) / (points68[16, 0] - points68[0, 0]), "right end"),
        (lambda points68: (2 * points68[30, 0] - points68[0, 0] - points68[16, 0]) / 100, "right end"),
        (lambda points68: (2 * points68[33, 0] - points68[0, 0] - points68[16, 0]) / (points68[16, 0] - points68[0, 0]), "in the middle"),
    ],
}
