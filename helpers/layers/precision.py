"""Networks computed in bfloat16 (脑浮点, 16 bits: the range of float32, 3 digits), their weights kept in float32."""

from __future__ import annotations

import tensorflow as tf

from helpers import processor
from helpers.layers.weights import Fresh


def in_bfloat16(network):
    """The same network, computed in bfloat16: function (*inputs, weights) -> float32.

    Variables stay float32 (master weights; Micikevicius et al., 2018, section 3.1): each call rounds them, gradients come back in float32.
    network: function (*inputs, weights), weights a dict, as those made of `helpers.layers` are.
    """

    def rounded(*inputs_and_weights):
        *inputs, weights = inputs_and_weights
        if isinstance(weights, Fresh):  # `initial` is at work: weights begin in float32
            return network(*inputs, weights)
        half = {name: _round(value) for name, value in weights.items()}
        return tf.nest.map_structure(lambda value: tf.cast(value, tf.float32), network(*tf.nest.map_structure(_round, inputs), half))

    return rounded


def bfloat16_pays() -> bool:
    """Whether bfloat16 is known to train faster here: with AMX, convolutions take a third of the time, but not in TensorFlow 2.7."""
    return processor.has_bfloat16_tiles() and tuple(map(int, tf.__version__.split(".")[:2])) > (2, 7)


def _round(value):
    value = tf.convert_to_tensor(value)
    return tf.cast(value, tf.bfloat16) if value.dtype == tf.float32 else value
