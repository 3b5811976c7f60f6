"""Layers against TensorFlow's own, or against numbers that numpy computes from the paper's formula."""

import cv2
import numpy as np
import pytest
import tensorflow as tf

from helpers import layers, processor
from helpers.dctnet import perceptual, unet
from helpers.metrics import identity

keras = tf.keras.layers


def normal(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape).astype(np.float32)


def noisy(weights, seed=1):
    """The same weights with noise on biases and gains too, so that a test sees them."""
    random = np.random.RandomState(seed)
    return {name: value + 0.3 * random.standard_normal(value.shape).astype(np.float32) for name, value in weights.items()}


def made(layer, *inputs):
    """Fresh noisy weights of a layer, and what it answers."""
    weights = noisy(layers.initial(layer, 0, *inputs))
    return weights, layer(*inputs, weights)


# Where weights come from.


def test_initial_asks_the_network_once_and_in_order():
    def network(x, weights):
        x = layers.conv(x, weights, "first", 8, stride=2)
        return layers.dense(tf.reduce_mean(x, [1, 2]), weights, "last", 2, gain=0)

    first, again, other = (layers.initial(network, seed, tf.zeros([1, 8, 8, 3])) for seed in (1, 1, 2))
    assert list(first) == ["first/weights", "first/biases", "last/weights", "last/biases"]
    assert [value.shape for value in first.values()] == [(3, 3, 3, 8), (8,), (8, 2), (2,)]
    assert all(value.dtype == np.float32 and np.array_equal(value, again[name]) for name, value in first.items())
    assert not np.array_equal(first["first/weights"], other["first/weights"]) and not first["last/weights"].any()
    assert layers.count(first) == 3 * 3 * 3 * 8 + 8 + 16 + 2
    assert type(first) is dict and network(normal(2, 8, 8, 3), first).shape == (2, 2)
    with pytest.raises(KeyError, match="last/weights"):
        network(normal(1, 8, 8, 3), {name: value for name, value in first.items() if "first" in name})


def test_initial_values_have_the_papers_spread():
    random = np.random.RandomState(0)
    assert layers.he(random, (3, 3, 64, 128)).std() == pytest.approx(np.sqrt(2 / 576), rel=0.02)
    assert layers.he(random, (3, 3, 64, 128), gain=0.5, fan_in=32).std() == pytest.approx(0.125, rel=0.02)
    kernel, bound = layers.glorot(random, (3, 3, 64, 128)), np.sqrt(6 / (9 * 192))
    assert 0.99 * bound < np.abs(kernel).max() <= bound and kernel.std() == pytest.approx(bound / np.sqrt(3), rel=0.02)
    assert not layers.glorot(random, (128,)).any()


def test_initial_values_are_those_of_the_shipped_networks():
    """He's as the perceptual and the identity network use them, Glorot's as DCT-Net's U-Net does: the same numbers from the same seed."""
    for fresh in (perceptual.initial_perceptual(3), identity.initial_identity(3)):
        random = np.random.RandomState(3)
        for name, value in fresh.items():
            if name.endswith("/weights"):
                np.testing.assert_allclose(layers.he(random, value.shape), value, rtol=1e-6)
    random = np.random.RandomState(3)
    for value in unet.initial_weights(3).values():
        if value.ndim == 4:
            bound = np.sqrt(6 / (np.prod(value.shape[:2]) * sum(value.shape[2:])))
            np.testing.assert_array_equal(random.uniform(-bound, bound, value.shape).astype(np.float32), value)
        else:
            assert not value.any()


# Convolutions.


@pytest.mark.parametrize("size, stride", [(3, 1), (4, 2), (7, 3)])
def test_conv(size, stride):
    x = normal(2, 9, 8, 3)
    weights, y = made(lambda x, weights: layers.conv(x, weights, "a", 5, size, stride), x)
    own = keras.Conv2D(5, size, stride, "same")
    own.build(x.shape)
    own.set_weights([weights["a/weights"], weights["a/biases"]])
    np.testing.assert_allclose(y, own(x), atol=1e-5)


def test_conv_without_bias_begins_as_told():
    x = normal(1, 8, 8, 16)
    weights = layers.initial(lambda x, weights: layers.conv(x, weights, "a", 64, bias=False, gain=0.1), 0, x)
    assert list(weights) == ["a/weights"] and weights["a/weights"].std() == pytest.approx(0.1 * np.sqrt(2 / 144), rel=0.05)


