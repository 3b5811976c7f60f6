"""Train the identity embedding on rendered people, as photos and as cartoons, and store it in data/checkpoints.

    python data/make/train_embedding.py pictures --people 2500
    python data/make/train_embedding.py train --steps 4700
    python data/make/train_embedding.py store

Each step goes on from where it stopped (runs/identity). The loss is contrastive over a batch: each picture must find the other
pictures of its person among all others (InfoNCE, van den Oord et al. 2018; several right answers as in Khosla et al. 2020). What may
help it and what not: identity_pictures.py. `store` measures on people that were never trained on and writes identity.npz (float16) and
identity.json beside each other.
"""

from __future__ import annotations

import argparse
import json
import sys

from helpers.files import load_weights, save_weights, write_text
from helpers.layers import batch_norm
from helpers.learn import State, adam, cosine, fit, stored_networks
from helpers.metrics import identity, rank_one, separability
from helpers.settings import RUNS

import identity_pictures as pictures
import numpy as np
import tensorflow as tf
from render_pairs import EXAGGERATION

RATE, RATE_WITHOUT = 2e-3, 3e-4  # with batch normalisation, and without; falls to almost zero along a cosine
WARM_UP = 100  # steps until it is reached
PEOPLE, VIEWS = 48, 3  # in a batch; pictures of each: both photos and one drawing
TEMPERATURE = 0.1  # of the softmax over cosines
FOLDED = 100  # people whose mean and variance it is replaced by
READ_EVERY = 20  # steps
TEST_PEOPLE = 200


def initial_gains():
    return batch_norm.initial_gains(identity.LAYERS)


def normalised(weights):
    """Whether batch normalisation is still part of the network."""
    return "conv1/gains" in weights


def normalising(weights, moments):
    """Batch normalisation in place of biases; keeps each layer's mean and variance in `moments`. None where it was folded before."""
    if not normalised(weights):
        return None

    def normalise(name, x):
        values = batch_norm.normalise(name, tf.cast(x, tf.float32), weights, moments)
        return tf.cast(values, weights["conv1/weights"].dtype)

    return normalise


def fold(weights, picture):
    """The same network without normalisation: the moments of many pictures go into its kernels and biases, once."""
    moments = {}
    identity.embedding(tf.constant(picture), weights, normalising(weights, moments))
    others = {name: value for name, value in weights.items() if not name.endswith("/gains")}
    return {**others, **batch_norm.fold(weights, moments)}


def contrastive_loss(vectors, views):
    """How hard it is for a picture to find the other pictures of its person: 0 if they are all that is similar.

    vectors: unit vectors float32 [people * views, D], the views of a person one after the other.
    """
    person = tf.range(tf.shape(vectors)[0]) // views
    itself = tf.eye(tf.shape(vectors)[0])
    right = tf.cast(person[:, None] == person[None], tf.float32) - itself
    similar = tf.matmul(vectors, vectors, transpose_b=True) / TEMPERATURE - 1e9 * itself
    found = similar - tf.reduce_logsumexp(similar, 1, keepdims=True)
    return -tf.reduce_sum(right * found) / tf.reduce_sum(right)


def training_step(kind):
    """One step, for learn.fit. kind: the type that convolutions compute in; gains and biases, which normalise, stay float32."""

    def step(state, batch):
        weights = state["identity"]
        fresh = normalised(weights)
        precise = {layer[0] + part for layer in identity.LAYERS for part in ("/gains", "/biases")} if fresh else ()
        with tf.GradientTape() as tape:
            used = {name: value if name in precise else tf.cast(value, kind) for name, value in weights.items()}
            vectors = identity.embedding(batch, used, normalising(used, {}))
            loss = contrastive_loss(vectors, VIEWS)
        adam(state, "identity", tape.gradient(loss, weights), RATE if fresh else RATE_WITHOUT, clip=5.0)
        return loss

    return step


def train(people, steps, precision="float32", seed=5, start=None):
    """Train up to step `steps`, going on from runs/identity/state.npz. Returns the losses, each the mean of READ_EVERY steps.

    people: as `read` gives them. start: npz of a stored network whose training goes on, without normalisation and more slowly.
    """
    state = State(identity=load_weights(start) if start else {**identity.initial_identity(seed), **initial_gains()})
    how = dict(steps=steps, seed=seed, schedule=cosine, warm_up=WARM_UP, read_every=READ_EVERY)
    step = training_step(tf.as_dtype(precision))
    return fit(step, lambda random: pictures.batch(people, random, PEOPLE, VIEWS), RUNS / "identity", state=state, **how)["loss"]


def read(folder):
    """What `pictures.draw` stored in a folder: uint8 [people, 2 + drawings, px, px, 3]."""
    return np.concatenate([np.load(path) for path in sorted(folder.glob("people_*.npy"))])


def measure(weights, people, first_seed=pictures.TEST_SEED):
    """AUC and rank 1 on unseen people: a photo, then each drawing, looks for the photo of the same person's other day."""
    edge = slice(pictures.MARGIN, pictures.MARGIN + identity.SIDE)
    faces = people[:, :, edge, edge]
    found = identity.embed(faces.reshape(-1, *faces.shape[2:]), weights).reshape(*faces.shape[:2], -1)
    report = {"unseen_people": len(people), "auc": {}, "rank_one": {}}
    for place, look in enumerate(("photo", *pictures.DRAWINGS)):
        days = [pictures.drawn_day(first_seed + i, look) if place else 1 for i in range(len(people))]
        queries, gallery = found[:, 1 + place], found[np.arange(len(people)), 1 - np.array(days)]
        report["auc"][look] = round(separability(queries, gallery), 4)
        report["rank_one"][look] = round(rank_one(queries, gallery), 4)
    return report


def store(people, unseen, folder):
    """Write identity.npz and identity.json from the training state into `folder`. Returns the report."""
    networks, step = stored_networks(RUNS / "identity" / "state.npz")
    weights = fold(networks["identity"], pictures.batch(people, np.random.RandomState(0), min(FOLDED, len(people)), VIEWS))
    weights = {name: value.astype(np.float16) for name, value in weights.items()}
    rounded = {name: value.astype(np.float32) for name, value in weights.items()}  # what will be read back
    recipe = {"steps": step, "people": len(people), "people_a_batch": PEOPLE, "pictures_a_person": VIEWS, "first_seed": pictures.FIRST_SEED}
    test = {"unseen_first_seed": pictures.TEST_SEED, "exaggeration": EXAGGERATION}
    stack = f"Python {sys.version.split()[0]}, TensorFlow {tf.__version__}"
    report = {**recipe, **test, "stack": stack, **measure(rounded, unseen)}
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(folder / "identity.npz", weights)
    write_text(folder / "identity.json", json.dumps(report, indent=1) + "\n")
    return report


def main(what, count, steps, precision, start):
    folder = RUNS / "identity"
    if what == "pictures":
        pictures.draw(TEST_PEOPLE, folder / "test", pictures.TEST_SEED)
        pictures.draw(count, folder / "train")
        return
    people = read(folder / "train")
    if what == "train":
        train(people, steps, precision, start=start)
    else:
        print(json.dumps(store(people, read(folder / "test"), identity.FILE.parent), indent=1))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=("pictures", "train", "store"))
    arguments.add_argument("--people", type=int, default=2500)
    arguments.add_argument("--steps", type=int, default=4700)
    arguments.add_argument("--start", help="npz of a stored network to go on from")
    arguments.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    arguments.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    given = arguments.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    main(given.what, given.people, given.steps, given.precision, given.start)
