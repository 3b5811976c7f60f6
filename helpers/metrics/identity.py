"""An identity embedding (身份嵌入): faces become unit vectors, and a person's pictures lie near each other, whatever the style.

A small convolutional network that this project trained with a contrastive loss (对比损失) on people it drew itself, as photos and as the
shipped models' cartoons (data/make/train_embedding.py). It may use the face and the hair. Background, light, camera, pose, expression,
clothes, glasses, mask and hat changed between the pictures that it had to bring together, so they are of no use to it.
data/checkpoints/identity.json holds what it is worth on people it never saw. They are drawn as well: nothing was measured on real ones.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
import tensorflow as tf

from helpers.files import load_shipped
from helpers.settings import DATA
from helpers.stylize.alignment import TEMPLATE, TEMPLATE_SIZE, align

FILE = DATA / "checkpoints" / "identity.npz"
SIDE = 96  # px of the aligned face
SCALE = 0.9  # of the template in it: the chin lies near the lower edge, the top of the hair near the upper one
EYES = SCALE * SIDE / TEMPLATE_SIZE * float(TEMPLATE[1, 0] - TEMPLATE[0, 0])  # px between the pupils
# Name, channels in, channels out, stride. The first layer sees each 2x2 block of pixels folded into channels.
LAYERS = (
    ("conv1", 12, 24, 1),
    ("conv2", 24, 48, 2),
    ("conv3", 48, 48, 1),
    ("conv4", 48, 96, 2),
    ("conv5", 96, 96, 1),
    ("conv6", 96, 128, 2),
)
PLACES, REDUCED = (SIDE // 16) ** 2, 16  # of the last features; channels that keep their place, so that geometry is seen
DIMENSIONS = 96
LEAK = 0.1  # slope of the leaky ReLU
BATCH = 50  # faces that are embedded at once


def embed(faces, weights=None) -> np.ndarray:
    """Unit vectors of aligned faces, RGB uint8 [N, 96, 96, 3] as `crop_face` makes them: float32 [N, 96].

    The cosine similarity of two of them says how alike two people are, see helpers.metrics.recognition. weights: as `load_identity` gives
    them; the shipped ones if they are left out. Raises ModelError, and ValueError for another shape.
    """
    faces = np.asarray(faces)
    if faces.ndim != 4 or faces.shape[1:] != (SIDE, SIDE, 3):
        raise ValueError(f"Aligned faces are [N, {SIDE}, {SIDE}, 3], not {list(faces.shape)}: use crop_face.")
    weights = weights or _shipped()
    pictures = (faces[start : start + BATCH].astype(np.float32) / np.float32(127.5) - 1 for start in range(0, len(faces), BATCH))
    found = [embedding(tf.constant(part), weights).numpy() for part in pictures]
    return np.concatenate(found) if found else np.zeros((0, DIMENSIONS), np.float32)


def crop_face(picture, points5, margin=0) -> np.ndarray:
    """The aligned face, tight round chin, ears and hair: RGB uint8 [96, 96, 3], or more by a margin in pixels on each side.

    picture: RGB uint8 [H, W, 3]. points5: float [5, 2] in pixels, x then y (pupils, nose tip, mouth corners). Raises ImageError if the
    points coincide.
    """
    points5, eyes = np.float32(points5), float(np.linalg.norm(np.subtract(points5[1], points5[0])))
    if eyes > 1.5 * EYES:  # made smaller first: the alignment would pick single pixels
        height, width = (max(1, round(side * EYES / eyes)) for side in picture.shape[:2])
        points5 = points5 * np.float32([width / picture.shape[1], height / picture.shape[0]])
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    size = SIDE + 2 * margin
    return align(picture, points5, size, SCALE * SIDE / size)[0]


def load_identity(path=None):
    """Weights of the shipped network, or of the npz file at `path`: dict name -> float32 array. Raises ModelError."""
    return load_shipped(path or FILE, "identity network", initial_identity(0))


@functools.lru_cache(maxsize=1)
def _shipped():
    return load_identity()


def initial_identity(seed):
    """Fresh weights: dict of float32 arrays, 0.3 million numbers. (He et al. 2015)"""
    random, weights = np.random.RandomState(seed), {}
    shapes = {name: (3, 3, inputs, outputs) for name, inputs, outputs, _ in LAYERS}
    channels = LAYERS[-1][2]
    shapes.update(reduce=(1, 1, channels, REDUCED), embedding=(channels + PLACES * REDUCED, DIMENSIONS))
    for name, shape in shapes.items():
        spread = np.sqrt(2 / np.prod(shape[:-1]))
        weights[name + "/weights"] = (random.standard_normal(shape) * spread).astype(np.float32)
        weights[name + "/biases"] = np.zeros(shape[-1], np.float32)
    return weights


def embedding(picture, weights, normalise=None):
    """The network: RGB [N, 96, 96, 3] in [-1, 1] to unit vectors, float32 [N, 96].

    weights: dict name -> tensor, any float type; computed in theirs. normalise: what replaces the adding of biases while training, a
    function of a layer's name and its convolution.
    """
    x = tf.nn.space_to_depth(tf.cast(picture, weights["conv1/weights"].dtype), 2)
    for name, _, _, stride in LAYERS:
        x = tf.nn.conv2d(x, weights[name + "/weights"], stride, "SAME")
        x = tf.nn.leaky_relu(normalise(name, x) if normalise else x + weights[name + "/biases"], LEAK)
    places = tf.nn.conv2d(x, weights["reduce/weights"], 1, "SAME") + weights["reduce/biases"]
    places = tf.reshape(tf.nn.leaky_relu(places, LEAK), [-1, PLACES * REDUCED])
    seen = tf.concat([tf.reduce_mean(x, [1, 2]), places], 1)
    vectors = tf.matmul(seen, weights["embedding/weights"]) + weights["embedding/biases"]
    return tf.math.l2_normalize(tf.cast(vectors, tf.float32), axis=1)
