"""Train a cartoon network of one style on pairs.

    python data/make/train_cartoon.py anime background --steps 7000
    python data/make/train_cartoon.py sketch background --steps 4000 --start runs/train_anime_background/weights.npz

Reads what render_pairs.py drew into runs/pairs/ and paints a bank of pictures from it (pairs.py). Start it again and it goes on from its
last state in runs/train_<style>_<part>/, which also holds the weights so far, a contact sheet, a log and a record of how they were
made. Losses: L1, L1 of gradients (keeps ink lines sharp), L1 of a coarse average (keeps colours), and a light patch discriminator (判别器).
The weights kept are a moving average.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, NamedTuple

from helpers import layers
from helpers.files import load_weights, save_weights, write_text
from helpers.images import write_image
from helpers.learn import State, adam, cosine, fit
from helpers.settings import ROOT, RUNS
from helpers.stylize.alignment import align

import cv2
import looks
import numpy as np
import tensorflow as tf
from fast_unet import BLOCKS, fast_unet, initial_weights
from pairs import background_bank, batches, head_bank, read_pairs
from render_pairs import FACTS

RATE = 5e-4  # falls to almost zero along a cosine
WARM_UP = 100  # steps
DISCRIMINATOR_RATE = 1.5e-4  # slower, or the discriminator wins and the eyes get speckles
AVERAGE = 0.998  # of the moving average of weights
ADVERSARIAL_FROM = 300  # steps
TONE = 8  # px: tones are averages over squares of this side
SAVE_SECONDS = 150
HELD_OUT = 40  # people that are shown and measured, never trained on
BANK = {"background": 3000, "head": 1600}  # pictures
WINDOWS = {"background": (4, 112), "head": (3, 144)}  # of a batch: how many, and their side in px


class Weights(NamedTuple):
    """How much each loss counts."""

    pixels: float = 1.0
    edges: float = 1.2
    tones: float = 0.4
    adversarial: float = 0.04


@dataclass
class Recipe:
    """One training. part: "background" or "head"; it decides what is left out: batch and crop (WINDOWS), pictures of the bank (BANK)."""

    style: str
    part: str
    steps: int
    start: object = None  # npz file or dict of the first weights, fresh ones if not given
    network: Callable = fast_unet  # (RGB pictures, weights) -> cartoons
    name: str = ""  # of the folder, runs/train_<name>/; <style>_<part> if not given
    peak: float = RATE  # the highest learning rate
    batch: int = 0
    crop: int = 0
    pictures: int = 0
    seed: int = 11

    def __post_init__(self):
        self.name = self.name or f"{self.style}_{self.part}"
        self.batch, self.crop = self.batch or WINDOWS[self.part][0], self.crop or WINDOWS[self.part][1]
        self.pictures = self.pictures or BANK[self.part]

    def first_weights(self):
        if isinstance(self.start, dict):
            return self.start
        return load_weights(self.start) if self.start else initial_weights(self.seed, BLOCKS[self.part])


def patch_discriminator(x, weights):
    """Three stages of two convolutions, one score a patch. Spectral norm would be stricter; at this weight it is not needed."""
    for stage, channels in enumerate((16, 32, 64)):
        for stride in (2, 1):
            x = tf.nn.leaky_relu(layers.conv(x, weights, f"conv{stage}_{stride}", channels, stride=stride), 0.2)
    return layers.conv(x, weights, "score", 1)


def initial_discriminator(seed):
    """Fresh weights: dict of float32 arrays. (Glorot and Bengio, 2010)"""
    random, shapes = np.random.RandomState(seed), layers.initial(patch_discriminator, 0, tf.zeros([1, 16, 16, 3]))
    return {name: layers.glorot(random, value.shape) for name, value in shapes.items()}


def gradient_difference(a, b):
    across = tf.reduce_mean(tf.abs((a[:, :, 1:] - a[:, :, :-1]) - (b[:, :, 1:] - b[:, :, :-1])))
    down = tf.reduce_mean(tf.abs((a[:, 1:] - a[:, :-1]) - (b[:, 1:] - b[:, :-1])))
    return across + down


def tone_difference(a, b):
    return tf.reduce_mean(tf.abs(tf.nn.avg_pool2d(a - b, TONE, TONE, "SAME")))


def training_step(network, peak, count):
    """The step of both networks, for learn.fit. count: how much each loss counts."""

    def step(state, batch):
        photo, cartoon = batch
        weights, judge = state["cartoon"], state["discriminator"]
        adversarial = tf.where(state.done < ADVERSARIAL_FROM, 0.0, count.adversarial)
        with tf.GradientTape() as tape, tf.GradientTape() as opponent_tape:
            made = network(photo, weights)
            fake, real = patch_discriminator(made, judge), patch_discriminator(cartoon, judge)
            l1, edges, tones = tf.reduce_mean(tf.abs(made - cartoon)), gradient_difference(made, cartoon), tone_difference(made, cartoon)
            fooling = tf.reduce_mean((fake - 1) ** 2)
            loss = count.pixels * l1 + count.edges * edges + count.tones * tones + adversarial * fooling
            untouched = patch_discriminator(tf.stop_gradient(made), judge)
            telling = tf.reduce_mean((real - 1) ** 2) + tf.reduce_mean(untouched**2)
        adam(state, "cartoon", tape.gradient(loss, weights), peak, clip=1.0)
        adam(state, "discriminator", opponent_tape.gradient(telling, judge), DISCRIMINATOR_RATE, beta_1=0.5, scheduled=False)
        return {"pixels": l1, "edges": edges, "tones": tones, "fooling": fooling, "telling": telling}

    return step


def cartoonize(photos, weights, network=fast_unet):
    """uint8 [N, H, W, 3] -> uint8, one picture at a time."""
    made = [network(photo[None] / np.float32(127.5) - 1, weights)[0].numpy() for photo in photos]
    return np.clip(np.round((np.stack(made) + 1) * 127.5), 0, 255).astype(np.uint8)


def report(folder, shown, weights, network):
    """Write the contact sheet (photo, made, target) and return the held-out mean absolute error in levels, and the input's own."""
    photos, cartoons = shown
    made = cartoonize(photos, weights, network)
    write_image(folder / "sheet.png", np.vstack([np.hstack(row[:8]) for row in (photos, made, cartoons)]))
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


