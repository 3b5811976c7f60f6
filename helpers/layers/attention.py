"""Attention (注意力), and numbers that tell a network what time it is."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from helpers.layers.convolution import dense
from helpers.layers.resizing import sides

LINEAR = 0.7  # He's gain without a ReLU behind: sqrt(1 / fan in)


def attention(x, context, weights, name, heads=4, gain=1.0):
    """Each token of x collects from the tokens of `context` that fit it. [N, L, C] -> [N, L, C]. (Vaswani et al., 2017, section 3.2)

    context: [N, M, D]. heads: divides C. gain: of the last layer; 0 lets a block begin by doing nothing. The caller adds x.
    Its weights: <name>/query, key, value, output, each with /weights and /biases.
    """
    channels, scale = x.shape[-1], (x.shape[-1] // heads) ** -0.5

    def split(tokens, part):  # [N, L, C] -> [N, heads, L, C / heads]
        tokens = dense(tokens, weights, f"{name}/{part}", channels, LINEAR)
        return tf.transpose(tf.reshape(tokens, [-1, tf.shape(tokens)[1], heads, channels // heads]), [0, 2, 1, 3])

    query, key, value = split(x, "query"), split(context, "key"), split(context, "value")
    fits = tf.nn.softmax(tf.cast(tf.matmul(query, key, transpose_b=True), tf.float32) * scale)  # [N, heads, L, M]
    collected = tf.transpose(tf.matmul(tf.cast(fits, value.dtype), value), [0, 2, 1, 3])
    return dense(tf.reshape(collected, [-1, tf.shape(x)[1], channels]), weights, f"{name}/output", channels, LINEAR * gain)


def self_attention(x, weights, name, heads=4, gain=1.0):
    """The places of a picture look at each other. [N, H, W, C] -> [N, H, W, C]. (Zhang et al., 2019; here as in Vaswani et al.)"""
    return cross_attention(x, _tokens(x), weights, name, heads, gain)


def cross_attention(x, context, weights, name, heads=4, gain=1.0):
    """The places of a picture look at words. [N, H, W, C], words [N, M, D] -> [N, H, W, C]. (Rombach et al., 2022, section 3.3)"""
    found = attention(_tokens(x), context, weights, name, heads, gain)
    return tf.reshape(found, [-1, *sides(x), x.shape[-1]])


def time_embedding(time, channels):
    """Sines and cosines of a time from 0 to 1, fast and slow: float32 [N] -> [N, channels]. (Vaswani et al., 2017, section 3.5)

    With 1000 steps, as in Ho et al., 2020: the angle of the step, times 1 to 1 / 10000 in geometric order.
    """
    half = channels // 2
    speeds = np.float32(10000.0 ** -(np.arange(half) / half))
    angles = 1000 * tf.cast(time, tf.float32)[:, None] * speeds
    return tf.concat([tf.sin(angles), tf.cos(angles)], -1)


def _tokens(x):
    height, width = sides(x)
    return tf.reshape(x, [-1, height * width, x.shape[-1]])
