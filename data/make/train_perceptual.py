"""Train the perceptual network on rendered people, as photos and in drawn styles, and store it in data/checkpoints.

    python data/make/train_perceptual.py pictures --people 990
    python data/make/train_perceptual.py train --steps 1700
    python data/make/train_perceptual.py store

Each step goes on from where it stopped (runs/perceptual). `store` measures on people that were never trained on and writes
perceptual.npz (float16) and perceptual.json beside each other.
"""

from __future__ import annotations

import argparse
import functools
import json

from helpers.dctnet import perceptual
from helpers.files import save_weights, write_text
from helpers.layers import batch_norm
from helpers.learn import State, adam, cosine, fit, stored_networks
from helpers.settings import RUNS

import numpy as np
import perceptual_pictures as pictures
import tensorflow as tf

RATE, WARM_UP = 2e-3, 100  # falls to almost zero along a cosine; steps until it is reached
BATCH = 24
FOLDED = 200  # pictures whose mean and variance it is replaced by
READ_EVERY = 20  # steps
LANDMARK_WEIGHT, NUMBER_WEIGHT = 20.0, 3.0  # so that each kind of answer has about the same say
STRIDE, REDUCED = 8, 24  # of the features; channels that the landmark head keeps a place


def initial_heads(seed):
    """Weights of what reads the features and is thrown away afterwards: a few channels a place, then every answer from all places."""
    random, channels = np.random.RandomState(seed), perceptual.LAYERS[-1][2]
    places = (pictures.SIDE // STRIDE) ** 2
    answered = {"landmarks": 136, "numbers": len(pictures.NUMBERS)}
    answered.update({name: len(options) for name, options in pictures.CLASSES.items()})
    shapes = {"reduce": (channels, REDUCED), **{name: (channels + places * REDUCED, count) for name, count in answered.items()}}
    heads = {}
    for name, shape in shapes.items():
        heads[f"head/{name}/weights"] = (random.standard_normal(shape) * 0.1 / np.sqrt(shape[0])).astype(np.float32)
        heads[f"head/{name}/biases"] = np.zeros(shape[1], np.float32)
    heads["head/reduce/weights"] *= 10
    heads["head/landmarks/biases"] += 0.5  # the middle of the picture
    return heads


def initial_gains():
    return batch_norm.initial_gains(perceptual.LAYERS)


def normalising_features(picture, weights):
    """The network's last features while it is trained: each layer is normalised over the batch.

    Returns the features before their ReLU, and the mean and variance of every layer, which `fold` needs.
    """
    x, stage, moments = picture, "1", {}
    for name, _, _ in perceptual.LAYERS:
        if name != perceptual.LAYERS[0][0]:
            x = tf.nn.relu(x)
        if name[4] != stage:
            x, stage = tf.nn.avg_pool2d(x, 2, 2, "SAME"), name[4]
        x = tf.nn.conv2d(x, weights[name + "/weights"], 1, "SAME")
        x = batch_norm.normalise(name, x, weights, moments)
    return x, moments


def fold(weights, picture):
    """The same network without normalisation: the moments of many pictures go into its kernels and biases, heads stay as they are."""
    _, moments = normalising_features(tf.constant(picture), weights)
    heads = {name: value for name, value in weights.items() if name.startswith("head/")}
    return {**heads, **batch_norm.fold(weights, moments)}


def answers(features, weights):
    """Everything that is read off features, [N, h, w, c], before the ReLU: dict of logits, numbers [N, n] and landmarks [N, 68, 2]."""
    features = tf.nn.relu(features)

    def dense(x, name):
        return tf.matmul(x, weights[f"head/{name}/weights"]) + weights[f"head/{name}/biases"]

    flat = tf.nn.relu(dense(tf.reshape(features, [-1, features.shape[-1]]), "reduce"))
    seen = tf.concat([tf.reduce_mean(features, [1, 2]), tf.reshape(flat, [tf.shape(features)[0], -1])], 1)
    found = {name: dense(seen, name) for name in [*pictures.CLASSES, "numbers"]}
    return {**found, "landmarks": tf.reshape(dense(seen, "landmarks"), [-1, 68, 2])}


def loss_of(weights, batch):
    """Cross-entropies of the attributes and mean errors of numbers and landmarks. Close-ups have no say about attributes."""
    found = answers(normalising_features(batch["picture"], weights)[0], weights)
    whole, inside = batch["whole"], batch["inside"]
    loss = 0.0
    for place, name in enumerate(pictures.CLASSES):
        wrong = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=batch["classes"][:, place], logits=found[name])
        loss += tf.reduce_sum(wrong * whole) / (tf.reduce_sum(whole) + 1)
    off = tf.reduce_mean(tf.abs(found["numbers"] - batch["numbers"]), 1)
    away = tf.reduce_sum(tf.abs(found["landmarks"] - batch["landmarks"]), 2)
    numbers = tf.reduce_sum(off * whole) / (tf.reduce_sum(whole) + 1)
    return loss + NUMBER_WEIGHT * numbers + LANDMARK_WEIGHT * tf.reduce_sum(away * inside) / (tf.reduce_sum(inside) + 1)


