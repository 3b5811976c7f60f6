"""The identity embedding: the shipped network finds people again, and the script that trained it."""

from __future__ import annotations

import json
import shutil

import identity_pictures as pictures
import numpy as np
import pytest
import tensorflow as tf
import train_embedding as script

from helpers import metrics, portraits
from helpers.errors import ModelError
from helpers.files import save_weights
from helpers.learn import stored_networks
from helpers.metrics import identity

UNSEEN = 2_150_000  # a seed beyond those of training and of the stored report


def test_an_embedding_is_a_unit_vector_and_needs_an_aligned_face():
    weights = identity.initial_identity(0)
    faces = np.random.RandomState(0).randint(0, 256, (3, 96, 96, 3)).astype(np.uint8)
    vectors = identity.embed(faces, weights)
    assert vectors.shape == (3, 96) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(identity.embed(faces[:1], weights), vectors[:1], atol=1e-5)
    assert identity.embed(faces[:0], weights).shape == (0, 96)
    with pytest.raises(ValueError, match="crop_face"):
        identity.embed(faces[:, :90], weights)


@pytest.mark.parametrize("size", [128, 640])
def test_a_crop_puts_the_eyes_in_the_same_place_at_any_size(size):
    person = portraits.Identity.sample(3)
    picture, points = portraits.render(person, size=size), portraits.landmarks(person, size=size).points5
    picture[...] = 90
    for x, y in points[:2]:
        reach = size // 64
        picture[int(y) - reach : int(y) + reach, int(x) - reach : int(x) + reach] = 250
    crop = identity.crop_face(picture, points).mean(-1)
    for half, x in ((crop[:, :48], 34), (crop[:, 48:], 61 - 48)):
        middle = np.argwhere(half > half.max() * 0.8).mean(0)
        assert np.abs(middle - [45, x]).max() < 4
    assert identity.crop_face(picture, points, margin=8).shape == (112, 112, 3)


def test_shipped_weights_find_unseen_people_on_another_day():
    """18 people, photo against a drawing of the other day; fresh weights do not pass."""
    edge, people = slice(pictures.MARGIN, -pictures.MARGIN), range(18)
    styles = [pictures.DRAWINGS[person % 3] for person in people]
    gallery = np.stack([pictures.crop(UNSEEN + person, 0, "photo")[edge, edge] for person in people])
    drawings = np.stack([pictures.crop(UNSEEN + person, 1, style)[edge, edge] for person, style in zip(people, styles)])
    shipped, fresh = (
        metrics.separability(identity.embed(drawings, weights), identity.embed(gallery, weights))
        for weights in (identity.load_identity(), identity.initial_identity(0))
    )
    assert shipped > 0.9 > 0.85 > fresh


def test_the_shipped_file_is_small_and_its_report_reaches_the_goal():
    assert identity.FILE.stat().st_size < 1e6
    report = json.loads(identity.FILE.with_suffix(".json").read_text())
    assert report["unseen_people"] == 200
    assert set(report["auc"]) == {"photo", "anime", "sketch", "3d"}
    assert min(report["auc"].values()) >= 0.95


def test_wrong_files_are_told(tmp_path):
    with pytest.raises(ModelError, match="missing"):
        identity.load_identity(tmp_path / "nothing.npz")
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelError, match="cut short"):
        identity.load_identity(tmp_path / "cut.npz")
    save_weights(tmp_path / "other.npz", {"generator/Conv/weights": np.zeros((3, 3, 3, 8))})
    with pytest.raises(ModelError, match="conv1"):
        identity.load_identity(tmp_path / "other.npz")


def test_two_days_share_the_face_and_nothing_else():
    first, one = pictures.appearance(UNSEEN, 0)
    second, two = pictures.appearance(UNSEEN, 1)
    assert first == portraits.Identity.sample(UNSEEN)
    assert second.clothes != first.clothes
    assert second.replace(**{name: getattr(first, name) for name in pictures.WORN}) == first
    assert all(one[name] != two[name] for name in ("pose", "expression", "light", "background", "camera"))


def test_loss_is_small_only_if_people_find_themselves():
    people = np.eye(4, dtype=np.float32)
    together, apart = np.repeat(people, 3, axis=0), np.tile(people, (3, 1))
    assert float(script.contrastive_loss(tf.constant(together), 3)) == pytest.approx(np.log(2), abs=0.01)  # two right answers share
    assert float(script.contrastive_loss(tf.constant(apart), 3)) > 5


# The training script, on a few people.


@pytest.fixture
def few(tmp_path, monkeypatch):
    monkeypatch.setattr(script, "RUNS", tmp_path)
    for name, value in {"PEOPLE": 4, "WARM_UP": 1, "READ_EVERY": 1}.items():
        monkeypatch.setattr(script, name, value)
    random = np.random.RandomState(0)
    coarse = random.randint(0, 256, (8, 1, 7, 7, 3)).repeat(5, 1)  # a pattern a person, the same in all looks
    return coarse.repeat(16, 2).repeat(16, 3).astype(np.uint8)


def test_folding_changes_no_vector(few):
    random, weights = np.random.RandomState(1), {**identity.initial_identity(2), **script.initial_gains()}
    weights = {name: value + np.float32(0.05) * random.standard_normal(value.shape).astype(np.float32) for name, value in weights.items()}
    batch = pictures.batch(few, random, 4)
    assert batch.shape == (12, 96, 96, 3) and np.abs(batch).max() <= 1
    trained = identity.embedding(tf.constant(batch), weights, script.normalising(weights, {}))
    folded = identity.embedding(tf.constant(batch), script.fold(weights, batch))
    np.testing.assert_allclose(folded, trained, atol=2e-4)


def test_training_learns_goes_on_and_is_stored(few, tmp_path):
    losses = script.train(few, 16)
    assert np.mean(losses[-4:]) < 0.8 * np.mean(losses[:3])
    script.train(few, 17)
    assert stored_networks(tmp_path / "identity" / "state.npz")[1] == 17
    report = script.store(few, few, tmp_path / "stored")
    assert report["steps"] == 17 and report["unseen_people"] == 8 and report["auc"]["photo"] > 0.9
    assert json.loads((tmp_path / "stored" / "identity.json").read_text()) == report
    again = script.measure(identity.load_identity(tmp_path / "stored" / "identity.npz"), few)
    assert again["auc"] == report["auc"]


def test_pictures_are_drawn_once(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "CHUNK", 1)
    paths = pictures.draw(2, tmp_path, first_seed=UNSEEN)
    drawn = script.read(tmp_path)
    assert drawn.shape == (2, 5, 112, 112, 3) and drawn.dtype == np.uint8
    times = [path.stat().st_mtime_ns for path in paths]
    pictures.draw(2, tmp_path, first_seed=UNSEEN)
    assert [path.stat().st_mtime_ns for path in paths] == times
    day = pictures.drawn_day(UNSEEN + 1, "sketch")
    np.testing.assert_array_equal(drawn[1, 3], pictures.crop(UNSEEN + 1, day, "sketch"))


def test_a_stored_network_goes_on_without_normalisation(few, tmp_path):
    script.train(few, 2)
    script.store(few, few, tmp_path / "stored")
    shutil.rmtree(tmp_path / "identity")
    script.train(few, 1, start=tmp_path / "stored" / "identity.npz")
    state = stored_networks(tmp_path / "identity" / "state.npz")[0]["identity"]
    assert state.keys() == identity.initial_identity(0).keys()
    before = identity.load_identity(tmp_path / "stored" / "identity.npz")
    assert all(0 < np.abs(state[name] - value).max() < 1e-3 for name, value in before.items())
