"""The fast U-Net behind the embedded models: a picture in, a cartoon out.

A network here is a plain function of a picture and a dictionary of weights. The same function serves training (the values are
variables), inference (arrays) and freezing (constants), and it runs on every TensorFlow from 2.7 on.
The dictionary has ModelScope's names, `generator/Conv_3/weights` and `generator/Conv_3/biases`, numbered in the order of use.

Why not upstream's U-Net? At full resolution, wide convolutions are what costs time on a CPU. Here the first step folds each 2x2
block of pixels into channels (pixel unshuffle, 像素重排; Shi et al. 2016) and the last step unfolds it: nothing wide runs at full size.
"""

from __future__ import annotations

from helpers.export import freeze
from helpers.layers import double_size_half_pixel, pad_to_multiple

import numpy as np
import tensorflow as tf

LEAK = 0.2  # slope of the leaky ReLU, as in DCT-Net
MULTIPLE = 8  # the picture is folded once and halved twice
BLOCKS = {"background": 2, "head": 4}  # residual blocks: a whole picture costs ten times a head, and its look is more local
# (kernel, channels in, channels out) of the convolutions before and after the residual blocks, in the order of use.
_BEFORE = [(3, 12, 32), (3, 32, 64), (3, 64, 96)]
_BLOCK = [(3, 96, 96), (3, 96, 96)]
_AFTER = [(3, 96, 64), (3, 64, 64), (3, 64, 32), (3, 32, 32), (3, 32, 12), (3, 6, 16), (3, 16, 3)]
_SMALL_AFTER = {1, 4, 6}  # of _AFTER; these and the end of each block begin near zero: training stays calm


def layer_name(index):
    """TF-slim's name of the n-th convolution: Conv, Conv_1, Conv_2, ..."""
    return "generator/Conv" if index == 0 else f"generator/Conv_{index}"


def initial_weights(seed, blocks=BLOCKS["head"]):
    """Fresh weights of the fast U-Net with so many residual blocks: dict of float32 arrays. (He et al. 2015, near-zero residual ends)

    Four blocks make 0.87 million numbers, two 0.53 million.
    """
    random = np.random.RandomState(seed)
    layers = _BEFORE + _BLOCK * blocks + _AFTER
    first_after = len(layers) - len(_AFTER)
    small = {len(_BEFORE) + 2 * block + 1 for block in range(blocks)} | {first_after + index for index in _SMALL_AFTER}
    weights = {}
    for index, (kernel, inputs, outputs) in enumerate(layers):
        spread = 0.005 if index in small else np.sqrt(2 / (kernel * kernel * inputs))
        values = random.standard_normal((kernel, kernel, inputs, outputs)) * spread
        weights[layer_name(index) + "/weights"] = values.astype(np.float32)
        weights[layer_name(index) + "/biases"] = np.zeros(outputs, np.float32)
    return weights


def fast_unet(picture, weights):
    """A cartoon of a picture.

    picture: RGB float32 [N, H, W, 3] in [-1, 1], H and W multiples of 8 (see layers.pad_to_multiple).
    weights: dict name -> tensor, as `initial_weights` makes it; how many residual blocks there are follows from it.
    Returns float32 [N, H, W, 3], about [-1, 1]; clip before showing.
    """
    take = _Convolutions(weights)
    full = take(tf.nn.space_to_depth(picture, 2))
    half = take(full, stride=2)
    x = take(half, stride=2)
    for _ in range(take.blocks):
        x = x + take(take(x), activate=False)
    x = double_size_half_pixel(take(x)) + half
    x = x + take(x)
    x = take(double_size_half_pixel(take(x)) + full)
    cartoon = tf.tanh(tf.nn.depth_to_space(take(x, activate=False), 2))
    detail = take(tf.concat([cartoon, picture], -1))  # sees single pixels again, which the folded part cannot
    return cartoon + take(detail, activate=False)


class _Convolutions:
    """Hands out one convolution after the other, in the order of the weights' numbers."""

    def __init__(self, weights):
        self.weights, self.used = weights, 0
        convolutions = len(weights) // 2  # each has kernels and biases
        self.blocks = (convolutions - len(_BEFORE) - len(_AFTER)) // len(_BLOCK)

    def __call__(self, x, stride=1, activate=True):
        name = layer_name(self.used)
        self.used += 1
        x = tf.nn.conv2d(x, self.weights[name + "/weights"], stride, "SAME")
        x = tf.nn.bias_add(x, self.weights[name + "/biases"])  # TensorFlow joins this, not a plain sum, to the convolution
        return tf.nn.leaky_relu(x, LEAK) if activate else x


def freeze_cartoon(weights, path, network=fast_unet, finish=None):
    """Write a network of the embedded models as a frozen graph: any picture size, weights stored as float16.

    network: function (RGB float32 [N, H, W, 3] in [-1, 1], weights) -> the same shape. finish: what happens to its pictures at last, such
    as those of finish.py.
    """
    finish = finish or (lambda cartoon: cartoon)

    def paint(image, constants):
        photo = pad_to_multiple(tf.reverse(image, [-1])[tf.newaxis] / 127.5 - 1.0, MULTIPLE)
        size = tf.shape(image)
        cartoon = finish(network(photo, constants))[0, : size[0], : size[1]]
        return tf.clip_by_value(tf.round((tf.reverse(cartoon, [-1]) + 1.0) * 127.5), 0.0, 255.0)

    freeze(path, weights, paint, np.float16)
