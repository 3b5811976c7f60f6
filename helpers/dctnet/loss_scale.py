"""Loss scaling (损失缩放): in float16 small gradients round to zero, so the loss is multiplied by a large number first.

The number is found as one goes: halved when a gradient overflows, in which case the step is left out, and doubled after a while
without. (Micikevicius et al., 2018, Mixed precision training) It is not in checkpoints: a training that goes on finds it again.
"""

from __future__ import annotations

import tensorflow as tf

FIRST = 2.0**15
PATIENCE = 1000  # steps without an overflow


class LossScale:
    """variable: function (name, value) -> tf.Variable, as the training makes its own."""

    def __init__(self, variable):
        self.value, self.calm = variable("loss_scale", FIRST), variable("steps_without_overflow", 0.0)

    def update(self, gradients):
        """Adapt to the gradients of a step. gradients: list of tensors. Returns whether all are finite: a bool tensor."""
        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(gradient)) for gradient in gradients])
        calm = tf.where(finite, self.calm + 1.0, 0.0)
        patient = calm >= PATIENCE
        self.value.assign(self.value * tf.where(finite, tf.where(patient, 2.0, 1.0), 0.5))
        self.calm.assign(tf.where(patient, 0.0, calm))
        return finite
