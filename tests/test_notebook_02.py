"""Notebook 02's own definitions: feature maps, Gram matrices, the search, the transform net; its loss networks, ruler and numbers."""

from __future__ import annotations

import json

import cv2
import measure_style_transfer
import notebook_cells
import numpy as np
import pytest
import tensorflow as tf

from helpers import files, hub, portraits
from helpers.dctnet import perceptual, vgg19
from helpers.learn import shipped
from helpers.lesson import pretrained
from helpers.lesson.style_pictures import STYLE_PICTURES, style_picture
from helpers.metrics.eye_growth import enlarge_eyes, eye_growth

LESSON = notebook_cells.definitions(notebook_cells.FOLDER / "02_neural_style_transfer.ipynb")
SIDE = 32


@pytest.fixture(scope="module")
def photo():
    return portraits.render(portraits.Identity.sample(3), "photo", SIDE)


@pytest.fixture(scope="module")
def painting():
    return style_picture("window", SIDE)


@pytest.fixture(scope="module")
def loss_network(photo, painting):
    return LESSON.random_vgg(0, LESSON.to_network(np.stack([photo, painting])))


def test_pictures_go_there_and_back(photo):
    there = LESSON.to_network(photo)
    assert there.shape == (1, SIDE, SIDE, 3) and float(tf.reduce_max(tf.abs(there))) <= 1
    assert (LESSON.to_image(there) == photo).all()


def test_random_channels_have_mean_0_and_deviation_1_before_the_relu(loss_network, photo, painting):
    x = LESSON.to_network(np.stack([photo, painting]))
    for layer, (kernel, bias) in loss_network.items():
        answers = LESSON.convolve(LESSON.pooled(layer, x), kernel) + bias
        mean, variance = tf.nn.moments(answers, [0, 1, 2])
        np.testing.assert_allclose(mean, 0, atol=1e-3)
        np.testing.assert_allclose(variance, 1, atol=1e-2)
        x = tf.nn.relu(answers)


def test_whitened_colours_are_not_correlated(photo, painting):
    pictures = LESSON.to_network(np.stack([photo, painting]))
    seen = np.reshape(pictures, (-1, 3)) @ LESSON.whitening(pictures, share=0)
    np.testing.assert_allclose(np.cov(seen.T), np.eye(3), atol=1e-2)
    raw = np.cov(np.reshape(pictures, (-1, 3)).T)
    partly = np.cov((np.reshape(pictures, (-1, 3)) @ LESSON.whitening(pictures)).T)
    assert np.linalg.cond(partly) < 0.5 * np.linalg.cond(raw)


def test_random_and_trained_networks_behind_one_function(loss_network, photo):
    wide = tf.keras.applications.VGG19(include_top=False, weights=None)  # the wiring of the file that Keras downloads
    networks = {
        "random": loss_network,
        "perceptual": pretrained.perceptual_weights(),
        "VGG19": pretrained.for_rgb(pretrained.read_keras(wide), list(LESSON.CHANNELS)),
    }
    for name, weights in networks.items():
        features = LESSON.vgg(LESSON.to_network(photo), weights)
        assert set(LESSON.CHANNELS) <= set(features), name
        assert list(LESSON.vgg(LESSON.to_network(photo), weights, last="conv2_1")) == ["conv1_1", "conv1_2", "conv2_1"]
        for layer, maps in features.items():
            side = SIDE // 2 ** (int(layer[4]) - 1)
            assert maps.shape == (1, side, side, weights[layer][0].shape[-1]), (name, layer)
            assert float(tf.reduce_min(maps)) >= 0, (name, layer)


def test_the_perceptual_network_sees_what_its_own_code_sees(photo):
    """The lesson's `vgg` reads RGB and mirrors the border; the network's own code reads BGR and pads with zeros."""
    picture = LESSON.to_network(photo)
    wanted = perceptual.perceptual_layers(picture[..., ::-1], perceptual.load_perceptual())
    made = LESSON.vgg(picture, pretrained.perceptual_weights())
    assert list(made) == list(wanted)
    for layer, edge in {"conv1_1": 1, "conv1_2": 2, "conv2_1": 3, "conv2_2": 4}.items():
        inner = slice(edge, -edge)
        own = tf.nn.relu(wanted[layer]).numpy()[:, inner, inner]
        np.testing.assert_allclose(made[layer][:, inner, inner], own, rtol=1e-3, atol=1e-3)
        assert own.std() > 0.1


