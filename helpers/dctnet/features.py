"""The features behind the content loss: VGG19's where its weights are, else those of the course's own perceptual network."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from .devices import device_kind
from .vgg19 import FILE as VGG
from .vgg19 import fast, load_vgg, vgg_features


def open_features(vgg, dtype=tf.float32):
    """A function (BGR float32 [N, H, W, 3] in [-1, 1]) -> float32 [N, H / 8, W / 8, C], and the file its weights came from.

    vgg: path of vgg19.npy; if there is no such file, the perceptual network is taken. Raises ModelError.
    """
    if vgg.is_file():
        compute, weights, file = vgg_features, load_vgg(vgg), vgg
    else:
        from .perceptual import FILE as file
        from .perceptual import load_perceptual
        from .perceptual import perceptual_features as compute

        weights = load_perceptual(file)
    constants = tf.nest.map_structure(lambda value: tf.cast(value, dtype), weights)
    if file == vgg and dtype == tf.float32 and device_kind() == "CPU":  # a GPU's library has its own
        constants = fast(constants)
    return lambda pictures: tf.cast(compute(pictures, constants), tf.float32), file


def describe(file):
    """What a person is told about features from this file."""
    return file.name if file.name == VGG else f"{file.name}, the course's own network ({VGG} is not there)"


class FeatureCache:
    """Features of pictures that do not change from epoch to epoch, up to so many bytes.

    Each picture's features are computed on their own, so that they do not depend on the batch it first came with. What does not
    fit is computed every time.
    """

    def __init__(self, features, megabytes):
        self._compute = tf.function(features)
        self._room, self._kept = megabytes * 2**20, {}

    def __call__(self, numbers, pictures):
        """Features of a batch, float32 [N, h, w, C]. numbers: of the pictures in their folder; pictures: float32 [N, H, W, 3]."""
        return np.stack([self._one(number, picture) for number, picture in zip(numbers, pictures)])

    def _one(self, number, picture):
        if number in self._kept:
            return self._kept[number]
        found = self._compute(tf.constant(picture[np.newaxis]))[0].numpy()
        if found.nbytes <= self._room:
            self._room -= found.nbytes
            self._kept[number] = found
        return found
