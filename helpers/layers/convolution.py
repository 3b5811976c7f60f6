"""Convolutions and dense layers."""

from __future__ import annotations

import tensorflow as tf

from helpers.layers.resizing import double_size_half_pixel, sides
from helpers.layers.weights import he, weight, zeros


def conv(x, weights, name, channels=None, size=3, stride=1, gain=1.0, bias=True):
    """A convolution (卷积) with "SAME" padding: [N, H, W, C] -> [N, ceil(H / stride), ceil(W / stride), channels].

    Computed in the kernel's float type. Its weights: <name>/weights [size, size, C, channels], by He times `gain`; <name>/biases, zeros.
    """
    kernel = weight(weights, f"{name}/weights", (size, size, x.shape[-1], channels), lambda *of: he(*of, gain))
    x = tf.nn.conv2d(tf.cast(x, kernel.dtype), kernel, stride, "SAME")
    return _add_biases(x, weights, name) if bias else x


def transposed_conv(x, weights, name, channels=None, size=4, stride=2, gain=1.0, bias=True):
    """A transposed convolution (转置卷积): [N, H, W, C] -> [N, stride * H, stride * W, channels]. (Dumoulin and Visin, 2016, section 4)

    Where `stride` does not divide `size`, outputs have unequally many inputs: a checkerboard. (Odena et al., 2016)
    Its weights: <name>/weights [size, size, channels, C], TensorFlow's order for this layer.
    """
    fan_in = size * size * x.shape[-1] / stride**2
    kernel = weight(weights, f"{name}/weights", (size, size, channels, x.shape[-1]), lambda *of: he(*of, gain, fan_in))
    height, width = sides(x)
    shape = tf.stack([tf.shape(x)[0], stride * height, stride * width, kernel.shape[2]])
    x = tf.nn.conv2d_transpose(tf.cast(x, kernel.dtype), kernel, shape, stride, "SAME")
    return _add_biases(x, weights, name) if bias else x


def resized_conv(x, weights, name, channels=None, size=3, gain=1.0):
    """Twice the size by interpolation, then a convolution: no checkerboard. [N, H, W, C] -> [N, 2H, 2W, channels]. (Odena et al., 2016)"""
    return conv(double_size_half_pixel(x), weights, name, channels, size, gain=gain)


def dense(x, weights, name, channels=None, gain=1.0, bias=True):
    """A dense layer (全连接层) on the last axis: [..., C] -> [..., channels]. <name>/weights: [C, channels], by He times `gain`."""
    kernel = weight(weights, f"{name}/weights", (x.shape[-1], channels), lambda *of: he(*of, gain))
    x = tf.matmul(tf.cast(x, kernel.dtype), kernel)
    return _add_biases(x, weights, name) if bias else x


def modulated_conv(x, style, weights, name, channels=None, size=3, demodulate=True):
    """A convolution whose kernel is scaled by a style (调制卷积): [N, H, W, C] -> [N, H, W, channels]. (Karras et al., 2020, section 2.2)

    style: [N, C], a scale for each channel that comes in, about 1. demodulate: divide each channel that goes out by the length of its
    scaled kernel, so that it keeps its deviation. Scaling the input and the output is the same as scaling one kernel a picture, and faster.
    """
    kernel = weight(weights, f"{name}/weights", (size, size, x.shape[-1], channels), he)
    style = tf.cast(style, kernel.dtype)
    x = tf.nn.conv2d(tf.cast(x, kernel.dtype) * style[:, None, None], kernel, 1, "SAME")
    if demodulate:
        length = tf.matmul(tf.square(style), tf.reduce_sum(tf.square(kernel), [0, 1]))
        x = x * tf.math.rsqrt(length + 1e-8)[:, None, None]
    return _add_biases(x, weights, name)


def _add_biases(x, weights, name):
    return tf.nn.bias_add(x, weight(weights, f"{name}/biases", (x.shape[-1],), zeros))
