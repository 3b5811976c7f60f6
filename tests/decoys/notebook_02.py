"""Plausible wrong answers to the exercises of notebook 02."""

from __future__ import annotations

import numpy as np

DECOYS = {
    "weighted_style": [
        (
            lambda made, wanted, weights: sum(w * np.mean((made[layer] - wanted[layer]) ** 2) for layer, w in weights.items()),
            "weights 1 and 0",
        )
    ],
    "keep_colours": [(lambda painted, photo: (painted // 2 + photo // 2).astype(np.uint8), "a colourful painting")],
    "mixed_style": [(lambda a, b, amount: {layer: amount * a[layer] + (1 - amount) * b[layer] for layer in a}, "amount 0.0")],
    "histogram_loss": [(lambda made, wanted: np.mean((made - wanted) ** 2), "at other places")],
}