@pytest.mark.parametrize("size, stride", [(4, 2), (3, 2), (6, 3)])
def test_transposed_conv(size, stride):
    x = normal(2, 5, 4, 3)
    weights, y = made(lambda x, weights: layers.transposed_conv(x, weights, "a", 6, size, stride), x)
    own = keras.Conv2DTranspose(6, size, stride, "same")
    own.build(x.shape)
    own.set_weights([weights["a/weights"], weights["a/biases"]])
    assert y.shape == (2, 5 * stride, 4 * stride, 6)
    np.testing.assert_allclose(y, own(x), atol=1e-5)


def test_transposed_conv_keeps_the_deviation():
    x = normal(1, 16, 16, 32)
    weights = layers.initial(lambda x, weights: layers.transposed_conv(x, weights, "a", 32, gain=np.sqrt(0.5)), 0, x)
    y = layers.transposed_conv(x, weights, "a", 32)
    assert float(tf.math.reduce_std(y[:, 4:-4, 4:-4])) == pytest.approx(1, rel=0.1)


def test_transposed_conv_of_any_size():
    weights = layers.initial(lambda x, weights: layers.transposed_conv(x, weights, "a", 2), 0, tf.zeros([1, 4, 4, 3]))
    grown = tf.function(lambda x: layers.transposed_conv(x, weights, "a"), input_signature=[tf.TensorSpec([None, None, None, 3])])
    assert grown(tf.zeros([2, 3, 5, 3])).shape == (2, 6, 10, 2)


def test_resized_conv():
    x = normal(1, 4, 5, 3)
    weights, y = made(lambda x, weights: layers.resized_conv(x, weights, "a", 2), x)
    np.testing.assert_allclose(y, layers.conv(tf.image.resize(x, (8, 10)), weights, "a"), atol=1e-5)


@pytest.mark.parametrize("shape", [(4, 3), (2, 7, 3), (1, 2, 2, 3)])
def test_dense(shape):
    weights, y = made(lambda x, weights: layers.dense(x, weights, "a", 5), normal(*shape))
    np.testing.assert_allclose(y, normal(*shape) @ weights["a/weights"] + weights["a/biases"], atol=1e-5)


@pytest.mark.parametrize("demodulate", [True, False])
def test_modulated_conv_is_one_kernel_a_picture(demodulate):
    """The paper's equations 1 and 3, with each picture's kernel written out."""
    x, style = normal(3, 6, 6, 4), 1 + 0.5 * normal(3, 4, seed=1)
    weights, y = made(lambda x, style, weights: layers.modulated_conv(x, style, weights, "a", 5, demodulate=demodulate), x, style)
    for picture, scales, answer in zip(x, style, y):
        kernel = weights["a/weights"] * scales[:, None]
        if demodulate:
            kernel = kernel / np.sqrt((kernel**2).sum((0, 1, 2)) + 1e-8)
        np.testing.assert_allclose(answer, tf.nn.conv2d(picture[None], kernel, 1, "SAME")[0] + weights["a/biases"], atol=1e-4)


# Sizes.


def test_double_size_with_half_pixel_centres_is_what_everybody_does_today():
    x = normal(2, 5, 4, 3)
    twice = layers.double_size_half_pixel(x)
    np.testing.assert_allclose(twice, tf.image.resize(x, (10, 8)), atol=1e-5)
    np.testing.assert_allclose(twice[0], cv2.resize(x[0], (8, 10), interpolation=cv2.INTER_LINEAR), atol=1e-5)


def test_double_size_with_corners_is_what_tensorflow_1_did():
    x = normal(2, 5, 4, 3)
    twice = layers.double_size_corners(x)
    np.testing.assert_allclose(twice, tf.compat.v1.image.resize_bilinear(x, (10, 8)), atol=1e-5)
    np.testing.assert_array_equal(twice[:, ::2, ::2], x)  # old pixels stay, and new ones lie between them
    assert np.abs(twice - layers.double_size_half_pixel(x)).max() > 0.1
    assert layers.double_size_corners(tf.cast(x, tf.bfloat16)).dtype == tf.bfloat16


def test_padding_mirrors_below_and_right():
    x = normal(1, 12, 20, 2)
    padded = layers.pad_to_multiple(x, 8).numpy()
    assert padded.shape == (1, 16, 24, 2)
    np.testing.assert_array_equal(padded[:, :12, :20], x)
    np.testing.assert_array_equal(padded[:, 12:, :20], x[:, :-5:-1])
    np.testing.assert_array_equal(padded[:, :, 20:], padded[:, :, 19:15:-1])


