"""Batch normalisation (批归一化; Ioffe and Szegedy, 2015) while a small network is trained.

Its gains and shifts are folded into the kernels and biases afterwards, so the network that is used has none.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

EPSILON = 1e-3


def initial_gains(layers):
    """Gains of 1: dict of float32 arrays. layers: tuples that begin with name, channels in, channels out."""
    return {layer[0] + "/gains": np.ones(layer[2], np.float32) for layer in layers}


def normalise(name, x, weights, moments):
    """A layer's convolution, float32 [N, H, W, C], normalised over the batch; its mean and variance are kept in `moments`."""
    mean, variance = moments[name] = tf.nn.moments(x, [0, 1, 2])
    return (x - mean) * tf.math.rsqrt(variance + EPSILON) * weights[name + "/gains"] + weights[name + "/biases"]


def fold(weights, moments):
    """Kernels and biases of the normalised layers that do the same without it, for these means and variances: dict of arrays."""
    folded = {}
    for name, (mean, variance) in moments.items():
        scale = weights[name + "/gains"] / np.sqrt(variance.numpy() + EPSILON)
        folded[name + "/weights"] = weights[name + "/weights"] * scale
        folded[name + "/biases"] = weights[name + "/biases"] - mean.numpy() * scale
    return folded
