"""An evaluation network (评测网络) for aligned heads, here called the judge: it measures pictures and takes part in no training.

A small residual network that this project trained to say of a head what style it is drawn in, what it wears, how it looks, and how
blurred or noisy the picture is (data/make/train_judge.py). No loss and no discriminator of the course uses it, so no method has learned
to please it. Its features serve helpers.metrics.distributions and helpers.metrics.neighbours. A Fréchet distance in them is "in our
embedding", never an FID. What the judge itself gets wrong on people it never saw stands in data/checkpoints/judge.json;
helpers.metrics.survival takes that into account.
"""

from __future__ import annotations

import functools
import json

import numpy as np
import tensorflow as tf

from helpers import layers
from helpers.files import load_shipped
from helpers.settings import DATA

FILE = DATA / "checkpoints" / "judge.npz"
SIDE = 64  # px of an aligned head, as portraits.faces gives it
DIMENSIONS = 64  # of the features
STAGES = (32, 64, 64)  # channels at halves, quarters and eighths of the picture, two residual blocks each
PLACES, REDUCED = (SIDE // 8) ** 2, 16  # of the last stage; channels that keep their place, so that it is known where things are
LEAK = 0.1  # slope of the leaky ReLU
BATCH = 100  # heads that are looked at together
# What it is asked, and the possible answers.
QUESTIONS = {
    "style": ("photo", "anime", "sketch", "3d"),
    "eyewear": ("none", "glasses", "sunglasses"),
    "face_mask": ("none", "mask"),
    "hat": ("none", "cap", "beanie"),
    "beard": ("none", "beard"),
    "hair_style": ("short", "buzz", "spiky", "bob", "long", "wavy", "curtain", "bun", "afro", "bald"),
    "gender": ("masculine", "feminine"),
    "smile": ("none", "smile"),
    "mouth": ("closed", "open"),
    # Of the picture: a blur of up to 0.3, up to 1 and more px (sigma), noise of up to 3, up to 12 and more levels (deviation).
    "sharpness": ("sharp", "soft", "blurred"),
    "grain": ("clean", "some", "much"),
}
# What it estimates, from 0 to 1 or so. Of the person: colours / 255, years / 100, yaw in degrees / 30. Of the picture: sigma of a blur
# in px / 2, deviation of noise in levels / 30, 1 - JPEG quality / 100.
NUMBERS = ("skin_red", "skin_green", "skin_blue", "hair_red", "hair_green", "hair_blue", "age", "yaw", "blur", "noise", "jpeg")


def embed(heads, weights=None) -> np.ndarray:
    """Features of aligned heads, RGB uint8 [N, 64, 64, 3]: float32 [N, 64].

    In units in which true pictures of one style have a total variance of 1, as a mean over styles.
    weights: as `load_judge` gives them; the shipped ones if they are left out. Raises ModelError, and ValueError for another shape.
    """
    return _judge(heads, weights)[0]


def probabilities(heads, weights=None) -> dict:
    """How likely each answer to each question is: dict question of QUESTIONS -> float32 [N, answers], in the order given there."""
    found = _judge(heads, weights)[1]
    return {question: tf.nn.softmax(found[question]).numpy() for question in QUESTIONS}


def answers(heads, weights=None) -> dict:
    """The likeliest answer to each question: dict question of QUESTIONS -> array of str [N]."""
    return {question: np.array(QUESTIONS[question])[likely.argmax(axis=1)] for question, likely in probabilities(heads, weights).items()}


def numbers(heads, weights=None) -> dict:
    """Estimates: dict name of NUMBERS -> float32 [N]."""
    return dict(zip(NUMBERS, _judge(heads, weights)[1]["numbers"].T))


def load_judge(path=None):
    """Weights of the shipped network, or of the npz file at `path`: dict name -> float32 array. Raises ModelError."""
    return load_shipped(path or FILE, "judge", initial_judge(0))


def initial_judge(seed) -> dict:
    """Fresh weights: dict name -> float32 array, 0.46 million numbers."""
    return layers.initial(network, seed, tf.zeros([1, SIDE, SIDE, 3]))


def report() -> dict:
    """What data/checkpoints/judge.json says of the shipped network: its errors, and distances of real sets from each other."""
    return json.loads(FILE.with_suffix(".json").read_text(encoding="utf-8"))


def network(picture, weights):
    """RGB [N, 64, 64, 3] in [-1, 1] to features [N, 64], and a dict of what is read off them: logits of QUESTIONS, and "numbers" [N, 11].

    A residual network without normalisation: each block begins as the identity (He et al., 2016; Zhang et al., Fixup Initialization,
    2019).
    """
    x, seen = picture, []
    for stage, channels in enumerate(STAGES):
        x = layers.conv(x, weights, f"down{stage}", channels, size=5 if stage == 0 else 3, stride=2)
        for block in "ab":
            x = x + _block(x, weights, f"block{stage}{block}", channels)
        x = tf.nn.leaky_relu(x, LEAK)
        seen.append(tf.reduce_mean(x, [1, 2]))  # early stages tell grain and lines, the last one parts of a face
    places = tf.nn.leaky_relu(layers.conv(x, weights, "reduce", REDUCED, size=1), LEAK)
    seen.append(tf.reshape(places, [-1, PLACES * REDUCED]))
    features = layers.dense(tf.concat(seen, 1), weights, "features", DIMENSIONS, gain=0.7)
    asked = {**{question: len(options) for question, options in QUESTIONS.items()}, "numbers": len(NUMBERS)}
    return features, {name: layers.dense(features, weights, f"head/{name}", count, gain=0.1) for name, count in asked.items()}


def _block(x, weights, name, channels):
    x = layers.conv(tf.nn.leaky_relu(x, LEAK), weights, f"{name}1", channels)
    return layers.conv(tf.nn.leaky_relu(x, LEAK), weights, f"{name}2", channels, gain=0.0)


@functools.lru_cache(maxsize=1)
def _shipped():
    return load_judge()


def _judge(heads, weights):
    """Features [N, 64] and the dict of what is read off them, as arrays."""
    heads = np.asarray(heads)
    if heads.ndim != 4 or heads.shape[1:] != (SIDE, SIDE, 3) or heads.dtype != np.uint8:
        raise ValueError(f"Aligned heads are uint8 [N, {SIDE}, {SIDE}, 3], not {heads.dtype} {list(heads.shape)}: see portraits.faces.")
    if not len(heads):  # a convolution takes no empty batch
        return tf.nest.map_structure(lambda rows: rows[:0], _judge(np.zeros([1, *heads.shape[1:]], np.uint8), weights))
    weights, parts = weights or _shipped(), []
    for start in range(0, len(heads), BATCH):
        picture = tf.constant(heads[start : start + BATCH].astype(np.float32) / np.float32(127.5) - 1)
        parts.append(tf.nest.map_structure(lambda tensor: tensor.numpy(), network(picture, weights)))
    return tf.nest.map_structure(lambda *rows: np.concatenate(rows), *parts)
