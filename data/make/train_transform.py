"""Train the transform net of one style picture: `nice -n 10 python data/make/train_transform.py woodcut --minutes 30`.

The net, the judge and the step are notebook 02's own definitions, so page and weights cannot drift apart. Start it again and it goes
on from runs/transform_<style>/weights.npz. The result goes to data/checkpoints/transform_<style>.npz, in float16.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from helpers.files import load_weights, save_weights  # noqa: E402
from helpers.lesson.definitions import definitions  # noqa: E402
from helpers.lesson.style_pictures import STYLE_PICTURES, style_picture  # noqa: E402
from helpers.settings import DATA, RUNS  # noqa: E402

SIDE, PAINTING_SIDE = 112, 160  # pixels of a training photo, and of the style picture
PEOPLE = range(2000, 2200)  # seeds; the notebook shows and tests others
BATCH = 2
STYLE_WEIGHT = 4.0
SMALLEST = 0.45  # of a photo's side, for the windows that are cut out of it
RATE = 1e-3  # falls along a square root over the minutes
REPORT_SECONDS = 60


def photos(lesson):
    """The training photos, rendered once: RGB uint8 [N, SIDE, SIDE, 3]."""
    file = RUNS / "transform_photos.npz"
    if not file.exists():
        save_weights(file, {"photos": lesson.render_photos(PEOPLE, SIDE)})
    with np.load(file) as stored:
        return stored["photos"]


def train(style: str, minutes: float, seed: int = 0):
    """Train for so many minutes. Returns the weights, and writes weights and a sample every minute to runs/transform_<style>/."""
    lesson = definitions(ROOT / "notebooks" / "02_neural_style_transfer.ipynb")
    folder = RUNS / f"transform_{style}"
    folder.mkdir(parents=True, exist_ok=True)
    pictures, random = photos(lesson), np.random.RandomState(seed + int(time.time() if (folder / "weights.npz").exists() else 0))
    judge = lesson.random_vgg(seed, lesson.to_network(np.stack([*pictures[:4], *paintings(SIDE)])))
    first = load_weights(folder / "weights.npz") if (folder / "weights.npz").exists() else lesson.initial_transform(seed)
    weights = {name: tf.Variable(value) for name, value in first.items()}
    grams = lesson.style_of(lesson.to_network(style_picture(style, PAINTING_SIDE)), judge)
    optimizer = tf.keras.optimizers.Adam(RATE)
    step = lesson.training_step(weights, judge, grams, STYLE_WEIGHT, optimizer)
    start = reported = time.time()
    steps = 0
    while time.time() - start < 60 * minutes:
        optimizer.learning_rate.assign(RATE * max(0.05, 1 - (time.time() - start) / (60 * minutes)) ** 0.5)
        batch = [window(pictures[number], random) for number in random.randint(len(pictures), size=BATCH)]
        content, painted = step(lesson.to_network(np.stack(batch)))
        steps += 1
        if time.time() - reported > REPORT_SECONDS:
            reported = time.time()
            print(f"{style}: step {steps}, content {content:.3f}, style {painted:.3f}", flush=True)
            save_weights(folder / "weights.npz", weights)
            sample = [lesson.to_image(lesson.transform(lesson.to_network(photo), weights)) for photo in pictures[:6]]
            cv2.imwrite(str(folder / "sample.jpg"), np.hstack(sample)[..., ::-1])
    save_weights(folder / "weights.npz", weights)
    return weights


def window(picture, random):
    """A random square of a photo at the photo's size. A whole photo can please the judge by its wall alone; a part of a face cannot."""
    side = random.randint(int(SMALLEST * SIDE), SIDE + 1)
    top, left = random.randint(SIDE - side + 1, size=2)
    return cv2.resize(picture[top : top + side, left : left + side], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def paintings(side):
    """All style pictures at one size: the judge is set to see both photos and paintings."""
    return [style_picture(name, side) for name in STYLE_PICTURES]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("style", choices=list(STYLE_PICTURES))
    arguments.add_argument("--minutes", type=float, default=30)
    arguments.add_argument("--threads", type=int, default=1)
    given = arguments.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    trained = train(given.style, given.minutes)
    (DATA / "checkpoints").mkdir(exist_ok=True)
    shipped = {name: np.asarray(value).astype(np.float16) for name, value in trained.items()}
    save_weights(DATA / "checkpoints" / f"transform_{given.style}.npz", shipped)