def test_vgg19_sees_what_keras_prepares(photo):
    model = tf.keras.applications.VGG19(include_top=False, weights=None, input_shape=(SIDE, SIDE, 3))
    prepared = tf.keras.applications.vgg19.preprocess_input(photo[None].astype(np.float32))
    first = tf.keras.Model(model.inputs, model.get_layer("block1_conv1").output)
    wanted = first(prepared).numpy()
    made = LESSON.vgg(LESSON.to_network(photo), pretrained.for_rgb(pretrained.read_keras(model), ["conv1_1"]))["conv1_1"].numpy()
    inner = slice(1, -1)  # Keras pads with zeros, the lesson mirrors
    np.testing.assert_allclose(made[:, inner, inner], wanted[:, inner, inner], rtol=1e-3, atol=1e-2)


def test_vgg19_is_left_out_where_it_cannot_be_had(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr(pretrained, "KERAS_FILE", tmp_path / "none.h5")
    assert pretrained.vgg19_weights(["conv1_1"]) is None
    assert "VGG19 is left out" in capsys.readouterr().out


def test_vgg19_comes_from_a_style_in_modelscopes_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path))
    folder = tmp_path / hub.STYLES["3d"].model_id
    folder.mkdir(parents=True)
    (folder / "configuration.json").write_text(json.dumps({"task": hub.TASK}))
    random = np.random.RandomState(0)
    stored = {name: [random.normal(size=(3, 3, i, o)).astype(np.float32), np.zeros(o, np.float32)] for name, i, o in vgg19.LAYERS}
    np.save(folder / vgg19.FILE, stored, allow_pickle=True)
    weights = pretrained.vgg19_weights(["conv1_1", "conv2_1"])
    assert list(weights) == ["conv1_1", "conv2_1"]
    np.testing.assert_array_equal(weights["conv2_1"][0], stored["conv2_1"][0])


def test_gram_of_known_features():
    one_place = tf.constant(np.float32([1, 2, 3]).reshape(1, 1, 1, 3))
    assert LESSON.gram(one_place)[0].numpy().tolist() == [[1, 2, 3], [2, 4, 6], [3, 6, 9]]
    two_places = tf.constant(np.float32([[1, 0], [0, 3]]).reshape(1, 2, 1, 2))
    assert LESSON.gram(two_places)[0].numpy().tolist() == [[0.5, 0], [0, 4.5]]


def test_gram_is_of_each_picture_and_forgets_the_place():
    features = np.random.RandomState(0).uniform(0, 1, (2, 4, 5, 3)).astype(np.float32)
    both = LESSON.gram(tf.constant(features)).numpy()
    turned = LESSON.gram(tf.constant(features[:, ::-1, ::-1])).numpy()
    np.testing.assert_allclose(both, turned, rtol=1e-5)
    np.testing.assert_allclose(both[1], LESSON.gram(tf.constant(features[1:]))[0], rtol=1e-5)
    assert np.abs(both[0] - both[1]).max() > 0.01


def test_the_search_finds_a_known_answer():
    target = np.random.RandomState(2).uniform(-1, 1, (1, 4, 4, 3)).astype(np.float32)
    both = LESSON.value_and_gradient(lambda picture, target: {"all": tf.reduce_sum((picture - target) ** 2)})
    found, terms = LESSON.optimise(both, tf.constant(target), np.zeros((1, 4, 4, 3)), 20)
    np.testing.assert_allclose(found, target, atol=1e-3)
    assert terms["all"][-1] < 1e-3 * terms["all"][0]


def test_reconstruction_comes_nearer_to_its_layer(loss_network, photo):
    picture, start = LESSON.to_network(photo), np.zeros((1, SIDE, SIDE, 3), np.float32)
    for represent in (tf.identity, LESSON.gram):
        found = LESSON.reconstruct(picture, "conv2_2", represent, loss_network, start, 10)
        target, made, before = (
            represent(LESSON.vgg(x, loss_network)["conv2_2"]) for x in (picture, tf.constant(found), tf.constant(start))
        )
        assert LESSON.distance(made, target)[0] < 0.5 * LESSON.distance(before, target)[0]


def test_transfer_lowers_the_loss_and_follows_the_weight(loss_network, photo, painting):
    transfer, start = LESSON.transfer_loss(loss_network), LESSON.to_network(photo)
    reached = {}
    for weight in (0.1, 100):
        _, terms = LESSON.optimise(transfer, LESSON.targets_of(photo, painting, weight, loss_network), start, 8)
        reached[weight] = terms["style"][-1] / weight
        assert sum(values[-1] for values in terms.values()) < sum(values[0] for values in terms.values())
    assert reached[100] < reached[0.1]


