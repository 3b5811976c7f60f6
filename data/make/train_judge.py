"""Train the judge on rendered heads in every style, and store it in data/checkpoints.

    python data/make/train_judge.py pictures --people 4000
    python data/make/train_judge.py train --steps 4000
    python data/make/train_judge.py store

Each step goes on from where it stopped (runs/judge). `store` measures on people that were never trained on, and writes judge.npz
(float16) and judge.json beside each other: errors by style, distances of true sets from each other, and what blur, noise and another
style do to them.
"""

from __future__ import annotations

import argparse
import json
import platform

from helpers import layers, learn
from helpers.files import load_weights, save_weights, write_text
from helpers.metrics import judge
from helpers.settings import RUNS

import judge_pictures as pictures
import judge_report
import numpy as np
import tensorflow as tf

FOLDER = RUNS / "judge"
RATE, WARM_UP, BATCH, AVERAGE = 2e-3, 200, 64, 0.998  # of Adam; steps until the rate is reached; pictures; of the weights
NUMBER_WEIGHT = 3.0  # so that numbers have about as much to say as questions
TEST_PEOPLE = 1000


def step_of(network):
    """The training step for learn.fit. network: judge.network, or the same in bfloat16."""

    def step(state, batch):
        with tf.GradientTape() as tape:
            read = network(batch["picture"], state["judge"])[1]
            asked, numbers = losses(read, batch)
            loss = asked + NUMBER_WEIGHT * numbers
        learn.adam(state, "judge", tape.gradient(loss, state["judge"]), RATE, clip=5.0)
        return {"questions": asked, "numbers": numbers}

    return step


def losses(read, batch):
    """Cross-entropies of the questions that have an answer, added up, and the mean error of the numbers."""
    asked = 0.0
    for place, question in enumerate(judge.QUESTIONS):
        label = batch["classes"][:, place]
        known = tf.cast(label != pictures.UNKNOWN, tf.float32)
        wrong = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.maximum(label, 0), logits=read[question])
        asked += tf.reduce_sum(wrong * known) / (tf.reduce_sum(known) + 1)
    return asked, tf.reduce_mean(tf.abs(read["numbers"] - batch["numbers"]))


def train(people, steps, folder=FOLDER, bfloat16=None):
    """Train up to step `steps`, going on from the folder. Returns the record. people: judge_pictures.People."""
    state = learn.State(judge=judge.initial_judge(7))
    pays = layers.bfloat16_pays() if bfloat16 is None else bfloat16
    step = step_of(layers.in_bfloat16(judge.network) if pays else judge.network)
    return learn.fit(
        step,
        lambda random: people.batch(random, BATCH),
        folder,
        state=state,
        steps=steps,
        schedule=learn.cosine,
        warm_up=WARM_UP,
        average=AVERAGE,
        read_every=50,
    )


def scaled(weights, people):
    """The same network whose features have a total variance of 1 within a style, as a mean over styles."""
    spread = [judge.embed(people.pictures[people.of(style)], weights).var(axis=0).sum() for style in pictures.STYLES]
    scale, result = np.float32(np.sqrt(np.mean(spread))), dict(weights)
    for name, value in weights.items():
        if name.startswith("features/"):
            result[name] = value / scale
        elif name.startswith("head/") and name.endswith("/weights"):
            result[name] = value * scale
    return result


def store(people, folder, trained=FOLDER):
    """Write judge.npz and judge.json into `folder`, from the state in `trained`. people: those to measure on. Returns the report."""
    networks, steps = learn.stored_networks(trained / "state.npz")
    weights = scaled(networks["judge"], people)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(folder / "judge.npz", {name: value.astype(np.float16) for name, value in weights.items()})
    made = {"steps": steps, "batch": BATCH, "stack": f"Python {platform.python_version()}, TensorFlow {tf.__version__}"}
    report = {**made, **judge_report.report(load_weights(folder / "judge.npz"), people)}
    write_text(folder / "judge.json", json.dumps(report, indent=1) + "\n")
    return report


def main(what, people, steps):
    test = range(pictures.TEST_FROM, pictures.TEST_FROM + TEST_PEOPLE)
    if what == "store":
        print(json.dumps(store(pictures.People(test), judge.FILE.parent), indent=1))
        return
    trained = pictures.People(pictures.PEOPLE[:people], pictures.two_styles)
    if what == "train":
        train(trained, steps)
    else:
        pictures.People(test)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("what", choices=("pictures", "train", "store"))
    arguments.add_argument("--people", type=int, default=4000)
    arguments.add_argument("--steps", type=int, default=4000)
    main(**vars(arguments.parse_args()))
