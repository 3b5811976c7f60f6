"""Plausible wrong answers to the exercises of notebook 16."""

from __future__ import annotations

import numpy as np

DECOYS = {
    "share_covered": [(lambda bare, dressed, label: 1 - (dressed == label).sum() / (bare == label).sum(), "new place")],
    "cut_out": [(lambda picture, alpha, colour: (alpha[..., None] * picture).round().astype(np.uint8), "alpha 0")],
    "turned": [(lambda points68: (points68[30, 0] - points68[0, 0]) / (points68[16, 0] - points68[0, 0]), "in the middle")],
}
