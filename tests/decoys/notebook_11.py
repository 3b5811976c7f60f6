"""Plausible wrong answers to the exercises of notebook 11."""

from __future__ import annotations

import numpy as np

DECOYS = {
    "frame_at": [(lambda times, moment: int(round(moment * 25)), "0.079 s")],
    "smooth_points": [(lambda points, weight: np.array([points[0], *(weight * points[1:] + (1 - weight) * points[:-1])]), "weight 0.5")],
    "box_overlap": [
        (
            lambda first, second: float(
                (min(first[2], second[2]) - max(first[0], second[0])) * (min(first[3], second[3]) - max(first[1], second[1])) / 200
            ),
            "a quarter of its width",
        )
    ],
}
