"""The two patch discriminators of DCT-Net: one looks at blurred colours, one at gray texture. Both are held by spectral norm.

Spectral norm (谱归一化; Miyato et al., 2018) divides each kernel by its largest singular value, followed by one power iteration a
step. The iteration's vector `u` is a weight without a gradient. All calls of one step read the u from before the step.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from helpers.layers import glorot, normalise_kernel

from .unet import CHANNELS, LEAK

SCOPES = {"disc_blur": 3, "disc_gray": 1}  # channels of what each one sees
STAGES = 3


def _layers(inputs):
    """(name, kernel size, stride, channels in, channels out) of every convolution."""
    for stage in range(STAGES):
        outputs = CHANNELS * 2**stage
        yield f"conv{stage}_1", 3, 2, inputs, outputs
        yield f"conv{stage}_2", 3, 1, outputs, outputs
        inputs = outputs
    yield "conv_out", 1, 1, inputs, 1


def shapes():
    """Name and shape of every weight of both discriminators, u included: dict name -> list of int."""
    found = {}
    for scope, channels in SCOPES.items():
        for name, size, _, inputs, outputs in _layers(channels):
            found[f"{scope}/{name}/kernel"] = [size, size, inputs, outputs]
            found[f"{scope}/{name}/bias"] = [outputs]
            found[f"{scope}/{name}/u"] = [1, outputs]
    return found


def initial_weights(seed):
    """Fresh weights: dict name -> float32 array; kernels uniform, biases zero, u normal. (Glorot and Bengio, 2010)"""
    random = np.random.RandomState(seed)
    return {
        name: random.standard_normal(shape).astype(np.float32) if name.endswith("/u") else glorot(random, shape)
        for name, shape in shapes().items()
    }


def normalize(weights):
    """Every kernel divided by its largest singular value, and every u one power iteration further.

    weights: dict with the names of `shapes`. Returns the dict for `score` (kernels and biases) and the dict of the new u vectors.
    """
    normalized, vectors = {}, {}
    for name in shapes():
        if name.endswith("/u"):
            continue
        normalized[name] = weights[name]
        if name.endswith("/kernel"):
            u = name.replace("/kernel", "/u")
            normalized[name], vectors[u] = normalise_kernel(weights[name], weights[u])
    return normalized, vectors


def score(picture, normalized, scope, dtype=tf.float32):
    """How much like a cartoon each patch looks: 1 for real, 0 for made.

    picture: float32 [N, H, W, C]: blurred, BGR, for "disc_blur"; gray, one channel, for "disc_gray". normalized: by `normalize`.
    dtype: what the convolutions compute in. Returns float32 [N, H / 8, W / 8, 1].
    """
    x = tf.cast(picture, dtype)
    for name, _, stride, _, outputs in _layers(SCOPES[scope]):
        kernel, bias = (tf.cast(normalized[f"{scope}/{name}/{part}"], dtype) for part in ("kernel", "bias"))
        x = tf.nn.conv2d(x, kernel, stride, "SAME") + bias
        if outputs > 1:
            x = tf.nn.leaky_relu(x, LEAK)
    return tf.cast(x, tf.float32)