# Norms.


def test_group_and_instance_norm():
    x = 3 + 2 * normal(2, 5, 4, 6)
    for groups in (1, 2, 6):
        weights, y = made(lambda x, weights, groups=groups: layers.group_norm(x, weights, "a", groups), x)
        parts = x.reshape(2, 20, groups, -1)
        parts = (parts - parts.mean((1, 3), keepdims=True)) / np.sqrt(parts.var((1, 3), keepdims=True) + 1e-5)
        np.testing.assert_allclose(y, parts.reshape(x.shape) * weights["a/gains"] + weights["a/biases"], atol=1e-4)
    np.testing.assert_allclose(layers.instance_norm(x, weights, "a"), y, atol=1e-6)
    fresh = layers.initial(lambda x, weights: layers.instance_norm(x, weights, "a"), 0, x)
    y = layers.instance_norm(x, fresh, "a").numpy()
    np.testing.assert_allclose([y.mean((1, 2)), y.std((1, 2)) - 1], 0, atol=1e-4)


def test_group_norm_is_keras_own():
    if not hasattr(keras, "GroupNormalization"):
        pytest.skip("TensorFlow 2.7 has none")
    x = normal(2, 5, 4, 6)
    weights, y = made(lambda x, weights: layers.group_norm(x, weights, "a", 3), x)
    own = keras.GroupNormalization(3, epsilon=1e-5)
    own.build(x.shape)
    own.set_weights([weights["a/gains"], weights["a/biases"]])
    np.testing.assert_allclose(y, own(x), atol=1e-4)


def test_pixel_norm():
    np.testing.assert_allclose(layers.pixel_norm(np.float32([[3, 4], [0, 2]])), np.sqrt(2) * np.float32([[0.6, 0.8], [0, 1]]), rtol=1e-5)


def test_modulate():
    x, scales, shifts = normal(2, 3, 3, 4), normal(2, 4, seed=1), normal(2, 4, seed=2)
    np.testing.assert_allclose(layers.modulate(x, scales, shifts)[1, 2, 0], x[1, 2, 0] * (1 + scales[1]) + shifts[1], rtol=1e-5)


def test_minibatch_deviation_tells_alike_from_different():
    x = normal(1, 3, 3, 2).repeat(4, 0)
    assert float(tf.reduce_max(layers.minibatch_deviation(x)[..., 2])) < 1e-3
    x = normal(4, 3, 3, 2)
    with_channel = layers.minibatch_deviation(x, group=2)  # pictures 0 and 2 are a group, 1 and 3 the other
    np.testing.assert_array_equal(with_channel[..., :2], x)
    expected = np.tile([x[place::2].std(0).mean() for place in range(2)], 2)
    np.testing.assert_allclose(with_channel[:, 1, 2, 2], expected, rtol=1e-4)


def test_spectral_norm_brings_the_largest_singular_value_to_one():
    weights = {"a/weights": normal(3, 3, 4, 6), "a/biases": normal(6), "b/weights": normal(5, 3)}
    weights.update(layers.spectral_vectors({"a/weights": weights["a/weights"]}, seed=0))
    assert weights["a/u"].shape == (1, 6) and "b/u" not in weights
    for _ in range(100):
        normalised, vectors = layers.spectral_norm(weights)
        weights.update(vectors)
    values = np.linalg.svd(normalised["a/weights"].numpy().reshape(-1, 6), compute_uv=False)
    assert values[0] == pytest.approx(1, abs=1e-4)
    assert normalised["b/weights"] is weights["b/weights"] and vectors.keys() == {"a/u"}


def test_gradients_go_through_the_spectral_norm():
    weights = {"a/weights": tf.Variable(normal(4, 3)), "a/u": tf.Variable(normal(1, 3), trainable=False)}
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layers.spectral_norm(weights)[0]["a/weights"] ** 2)
    gradients = tape.gradient(loss, weights)
    assert gradients["a/u"] is None
    assert abs(float(tf.reduce_sum(gradients["a/weights"] * weights["a/weights"]))) < 1e-4  # its length has no say


# Attention and time.


