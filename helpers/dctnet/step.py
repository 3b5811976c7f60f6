"""One training step of DCT-Net: one forward pass, both losses, both updates, on one device or on several.

What upstream runs as three passes is one here: generator and discriminators are judged on the same output, so the
discriminators see the output from before the generator's update, and each `u` makes one power iteration a step. A large batch passes
through the networks in micro-batches (micro_batches.py).
"""

from __future__ import annotations

import functools

import numpy as np
import tensorflow as tf

from helpers import processor
from helpers.errors import CourseError
from helpers.stylize.graphs import eagerly

from . import checkpoints, discriminator, losses, micro_batches
from .devices import device_kind
from .loss_scale import LossScale
from .superpixels import superpixels
from .unet import cartoonize

PRECISIONS = {"float32": tf.float32, "bfloat16": tf.bfloat16, "mixed": tf.float16}
OLD = tf.__version__.startswith("2.7.")  # it lacks bfloat16 operations for some processors
LOSSES = ("g_loss", "d_loss", "style", "content", "tv")
EPSILON = 1e-8  # Adam's, as in TensorFlow 1


def type_of(precision):
    """The type that convolutions compute in, for "float32", "bfloat16" or "mixed". Raises CourseError for anything else."""
    if precision not in PRECISIONS:
        raise CourseError(f"precision is {precision!r}: set it to one of {', '.join(PRECISIONS)}.")
    if precision == "bfloat16" and not computes_in_bfloat16():
        why = "without oneDNN: import helpers before tensorflow, or" if processor.has_bfloat16() else "on this processor:"
        raise CourseError(f'TensorFlow 2.7 cannot train in bfloat16 {why} use precision="float32" or the current stack.')
    return PRECISIONS[precision]


def computes_in_bfloat16():
    """Whether this TensorFlow can train in bfloat16 on this machine. On a CPU 2.7 leaves it to oneDNN, and to processors that have it."""
    return not OLD or device_kind() == "GPU" or (processor.has_bfloat16() and _convolves_in_bfloat16())


@functools.lru_cache(None)
def _convolves_in_bfloat16():
    """Try it: 2.7 does not tell whether oneDNN is on, which is decided by TF_ENABLE_ONEDNN_OPTS when TensorFlow is imported."""
    with eagerly():
        ones = tf.ones([1, 3, 3, 1], tf.bfloat16)
        made = tf.nn.conv2d(ones, tf.reshape(ones, [3, 3, 1, 1]), 1, "SAME").numpy()
    return made.shape == (1, 3, 3, 1)  # without oneDNN nothing comes, and no error: a tf.function would raise one


