"""Where weights come from: random initial values, and a dict that collects what a network asks for."""

from __future__ import annotations

import numpy as np


class Fresh(dict):
    """Weights in the making: `weight` adds what is missing."""

    def __init__(self, seed):
        super().__init__()
        self.random = np.random.RandomState(seed)


def initial(network, seed, *inputs) -> dict:
    """Fresh weights of a network: dict name -> float32 array, in the order in which it asks for them.

    network: function (*inputs, weights). inputs: tensors of the shapes that it takes, zeros for example; the batch may be 1.
    """
    weights = Fresh(seed)
    network(*inputs, weights)
    return dict(weights)


def weight(weights, name, shape, make):
    """The weight of that name, whatever it is (array, variable, tensor). While `initial` runs, a missing one is make(random, shape)."""
    if isinstance(weights, Fresh) and name not in weights:
        weights[name] = make(weights.random, shape)
    return weights[name]


def he(random, shape, gain=1.0, fan_in=None):
    """Normal values with deviation gain * sqrt(2 / fan in): float32 `shape`, the last axis being the outputs. (He et al., 2015, eq. 10)

    random: numpy RandomState. fan_in: inputs of one output, the product of all axes but the last if not given.
    """
    spread = gain * np.sqrt(2 / (fan_in or np.prod(shape[:-1])))
    return (random.standard_normal(shape) * spread).astype(np.float32)


def glorot(random, shape):
    """A kernel [h, w, in, out], uniform within sqrt(6 / (fan in + fan out)); zeros for any other shape. float32. (Glorot, 2010)"""
    if len(shape) != 4:
        return np.zeros(shape, np.float32)
    height, width, inputs, outputs = shape
    bound = np.sqrt(6 / (height * width * (inputs + outputs)))
    return random.uniform(-bound, bound, shape).astype(np.float32)


def zeros(random, shape):
    """Zeros, float32: how biases begin, and the last layer of a network that shall begin by doing nothing."""
    return np.zeros(shape, np.float32)


def ones(random, shape):
    """Ones, float32: how gains begin."""
    return np.ones(shape, np.float32)


def count(weights) -> int:
    """How many numbers a dict of weights holds."""
    return sum(int(np.prod(value.shape)) for value in weights.values())
