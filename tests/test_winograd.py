"""Winograd's convolutions give the numbers of direct ones, at any size, forwards and backwards."""

import numpy as np
import pytest
import tensorflow as tf

from helpers.dctnet import features
from helpers.dctnet.vgg19 import LAYERS
from helpers.dctnet.winograd import FastKernel


def relative_error(values, expected):
    return np.linalg.norm(values - expected) / np.linalg.norm(expected)


def direct(x, kernel):
    return tf.nn.conv2d(x, kernel, 1, "SAME")


def value_and_gradient(convolve, x, of_output):
    """What a convolution makes of x, and the gradient of x where the output's is given; arrays."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = convolve(x)
    return value.numpy(), tape.gradient(value, x, tf.cast(of_output, x.dtype)).numpy()


@pytest.mark.parametrize("shape", [(2, 8, 8, 64), (1, 16, 12, 160), (3, 5, 7, 8), (1, 1, 1, 3)])
def test_values_and_gradients(shape):
    random = np.random.RandomState(1)
    x, kernel = random.randn(*shape), random.randn(3, 3, shape[-1], 32)
    of_output = random.randn(*shape[:3], 32)
    ours = value_and_gradient(FastKernel(kernel.astype(np.float32)), tf.constant(x, tf.float32), of_output)
    expected = value_and_gradient(lambda x: direct(x, kernel), tf.constant(x), of_output)
    for values, right in zip(ours, expected):
        assert values.dtype == np.float32 and values.shape == right.shape
        assert relative_error(values, right) < 1e-5


def test_a_batch_of_unknown_size():
    kernel = np.random.RandomState(2).randn(3, 3, 4, 4).astype(np.float32)
    x = np.random.RandomState(3).randn(5, 8, 8, 4).astype(np.float32)
    convolve = tf.function(FastKernel(kernel), input_signature=[tf.TensorSpec([None, 8, 8, 4])])
    assert convolve.get_concrete_function().output_shapes.as_list() == [None, 8, 8, 4]
    assert relative_error(convolve(x).numpy(), direct(x, kernel).numpy()) < 1e-5


def test_it_pays_with_many_channels_only():
    paying = [name for name, inputs, outputs in LAYERS if FastKernel.pays(np.zeros((3, 3, inputs, outputs)))]
    assert paying == [name for name, _, _ in LAYERS if name not in ("conv1_1", "conv1_2", "conv2_1")]


@pytest.mark.parametrize("kind, precision, taken", [("CPU", tf.float32, True), ("GPU", tf.float32, False), ("CPU", tf.float16, False)])
def test_vgg_takes_it_on_a_cpu_in_float32(tmp_path, monkeypatch, kind, precision, taken):
    kernels = {name: [np.zeros((3, 3, inputs, outputs), np.float32), np.zeros(outputs, np.float32)] for name, inputs, outputs in LAYERS}
    np.save(tmp_path / "vgg19.npy", kernels, allow_pickle=True)
    made = []
    monkeypatch.setattr(features, "device_kind", lambda: kind)
    monkeypatch.setattr(features, "fast", lambda weights: made.append(1) or weights)
    compute, _ = features.open_features(tmp_path / "vgg19.npy", precision)
    assert compute(np.zeros((1, 16, 16, 3), np.float32)).shape == (1, 2, 2, 512)
    assert bool(made) == taken
