"""Train the cartoon network of one style on pairs: `python data/make/train_cartoon.py anime --people p.npz --scenes s.npz --steps 20000`.

Start it again and it goes on from runs/train_<style>/weights.npz. Losses: L1, L1 of gradients (keeps ink lines sharp), L1 of a
coarse average (keeps colours), and a light patch discriminator (判别器) from step 300 on. The weights kept are a moving average.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from pairs import batches, read_pairs  # noqa: E402
from tqdm import tqdm  # noqa: E402

from helpers.dctnet.network import fast_unet, initial_weights, load_weights, save_weights  # noqa: E402
from helpers.lesson.settings import RUNS  # noqa: E402

RATE = 4e-4  # falls to almost zero along a cosine
DISCRIMINATOR_RATE = 1.5e-4  # slower, or the discriminator wins and the eyes get speckles
AVERAGE = 0.998  # of the moving average of weights
ADVERSARIAL_FROM, ADVERSARIAL_WEIGHT = 300, 0.04
SAVE_SECONDS = 150
HELD_OUT = 40  # pairs that are shown and measured, never trained on


def patch_discriminator():
    """Three stages of two convolutions, one score a patch. Spectral norm would be stricter; at this weight it is not needed."""
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.InputLayer((None, None, 3))])
    for channels in (16, 32, 64):
        for stride in (2, 1):
            model.add(layers.Conv2D(channels, 3, stride, "same"))
            model.add(layers.LeakyReLU(0.2))
    model.add(layers.Conv2D(1, 3, padding="same"))
    return model


def gradient_difference(a, b):
    across = tf.reduce_mean(tf.abs((a[:, :, 1:] - a[:, :, :-1]) - (b[:, :, 1:] - b[:, :, :-1])))
    down = tf.reduce_mean(tf.abs((a[:, 1:] - a[:, :-1]) - (b[:, 1:] - b[:, :-1])))
    return across + down


def coarse_difference(a, b):
    return tf.reduce_mean(tf.abs(tf.nn.avg_pool2d(a - b, 4, 4, "SAME")))


class Training:
    """Weights, their moving average, both optimisers, and one step."""

    def __init__(self, weights):
        self.weights = {name: tf.Variable(value) for name, value in weights.items()}
        self.average = {name: tf.Variable(value, trainable=False) for name, value in weights.items()}
        self.discriminator = patch_discriminator()
        self.optimizer = tf.keras.optimizers.Adam(RATE)
        self.opponent = tf.keras.optimizers.Adam(DISCRIMINATOR_RATE, beta_1=0.5)

    @tf.function
    def step(self, photo, cartoon, adversarial):
        """One step of both networks on a batch."""
        names = list(self.weights)
        with tf.GradientTape() as tape, tf.GradientTape() as opponent_tape:
            made = fast_unet(photo, self.weights)
            fake, real = self.discriminator(made), self.discriminator(cartoon)
            l1, edges, fooling = tf.reduce_mean(tf.abs(made - cartoon)), gradient_difference(made, cartoon), tf.reduce_mean((fake - 1) ** 2)
            loss = l1 + 1.2 * edges + 0.4 * coarse_difference(made, cartoon) + adversarial * fooling
            telling = tf.reduce_mean((real - 1) ** 2) + tf.reduce_mean(self.discriminator(tf.stop_gradient(made)) ** 2)
        gradients, size = tf.clip_by_global_norm(tape.gradient(loss, [self.weights[name] for name in names]), 1.0)
        gradients = [tf.where(tf.math.is_finite(size), gradient, 0.0) for gradient in gradients]  # skip a step that exploded
        self.optimizer.apply_gradients(zip(gradients, [self.weights[name] for name in names]))
        opponents = self.discriminator.trainable_variables
        self.opponent.apply_gradients(zip(opponent_tape.gradient(telling, opponents), opponents))
        for name in names:
            self.average[name].assign(AVERAGE * self.average[name] + (1 - AVERAGE) * self.weights[name])


def cartoonize(photos, weights):
    """uint8 [N, H, W, 3] -> uint8, one picture at a time."""
    made = [fast_unet(photo[None] / np.float32(127.5) - 1, weights)[0].numpy() for photo in photos]
    return np.clip(np.round((np.stack(made) + 1) * 127.5), 0, 255).astype(np.uint8)


def report(folder, photos, cartoons, weights):
    """Write the contact sheet (photo, made, target) and return the held-out mean absolute error in levels, and the input's own."""
    made = cartoonize(photos, weights)
    sheet = np.vstack([np.hstack(row[:8]) for row in (photos, made, cartoons)])
    cv2.imwrite(str(folder / "sheet.png"), sheet[..., ::-1])
    return [float(np.abs(side.astype(float) - cartoons).mean()) for side in (made, photos)]


def train(style, people, scenes, steps, start=None, batch=6, crop=128, seed=11):
    """Train for so many steps; keep weights.npz and sheet.png in runs/train_<style>/. Returns the held-out errors, in levels."""
    folder = RUNS / f"train_{style}"
    folder.mkdir(parents=True, exist_ok=True)
    stored = folder / "weights.npz"
    first = stored if stored.exists() else start
    training = Training(load_weights(first) if first else initial_weights(seed))
    source = batches([side[:-HELD_OUT] for side in people], scenes, crop, batch, seed)
    shown = [side[-HELD_OUT:] for side in people]
    saved = time.time()
    for step in tqdm(range(steps), desc=style):
        training.optimizer.learning_rate.assign(rate(step, step / steps))
        adversarial = tf.constant(ADVERSARIAL_WEIGHT if step >= ADVERSARIAL_FROM else 0.0)
        training.step(*map(tf.constant, next(source)), adversarial)
        if time.time() - saved > SAVE_SECONDS:
            save_weights(stored, training.average)
            print("held-out error {:.1f} levels, untouched {:.1f}".format(*report(folder, *shown, training.average)))
            saved = time.time()
    save_weights(stored, training.average)
    return report(folder, *shown, training.average)


def rate(step, done):
    """The learning rate: a warm-up of 100 steps, then a cosine down to 2 %. done: share of the steps, 0 to 1."""
    return RATE * min(1, (step + 1) / 100) * (0.02 + 0.49 * (1 + np.cos(np.pi * done)))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("style")
    arguments.add_argument("--people", nargs="+", required=True, help="npz files with pairs of portraits")
    arguments.add_argument("--scenes", nargs="+", required=True, help="npz files with pairs without faces")
    arguments.add_argument("--steps", type=int, default=20_000)
    arguments.add_argument("--start", help="npz of weights to start from (a warm start)")
    given = arguments.parse_args()
    made, untouched = train(given.style, read_pairs(given.people), read_pairs(given.scenes), given.steps, given.start)
    print(f"held-out error {made:.1f} levels; the photo itself: {untouched:.1f}")
