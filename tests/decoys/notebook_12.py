"""Plausible wrong answers to the exercises of notebook 12."""

from __future__ import annotations

import numpy as np

DECOYS = {
    "fill_segments": [(lambda picture, labels: np.full_like(picture, picture.mean()), "one segment")],
    "middle_square": [(lambda picture: picture[: min(picture.shape[:2]), : min(picture.shape[:2])], "a wide picture")],
    "last_whole": [
        (
            lambda names: int(max(name.split("-")[1][: -len(".index")] for name in names if name.endswith(".index"))),
            "expected 10, got 9",
        )
    ],
}
