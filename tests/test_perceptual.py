"""The perceptual network: its features, the shipped weights, and the script that trained them."""

import functools
import json

import numpy as np
import perceptual_pictures as pictures
import pytest
import tensorflow as tf
import train_perceptual as script

from helpers import portraits
from helpers.dctnet import perceptual
from helpers.dctnet.step import computes_in_bfloat16
from helpers.errors import ModelError
from helpers.files import save_weights
from helpers.learn import stored_networks


@pytest.fixture(scope="module")
def shipped():
    return perceptual.load_perceptual()


def to_network(picture):
    return tf.constant(picture[None, :, :, ::-1].astype(np.float32) / 127.5 - 1)


def test_layers_have_vggs_names_and_halve_the_picture(shipped):
    layers = perceptual.perceptual_layers(tf.zeros([2, 40, 48, 3]), shipped)
    assert list(layers) == [name for name, _, _ in perceptual.LAYERS]
    assert layers["conv1_2"].shape == (2, 40, 48, 24) and layers["conv3_1"].shape == (2, 10, 12, 96)
    features = perceptual.perceptual_features(tf.zeros([2, 40, 48, 3]), shipped)
    assert features.shape == (2, 5, 6, 128) and features.dtype == tf.float32
    np.testing.assert_allclose(features, layers[perceptual.CONTENT_LAYER] * perceptual.CONTENT_SCALE)


def test_features_are_those_before_the_relu(shipped):
    layers = perceptual.perceptual_layers(tf.random.uniform([1, 32, 32, 3], -1, 1, seed=1), shipped)
    assert all(float(tf.reduce_min(features)) < 0 < float(tf.reduce_max(features)) for features in layers.values())


def test_every_weight_and_the_picture_have_a_gradient(shipped):
    variables = {name: tf.Variable(value) for name, value in shipped.items()}
    picture = tf.Variable(tf.random.uniform([1, 32, 32, 3], -1, 1, seed=1))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(perceptual.perceptual_features(picture, variables) ** 2)
    gradients = tape.gradient(loss, [picture, *variables.values()])
    assert all(gradient is not None and float(tf.norm(gradient)) > 0 for gradient in gradients)


@pytest.mark.skipif(not computes_in_bfloat16(), reason="TensorFlow 2.7 has no bfloat16 on this processor")
def test_half_precision(shipped):
    picture = to_network(portraits.render(portraits.Identity.sample(1), size=64))
    full = perceptual.perceptual_features(picture, shipped)
    half = perceptual.perceptual_features(picture, {name: tf.cast(value, tf.bfloat16) for name, value in shipped.items()})
    assert half.dtype == tf.bfloat16
    assert float(tf.norm(tf.cast(half, tf.float32) - full) / tf.norm(full)) < 0.05


def test_the_shipped_file_is_small_and_knows_faces():
    assert perceptual.FILE.stat().st_size < 1.5e6
    report = json.loads(perceptual.FILE.with_suffix(".json").read_text())
    assert report["landmark_error"] < 0.5 * report["landmark_error_of_the_mean"]
    better = [report["accuracy"][name] > often + 0.05 for name, often in report["always_the_most_frequent"].items()]
    assert sum(better) >= len(better) / 2
    assert report["held_out_pictures"] >= 100


@pytest.fixture(scope="module")
def features(shipped):
    """A function style -> the features of ten people in it."""

    @functools.lru_cache(None)
    def of_ten(style):
        people = [portraits.render(portraits.Identity.sample(seed), style, size=96, exaggeration=0) for seed in range(900, 910)]
        return [perceptual.perceptual_features(to_network(picture), shipped).numpy() for picture in people]

    return of_ten


@pytest.mark.parametrize("style", ["anime", "sketch", "3d"])
def test_features_find_the_drawing_of_a_photo(features, style):
    """Among drawings of ten people, the one with the nearest features is nearly always that of the photo's person."""
    nearest = [int(np.argmin([np.abs(photo - drawing).mean() for drawing in features(style)])) for photo in features("photo")]
    assert np.mean(np.array(nearest) == np.arange(10)) >= 0.6


