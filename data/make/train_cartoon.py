"""Train a cartoon network of one style on pairs.

    python data/make/train_cartoon.py anime background --steps 7000
    python data/make/train_cartoon.py sketch background --steps 4000 --start runs/train_anime_background/weights.npz

Reads what render_pairs.py drew into runs/pairs/ and paints a bank of pictures from it (pairs.py). Start it again and it goes on from its
last checkpoint in runs/train_<style>_<part>/, which also holds the weights so far, a contact sheet, a log and a record of how they were
made. Losses: L1, L1 of gradients (keeps ink lines sharp), L1 of a coarse average (keeps colours), and a light patch discriminator (判别器).
The weights kept are a moving average.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import cv2  # noqa: E402
import looks  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from fast_unet import BLOCKS, fast_unet, initial_weights  # noqa: E402
from pairs import background_bank, batches, head_bank, read_pairs  # noqa: E402
from render_pairs import FACTS  # noqa: E402
from schedule import cosine_rate  # noqa: E402
from tqdm import tqdm  # noqa: E402

from helpers.files import load_weights, save_weights  # noqa: E402
from helpers.settings import RUNS  # noqa: E402
from helpers.stylize.alignment import align  # noqa: E402

RATE = 5e-4  # falls to almost zero along a cosine
DISCRIMINATOR_RATE = 1.5e-4  # slower, or the discriminator wins and the eyes get speckles
AVERAGE = 0.998  # of the moving average of weights
ADVERSARIAL_FROM = 300  # steps
TONE = 8  # px: tones are averages over squares of this side
SAVE_SECONDS = 150
HELD_OUT = 40  # people that are shown and measured, never trained on


class Weights(NamedTuple):
    """How much each loss counts."""

    pixels: float = 1.0
    edges: float = 1.2
    tones: float = 0.4
    adversarial: float = 0.04


BANK = {"background": 3000, "head": 1600}  # pictures
WINDOWS = {"background": (4, 112), "head": (3, 144)}  # of a batch: how many, and their side in px


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


def tone_difference(a, b):
    return tf.reduce_mean(tf.abs(tf.nn.avg_pool2d(a - b, TONE, TONE, "SAME")))


class Training:
    """Weights, their moving average, both optimisers, steps and seconds so far: all that a checkpoint must hold."""

    def __init__(self, weights, folder, network=fast_unet, losses=None):
        self.network, self.losses = network, losses or Weights()
        self.weights = {name: tf.Variable(value) for name, value in weights.items()}
        self.average = {name: tf.Variable(value, trainable=False) for name, value in weights.items()}
        self.discriminator = patch_discriminator()
        self.optimizer = tf.keras.optimizers.Adam(RATE)
        self.opponent = tf.keras.optimizers.Adam(DISCRIMINATOR_RATE, beta_1=0.5)
        self.done = tf.Variable(0, dtype=tf.int64)
        self.seconds = tf.Variable(0.0)
        kept = {
            "weights": list(self.weights.values()),
            "average": list(self.average.values()),
            "discriminator": self.discriminator.variables,
            "optimizer": self.optimizer,
            "opponent": self.opponent,
            "done": self.done,
            "seconds": self.seconds,
        }
        self.checkpoints = tf.train.CheckpointManager(tf.train.Checkpoint(**kept), str(folder / "checkpoints"), max_to_keep=2)

    @tf.function
    def step(self, photo, cartoon):
        """One step of both networks on a batch."""
        names = list(self.weights)
        adversarial = tf.where(self.done < ADVERSARIAL_FROM, 0.0, self.losses.adversarial)
        with tf.GradientTape() as tape, tf.GradientTape() as opponent_tape:
            made = self.network(photo, self.weights)
            fake, real = self.discriminator(made), self.discriminator(cartoon)
            l1, edges, fooling = tf.reduce_mean(tf.abs(made - cartoon)), gradient_difference(made, cartoon), tf.reduce_mean((fake - 1) ** 2)
            tones = tone_difference(made, cartoon)
            loss = self.losses.pixels * l1 + self.losses.edges * edges + self.losses.tones * tones + adversarial * fooling
            telling = tf.reduce_mean((real - 1) ** 2) + tf.reduce_mean(self.discriminator(tf.stop_gradient(made)) ** 2)
        gradients, size = tf.clip_by_global_norm(tape.gradient(loss, [self.weights[name] for name in names]), 1.0)
        gradients = [tf.where(tf.math.is_finite(size), gradient, 0.0) for gradient in gradients]  # skip a step that exploded
        self.optimizer.apply_gradients(zip(gradients, [self.weights[name] for name in names]))
        opponents = self.discriminator.trainable_variables
        self.opponent.apply_gradients(zip(opponent_tape.gradient(telling, opponents), opponents))
        for name in names:
            self.average[name].assign(AVERAGE * self.average[name] + (1 - AVERAGE) * self.weights[name])
        self.done.assign_add(1)
        return l1


def cartoonize(photos, weights, network=fast_unet):
    """uint8 [N, H, W, 3] -> uint8, one picture at a time."""
    made = [network(photo[None] / np.float32(127.5) - 1, weights)[0].numpy() for photo in photos]
    return np.clip(np.round((np.stack(made) + 1) * 127.5), 0, 255).astype(np.uint8)


def report(folder, shown, training):
    """Write the contact sheet (photo, made, target) and return the held-out mean absolute error in levels, and the input's own."""
    photos, cartoons = shown
    made = cartoonize(photos, training.average, training.network)
    sheet = np.vstack([np.hstack(row[:8]) for row in (photos, made, cartoons)])
    cv2.imwrite(str(folder / "sheet.png"), sheet[..., ::-1])
    return [float(np.abs(side.astype(float) - cartoons).mean()) for side in (made, photos)]


