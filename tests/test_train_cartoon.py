"""The training script of the cartoon network, on a mapping that a network can learn in seconds: darken the picture."""

import dataclasses
import json

import looks
import model_directory
import numpy as np
import pairs
import pytest
import render_pairs
import tensorflow as tf
import train_cartoon
import train_unet


@pytest.fixture(autouse=True)
def dark(monkeypatch):
    """A look for tests: half as bright."""
    monkeypatch.setitem(looks.LOOKS, "dark", lambda photo: photo / 2)


@pytest.fixture
def people():
    """Smooth colour patterns, and the five points of an aligned head."""
    coarse = np.random.RandomState(0).randint(40, 216, (10, 4, 4, 3)).astype(np.uint8)
    points = np.float32([[24, 30], [48, 30], [36, 42], [28, 52], [44, 52]])
    return {"photo": coarse.repeat(18, axis=1).repeat(18, axis=2), "points": np.stack([points] * 10)}


@pytest.fixture
def scenes(people):
    return {"photo": people["photo"][:4]}


def test_windows_of_a_bank_keep_the_pairs_together(people, scenes):
    def draw():
        yield next(pairs.batches(pairs.background_bank("dark", people, scenes, 32, 6, seed=0), 32, 8, seed=0))
        yield next(pairs.batches(pairs.head_bank("dark", people, 3, seed=0), 64, 4, seed=0))

    for (photo, cartoon), (again, _) in zip(draw(), draw()):
        assert photo.shape == cartoon.shape and photo.dtype == np.float32
        assert np.abs(photo).max() <= 1
        assert np.corrcoef(photo.ravel(), cartoon.ravel())[0, 1] > 0.7
        np.testing.assert_array_equal(photo, again)


def test_parts_lie_over_the_look_in_the_photos_colours(people, monkeypatch):
    """Parts that cover all and show the photo: the cartoon is the photo, not half as bright, whatever became of its colours."""
    for name in ("_folds", "_strands"):
        monkeypatch.setattr(pairs, name, lambda random, photo: photo)
    people["parts"] = np.concatenate([people["photo"], np.full_like(people["photo"][..., :1], 255)], axis=-1)
    bank = pairs.head_bank("dark", people, 3, seed=0)
    assert np.abs(bank.photo.astype(int) - bank.cartoon).max() <= 1
    people["parts"][:] = 0
    bank = pairs.head_bank("dark", people, 3, seed=0)
    assert np.abs(bank.photo / 2 - bank.cartoon).max() <= 1


def test_strands_vary_the_light_and_no_colour():
    random, gray = np.random.RandomState(3), np.full((64, 64, 3), 0.5)
    drawn = [pairs._strands(random, gray) for _ in range(20)]
    changed = [picture for picture in drawn if picture is not gray]
    assert 5 <= len(changed) <= 15
    for picture in changed:
        np.testing.assert_array_equal(picture[..., 0], picture[..., 2])
        assert picture.std() > 0.005 and abs(picture.mean() - 0.5) < 0.05


def test_heads_lie_where_the_head_network_meets_them(people):
    """A white spot on the nose tip comes out near the template's nose."""
    people["photo"][:] = 30
    people["photo"][:, 40:45, 34:39] = 220
    photos = pairs.head_bank("dark", people, 12, seed=1).photo.mean(-1)
    spots = [np.argwhere(picture > picture.max() * 0.5 + picture.min() * 0.5).mean(0) for picture in photos]
    middle = np.mean(spots, axis=0)
    assert np.abs(middle - [176, 144]).max() < 12 and np.std(spots, axis=0).max() < 25


