"""A small perceptual network (感知网络), for content losses where no VGG19 is at hand.

Convolutions and poolings in VGG's order, trained by this project to read attributes and landmarks of people that it drew itself, as
photos and in drawn styles (data/make/train_perceptual.py). Its features know where eyes and mouths are.
A layer's features are those before its ReLU, as in DCT-Net's content loss. Poolings take means, as in Gatys et al. 2016.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from helpers.files import load_shipped
from helpers.settings import DATA

FILE = DATA / "checkpoints" / "perceptual.npz"
# Name, channels in, channels out. Where the first digit grows, the picture was halved: conv4 works on eighths.
LAYERS = (
    ("conv1_1", 3, 24),
    ("conv1_2", 24, 24),
    ("conv2_1", 24, 48),
    ("conv2_2", 48, 48),
    ("conv3_1", 48, 96),
    ("conv3_2", 96, 96),
    ("conv4_1", 96, 128),
    ("conv4_2", 128, 128),
)
CONTENT_LAYER = "conv4_2"
# Stored weights give each layer a mean activation of 1. DCT-Net weighs its losses for VGG19, where that mean is far larger, and
# divides by the number of channels, 512 there and 128 here. An estimate, never compared with VGG19, whose weights are not in this
# project: right where VGG19's mean activation is 80. With vgg19.npy at hand, a quarter of what it is would be the factor to set.
CONTENT_SCALE = 20.0


def load_perceptual(path=None):
    """Weights of the shipped network, or of the npz file at `path`: dict name -> float32 array. Raises ModelError."""
    return load_shipped(path or FILE, "perceptual network", initial_perceptual(0))


def initial_perceptual(seed):
    """Fresh weights: dict of float32 arrays, 0.4 million numbers. (He et al. 2015)"""
    random, weights = np.random.RandomState(seed), {}
    for name, inputs, outputs in LAYERS:
        values = random.standard_normal((3, 3, inputs, outputs)) * np.sqrt(2 / (9 * inputs))
        weights[name + "/weights"] = values.astype(np.float32)
        weights[name + "/biases"] = np.zeros(outputs, np.float32)
    return weights


def perceptual_layers(picture, weights):
    """Features of a picture in every layer: dict name -> float32 [N, h, w, c], in the order of the layers, before the ReLU.

    picture: BGR float32 [N, H, W, 3] in [-1, 1]. weights: dict name -> tensor, any float type; computed in theirs.
    h, w: H, W halved (rounded up) once for conv2, twice for conv3, three times for conv4.
    """
    features, x, stage = {}, tf.cast(picture, weights["conv1_1/weights"].dtype), "1"
    for name, _, _ in LAYERS:
        if name[4] != stage:
            x, stage = tf.nn.avg_pool2d(x, 2, 2, "SAME"), name[4]
        features[name] = tf.nn.conv2d(x, weights[name + "/weights"], 1, "SAME") + weights[name + "/biases"]
        x = tf.nn.relu(features[name])
    return features


def perceptual_features(picture, weights):
    """Features for a content loss: float32 [N, H/8, W/8, 128] from BGR float32 [N, H, W, 3] in [-1, 1], scaled towards VGG19's."""
    return perceptual_layers(picture, weights)[CONTENT_LAYER] * CONTENT_SCALE
