"""Train ModelScope's own U-Net in the look of a style: the checkpoint from which a fine-tuning of that style starts.

    python data/make/train_unet.py anime --steps 6000
    python data/make/train_unet.py anime --store

Pairs, losses, state, log and contact sheet are train_cartoon.py's: aligned heads of 288 px out of runs/pairs/, results in
runs/train_<style>_unet/, and it goes on where it stopped. `--store` writes data/checkpoints/unet_<style>.npz: the generator's 36 weights
under ModelScope's names, as float16, without discriminators and Adam's memory; and unet_<style>.json: steps and held-out errors.
"""

from __future__ import annotations

import argparse
import json

from helpers.dctnet import unet
from helpers.files import load_weights, save_weights, write_text
from helpers.learn import SHIPPED
from helpers.settings import RUNS

import numpy as np
import tensorflow as tf
from pairs import read_pairs
from train_cartoon import Recipe, held_out, report, train

PART = "head"  # the network that a fine-tuning replaces
BATCH, CROP, SEED = 4, 96, 12
RATE = 1e-3  # it learns from nothing, in few steps


def network(dtype):
    """The U-Net with its guided filter as train_cartoon.py calls it: RGB in and out. dtype: what its convolutions compute in."""

    def paint(photo, weights):
        return unet.cartoonize(photo[..., ::-1], {name: tf.cast(value, dtype) for name, value in weights.items()})[..., ::-1]

    return paint


def store(style, people, folder=SHIPPED):
    """Write the averaged weights of the training, and what they are worth in float32. Returns the path of the weights."""
    work = RUNS / f"train_{style}_unet"
    halves = {name: np.float16(value) for name, value in load_weights(work / "weights.npz").items()}
    stored = {name: np.float32(value) for name, value in halves.items()}  # what is measured is what is stored
    made, untouched = report(work, held_out(style, people, PART), stored, network(tf.float32))
    record = json.loads((work / "record.json").read_text())
    numbers = {"steps": record["steps"], "start": record["start"], "pairs": len(people["photo"])}
    numbers.update(batch=BATCH, crop=CROP, seed=SEED)
    numbers.update(held_out_error_levels=round(made, 2), error_of_the_photo_itself=round(untouched, 2))
    save_weights(folder / f"unet_{style}.npz", halves)
    write_text(folder / f"unet_{style}.json", json.dumps(numbers, indent=4) + "\n")
    return folder / f"unet_{style}.npz"


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("style")
    arguments.add_argument("--steps", type=int, default=6000)
    arguments.add_argument("--start", help="npz of weights to start from, fresh ones if not given")
    arguments.add_argument("--precision", choices=["float32", "bfloat16"], default="float32", help="of the convolutions")
    arguments.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    arguments.add_argument("--store", action="store_true", help="only store what was trained")
    given = arguments.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    people = read_pairs(given.style, sorted((RUNS / "pairs").glob("people_*.npz")))
    if given.store:
        print(store(given.style, people))
    else:
        paint, start = network(tf.as_dtype(given.precision)), given.start or unet.initial_weights(SEED)
        recipe = Recipe(given.style, PART, given.steps, start, paint, f"{given.style}_unet", RATE, BATCH, CROP, seed=SEED)
        made, untouched = train(recipe, people)
        print(f"held-out error {made:.1f} levels; the photo itself: {untouched:.1f}")
