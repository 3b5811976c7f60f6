"""The training script of the cartoon network, on a mapping that a network can learn in seconds: darken the picture."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "data" / "make"))
import pairs  # noqa: E402
import render_pairs  # noqa: E402
import train_cartoon  # noqa: E402


@pytest.fixture
def files(tmp_path):
    """Two npz files of pairs: smooth colour patterns, and the same at half their brightness."""
    coarse = np.random.RandomState(0).randint(40, 216, (12, 4, 4, 3)).astype(np.uint8)
    photos = coarse.repeat(12, axis=1).repeat(12, axis=2)
    for name, part in (("people", slice(0, 8)), ("scenes", slice(8, 12))):
        np.savez(tmp_path / f"{name}.npz", photo=photos[part], cartoon=photos[part] // 2)
    return tmp_path


def test_batches_keep_the_pairs_together(files):
    people, scenes = (pairs.read_pairs([files / name]) for name in ("people.npz", "scenes.npz"))
    photo, cartoon = next(pairs.batches(people, scenes, size=32, count=8, seed=0))
    assert photo.shape == cartoon.shape == (8, 32, 32, 3) and photo.dtype == np.float32
    assert np.abs(photo).max() <= 1
    assert np.corrcoef(photo.ravel(), cartoon.ravel())[0, 1] > 0.7
    other = next(pairs.batches(people, scenes, size=32, count=8, seed=0))[0]
    np.testing.assert_array_equal(photo, other)


def test_training_learns_is_kept_and_goes_on(files, tmp_path, monkeypatch):
    monkeypatch.setattr(train_cartoon, "RUNS", tmp_path)
    monkeypatch.setattr(train_cartoon, "HELD_OUT", 2)
    monkeypatch.setattr(train_cartoon, "AVERAGE", 0.8)  # 0.998 looks back over more steps than this test makes
    monkeypatch.setattr(train_cartoon, "RATE", 2e-3)  # of a few steps instead of thousands
    people, scenes = (pairs.read_pairs([files / name]) for name in ("people.npz", "scenes.npz"))
    first, untouched = train_cartoon.train("dark", people, scenes, steps=150, batch=2, crop=32)
    assert first < 0.8 * untouched
    assert {file.name for file in (tmp_path / "train_dark").iterdir()} == {"weights.npz", "sheet.png"}
    again, _ = train_cartoon.train("dark", people, scenes, steps=1, batch=2, crop=32)
    assert again == pytest.approx(first, rel=0.1)  # it went on from what was kept


def test_rate_warms_up_and_falls():
    assert train_cartoon.rate(0, 0.0) < 0.02 * train_cartoon.RATE
    assert train_cartoon.rate(1000, 0.0) == pytest.approx(train_cartoon.RATE)
    assert train_cartoon.rate(1000, 1.0) == pytest.approx(0.02 * train_cartoon.RATE)


def test_pairs_are_drawn_the_same_again(tmp_path):
    first = render_pairs.draw("anime", count=2, scenes=1, size=48, folder=tmp_path / "first", workers=1)
    again = render_pairs.draw("anime", count=2, scenes=1, size=48, folder=tmp_path / "again", workers=1)
    for one, other in zip(first, again):
        photo, cartoon = pairs.read_pairs([one])
        assert photo.shape == cartoon.shape and photo.shape[1:] == (48, 48, 3) and photo.dtype == np.uint8
        assert np.abs(photo.astype(int) - cartoon).mean() > 2  # two looks, not one
        np.testing.assert_array_equal(photo, pairs.read_pairs([other])[0])
