"""Train the transform net of one style picture: `nice -n 10 python data/make/train_transform.py woodcut --minutes 30`.

The net, the loss network and the step are notebook 02's own definitions, so page and weights cannot drift apart. Start it again and it goes
on from its last state in runs/transform_<style>/. The result goes to data/checkpoints/transform_<style>.npz, in float16.
"""

from __future__ import annotations

import argparse

from helpers import portraits
from helpers.files import load_weights, save_weights
from helpers.learn import SHIPPED, State, adam, fit
from helpers.lesson.definitions import definitions
from helpers.lesson.style_pictures import STYLE_PICTURES, style_picture
from helpers.settings import ROOT, RUNS

import cv2
import numpy as np
import tensorflow as tf

SIDE, PAINTING_SIDE = 112, 160  # pixels of a training photo, and of the style picture
PEOPLE = range(2000, 2200)  # seeds; the notebook shows and tests others
BATCH = 2
STYLE_WEIGHT = 10.0
SMALLEST = 0.45  # of a photo's side, for the windows that are cut out of it
RATE = 1e-3  # falls along a square root over the minutes


def photos():
    """The training photos, drawn once and then kept: RGB uint8 [N, SIDE, SIDE, 3]."""
    return portraits.random_portraits(PEOPLE, size=SIDE)


class Optimizer:
    """What the page's step calls, moved by learn.adam."""

    def __init__(self, state):
        self.state, self.names = state, {id(variable): name for name, variable in state["transform"].items()}

    def apply_gradients(self, pairs):
        adam(self.state, "transform", {self.names[id(variable)]: gradient for gradient, variable in pairs}, RATE)


def train(style: str, minutes: float, seed: int = 0, start=None):
    """Train for so many minutes in all. Returns the weights; state, record and samples go to runs/transform_<style>/.

    start: npz file of weights to begin with; fresh ones if left out.
    """
    lesson = definitions(ROOT / "notebooks" / "02_neural_style_transfer.ipynb")
    pictures = photos()
    loss_network = lesson.random_vgg(seed, lesson.to_network(np.stack([*pictures[:4], *paintings(SIDE)])))
    grams = lesson.targets_of(pictures[0], style_picture(style, PAINTING_SIDE), 1, loss_network)["grams"]
    state = State(transform=load_weights(start) if start else lesson.initial_transform(seed))
    pages_step = lesson.training_step(state["transform"], loss_network, grams, STYLE_WEIGHT, Optimizer(state))

    def batches(random):
        chosen = random.randint(len(pictures), size=BATCH)
        return lesson.to_network(np.stack([window(pictures[number], random) for number in chosen]))

    def samples(state):
        return np.hstack([lesson.to_image(lesson.transform(lesson.to_network(photo), state["transform"])) for photo in pictures[:6]])

    fit(
        lambda state, batch: dict(zip(("content", "style"), pages_step(batch))),
        batches,
        RUNS / f"transform_{style}",
        state=state,
        minutes=minutes,
        seed=seed,
        schedule=lambda part: max(0.05, 1 - part) ** 0.5,
        samples=samples,
    )
    return state["transform"]


def window(picture, random):
    """A random square of a photo at the photo's size. A whole photo can have the style in its wall alone; a part of a face cannot."""
    side = random.randint(int(SMALLEST * SIDE), SIDE + 1)
    top, left = random.randint(SIDE - side + 1, size=2)
    return cv2.resize(picture[top : top + side, left : left + side], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def paintings(side):
    """All style pictures at one size: the loss network is set to see both photos and paintings."""
    return [style_picture(name, side) for name in STYLE_PICTURES]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("style", choices=list(STYLE_PICTURES))
    arguments.add_argument("--minutes", type=float, default=30)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--start", help="npz file of weights to begin with")
    given = arguments.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    trained = train(given.style, given.minutes, start=given.start)
    shipped = {name: np.asarray(value).astype(np.float16) for name, value in trained.items()}
    save_weights(SHIPPED / f"transform_{given.style}.npz", shipped)