def training_step(state, batch):
    """One step, for learn.fit."""
    weights = state["perceptual"]
    with tf.GradientTape() as tape:
        loss = loss_of(weights, batch)
    adam(state, "perceptual", tape.gradient(loss, weights), RATE, clip=5.0)
    return loss


def train(steps, seed=5):
    """Train up to step `steps`, going on from runs/perceptual/state.npz. Returns the losses, each the mean of READ_EVERY steps."""
    people = pictures.People(RUNS / "perceptual")
    state = State(perceptual={**perceptual.initial_perceptual(seed), **initial_gains(), **initial_heads(seed)})
    how = dict(steps=steps, seed=seed, schedule=functools.partial(cosine, floor=0.01), warm_up=WARM_UP, read_every=READ_EVERY)
    return fit(training_step, lambda random: people.batch(random, BATCH), RUNS / "perceptual", state=state, **how)["loss"]


def measure(weights, people):
    """What the network knows about people it never saw: accuracies beside the best constant answer's, and errors."""
    classes, numbers, landmarks = people.held_out_answers()
    features = [perceptual.perceptual_layers(tf.constant(batch), weights)[perceptual.CONTENT_LAYER] for batch in people.held_out()]
    found = [answers(part, weights) for part in features]
    found = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    report = {"held_out_pictures": len(classes), "accuracy": {}, "always_the_most_frequent": {}}
    for place, name in enumerate(pictures.CLASSES):
        truth = classes[:, place]
        report["accuracy"][name] = float((found[name].argmax(1) == truth).mean())
        report["always_the_most_frequent"][name] = float(np.bincount(truth).max() / len(truth))
    report["number_error"] = dict(zip(pictures.NUMBERS, np.abs(found["numbers"] - numbers).mean(0).astype(float)))
    report["number_error_of_the_mean"] = dict(zip(pictures.NUMBERS, np.abs(numbers - numbers.mean(0)).mean(0).astype(float)))
    report["landmark_error"] = _landmark_error(found["landmarks"], landmarks)
    report["landmark_error_of_the_mean"] = _landmark_error(landmarks.mean(0), landmarks)
    return report


def _landmark_error(found, landmarks):
    """Mean distance, as a share of the distance between the outer corners of the eyes."""
    eyes = np.linalg.norm(landmarks[:, 45] - landmarks[:, 36], axis=1)
    return float((np.linalg.norm(found - landmarks, axis=2).mean(1) / eyes).mean())


def normalised(weights, batch):
    """The same network with a mean activation of 1 in every layer: what a layer is scaled by, the next one divides by."""
    before, result = 1.0, {}
    features = perceptual.perceptual_layers(tf.constant(batch), weights)
    for name, _, _ in perceptual.LAYERS:
        mean = float(tf.reduce_mean(tf.nn.relu(features[name])))
        result[name + "/weights"] = (weights[name + "/weights"] * (before / mean)).astype(np.float16)
        result[name + "/biases"] = (weights[name + "/biases"] / mean).astype(np.float16)
        before = mean
    return result


def store(folder):
    """Write perceptual.npz and perceptual.json from the training state into `folder`. Returns the report."""
    people, (networks, step) = pictures.People(RUNS / "perceptual"), stored_networks(RUNS / "perceptual" / "state.npz")
    weights = fold(networks["perceptual"], people.batch(np.random.RandomState(0), FOLDED)["picture"])
    report = {"steps": step, "batch": BATCH, "people": people.trained, **measure(weights, people)}
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(folder / "perceptual.npz", normalised(weights, next(iter(people.held_out()))))
    write_text(folder / "perceptual.json", json.dumps(report, indent=1, default=float) + "\n")
    return report


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("what", choices=("pictures", "train", "store"))
    arguments.add_argument("--people", type=int, default=990)
    arguments.add_argument("--steps", type=int, default=1700)
    given = arguments.parse_args()
    if given.what == "pictures":
        pictures.draw(given.people, RUNS / "perceptual")
    elif given.what == "train":
        train(given.steps)
    else:
        print(json.dumps(store(perceptual.FILE.parent), indent=1, default=float))
