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
from helpers.dctnet.vgg19 import FILE as VGG
from helpers.dctnet.vgg19 import MEAN_BGR, load_vgg
from helpers.errors import ModelError

KERAS_FILE = Path("~/.keras/models/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5")
FILES = ("configuration.json", VGG)
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
    """The weights of VGG19 (Simonyan & Zisserman 2014, trained on ImageNet) in some layers, or None.

    From what is on this machine already (vgg19.npy of a style in ModelScope's cache, or the file that Keras keeps), else from Keras'
    server, else from the hub. None where none of them has it; one printed line says so.
    """
    for source in (_of_modelscope, _of_keras, _of_hub):
        weights = source()
        if weights:
            return for_rgb(weights, layers)
    print("VGG19 is left out: its weights are not on this machine, and cannot be downloaded.")
    return None


def _of_modelscope():
    """All layers from vgg19.npy, which comes with the files that ModelScope's fine-tuning of a style asks for; or None."""
    folders = (hub.cached(style.model_id, FILES) for style in hub.STYLES.values())
    return next(filter(None, map(_read, filter(None, folders))), None)


def _of_hub():
    """All layers from vgg19.npy of the anime style, downloaded; or None."""
    with contextlib.suppress(ModelError):
        return _read(hub.resolve("anime", FILES))


def _read(folder):
    with contextlib.suppress(ModelError):  # a broken file is as good as none
        return load_vgg(folder / VGG)


def _of_keras():
    """All layers from Keras, which downloads them once; or None."""
    if hub.offline() and not KERAS_FILE.expanduser().exists():
        return None
    try:
        with _patience(PATIENCE):
            from tensorflow.keras.applications import VGG19

            return read_keras(VGG19(include_top=False, weights="imagenet"))
    except Exception:  # Keras wraps what the network says in one of several kinds
        return None


def read_keras(model) -> dict:
    """The convolutions of a Keras VGG19 under their names in the paper: dict from layer to [kernel, bias]."""
    found = [layer for layer in model.layers if layer.get_weights()]
    return {layer.name.replace("block", "conv").replace("_conv", "_"): layer.get_weights() for layer in found}


def for_rgb(weights, layers) -> dict:
    """Some layers, with VGG19's preparation of pictures (0..255, BGR, ImageNet's mean subtracted) folded into the first."""
    kernel, bias = weights["conv1_1"]
    offset = np.einsum("hwcd,c->d", kernel, 127.5 - np.float32(MEAN_BGR))
    first = (127.5 * kernel[:, :, ::-1], bias + offset)
    return {layer: first if layer == "conv1_1" else tuple(weights[layer]) for layer in layers}


@contextlib.contextmanager
def _patience(seconds):
    """A server that does not answer shall not hold up a lesson for minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
