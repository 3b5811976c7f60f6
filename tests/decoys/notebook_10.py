"""Plausible wrong answers to the exercises of notebook 10."""

from __future__ import annotations

import numpy as np

DECOYS = {
    "working_size": [(lambda height, width, limit=720: (limit, limit * width // height), "height 512")],
    "undo": [(lambda matrix: np.hstack([matrix[:, :2].T, -matrix[:, 2:]]), "scale 0.5")],
    "composite": [(lambda background, head, mask: (mask[..., None] * head).astype(np.uint8), "mask 0")],
}
