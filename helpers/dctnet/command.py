"""The command `python -m helpers train`: every option of the trainer, and several GPUs or machines."""

from __future__ import annotations

import json
import os

from helpers.errors import CourseError

DEVICES = ("one", "gpus", "workers")


def strategy_of(devices):
    """The tf.distribute strategy for "one" device, all "gpus" of this machine, or several "workers". Raises CourseError."""
    if devices not in DEVICES:
        raise CourseError(f"--devices is {devices}: set it to one of {', '.join(DEVICES)}.")
    if devices == "workers":
        _check_cluster(os.environ.get("TF_CONFIG"))
    import tensorflow as tf

    if devices == "workers":
        return tf.distribute.MultiWorkerMirroredStrategy()
    return tf.distribute.MirroredStrategy() if devices == "gpus" else None


def _check_cluster(text):
    try:
        cluster = json.loads(text)
        workers, index = cluster["cluster"]["worker"], cluster["task"]["index"]
        fits = 0 <= index < len(workers)
    except (KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        example = {"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}
        raise CourseError(f"--devices workers needs TF_CONFIG in each process, for example TF_CONFIG='{json.dumps(example)}'.")