def train(recipe, people, scenes=None):
    """Train until the recipe's steps are done; results in runs/train_<name>/. Returns the held-out errors, in levels.

    people, scenes: what `read_pairs` returns; heads need no scenes.
    """
    folder = RUNS / f"train_{recipe.name}"
    learnt, shown = {side: values[:-HELD_OUT] for side, values in people.items()}, held_out(recipe.style, people, recipe.part)
    if recipe.part == "background":
        bank = background_bank(recipe.style, learnt, scenes, recipe.crop, recipe.pictures, recipe.seed)
    else:
        scenes, bank = {"photo": ()}, head_bank(recipe.style, learnt, recipe.pictures, recipe.seed)
    state = State(cartoon=recipe.first_weights(), discriminator=initial_discriminator(recipe.seed + 1))
    facts = facts_of(recipe, len(learnt["photo"]), len(scenes["photo"]))

    def draw(random):
        return next(batches(bank, recipe.crop, recipe.batch, random.randint(2**31 - 1)))

    errors = []
    fit(
        training_step(recipe.network, recipe.peak, Weights()),
        draw,
        folder,
        state=state,
        steps=recipe.steps,
        seed=recipe.seed,
        schedule=cosine,
        warm_up=WARM_UP,
        average={"cartoon": AVERAGE},
        on_save=lambda state: errors.append(keep(state, folder, shown, recipe.network, facts)),
        save_seconds=SAVE_SECONDS,
    )
    return errors[-1] if errors else report(folder, shown, state.average["cartoon"], recipe.network)


def facts_of(recipe, people, scenes):
    """What a record says of a training, besides what was measured."""
    facts = {"style": recipe.style, "part": recipe.part, "batch": recipe.batch, "crop": recipe.crop, "seed": recipe.seed}
    facts.update(peak_rate=recipe.peak, commit=commit(), **Weights()._asdict())
    facts.update(people=people, scenes=scenes, pictures=recipe.pictures, **drawn_with())
    return {**facts, "start": started_from(recipe.start)}


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


def keep(state, folder, shown, network, facts):
    """Store the averaged weights, the contact sheet, a line in the log and the record. Returns the held-out errors."""
    save_weights(folder / "weights.npz", state.average["cartoon"])
    made, untouched = report(folder, shown, state.average["cartoon"], network)
    measured = {"steps": int(state.done), "minutes": round(state.seconds / 60, 1)}
    measured.update(held_out_error=round(made, 2), error_of_photo=round(untouched, 2))
    record = {**facts, **measured, "stack": f"Python {sys.version.split()[0]}, TensorFlow {tf.__version__}"}
    write_text(folder / "record.json", json.dumps(record, indent=4) + "\n")
    with open(folder / "log.txt", "a") as log:
        log.write(f"step {int(state.done)}: held out {made:.2f} levels, the photo itself {untouched:.2f}\n")
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
    made, untouched = train(Recipe(given.style, given.part, given.steps, given.start), people, scenes)
    print(f"held-out error {made:.1f} levels; the photo itself: {untouched:.1f}")
