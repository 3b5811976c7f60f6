"""VGG19's features, which DCT-Net compares to see whether the content is kept. (Simonyan and Zisserman, 2015)"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

from helpers.errors import ModelError

from .winograd import FastKernel

# (layer, channels in, channels out), up to the one that is compared. Each new number before "_" follows a pooling.
LAYERS = (
    [("conv1_1", 3, 64), ("conv1_2", 64, 64), ("conv2_1", 64, 128), ("conv2_2", 128, 128), ("conv3_1", 128, 256)]
    + [(f"conv3_{number}", 256, 256) for number in (2, 3, 4)]
    + [("conv4_1", 256, 512)]
    + [(f"conv4_{number}", 512, 512) for number in (2, 3, 4)]
)
FILE = "vgg19.npy"  # in ModelScope's model directories
MEAN_BGR = (103.939, 116.779, 123.68)  # of ImageNet, which VGG was trained on


def load_vgg(path):
    """Read vgg19.npy of a ModelScope model directory: dict layer -> [kernel, bias]. Raises ModelError.

    The file is a pickle, so it must come from someone you trust: a pickle can run code.
    """
    path = Path(path)
    try:
        stored = np.load(path, encoding="latin1", allow_pickle=True).item()
        weights = {name: [np.asarray(value, np.float32) for value in stored[name]] for name, _, _ in LAYERS}
        fits = all(weights[name][0].shape == (3, 3, inputs, outputs) for name, inputs, outputs in LAYERS)
    except (OSError, ValueError, KeyError, TypeError, EOFError, AttributeError) as error:
        raise ModelError(f"{path} cannot be read as VGG19's weights ({error}): get the file again.") from error
    if not fits:
        raise ModelError(f"{path} holds kernels of other shapes than VGG19's: get the file again.")
    return weights


def fast(weights):
    """The same weights, float32, with a FastKernel wherever one pays on a CPU."""
    return {name: [FastKernel(kernel) if FastKernel.pays(kernel) else kernel, bias] for name, (kernel, bias) in weights.items()}


def vgg_features(picture, weights):
    """VGG19's conv4_4 before its ReLU: what is in the picture and where, at an eighth of the size.

    picture: BGR float32 [N, H, W, 3] in [-1, 1]. weights: dict layer -> [kernel, bias], any float type; computed in theirs. A kernel
    may be a FastKernel (see `fast`). Returns float32 [N, H / 8, W / 8, 512].
    """
    dtype = tf.as_dtype(weights["conv1_1"][0].dtype)
    x = tf.cast((picture + 1.0) * 127.5 - tf.constant(MEAN_BGR), dtype)
    for name, _, _ in LAYERS:
        if name.endswith("_1") and name != "conv1_1":
            x = tf.nn.max_pool2d(x, 2, 2, "SAME")
        kernel, bias = weights[name]
        x = tf.nn.bias_add(kernel(x) if isinstance(kernel, FastKernel) else tf.nn.conv2d(x, kernel, 1, "SAME"), bias)
        if name != LAYERS[-1][0]:
            x = tf.nn.relu(x)
    return tf.cast(x, tf.float32)
