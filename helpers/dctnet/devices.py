"""Which devices a training runs on, and which of its processes writes the files."""

from __future__ import annotations

import os
import sys
import time

import tensorflow as tf


def strategy_for(gpus):
    """A MirroredStrategy over so many GPUs, where there are several; else the strategy in whose scope this is called, if any."""
    found = tf.config.list_logical_devices("GPU") if gpus > 1 else []
    if gpus <= 1 or len(found) < 2:
        return tf.distribute.get_strategy()
    return tf.distribute.MirroredStrategy([device.name for device in found[:gpus]])


def device_kind():
    """What TensorFlow computes on where it may choose: "GPU" or "CPU"."""
    return "GPU" if tf.config.list_logical_devices("GPU") else "CPU"


def is_chief(strategy):
    """Whether this process is the first worker of a strategy, or the only one."""
    resolver = getattr(strategy, "cluster_resolver", None)
    if resolver is None or not resolver.task_type:
        return True
    return resolver.task_type == "chief" or (resolver.task_type == "worker" and resolver.task_id == 0)


def end_worker():
    """End this process of a MultiWorkerMirroredStrategy, with exit code 0: the last call of a worker that did its work.

    TensorFlow's threads that watch the other workers now and then abort an interpreter that shuts down in the ordinary way
    (TensorFlow's issue 55250), and a worker that trained well must not end on an error. Call it when all files are closed.
    """
    time.sleep(2)  # seconds: another worker may still be fetching this one's last sums
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
