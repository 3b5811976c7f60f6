"""DCT-Net's texture translation network (纹理转换网络): the U-Net behind ModelScope's official styles, number for number.

A plain function over a dictionary of weights under ModelScope's names (`generator/Conv/weights`). The pictures
are BGR, because that is what the official weights were trained on. (Men et al., 2022; ModelScope 1.3.2, models/cv/cartoon)
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from helpers.layers import double_size_corners, glorot

from .guided_filter import guided_filter

LEAK = 0.2  # slope of the leaky ReLU
CHANNELS = 32
RESIDUAL_BLOCKS = 4
MULTIPLE = 4  # the picture is halved twice and doubled twice


def _layers():
    """(scope, kernel size, channels in, channels out) of every convolution."""
    c = CHANNELS
    yield from (("Conv", 7, 3, c), ("Conv_1", 3, c, c), ("Conv_2", 3, c, 2 * c), ("Conv_3", 3, 2 * c, 2 * c), ("Conv_4", 3, 2 * c, 4 * c))
    for block in range(RESIDUAL_BLOCKS):
        yield from ((f"block_{block}/conv1", 3, 4 * c, 4 * c), (f"block_{block}/conv2", 3, 4 * c, 4 * c))
    yield from (("Conv_5", 3, 4 * c, 2 * c), ("Conv_6", 3, 2 * c, 2 * c), ("Conv_7", 3, 2 * c, c), ("Conv_8", 3, c, c), ("Conv_9", 7, c, 3))


def shapes():
    """Name and shape of each of the 36 weights, 1,467,075 numbers in all: dict name -> list of int."""
    found = {}
    for scope, size, inputs, outputs in _layers():
        found[f"generator/{scope}/weights"] = [size, size, inputs, outputs]
        found[f"generator/{scope}/biases"] = [outputs]
    return found


def initial_weights(seed):
    """Fresh weights: dict name -> float32 array; kernels uniform, biases zero. (Glorot and Bengio, 2010)"""
    random = np.random.RandomState(seed)
    return {name: glorot(random, shape) for name, shape in shapes().items()}


def cartoonize(photo, weights):
    """The whole generator: the U-Net, then a guided filter that takes the photo's edges.

    photo: BGR float32 [N, H, W, 3] in [-1, 1], H and W multiples of 4. weights: dict name -> tensor, any float type; the U-Net
    computes in theirs. Returns BGR float32 [N, H, W, 3], about [-1, 1].
    """
    return guided_filter(photo, tf.cast(unet(photo, weights), tf.float32), radius=1, epsilon=1e-2)


def unet(photo, weights):
    """The U-Net alone, without the guided filter. Same shapes as `cartoonize`."""

    def convolve(x, scope, stride=1):
        kernel, bias = weights[f"generator/{scope}/weights"], weights[f"generator/{scope}/biases"]
        return tf.nn.bias_add(tf.nn.conv2d(x, kernel, stride, "SAME"), bias)

    def layer(x, scope, stride=1):
        return tf.nn.leaky_relu(convolve(x, scope, stride), LEAK)

    full = layer(tf.cast(photo, weights["generator/Conv/weights"].dtype), "Conv")
    half = layer(layer(full, "Conv_1", stride=2), "Conv_2")
    x = layer(layer(half, "Conv_3", stride=2), "Conv_4")
    for block in range(RESIDUAL_BLOCKS):
        x = x + convolve(layer(x, f"block_{block}/conv1"), f"block_{block}/conv2")
    x = double_size_corners(layer(x, "Conv_5")) + half
    x = double_size_corners(layer(layer(x, "Conv_6"), "Conv_7")) + full
    return convolve(layer(x, "Conv_8"), "Conv_9")
