"""Networks as plain functions over a dict of weights: a layer is a function of a tensor, the weights and its own name in them.

    def critic(picture, weights):
        x = tf.nn.leaky_relu(layers.conv(picture, weights, "first", 32, stride=2), 0.2)
        return layers.conv(x, weights, "score", 1)

    weights = layers.initial(critic, seed, tf.zeros([1, 64, 64, 3]))     # dict: "first/weights" [3, 3, 3, 32], "first/biases", ...

The same function serves training (the values are variables), inference (arrays) and freezing (constants), in float32 or bfloat16.
Pictures and features are [N, H, W, C], kernels [h, w, channels in, channels out]. `initial` runs the network once and keeps what it asks
for; the number of channels that a layer names counts only then.
"""

from helpers.layers.attention import attention, cross_attention, self_attention, time_embedding
from helpers.layers.convolution import conv, dense, modulated_conv, resized_conv, transposed_conv
from helpers.layers.norms import (
    group_norm,
    instance_norm,
    minibatch_deviation,
    modulate,
    normalise_kernel,
    pixel_norm,
    spectral_norm,
    spectral_vectors,
)
from helpers.layers.precision import bfloat16_pays, in_bfloat16
from helpers.layers.resizing import double_size_corners, double_size_half_pixel, pad_to_multiple
from helpers.layers.weights import count, glorot, he, initial, weight, zeros

__all__ = [
    "attention",
    "bfloat16_pays",
    "conv",
    "count",
    "cross_attention",
    "dense",
    "double_size_corners",
    "double_size_half_pixel",
    "glorot",
    "group_norm",
    "he",
    "in_bfloat16",
    "initial",
    "instance_norm",
    "minibatch_deviation",
    "modulate",
    "modulated_conv",
    "normalise_kernel",
    "pad_to_multiple",
    "pixel_norm",
    "resized_conv",
    "self_attention",
    "spectral_norm",
    "spectral_vectors",
    "time_embedding",
    "transposed_conv",
    "weight",
    "zeros",
]