def held_out(style, people, part):
    """The held-out people as the network of that part sees them: two uint8 arrays, photos and cartoons."""
    last = {side: values[-HELD_OUT:] for side, values in people.items()}
    sides = {side: last[side] for side in ("photo", "parts") if side in last}
    if part == "head":
        sides = {side: np.stack([align(*pair)[0] for pair in zip(pictures, last["points"])]) for side, pictures in sides.items()}
    even = sides["photo"].shape[1] // 8 * 8
    sides = {side: pictures[:, :even, :even] for side, pictures in sides.items()}
    return sides["photo"], np.stack([looks.cartoon_of(style, *pair) for pair in zip(*sides.values())])


def train(
    style,
    part,
    people,
    scenes,
    steps,
    start=None,
    batch=None,
    crop=None,
    seed=11,
    network=fast_unet,
    name=None,
    peak=RATE,
    pictures=None,
):
    """Train until so many steps are done; results in runs/train_<name>/. Returns the held-out errors, in levels.

    start: npz file or dict of the first weights, fresh ones if not given. network: function (RGB pictures, weights) -> cartoons. name:
    <style>_<part> if not given. peak: the highest learning rate. batch, crop: WINDOWS[part] if not given. pictures: in the bank,
    BANK[part] if not given.
    """
    folder = RUNS / f"train_{name or f'{style}_{part}'}"
    folder.mkdir(parents=True, exist_ok=True)
    weights = start if isinstance(start, dict) else load_weights(start) if start else initial_weights(seed, BLOCKS[part])
    losses = Weights()
    training = Training(weights, folder, network, losses)
    training.checkpoints.restore_or_initialize()
    first = int(training.done.numpy())
    learnt = {side: values[:-HELD_OUT] for side, values in people.items()}
    pictures, batch, crop = pictures or BANK[part], batch or WINDOWS[part][0], crop or WINDOWS[part][1]
    is_background = part == "background"
    bank = background_bank(style, learnt, scenes, crop, pictures, seed) if is_background else head_bank(style, learnt, pictures, seed)
    windows = batches(bank, crop, batch, seed + first)
    shown = held_out(style, people, part)
    facts = {"style": style, "part": part, "batch": batch, "crop": crop, "seed": seed, "peak_rate": peak, "commit": commit()}
    facts.update(losses._asdict())
    facts.update(people=len(learnt["photo"]), scenes=len(scenes["photo"]) if is_background else 0, pictures=pictures, **drawn_with())
    facts["start"] = started_from(start)
    saved, recent = time.time(), 0.0
    for step in tqdm(range(first, steps), initial=first, total=steps, desc=f"{style} {part}", mininterval=30):
        training.optimizer.learning_rate.assign(cosine_rate(peak, step, step / steps))
        recent = 0.99 * recent + 0.01 * float(training.step(*map(tf.constant, next(windows))))
        if time.time() - saved > SAVE_SECONDS:
            training.seconds.assign_add(time.time() - saved)
            keep(training, folder, shown, step + 1, recent, facts)
            saved = time.time()
    training.seconds.assign_add(time.time() - saved)
    return keep(training, folder, shown, steps, recent, facts)


def started_from(start):
    """What a record calls the first weights: the folder of a training, the name of another file, or "fresh weights"."""
    if not isinstance(start, (str, Path)):
        return "fresh weights"
    return Path(start).parent.name if Path(start).name == "weights.npz" else Path(start).stem


def drawn_with():
    """How render_pairs.py drew the pairs: seeds, size, exaggeration. An empty dict if they come from elsewhere."""
    path = RUNS / "pairs" / FACTS
    return json.loads(path.read_text()) if path.is_file() else {}


def commit():
    """The commit of the code that trains, or "unknown" outside of a clone."""
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return told.stdout.decode().strip() or "unknown"


def keep(training, folder, shown, step, recent, facts):
    """Store a checkpoint, the averaged weights, the contact sheet, a line in the log and the record. Returns the held-out errors."""
    training.checkpoints.save(step)
    save_weights(folder / "weights.npz", training.average)
    made, untouched = report(folder, shown, training)
    minutes = round(float(training.seconds) / 60, 1)
    measured = {"steps": step, "minutes": minutes, "held_out_error": round(made, 2), "error_of_photo": round(untouched, 2)}
    record = {**facts, **measured, "stack": f"Python {sys.version.split()[0]}, TensorFlow {tf.__version__}"}
    (folder / "record.json").write_text(json.dumps(record, indent=4) + "\n")
    with open(folder / "log.txt", "a") as log:
        log.write(f"step {step}: training {recent * 127.5:.2f} levels, held out {made:.2f}, the photo itself {untouched:.2f}\n")
    return made, untouched


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("style")
    arguments.add_argument("part", choices=["background", "head"])
    arguments.add_argument("--steps", type=int, default=7000)
    arguments.add_argument("--start", help="npz of weights to start from")
    arguments.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    given = arguments.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    cv2.setNumThreads(given.threads or -1)
    people, scenes = (read_pairs(given.style, sorted((RUNS / "pairs").glob(f"{kind}_*.npz"))) for kind in ("people", "scenes"))
    made, untouched = train(given.style, given.part, people, scenes, given.steps, given.start)
    print(f"held-out error {made:.1f} levels; the photo itself: {untouched:.1f}")
