"""Plausible wrong answers to the exercises of notebook 13."""

from __future__ import annotations

import numpy as np

DECOYS = {
    "graph_inputs": [(lambda nodes: [node.name for node in nodes if node.op == "Placeholder"], "expected ['image', 'size']")],
    "pad_white": [(lambda picture, multiple=16: np.pad(picture, ((0, multiple), (0, multiple), (0, 0)), mode="edge"), "expected shape")],
    "stored_bytes": [(lambda weights, bits: sum(value.size * bits / 8 for value in weights.values()), "biases alone")],
}
