"""Adam, written out: Keras' own differs between TensorFlow 2.7 and Keras 3, and keeps its memory out of sight."""

from __future__ import annotations

import tensorflow as tf

from helpers.errors import CourseError


def adam(state, network, gradients, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, clip=None, limit=None, decay=0.0, scheduled=True):
    """One step of Adam on a network. (Kingma and Ba, 2015, algorithm 1, in the order of section 2's end; decay: Loshchilov, Hutter, 2019)

    gradients: dict name -> tensor, as tape.gradient(loss, state[network]) returns it. rate: times the schedule's share, unless `scheduled`
    is False. clip: the largest norm of all gradients together; longer ones are shortened (Pascanu et al., 2013). limit: a norm from which
    on the step is skipped; a step whose gradient is not finite is skipped in any case, and counted in state.skipped. decay: of the weights.
    Raises CourseError if a variable has no gradient: the loss does not depend on it, or not in a way that can be differentiated.
    """
    weights, memory = state.trained(network), state.memory[network]
    lost = [name for name in weights if gradients.get(name) is None]
    if lost:
        raise CourseError(
            f"The loss has no gradient for {network}: {', '.join(lost)}. Is it computed inside the tape, from these variables?"
        )
    slopes = [tf.convert_to_tensor(gradients[name]) for name in weights]
    norm = tf.linalg.global_norm(slopes)
    good = tf.math.is_finite(norm) if limit is None else norm < limit
    if clip is not None:
        slopes, _ = tf.clip_by_global_norm(slopes, clip, use_norm=norm)
    rate = rate * state.rate if scheduled else tf.constant(rate, tf.float32)

    def move():
        steps = memory["steps"].assign_add(1.0)
        for (name, value), slope in zip(weights.items(), slopes):
            if decay:
                value.assign_sub(rate * decay * value)
            tf.raw_ops.ResourceApplyAdam(
                var=value.handle,
                m=memory["first"][name].handle,
                v=memory["second"][name].handle,
                beta1_power=tf.pow(beta_1, steps),
                beta2_power=tf.pow(beta_2, steps),
                lr=rate,
                beta1=beta_1,
                beta2=beta_2,
                epsilon=epsilon,
                grad=slope,
            )
        return tf.constant(0, tf.int64)

    state.skipped.assign_add(tf.cond(good, move, lambda: tf.constant(1, tf.int64)))
