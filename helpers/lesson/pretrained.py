"""Weights of trained networks, in the form that the lesson on style transfer wants: dict from layer to (kernel, bias).

kernel: float32 [3, 3, C, D]. bias: float32 [D]. Layers are named conv1_1, conv1_2, conv2_1 ... in order. Input: RGB in [-1, 1].
Does not own the network: that is written in the lesson.
"""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import numpy as np

from helpers import hub

VGG19_FILE = Path("~/.keras/models/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5")
VGG19_MEAN = np.float32([103.939, 116.779, 123.68])  # blue, green, red; subtracted from pictures in 0..255
PATIENCE = 10  # seconds


def perceptual_weights() -> dict:
    """The weights of this project's own perceptual network (helpers.dctnet.perceptual)."""
    from helpers.dctnet.perceptual import load_perceptual

    stored = load_perceptual()
    layers = [name.split("/")[0] for name in stored if name.endswith("/weights")]
    weights = {layer: (stored[f"{layer}/weights"], stored[f"{layer}/biases"]) for layer in layers}
    kernel, bias = weights["conv1_1"]
    weights["conv1_1"] = kernel[:, :, ::-1], bias  # that network reads BGR
    return weights


def vgg19_weights(layers):
    """The weights of Keras' VGG19 (Simonyan & Zisserman 2014, trained on ImageNet) in some layers, or None.

    None where its file (80 MB) is neither in Keras' cache nor to be had from the internet; one printed line says so.
    """
    if hub.offline() and not VGG19_FILE.expanduser().exists():
        print("VGG19 is left out: COURSE_OFFLINE is set, and Keras has not kept its weights.")
        return None
    try:
        with _patience(PATIENCE):
            from tensorflow.keras.applications import VGG19

            model = VGG19(include_top=False, weights="imagenet")
    except Exception as error:  # Keras wraps what the network says in one of several kinds
        print(f"VGG19 is left out, since its weights cannot be downloaded ({type(error).__name__}).")
        return None
    return convert_vgg19(model, layers)


def convert_vgg19(model, layers) -> dict:
    """Some layers of a Keras VGG19, with its preparation of pictures (0..255, BGR, mean subtracted) folded into the first."""
    weights = {layer: model.get_layer(layer.replace("conv", "block").replace("_", "_conv")).get_weights() for layer in layers}
    kernel, bias = weights["conv1_1"]
    offset = np.einsum("hwcd,c->d", kernel, 127.5 - VGG19_MEAN)
    weights["conv1_1"] = 127.5 * kernel[:, :, ::-1], bias + offset
    return {layer: tuple(pair) for layer, pair in weights.items()}


@contextlib.contextmanager
def _patience(seconds):
    """A server that does not answer shall not hold up a lesson for minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