class TrainingStep:
    """The state of a training and the function that moves it on by one step.

    state: dict name -> array, all 210 variables (see checkpoints). features: function (BGR pictures) -> features, for the content
    loss. rate: learning rate of both Adams. dtype: what the convolutions compute in; variables, losses and Adam stay float32. With
    float16 the losses are scaled, and a step whose gradients overflow changes no weight.
    loss_weights: dict of losses.generator_loss's weights, upstream's where it is None. flatten: function from pictures to their
    superpixels, float32 arrays. micro_batch: most pictures that a device computes at once; None for what suits the device
    (micro_batches.default_size). It changes memory, not results.
    """

    def __init__(
        self, state, features, rate, seed=0, strategy=None, dtype=tf.float32, loss_weights=None, flatten=superpixels, micro_batch=None
    ):
        self.features, self.rate, self.seed, self.dtype, self.flatten = features, rate, seed, dtype, flatten
        self.loss_weights, self.micro_batch = loss_weights or {}, micro_batch
        self.strategy = strategy or tf.distribute.get_strategy()
        with self.strategy.scope():
            self.variables = {name: _variable(name, value) for name, value in state.items()}
            self.loss_scale = LossScale(_variable) if dtype == tf.float16 else None
        self._run = tf.function(lambda *arguments: self.strategy.run(self._on_one_device, args=arguments))

    def __call__(self, step, photo, cartoon, photo_features=None):
        """Make one step. photo, cartoon: BGR float32 [N, H, W, 3] in [-1, 1], or one such batch a device (distributed values).

        photo_features: the features of `photo`, if they are known already. Returns the losses as a dict name -> float, means over
        all devices, and the output of this process's first device before the update, float32 [N, H, W, 3].
        """
        found, output = self._run(tf.constant(step), photo, cartoon, photo_features)
        first = self.strategy.experimental_local_results
        return {name: float(first(value)[0]) for name, value in found.items()}, first(output)[0]

    def state(self):
        """All 210 variables: dict name -> array."""
        first = self.strategy.experimental_local_results
        return {name: first(variable)[0].numpy() for name, variable in self.variables.items()}

    def gradients(self, step, photo, cartoon):
        """What a step would apply, averaged over all devices: dict name -> array. For looking at; nothing changes."""

        def compute(*arguments):
            return self._reduced(*arguments)[0]

        found = tf.function(lambda *arguments: self.strategy.run(compute, args=arguments))(tf.constant(step), photo, cartoon, None)
        return {name: self.strategy.experimental_local_results(value)[0].numpy() for name, value in found.items()}

    def _on_one_device(self, step, photo, cartoon, photo_features):
        gradients, found, vectors, output = self._reduced(step, photo, cartoon, photo_features)
        if self.loss_scale:
            finite = self.loss_scale.update(list(gradients.values()))
            tf.cond(finite, lambda: self._update(gradients, vectors), tf.no_op)
        else:
            self._update(gradients, vectors)
        return found, output

    def _update(self, gradients, vectors):
        """Move all 210 variables on by one step."""
        for name, gradient in gradients.items():
            self._adam(name, gradient)
        for powers in checkpoints.POWERS.values():
            for power, beta in zip(powers, (checkpoints.BETA1, checkpoints.BETA2)):
                self.variables[power].assign(self.variables[power] * beta)
        for name, vector in vectors.items():
            self.variables[name].assign(vector)
        return tf.no_op()

    def _reduced(self, step, photo, cartoon, photo_features):
        """Gradients and losses of this device's part of the batch, averaged with those of the others."""
        gradients, found, vectors, output = self._backward(step, photo, cartoon, photo_features)
        context = tf.distribute.get_replica_context()
        together = context.all_reduce(tf.distribute.ReduceOp.MEAN, list(gradients.values()) + list(found.values()))
        gradients = dict(zip(gradients, together))
        return gradients, dict(zip(found, together[len(gradients) :])), vectors, output

    def _backward(self, step, photo, cartoon, photo_features):
        """Gradients, losses, u vectors and output of this device's part of the batch, micro-batch by micro-batch."""
        weights = {name: tf.convert_to_tensor(variable) for name, variable in self.variables.items() if _is_weight(name)}
        _, vectors = discriminator.normalize(weights)
        size = self.micro_batch or micro_batches.default_size(*photo.shape[1:3])
        zeros = (
            {name: tf.zeros_like(value) for name, value in weights.items() if not name.endswith("/u")},
            {name: tf.constant(0.0) for name in LOSSES},
        )
        compute = functools.partial(self._backward_of_piece, step, weights)
        (gradients, found), output = micro_batches.add_up(compute, (photo, cartoon, photo_features), size, zeros)
        return gradients, found, vectors, output

    def _backward_of_piece(self, step, weights, share, photo, cartoon, photo_features):
        """What a micro-batch adds to gradients and losses, and its output. share: of the batch, above 0, up to 1."""
        generator = _trained(weights, "generator/")
        discriminators = _trained(weights, "disc_")
        with tf.GradientTape(watch_accessed_variables=False) as generator_tape:
            generator_tape.watch(generator)
            output = cartoonize(photo, {name: tf.cast(value, self.dtype) for name, value in generator.items()})
            # Their own tape, so that neither network's backward pass runs through the other's weights.
            with tf.GradientTape(watch_accessed_variables=False) as discriminator_tape:
                discriminator_tape.watch(discriminators)
                fake, real = self._scores(step, output, cartoon, {**weights, **discriminators})
                d_loss = share * losses.style_loss_discriminator(real, fake)
            style = share * losses.style_loss_generator(fake)
            content = share * self._content(photo, output, photo_features)
            variation = share * losses.total_variation_loss(output)
            g_loss = losses.generator_loss(style, content, variation, **self.loss_weights)
        gradients = self._gradients(generator_tape, g_loss, generator)
        gradients.update(self._gradients(discriminator_tape, d_loss, discriminators))
        return (gradients, dict(zip(LOSSES, (g_loss, d_loss, style, content, variation)))), output

    def _gradients(self, tape, loss, weights):
        """Gradients of a loss. With a loss scale the backward pass computes them so many times as large."""
        scale = tf.convert_to_tensor(self.loss_scale.value) if self.loss_scale else tf.constant(1.0)
        found = tape.gradient(loss, weights, output_gradients=scale)
        return {name: gradient / scale for name, gradient in found.items()}

    def _scores(self, step, output, cartoon, values):
        normalized, _ = discriminator.normalize(values)
        gray_weights = losses.draw_gray_weights(tf.stack([self.seed, step]))

        def scores(picture):
            blurred, grayed = losses.blur(picture), losses.gray(picture, gray_weights)
            seen = ((blurred, "disc_blur"), (grayed, "disc_gray"))
            return [discriminator.score(what, normalized, scope, self.dtype) for what, scope in seen]

        return scores(output), scores(cartoon)

    def _content(self, photo, output, photo_features):
        if photo_features is None:
            photo_features = self.features(photo)
        # SLIC runs beside what TensorFlow can compute without it: the discriminators and the features of photo and output.
        flat = tf.numpy_function(self.flatten, [tf.stop_gradient(output)], tf.float32)
        flat.set_shape(output.shape)
        return losses.content_loss(self.features(output), tf.stop_gradient(photo_features), tf.stop_gradient(self.features(flat)))

    def _adam(self, name, gradient):
        """TensorFlow 1's Adam on one weight."""
        beta1_power, beta2_power = checkpoints.POWERS["generator" if name.startswith("generator/") else "disc"]
        first, second = (self.variables[f"{name}/{moment}"] for moment in checkpoints.MOMENTS)
        tf.raw_ops.ResourceApplyAdam(
            var=self.variables[name].handle,
            m=first.handle,
            v=second.handle,
            beta1_power=self.variables[beta1_power],
            beta2_power=self.variables[beta2_power],
            lr=self.rate,
            beta1=checkpoints.BETA1,
            beta2=checkpoints.BETA2,
            epsilon=EPSILON,
            grad=gradient,
        )


def _variable(name, value):
    """A variable of which each device has its own copy: all make the same update, so the copies stay alike."""
    return tf.Variable(
        np.asarray(value, np.float32),
        trainable=False,
        synchronization=tf.VariableSynchronization.ON_READ,
        aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        name=name.replace("/", "_"),
    )


def _is_weight(name):
    return name.startswith(("generator/", "disc_")) and not name.endswith(checkpoints.MOMENTS)


def _trained(weights, part):
    """The weights of one part of the networks that get a gradient: a spectral norm's u does not."""
    return {name: value for name, value in weights.items() if name.startswith(part) and not name.endswith("/u")}
