"""Notebook 02's own definitions: the features, Gram matrices, the search, the transform net, the mask and the rulers."""

from __future__ import annotations

import cv2
import notebook_cells
import numpy as np
import pytest
import tensorflow as tf

from helpers import files, portraits
from helpers.dctnet import perceptual
from helpers.learn import shipped
from helpers.lesson import pretrained
from helpers.lesson.style_pictures import STYLE_PICTURES, style_picture

LESSON = notebook_cells.definitions(notebook_cells.FOLDER / "02_neural_style_transfer.ipynb")
SIDE = 32


@pytest.fixture(scope="module")
def photo():
    return portraits.render(portraits.Identity.sample(3), "photo", SIDE)


@pytest.fixture(scope="module")
def painting():
    return style_picture("window", SIDE)


@pytest.fixture(scope="module")
def judge(photo, painting):
    return LESSON.random_vgg(0, LESSON.to_network(np.stack([photo, painting])))


def test_pictures_go_there_and_back(photo):
    there = LESSON.to_network(photo)
    assert there.shape == (1, SIDE, SIDE, 3) and float(tf.reduce_max(tf.abs(there))) <= 1
    assert (LESSON.to_image(there) == photo).all()


def test_random_channels_have_mean_0_and_deviation_1_before_the_relu(judge, photo, painting):
    x = LESSON.to_network(np.stack([photo, painting]))
    for layer, (kernel, bias) in judge.items():
        answers = LESSON.convolve(LESSON.halve(layer, x), kernel) + bias
        mean, variance = tf.nn.moments(answers, [0, 1, 2])
        np.testing.assert_allclose(mean, 0, atol=1e-3)
        np.testing.assert_allclose(variance, 1, atol=1e-2)
        x = tf.nn.relu(answers)


def test_random_and_trained_networks_behind_one_function(judge, photo):
    wide = tf.keras.applications.VGG19(include_top=False, weights=None)  # the wiring of the file that Keras downloads
    networks = {
        "random": judge,
        "perceptual": pretrained.perceptual_weights(),
        "VGG19": pretrained.convert_vgg19(wide, list(LESSON.CHANNELS)),
    }
    for name, weights in networks.items():
        features = LESSON.vgg(LESSON.to_network(photo), weights)
        assert set(LESSON.CHANNELS) <= set(features), name
        for layer, answers in features.items():
            side = SIDE // 2 ** (int(layer[4]) - 1)
            assert answers.shape == (1, side, side, weights[layer][0].shape[-1]), (name, layer)
            assert float(tf.reduce_min(answers)) >= 0, (name, layer)


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
    made = LESSON.vgg(LESSON.to_network(photo), pretrained.convert_vgg19(model, ["conv1_1"]))["conv1_1"].numpy()
    inner = slice(1, -1)  # Keras pads with zeros, the lesson mirrors
    np.testing.assert_allclose(made[:, inner, inner], wanted[:, inner, inner], rtol=1e-3, atol=1e-2)


def test_vgg19_is_left_out_without_a_network(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setattr(pretrained, "VGG19_FILE", tmp_path / "none.h5")
    assert pretrained.vgg19_weights(["conv1_1"]) is None
    assert "VGG19 is left out" in capsys.readouterr().out


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


def test_masked_gram_sees_only_the_mask():
    features = np.random.RandomState(1).uniform(0, 1, (1, 4, 4, 3)).astype(np.float32)
    mask = np.zeros((1, 8, 8, 1), np.float32)
    mask[:, :4] = 1
    upper = LESSON.gram(tf.constant(features[:, :2]))
    np.testing.assert_allclose(LESSON.masked_gram(tf.constant(features), tf.constant(mask)), upper, rtol=1e-5)


def test_the_search_finds_a_known_answer():
    wanted = np.random.RandomState(2).uniform(-1, 1, (1, 4, 4, 3)).astype(np.float32)
    both = LESSON.with_gradient(lambda picture, wanted: tf.reduce_sum((picture - wanted) ** 2))
    found, losses = LESSON.optimise(both, tf.constant(wanted), np.zeros((1, 4, 4, 3)), 20)
    np.testing.assert_allclose(found, wanted, atol=1e-3)
    assert losses[-1] < 1e-3 * losses[0]


def test_transfer_lowers_the_loss_and_follows_the_weight(judge, photo, painting):
    transfer, start = LESSON.transfer_loss(judge), LESSON.to_network(photo)
    reached = {}
    for weight in (0.1, 100):
        found, losses = LESSON.optimise(transfer, LESSON.wishes(photo, painting, weight, judge), start, 8)
        grams = LESSON.style_of(LESSON.to_network(painting), judge)
        reached[weight] = float(LESSON.style_distance(LESSON.vgg(tf.constant(found), judge), grams)[0])
        assert losses[-1] < losses[0]
    assert reached[100] < reached[0.1]


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


def test_training_lowers_the_style_loss(judge, photo, painting):
    variables = {name: tf.Variable(value) for name, value in LESSON.initial_transform(0).items()}
    grams = LESSON.style_of(LESSON.to_network(painting), judge)
    step = LESSON.training_step(variables, judge, grams, 2.0, tf.keras.optimizers.Adam(1e-3))
    style = [float(step(LESSON.to_network(photo))[1]) for _ in range(12)]
    assert style[-1] < style[0]


def test_the_shipped_net_paints_a_stranger_in_its_style():
    """Closer to the woodcut than the photo is, for a face that it was not trained on, and the face is where it was."""
    stranger, woodcut = LESSON.render_photos([9001], 96)[0], style_picture("woodcut", 96)
    weights = files.load_weights(shipped.SHIPPED / "transform_woodcut.npz")
    painted = LESSON.to_image(LESSON.transform(LESSON.to_network(stranger), weights))
    judge = LESSON.random_vgg(5, LESSON.to_network(np.stack([stranger, woodcut])))
    grams = LESSON.style_of(LESSON.to_network(woodcut), judge)
    near = [float(LESSON.style_distance(LESSON.vgg(LESSON.to_network(image), judge), grams)[0]) for image in (painted, stranger)]
    assert near[0] < 0.6 * near[1]
    assert LESSON.layout_kept(painted, stranger) > 0.5


def test_layout_and_colours_are_told_apart(photo):
    turned = photo[::-1, ::-1]
    assert LESSON.layout_kept(photo, photo) == pytest.approx(1) and LESSON.layout_kept(turned, photo) < 0.9
    assert LESSON.colour_distance(turned, photo) < 1e-9 < 20 < LESSON.colour_distance(255 - photo // 4, photo)


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.3, 1.6])
def test_the_eye_ruler_reads_a_known_enlargement_in_other_colours(factor):
    person = portraits.Identity.sample(302)
    points = portraits.landmarks(person, 160).points68
    photo = portraits.render(person, "photo", 160)
    enlarged = 255 - LESSON.enlarge_eyes(photo, points, factor)  # a negative: as far from the photo's colours as can be
    assert LESSON.eye_growth(enlarged[..., ::-1], photo, points, np.arange(0.7, 2.05, 0.05)) == pytest.approx(factor, abs=0.11)


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


def test_the_share_of_the_way_counts_no_sideways_steps():
    before, way = np.zeros((2, 68, 2)), np.tile([3.0, 0.0], (2, 68, 1))
    assert LESSON.share_of_the_way(before + [0, 5], before, way) == pytest.approx(0)
    assert LESSON.share_of_the_way(before + [1.5, 5], before, way) == pytest.approx(50)
    assert LESSON.share_of_the_way(before - way, before, way) == pytest.approx(-100)
