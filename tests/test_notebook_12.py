"""The definitions of notebook 12 are the trainer's losses, and do what their text says."""

from __future__ import annotations

import notebook_cells
import numpy as np
import pytest
import tensorflow as tf

from helpers import hub, settings
from helpers.dctnet import checkpoints, dataset, discriminator, losses


@pytest.fixture(scope="module")
def lesson():
    module = notebook_cells.definitions(notebook_cells.FOLDER / "12_fine_tune.ipynb")
    module.gray_weights = tf.constant([0.1, 0.6, 0.3])
    module.normalized, _ = discriminator.normalize(checkpoints.fresh(seed=1))
    return module


@pytest.fixture
def picture():
    return np.random.RandomState(0).uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)


def test_views_are_the_trainers(lesson, picture):
    np.testing.assert_allclose(lesson.blur(picture), losses.blur(picture), atol=1e-5)
    np.testing.assert_allclose(lesson.gray(picture, lesson.gray_weights), losses.gray(picture, lesson.gray_weights), atol=1e-6)
    assert lesson.detail(lesson.blur(picture)) < lesson.detail(picture)


def test_losses_are_the_trainers(lesson, picture):
    assert float(lesson.tv_loss(picture)) == pytest.approx(float(losses.total_variation_loss(picture)), rel=1e-5)
    real, fake = ([tf.constant(each)] for each in np.random.RandomState(1).uniform(0, 1, (2, 4)).astype(np.float32))
    assert float(lesson.style_loss(fake[0])) == pytest.approx(float(losses.style_loss_generator(fake)), rel=1e-5)
    assert float(lesson.discriminator_loss(real[0], fake[0])) == pytest.approx(float(losses.style_loss_discriminator(real, fake)), rel=1e-5)


def test_content_loss_is_the_trainers(lesson, picture):
    lesson.features = lambda batch: tf.nn.avg_pool2d(batch, 8, 8, "VALID") * 5
    others = picture[::-1].copy(), picture * 0.5
    expected = losses.content_loss(lesson.features(picture), lesson.features(others[0]), lesson.features(others[1]))
    assert float(lesson.content_loss(picture, *others)) == pytest.approx(float(expected), rel=1e-5)


def test_each_discriminator_answers_for_patches(lesson, picture):
    assert [tuple(answer.shape) for answer in lesson.scores(picture)] == [(2, 4, 4, 1)] * 2


def test_lines_are_told_from_areas(lesson):
    paper = np.full((64, 64, 3), 240, np.uint8)
    ruled, filled = paper.copy(), paper.copy()
    ruled[::8] = 60  # lines of one pixel
    filled[:16] = 60
    assert lesson.line_share(ruled) > 0.95 and lesson.line_share(filled) < 0.05
    assert lesson.line_share(paper) == 0


def test_people_are_found_by_their_outlines(lesson):
    random = np.random.RandomState(0)
    lesson.people = [np.kron(random.randint(0, 256, (6, 6, 1)), np.ones((8, 8, 3))).astype(np.uint8) for _ in range(5)]
    assert lesson.found([255 - one // 2 for one in lesson.people]) == 1  # darker, turned round: the edges stay
    assert lesson.found(lesson.people[:1] * 5) == 0.2


def test_paint_of_a_generator(lesson):
    photo = np.random.RandomState(2).randint(0, 256, (32, 40, 3)).astype(np.uint8)
    painted = lesson.paint(checkpoints.fresh(seed=3), photo)
    assert painted.shape == photo.shape and painted.dtype == np.uint8 and (painted != photo).any()


def test_each_layer_has_its_level(lesson):
    """Kernels at full size are those of the first and the last two convolutions; each look of VGG19 costs 0.70 million operations."""
    from helpers.dctnet import unet, vgg19

    scopes = {name.split("/")[1] for name in unet.shapes()}
    full = {scope for scope in scopes if scope not in lesson.LEVEL and not scope.startswith("block")}
    assert full == {"Conv", "Conv_8", "Conv_9"}
    assert lesson.looking(vgg19.LAYERS) == pytest.approx(703_000, rel=0.01)


class Loaded:
    """What ModelScope's loader returns, as far as the lecture uses it."""

    def __init__(self, folder):
        self.config_kwargs = {"split_config": {"train": str(folder)}}


@pytest.fixture
def loader(monkeypatch):
    """A stand-in for modelscope.msdatasets, and a hub that answers; returns the calls of MsDataset.load, and what it does."""
    import sys
    from types import ModuleType, SimpleNamespace

    noted = SimpleNamespace(calls=[], result=None)

    def load(*given, **options):
        noted.calls.append((given, options))
        if isinstance(noted.result, Exception):
            raise noted.result
        return Loaded(noted.result)

    module = ModuleType("modelscope.msdatasets")
    module.MsDataset = SimpleNamespace(load=load)
    monkeypatch.setitem(sys.modules, "modelscope.msdatasets", module)
    monkeypatch.setitem(sys.modules, "modelscope", ModuleType("modelscope"))
    monkeypatch.setattr(hub, "reachable", lambda: True)
    return noted


def test_the_lectures_data_come_by_its_own_call(loader, tmp_path):
    for part in ("face_photo", "face_cartoon"):
        (tmp_path / part).mkdir()
    loader.result = tmp_path
    assert dataset.lecture_folder() == tmp_path
    assert loader.calls == [(("dctnet_train_clipart_mini_ms",), {"namespace": "menyifang", "split": "train"})]


def test_without_the_hub_the_loader_is_not_called(loader, monkeypatch):
    monkeypatch.setattr(hub, "reachable", lambda: False)
    assert dataset.lecture_folder() is None and not loader.calls


@pytest.mark.parametrize(
    "result, words", [(ValueError("no such split\nmore"), "no such split"), (settings.ROOT / "docs", "has no face_photo")]
)
def test_a_loader_that_fails_is_told_in_one_line(loader, capsys, result, words):
    loader.result = result
    assert dataset.lecture_folder() is None
    said = capsys.readouterr().out
    assert words in said and len(said.splitlines()) == 1