def test_mean_activation_is_one(shipped):
    people = np.stack([portraits.render(portraits.Identity.sample(seed), size=64) for seed in range(6)])
    layers = perceptual.perceptual_layers(tf.concat([to_network(picture) for picture in people], 0), shipped)
    assert all(0.5 < float(tf.reduce_mean(tf.nn.relu(features))) < 2 for features in layers.values())


def test_wrong_files_are_told(tmp_path):
    with pytest.raises(ModelError, match="missing"):
        perceptual.load_perceptual(tmp_path / "nothing.npz")
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelError, match="cut short"):
        perceptual.load_perceptual(tmp_path / "cut.npz")
    save_weights(tmp_path / "other.npz", {"generator/Conv/weights": np.zeros((3, 3, 3, 8))})
    with pytest.raises(ModelError, match="conv1_1"):
        perceptual.load_perceptual(tmp_path / "other.npz")


# The training script, on a few small people.


@pytest.fixture
def few(tmp_path, monkeypatch):
    for name, value in {"CHUNK": 3, "HELD_OUT": 2, "DRAWN": 48, "SIDE": 32}.items():
        monkeypatch.setattr(pictures, name, value)
    monkeypatch.setattr(script, "RUNS", tmp_path)
    monkeypatch.setattr(script, "READ_EVERY", 1)
    monkeypatch.setattr(script, "BATCH", 4)
    pictures.draw(6, tmp_path / "perceptual")
    return pictures.People(tmp_path / "perceptual")


def test_answers_belong_to_the_pictures(few):
    assert few.pictures.shape == (6, 2, 48, 48, 3) and few.trained == 4
    person, seen = pictures.sitting(pictures.FIRST_SEED + 4)
    np.testing.assert_array_equal(few.pictures[4, 0], portraits.render(person, "photo", 48, **seen))
    assert pictures.CLASSES["hair_style"][few.classes[4][0]] == person.hair_style
    batch = few.batch(np.random.RandomState(0), 12)
    assert batch["picture"].shape == (12, 32, 32, 3) and 0.9 < np.abs(batch["picture"]).max() <= 1
    assert 0 < batch["whole"].mean() < 1 and 0.3 < batch["inside"].mean() < 1
    inside = batch["landmarks"][batch["inside"] > 0]
    assert inside.min() > 0 and inside.max() < 1


def test_folding_changes_no_feature(few):
    random, weights = np.random.RandomState(1), {**perceptual.initial_perceptual(2), **script.initial_gains()}
    weights = {name: value + np.float32(0.1) * random.standard_normal(value.shape).astype(np.float32) for name, value in weights.items()}
    picture = few.batch(random, 6)["picture"]
    trained, _ = script.normalising_features(tf.constant(picture), weights)
    folded = perceptual.perceptual_layers(tf.constant(picture), script.fold(weights, picture))[perceptual.CONTENT_LAYER]
    np.testing.assert_allclose(folded, trained, atol=2e-3)
    assert np.std(trained) > 0.1


def test_training_goes_on_and_is_stored(few, tmp_path):
    script.train(2)
    script.train(3)
    assert stored_networks(tmp_path / "perceptual" / "state.npz")[1] == 3
    report = script.store(tmp_path / "stored")
    assert report["steps"] == 3 and report["held_out_pictures"] == 4
    assert json.loads((tmp_path / "stored" / "perceptual.json").read_text())["accuracy"].keys() == pictures.CLASSES.keys()
    stored = perceptual.load_perceptual(tmp_path / "stored" / "perceptual.npz")
    batch = next(iter(few.held_out()))
    for features in perceptual.perceptual_layers(tf.constant(batch), stored).values():
        assert float(tf.reduce_mean(tf.nn.relu(features))) == pytest.approx(1, abs=0.02)


def test_training_learns(few):
    losses = script.train(40)
    assert np.mean(losses[-8:]) < np.mean(losses[:8])
