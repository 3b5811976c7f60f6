"""Weights that a lesson would need too long to train: shipped in data/checkpoints, else trained once and kept in runs/checkpoints."""

from __future__ import annotations

import numpy as np

from helpers.files import load_weights, save_weights
from helpers.settings import DATA, RUNS

SHIPPED = DATA / "checkpoints"


def load_or_train(name: str, train) -> dict:
    """Weights by name: dict from a string to a float32 array.

    The shipped file data/checkpoints/<name>.npz if it is there, else the one kept from an earlier run, else what train() returns,
    which is then kept.
    """
    kept = RUNS / "checkpoints" / f"{name}.npz"
    for file in (SHIPPED / f"{name}.npz", kept):
        if file.is_file():
            return load_weights(file)
    weights = {key: np.asarray(value, np.float32) for key, value in train().items()}
    kept.parent.mkdir(parents=True, exist_ok=True)
    save_weights(kept, weights)
    return weights