def test_training_learns_is_kept_and_goes_on(people, scenes, tmp_path, monkeypatch):
    monkeypatch.setattr(train_cartoon, "RUNS", tmp_path)
    monkeypatch.setattr(train_cartoon, "HELD_OUT", 2)
    monkeypatch.setattr(train_cartoon, "AVERAGE", 0.8)  # 0.998 looks back over more steps than this test makes
    recipe = train_cartoon.Recipe("dark", "background", steps=150, batch=2, crop=32, peak=2e-3, pictures=20)
    first, untouched = train_cartoon.train(recipe, people, scenes)
    assert first < 0.8 * untouched
    folder = tmp_path / "train_dark_background"
    assert {"weights.npz", "sheet.png", "log.txt", "record.json", "record.jsonl", "state.npz"} == {file.name for file in folder.iterdir()}
    again, _ = train_cartoon.train(dataclasses.replace(recipe, steps=151), people, scenes)
    assert again == pytest.approx(first, rel=0.1)
    assert train_cartoon.train(dataclasses.replace(recipe, steps=151), people, scenes)[0] == pytest.approx(again, abs=1e-4)  # all is done
    record = json.loads((folder / "record.json").read_text())
    assert record["steps"] == 151 and record["people"] == 8 and record["scenes"] == 4 and record["start"] == "fresh weights"
    assert [line.split(":")[0] for line in (folder / "log.txt").read_text().splitlines()] == ["step 150", "step 151"]


def test_standard_unet_is_trained_and_stored(people, tmp_path, monkeypatch):
    """The same training on heads, another network; what is stored is a half in size, and measured after rounding."""
    for module in (train_cartoon, train_unet):
        monkeypatch.setattr(module, "RUNS", tmp_path)
    monkeypatch.setattr(train_cartoon, "HELD_OUT", 2)
    paint, fresh = train_unet.network(tf.float32), train_unet.unet.initial_weights(1)
    recipe = train_cartoon.Recipe("dark", "head", 3, fresh, paint, "dark_unet", batch=1, crop=32, pictures=2)
    made, untouched = train_cartoon.train(recipe, people)
    stored = train_cartoon.load_weights(train_unet.store("dark", people, tmp_path))
    assert stored.keys() == fresh.keys() and all(np.isfinite(value).all() for value in stored.values())
    assert (tmp_path / "unet_dark.npz").stat().st_size < 2.2 * sum(value.size for value in fresh.values())
    numbers = json.loads((tmp_path / "unet_dark.json").read_text())
    assert numbers["steps"] == 3 and numbers["held_out_error_levels"] == pytest.approx(made, rel=0.1)
    assert numbers["error_of_the_photo_itself"] == pytest.approx(untouched, abs=0.01)


def test_weights_of_two_trainings_are_averaged(tmp_path):
    paths = [tmp_path / "first.npz", tmp_path / "second.npz"]
    for path, value in zip(paths, (1, 4)):
        train_cartoon.save_weights(path, {"unet/Conv/weights": np.full((2, 3), value, np.float32)})
    assert (model_directory.average(paths[:1])["unet/Conv/weights"] == 1).all()
    assert (model_directory.average(paths)["unet/Conv/weights"] == 2.5).all()


def test_pairs_are_drawn_the_same_again(tmp_path, monkeypatch):
    monkeypatch.setattr(render_pairs, "FILE", 2)
    drawn = render_pairs.draw(["anime"], people=3, scenes=1, size=48, folder=tmp_path, workers=1)
    people, scenes = (pairs.read_pairs("anime", paths) for paths in drawn)
    assert people["photo"].shape == (3, 48, 48, 3) and people["parts"].shape == (3, 48, 48, 4) and people["points"].shape == (3, 5, 2)

    drawn[0][1].unlink()  # as if interrupted: what is missing is drawn again, the rest is kept
    kept = drawn[0][0].stat().st_mtime_ns
    render_pairs.draw(["anime"], people=3, scenes=1, size=48, folder=tmp_path, workers=1)
    assert drawn[0][0].stat().st_mtime_ns == kept
    again = pairs.read_pairs("anime", drawn[0])
    assert all(np.array_equal(again[side], people[side]) for side in people)
    assert scenes.keys() == {"photo"}
