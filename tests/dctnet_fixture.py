"""Numbers of ModelScope's own trainer under TensorFlow 1.15, and the random VGG19 they were computed with.

tests/fixtures/dctnet/ holds: weights after ten steps of upstream's trainer; a batch of photos and cartoons (uint8), with what
upstream made of them; the losses; of each gradient its norm and about 2000 entries, evenly spread; the names of a checkpoint.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from helpers.dctnet.vgg19 import LAYERS

FOLDER = Path(__file__).parent / "fixtures" / "dctnet"


def arrays(name):
    """dict name -> array of one npz file."""
    with np.load(FOLDER / f"{name}.npz") as stored:
        return {key.replace("|", "/"): stored[key] for key in stored.files}


def numbers(name):
    """The content of one JSON file."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def to_network(levels):
    """uint8 levels -> float32 in [-1, 1], rounded as upstream rounds."""
    return levels.astype(np.float32) / np.float32(127.5) - np.float32(1)


def random_vgg():
    """The VGG19 of the fixture: dict layer -> [kernel, bias], float32."""
    random = np.random.RandomState(7)
    weights = {}
    for name, inputs, outputs in LAYERS:
        kernel = random.randn(3, 3, inputs, outputs) * np.sqrt(2 / (9 * inputs))
        weights[name] = [kernel.astype(np.float32), (random.randn(outputs) * 0.01).astype(np.float32)]
    return weights
