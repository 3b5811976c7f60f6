"""Twenty steps of three trainings, as the loops that they had before helpers.learn made them (fixtures/twenty_steps.json, TensorFlow 2.7).

Tiny data from seeds; the numbers were written down once, before the change. They hold what one may break unseen: losses, initial values,
learning rates, Adam, the order of batches.
"""

import json

import identity_pictures
import looks
import numpy as np
import perceptual_pictures
import pytest
import train_cartoon
import train_embedding
import train_perceptual

from helpers.learn import stored_networks


@pytest.fixture(scope="module")
def before(root):
    return json.loads((root / "tests" / "fixtures" / "twenty_steps.json").read_text())


def size(weights):
    return sum(float(np.abs(value).sum(dtype=np.float64)) for value in weights.values())


def test_a_cartoon_network_with_its_discriminator(before, tmp_path, monkeypatch):
    monkeypatch.setitem(looks.LOOKS, "dark", lambda photo: photo / 2)
    for name, value in {"RUNS": tmp_path, "HELD_OUT": 2, "ADVERSARIAL_FROM": 5}.items():
        monkeypatch.setattr(train_cartoon, name, value)
    coarse = np.random.RandomState(0).randint(40, 216, (10, 4, 4, 3)).astype(np.uint8)
    points = np.float32([[24, 30], [48, 30], [36, 42], [28, 52], [44, 52]])
    people = {"photo": coarse.repeat(18, axis=1).repeat(18, axis=2), "points": np.stack([points] * 10)}
    recorded, fit = [], train_cartoon.fit
    monkeypatch.setattr(train_cartoon, "fit", lambda *given, **how: recorded.append(fit(*given, read_every=1, **how)))
    train_cartoon.train(train_cartoon.Recipe("dark", "head", 20, batch=2, crop=32, pictures=4), people)
    np.testing.assert_allclose(recorded[0]["pixels"], before["cartoon"], rtol=2e-4)
    assert recorded[0]["skipped"] == [0] * 20
    with np.load(tmp_path / "train_dark_head" / "state.npz") as state:  # the weights, not their averages
        for network, name in (("cartoon", "cartoon_weights"), ("discriminator", "discriminator_weights")):
            weights = {key: state[key] for key in state.files if key.startswith(f"weights|{network}|")}
            assert size(weights) == pytest.approx(before[name], rel=1e-4)


def test_the_perceptual_network(before, tmp_path, monkeypatch):
    for name, value in {"CHUNK": 3, "HELD_OUT": 2, "DRAWN": 48, "SIDE": 32}.items():
        monkeypatch.setattr(perceptual_pictures, name, value)
    for name, value in {"RUNS": tmp_path, "BATCH": 4, "READ_EVERY": 1}.items():
        monkeypatch.setattr(train_perceptual, name, value)
    perceptual_pictures.draw(6, tmp_path / "perceptual")
    np.testing.assert_allclose(train_perceptual.train(20), before["perceptual"], rtol=2e-3)
    assert stored_networks(tmp_path / "perceptual" / "state.npz")[1] == 20


def test_the_embedding(before, tmp_path, monkeypatch):
    for name, value in {"RUNS": tmp_path, "PEOPLE": 4, "READ_EVERY": 1}.items():
        monkeypatch.setattr(train_embedding, name, value)
    side = identity_pictures.STORED
    faces = np.random.RandomState(3).randint(0, 255, (8, 2 + len(identity_pictures.DRAWINGS), 12, 12, 3)).astype(np.uint8)
    faces = faces.repeat(-(-side // 12), 2).repeat(-(-side // 12), 3)[:, :, :side, :side]
    np.testing.assert_allclose(train_embedding.train(faces, 20), before["embedding"], rtol=2e-3)
