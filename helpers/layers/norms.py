"""Normalisation of features and of kernels. Means and variances are computed in float32 whatever the features are."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from helpers.layers.resizing import sides
from helpers.layers.weights import ones, weight, zeros

EPSILON = 1e-5


def instance_norm(x, weights, name):
    """Each channel of each picture to mean 0 and deviation 1, then <name>/gains and <name>/biases. [N, H, W, C]. (Ulyanov et al., 2016)"""
    return group_norm(x, weights, name, groups=x.shape[-1])


def group_norm(x, weights, name, groups=8):
    """The same over groups of neighbouring channels (组归一化); one group is layer norm. [N, H, W, C], groups divides C. (Wu, He, 2018)"""
    channels, (height, width) = x.shape[-1], sides(x)
    values = tf.reshape(tf.cast(x, tf.float32), [-1, height, width, groups, channels // groups])
    mean, variance = tf.nn.moments(values, [1, 2, 4], keepdims=True)
    values = tf.reshape((values - mean) * tf.math.rsqrt(variance + EPSILON), [-1, height, width, channels])
    gains, biases = (weight(weights, f"{name}/{part}", (channels,), make) for part, make in (("gains", ones), ("biases", zeros)))
    return tf.cast(values * tf.cast(gains, tf.float32) + tf.cast(biases, tf.float32), x.dtype)


def pixel_norm(x):
    """Each vector along the last axis to a mean square of 1. [..., C]. (Karras et al., 2018, section 4.2)"""
    values = tf.cast(x, tf.float32)
    return tf.cast(values * tf.math.rsqrt(tf.reduce_mean(tf.square(values), -1, keepdims=True) + 1e-8), x.dtype)


def modulate(x, scales, shifts):
    """x * (1 + scales) + shifts: how a style or a time reaches features. (FiLM: Perez et al., 2018; AdaIN: Huang, Belongie, 2017)

    x: [N, H, W, C]. scales, shifts: [N, C], near 0 where nothing shall change.
    """
    return x * (1 + tf.cast(scales, x.dtype)[:, None, None]) + tf.cast(shifts, x.dtype)[:, None, None]


def minibatch_deviation(x, group=4):
    """One more channel: how much the pictures of a group differ; a discriminator sees by it that samples are all alike.

    [N, H, W, C] -> [N, H, W, C + 1]. group: pictures that are compared; divides N. (Karras et al., 2018, section 3)
    """
    values = tf.reshape(tf.cast(x, tf.float32), tf.concat([[group, -1], tf.shape(x)[1:]], 0))
    deviation = tf.reduce_mean(tf.sqrt(tf.math.reduce_variance(values, 0) + 1e-8), [1, 2, 3])  # one for each group
    channel = tf.tile(deviation, [group])[:, None, None, None] * tf.ones_like(x[..., :1], tf.float32)
    return tf.concat([x, tf.cast(channel, x.dtype)], -1)


def spectral_norm(weights):
    """Every kernel divided by its largest singular value, by one power iteration (谱归一化; Miyato et al., 2018, algorithm 1).

    weights: dict with a vector <name>/u beside each <name>/weights that shall be normalised (see `spectral_vectors`). Returns the dict to
    compute with, and the dict of the new vectors: assign them when the step is done, so that all calls of one step see the same kernels.
    """
    normalised, vectors = dict(weights), {}
    for name in [name for name in weights if name.endswith("/u")]:
        kernel = name[:-2] + "/weights"
        normalised[kernel], vectors[name] = normalise_kernel(weights[kernel], weights[name])
    return normalised, vectors


def normalise_kernel(kernel, u):
    """One kernel [..., C] divided by its largest singular value, and its vector u, float32 [1, C], after one power iteration."""
    matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
    v = tf.stop_gradient(tf.math.l2_normalize(tf.matmul(u, matrix, transpose_b=True)))
    u = tf.stop_gradient(tf.math.l2_normalize(tf.matmul(v, matrix)))
    largest = tf.matmul(tf.matmul(v, matrix), u, transpose_b=True)
    return tf.reshape(matrix / largest, kernel.shape), u


def spectral_vectors(weights, seed) -> dict:
    """A first vector <name>/u, float32 [1, channels out], for each kernel: dict to be merged into `weights`."""
    random = np.random.RandomState(seed)
    kernels = [(name[: -len("/weights")], value.shape[-1]) for name, value in weights.items() if name.endswith("/weights")]
    return {f"{name}/u": random.standard_normal((1, channels)).astype(np.float32) for name, channels in kernels}