def test_attention_is_keras_own():
    x, context = normal(2, 5, 8), normal(2, 3, 6, seed=1)
    weights, y = made(lambda x, context, weights: layers.attention(x, context, weights, "a", heads=2), x, context)
    own = keras.MultiHeadAttention(2, 4, attention_axes=None)
    own(x, context)  # builds it
    shapes = {"query": (8, 2, 4), "key": (6, 2, 4), "value": (6, 2, 4), "output": (2, 4, 8)}
    values = []
    for part, shape in shapes.items():
        bias = weights[f"a/{part}/biases"]
        values += [weights[f"a/{part}/weights"].reshape(shape), bias if part == "output" else bias.reshape(2, 4)]
    own.set_weights(values)
    np.testing.assert_allclose(y, own(x, context), atol=1e-5)


def test_attention_of_pictures():
    x, words = normal(2, 3, 4, 8), normal(2, 5, 6, seed=1)
    weights, y = made(lambda x, weights: layers.self_attention(x, weights, "a", heads=2), x)
    tokens = x.reshape(2, 12, 8)
    np.testing.assert_allclose(y, layers.attention(tokens, tokens, weights, "a", heads=2).numpy().reshape(x.shape), atol=1e-5)
    weights, y = made(lambda x, words, weights: layers.cross_attention(x, words, weights, "b", heads=4), x, words)
    np.testing.assert_allclose(y, layers.attention(tokens, words, weights, "b", heads=4).numpy().reshape(x.shape), atol=1e-5)
    nothing = layers.initial(lambda x, weights: layers.self_attention(x, weights, "a", gain=0), 0, x)
    assert not np.any(layers.self_attention(x, nothing, "a"))


def test_time_embedding_is_the_papers_table():
    embedding = layers.time_embedding(np.float32([0, 0.25, 1]), 8).numpy()
    np.testing.assert_allclose(embedding[0], [0, 0, 0, 0, 1, 1, 1, 1])
    steps = np.array([250, 1000])[:, None] * 10000.0 ** (-np.arange(4) / 4)
    np.testing.assert_allclose(embedding[1:], np.concatenate([np.sin(steps), np.cos(steps)], 1), atol=1e-3)


# Precision.


def everything(x, weights):
    """A network with most kinds of layers."""
    x = layers.instance_norm(layers.conv(x, weights, "a", 16, stride=2), weights, "norm")
    x = x + layers.self_attention(layers.pixel_norm(x), weights, "attention")
    return layers.resized_conv(tf.nn.leaky_relu(x, 0.2), weights, "b", 3)


def computes_in_bfloat16():
    return tf.__version__[:4] != "2.7." or processor.has_bfloat16()


@pytest.mark.skipif(not computes_in_bfloat16(), reason="TensorFlow 2.7 has no bfloat16 on this processor")
def test_in_bfloat16():
    x, half = normal(2, 8, 8, 3), layers.in_bfloat16(everything)
    weights = layers.initial(half, 0, x)
    assert all(value.dtype == np.float32 for value in weights.values())
    full = everything(x, weights)
    rounded = half(x, weights)
    assert rounded.dtype == tf.float32
    assert 1e-5 < float(tf.norm(rounded - full) / tf.norm(full)) < 0.05
    variables = {name: tf.Variable(value) for name, value in weights.items()}
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(half(x, variables) ** 2)
    gradients = tape.gradient(loss, variables)
    assert all(gradient.dtype == tf.float32 and np.isfinite(gradient).all() for gradient in gradients.values())


def test_where_bfloat16_pays(monkeypatch, tmp_path):
    for flags, pays in (("fpu amx_bf16 amx_tile", tf.__version__[:4] != "2.7."), ("fpu avx512_bf16", False)):
        (tmp_path / "cpuinfo").write_text(flags)
        monkeypatch.setattr(processor, "CPU_INFO", tmp_path / "cpuinfo")
        assert layers.bfloat16_pays() == pays


def test_a_whole_network_trains():
    """Every variable has a gradient, in a compiled function with an open batch size."""
    variables = {name: tf.Variable(value) for name, value in layers.initial(everything, 0, tf.zeros([1, 8, 8, 3])).items()}

    @tf.function(input_signature=[tf.TensorSpec([None, 8, 8, 3])])
    def gradients(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((everything(x, variables) - x) ** 2)
        return tape.gradient(loss, variables)

    found = gradients(normal(2, 8, 8, 3))
    assert found.keys() == variables.keys()
    assert all(np.abs(gradient).max() > 0 for gradient in found.values())
