"""The fast U-Net and its frozen graph."""

import fast_unet
import finish
import numpy as np
import pytest
import tensorflow as tf

from helpers import export, files, layers


@pytest.fixture(scope="module")
def weights():
    """Random weights large enough to change the picture visibly."""
    random = np.random.RandomState(1)
    fresh = fast_unet.initial_weights(seed=0)
    return {name: value + 0.02 * random.standard_normal(value.shape).astype(np.float32) for name, value in fresh.items()}


def picture(height, width):
    return np.random.RandomState(2).randint(0, 256, (height, width, 3)).astype(np.float32)


def run_graph(path, image):
    graph_def = tf.compat.v1.GraphDef.FromString(path.read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
        with tf.compat.v1.Session(graph=graph) as session:
            return session.run("output_image:0", {"input_image:0": image})


@pytest.mark.parametrize("part, last, millions", [("background", "Conv_13", 0.534), ("head", "Conv_17", 0.866)])
def test_weights_have_modelscopes_names_and_fewer_than_a_million_numbers(part, last, millions):
    fresh = fast_unet.initial_weights(0, fast_unet.BLOCKS[part])
    assert "generator/Conv/weights" in fresh and list(fresh)[-1] == f"generator/{last}/biases"
    assert sum(value.size for value in fresh.values()) / 1e6 == pytest.approx(millions, abs=0.0005)


def test_same_seed_same_weights():
    first, second = fast_unet.initial_weights(seed=3), fast_unet.initial_weights(seed=3)
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert any(not np.array_equal(first[name], value) for name, value in fast_unet.initial_weights(seed=4).items())


def test_output_has_the_inputs_shape(weights):
    assert fast_unet.fast_unet(tf.zeros([2, 48, 64, 3]), weights).shape == (2, 48, 64, 3)


@pytest.mark.parametrize("blocks", [0, 2, 4])
def test_every_weight_is_used(blocks):
    variables = {name: tf.Variable(value) for name, value in fast_unet.initial_weights(0, blocks).items()}
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(fast_unet.fast_unet(tf.random.uniform([1, 32, 32, 3], seed=1), variables) ** 2)
    gradients = tape.gradient(loss, variables)
    assert all(gradient is not None and float(tf.norm(gradient)) > 0 for gradient in gradients.values())


def test_weights_survive_a_file(tmp_path, weights):
    files.save_weights(tmp_path / "weights.npz", weights)
    read = files.load_weights(tmp_path / "weights.npz")
    assert read.keys() == weights.keys() and all(np.array_equal(read[name], weights[name]) for name in weights)
    assert [file.name for file in tmp_path.iterdir()] == ["weights.npz"]


@pytest.mark.parametrize("height, width", [(32, 32), (36, 52)])
def test_frozen_graph_equals_the_network(tmp_path, weights, height, width):
    fast_unet.freeze_cartoon(weights, tmp_path / "cartoon.pb")
    image = picture(height, width)
    frozen = run_graph(tmp_path / "cartoon.pb", image)
    assert frozen.dtype == np.uint8 and frozen.shape == image.shape

    half = {name: value.astype(np.float16).astype(np.float32) for name, value in weights.items()}
    padded = layers.pad_to_multiple(tf.constant(image[None, :, :, ::-1]) / 127.5 - 1, fast_unet.MULTIPLE)
    cartoon = fast_unet.fast_unet(padded, half)[0, :height, :width, ::-1]
    expected = np.clip(np.round((cartoon.numpy() + 1) * 127.5), 0, 255)
    assert np.abs(frozen - expected).max() <= 1
    assert expected.std() > 5  # the comparison is not one of two flat pictures


def test_what_comes_after_the_network_is_frozen_with_it(tmp_path, weights):
    """The sketch's strokes: the graph draws them at any size, in tones between paper and lead only."""
    fast_unet.freeze_cartoon(weights, tmp_path / "sketch.pb", finish=finish.draw_strokes)
    image = picture(36, 300)
    frozen = run_graph(tmp_path / "sketch.pb", image)[..., ::-1] / 255
    half = {name: value.astype(np.float16).astype(np.float32) for name, value in weights.items()}
    padded = layers.pad_to_multiple(tf.constant(image[None, :, :, ::-1]) / 127.5 - 1, fast_unet.MULTIPLE)
    expected = (finish.draw_strokes(fast_unet.fast_unet(padded, half))[0, :36, :300].numpy() + 1) / 2
    np.testing.assert_allclose(frozen, expected, atol=1.01 / 255)


def test_a_failed_write_leaves_the_old_graph(tmp_path, weights, monkeypatch):
    path = tmp_path / "cartoon.pb"
    path.write_bytes(b"old")

    def full_disk(graph):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "graph_bytes", full_disk)
    with pytest.raises(OSError):
        fast_unet.freeze_cartoon(weights, path)
    assert path.read_bytes() == b"old"
