"""One process of a distributed training, for test_distributed.py: python distributed_worker.py RESULT STEPS.

With TF_CONFIG in the environment it is a worker of a MultiWorkerMirroredStrategy, without it trains alone on the whole batch.
A worker passes its share through the networks picture by picture, the process alone all pictures at once.
Writes the gradients of the first step and the losses of all steps to RESULT (npz).
"""

from __future__ import annotations

import os
import sys

import numpy as np
import tensorflow as tf
from dctnet_fixture import arrays, to_network

from helpers.dctnet import checkpoints
from helpers.dctnet.devices import end_worker
from helpers.dctnet.step import TrainingStep

BATCH = 4


def features(pictures):
    """Fixed features that cost nothing: differences of neighbours at an eighth of the size."""
    small = tf.nn.avg_pool2d(pictures, 8, 8, "SAME")
    return tf.concat([small, small - tf.roll(small, 1, 1), small - tf.roll(small, 1, 2)], -1)


def flatten(pictures):
    """Stands for SLIC, which would turn the last bit of a sum into another segment: the same superpixels everywhere."""
    return (0.5 * pictures).astype(np.float32)


def compute(strategy, steps, with_gradients=True):
    """The gradients of the first step, the losses of all steps and the state after them: dict name -> array."""
    options = dict(strategy=strategy, flatten=flatten, micro_batch=1 if strategy else BATCH)
    training = TrainingStep(checkpoints.fresh(0, arrays("weights")), features, 2e-4, seed=5, **options)
    devices = training.strategy.num_replicas_in_sync
    pictures = arrays("pictures")
    batch = {name: to_network(pictures[name])[:, 16:48, 16:48] for name in ("photo", "cartoon")}

    def share(name):
        def of_device(context):
            return tf.constant(np.split(batch[name], devices)[context.replica_id_in_sync_group])

        return training.strategy.experimental_distribute_values_from_function(of_device)

    photo, cartoon = share("photo"), share("cartoon")
    gradients = training.gradients(0, photo, cartoon) if with_gradients else {}
    found = {"gradient/" + name: value for name, value in gradients.items()}
    losses = [training(step, photo, cartoon)[0] for step in range(steps)]
    found.update({"losses/" + name: [each[name] for each in losses] for name in losses[0]})
    found.update({"state/" + name: value for name, value in training.state().items()}, devices=devices)
    return found


def main(result, steps):
    strategy = tf.distribute.MultiWorkerMirroredStrategy() if "TF_CONFIG" in os.environ else None
    found = compute(strategy, steps)
    np.savez(result, **{name.replace("/", "|"): value for name, value in found.items()})
    if strategy:
        end_worker()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