def test_stylise_goes_from_coarse_to_fine(loss_network, photo, painting):
    image, terms = LESSON.stylise(photo, painting, 10, loss_network, LESSON.transfer_loss(loss_network), (16, 32), (3, 3))
    assert image.shape == (32, 32, 3) and image.dtype == np.uint8 and set(terms) == {"content", "style", "total variation"}


def test_transform_net_keeps_the_shape():
    weights = LESSON.initial_transform(0)
    for height, width in ((32, 32), (36, 64)):
        assert LESSON.transform(tf.zeros([2, height, width, 3]), weights).shape == (2, height, width, 3)
    assert {name.split("/")[0] for name in weights} == {row[0] for row in LESSON.TRANSFORM}


def test_each_weight_of_the_transform_net_is_used(photo):
    variables = {name: tf.Variable(value) for name, value in LESSON.initial_transform(0).items()}
    with tf.GradientTape() as tape:
        painted = tf.reduce_sum(LESSON.transform(LESSON.to_network(photo), variables) ** 2)
    assert all(gradient is not None for gradient in tape.gradient(painted, list(variables.values())))


def test_training_lowers_the_style_loss(loss_network, photo, painting):
    variables = {name: tf.Variable(value) for name, value in LESSON.initial_transform(0).items()}
    grams = LESSON.targets_of(photo, painting, 1, loss_network)["grams"]
    step = LESSON.training_step(variables, loss_network, grams, 2.0, tf.keras.optimizers.Adam(1e-3))
    style = [float(step(LESSON.to_network(photo))[1]) for _ in range(12)]
    assert style[-1] < style[0]


@pytest.mark.parametrize("seed", [5, 6])
def test_the_shipped_net_paints_strangers_in_its_style(seed):
    """Closer to the woodcut than their photos are, for faces that it was not trained on, by a loss network that did not train it."""
    weights, other = files.load_weights(shipped.SHIPPED / "transform_woodcut.npz"), measure_style_transfer.random_network(seed, 96)
    ratios = []
    for person in (9001, 9003, 9004):
        photo = portraits.random_portrait(person, size=96)
        painted = LESSON.to_image(LESSON.transform(LESSON.to_network(photo), weights))
        grams = LESSON.targets_of(photo, style_picture("woodcut", 96), 1, other)["grams"]
        near = [LESSON.style_loss(LESSON.vgg(LESSON.to_network(image), other), grams)[0] for image in (painted, photo)]
        ratios.append(float(near[0] / near[1]))
    assert np.exp(np.mean(np.log(ratios))) < 0.6


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.3, 1.6])
def test_the_eye_ruler_reads_a_known_enlargement_in_other_colours(factor):
    person = portraits.Identity.sample(302)
    points = portraits.landmarks(person, 160).points68
    photo = portraits.render(person, "photo", 160)
    enlarged = 255 - enlarge_eyes(photo, points, factor)  # a negative: as far from the photo's colours as can be
    assert eye_growth(enlarged[..., ::-1], photo, points) == pytest.approx(factor, abs=0.11)


@pytest.mark.parametrize("name", list(STYLE_PICTURES))
def test_style_pictures_repeat_and_fill_their_size(name):
    first, again = style_picture(name, 48), style_picture(name, 48)
    assert first.shape == (48, 48, 3) and first.dtype == np.uint8 and (first == again).all()
    assert (style_picture(name, 48, seed=1) != first).any()
    assert cv2.cvtColor(first, cv2.COLOR_RGB2GRAY).std() > 20  # not one colour


def test_an_unknown_style_picture_is_told_the_names():
    with pytest.raises(ValueError, match="night, window, woodcut"):
        style_picture("fresco", 48)


def test_load_or_train_ships_then_keeps_then_trains(monkeypatch, tmp_path):
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(shipped, "RUNS", tmp_path)
    trained = []

    def train():
        trained.append(1)
        return {"a/b": tf.Variable([1.5])}

    for _ in range(2):
        assert shipped.load_or_train("net", train)["a/b"].tolist() == [1.5]
    assert trained == [1]  # the second time it was kept
    (tmp_path / "shipped").mkdir()
    files.save_weights(tmp_path / "shipped" / "net.npz", {"a/b": np.float16([2])})
    found = shipped.load_or_train("net", train)
    assert found["a/b"].tolist() == [2] and found["a/b"].dtype == np.float32 and trained == [1]
