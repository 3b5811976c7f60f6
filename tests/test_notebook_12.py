"""The definitions of notebook 12 are the trainer's losses, and do what their text says."""

from __future__ import annotations

import notebook_cells
import numpy as np
import pytest
import tensorflow as tf

from helpers.dctnet import checkpoints, discriminator, losses


@pytest.fixture(scope="module")
def lesson():
    module = notebook_cells.definitions(notebook_cells.FOLDER / "12_fine_tune.ipynb")
    module.recipe = tf.constant([0.1, 0.6, 0.3])
    module.critics, _ = discriminator.normalize(checkpoints.fresh(seed=1))
    return module


@pytest.fixture
def picture():
    return np.random.RandomState(0).uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)


def test_views_are_the_trainers(lesson, picture):
    np.testing.assert_allclose(lesson.blur(picture), losses.blur(picture), atol=1e-5)
    np.testing.assert_allclose(lesson.gray(picture, lesson.recipe), losses.gray(picture, lesson.recipe), atol=1e-6)
    assert lesson.detail(lesson.blur(picture)) < lesson.detail(picture)


def test_losses_are_the_trainers(lesson, picture):
    assert float(lesson.tv_loss(picture)) == pytest.approx(float(losses.total_variation_loss(picture)), rel=1e-5)
    real, fake = ([tf.constant(each)] for each in np.random.RandomState(1).uniform(0, 1, (2, 4)).astype(np.float32))
    assert float(lesson.painter_loss(fake[0])) == pytest.approx(float(losses.style_loss_generator(fake)), rel=1e-5)
    assert float(lesson.critic_loss(real[0], fake[0])) == pytest.approx(float(losses.style_loss_discriminator(real, fake)), rel=1e-5)


def test_content_loss_is_the_trainers(lesson, picture):
    lesson.features = lambda batch: tf.nn.avg_pool2d(batch, 8, 8, "VALID") * 5
    others = picture[::-1].copy(), picture * 0.5
    expected = losses.content_loss(lesson.features(picture), lesson.features(others[0]), lesson.features(others[1]))
    assert float(lesson.content_loss(picture, *others)) == pytest.approx(float(expected), rel=1e-5)


def test_each_critic_answers_for_patches(lesson, picture):
    assert [tuple(answer.shape) for answer in lesson.scores(picture)] == [(2, 4, 4, 1)] * 2


def test_colourfulness_is_zero_for_gray(lesson):
    assert lesson.colourfulness(np.full((1, 4, 4, 3), 77, np.uint8)) == 0
    assert lesson.colourfulness(np.uint8([[[[0, 30, 60]]]])) == 20


def test_paint_of_a_checkpoint(lesson, tmp_path):
    prefix = checkpoints.write(tmp_path, 0, checkpoints.fresh(seed=3))
    photo = np.random.RandomState(2).randint(0, 256, (32, 40, 3)).astype(np.uint8)
    painted = lesson.paint(str(prefix), photo)
    assert painted.shape == photo.shape and painted.dtype == np.uint8 and (painted != photo).any()


@pytest.mark.parametrize("seconds, words", [(12, "12 s"), (90, "1.5 min"), (7200, "2.0 hours"), (864_000, "10.0 days")])
def test_times_are_spoken(lesson, seconds, words):
    assert lesson.spoken(seconds) == words


def test_each_layer_has_its_level(lesson):
    """Kernels at full size are those of the first and the last two convolutions."""
    from helpers.dctnet import unet

    scopes = {name.split("/")[1] for name in unet.shapes()}
    full = {scope for scope in scopes if scope not in lesson.LEVEL and not scope.startswith("block")}
    assert full == {"Conv", "Conv_8", "Conv_9"}
