"""Measuring embedded models, and the cards written from it."""

from __future__ import annotations

import json

import held_out
import measure_models as script
import model_card
import model_sheets
import numpy as np
import pytest

from helpers import portraits
from helpers.errors import ModelError
from helpers.metrics import identity
from helpers.settings import MODELS
from helpers.stylize.cartoonizer import Cartoonizer

TWO = 2
WEIGHTS = identity.initial_identity(0)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    return held_out.pairs("anime", TWO, 160, tmp_path_factory.mktemp("measure"))


def test_held_out_pairs_are_drawn_once(tmp_path, monkeypatch):
    pairs = held_out.pairs("sketch", 1, 64, tmp_path)
    assert pairs["photo"].shape == pairs["target"].shape == (1, 64, 64, 3)
    assert pairs["points"].shape == (1, 5, 2) and pairs["other_day"].shape == (1, 96, 96, 3)
    monkeypatch.setattr(held_out, "_draw", None)
    again = held_out.pairs("sketch", 1, 64, tmp_path)
    assert all((again[name] == pairs[name]).all() for name in pairs)


def test_each_person_is_in_one_group_of_each_kind():
    for parts in held_out.groups().values():
        assert (np.sum(list(parts.values()), axis=0) == 1).all()
        assert all(chosen.sum() >= 30 for chosen in parts.values())


def test_true_cartoons_get_full_marks_and_photos_those_of_the_photo(pairs):
    groups = held_out.groups(TWO)
    best = script.measure(pairs, pairs["target"], np.array([True, True]), groups, WEIGHTS)
    assert best["pairs"] == TWO and best["l1"]["cartoon"] == 0 and best["ssim"]["cartoon"] == 1 and best["faces_found"] == 100
    untouched = script.measure(pairs, pairs["photo"], np.array([True, False]), groups, WEIGHTS)
    assert untouched["l1"]["cartoon"] == untouched["l1"]["photo_itself"] > 5
    assert best["faces_found_of_large"] == {"from_px": 60, "faces": TWO, "found": 100}
    assert untouched["stray_colours"] == 0 and untouched["faces_found"] == 50
    assert untouched["identity"]["its_photo"] == {"rank_one": 100, "rank_one_of_the_target": pytest.approx(50, abs=50), "auc": 1}
    for kind in ("skin", "age"):
        parts = best["groups"][kind].values()
        assert sum(part["people"] for part in parts) == TWO and all(part["finds_its_photo"] <= 100 for part in parts)


def test_plain_filter_smooths_and_draws_lines(pairs):
    photo = pairs["photo"][0]
    filtered = script.plain_filter(photo)
    assert filtered.shape == photo.shape and filtered.dtype == np.uint8
    assert (filtered.mean(-1) < 0.5 * photo.mean(-1)).mean() > 0.005  # ink
    noisy = np.clip(120 + 6 * np.random.RandomState(0).standard_normal((64, 64, 3)), 0, 255).astype(np.uint8)
    assert script.plain_filter(noisy).std() < 0.7 * noisy.std()


def test_painting_tells_which_faces_were_found(pairs):
    cartoonizer = Cartoonizer(MODELS / "anime")
    photos = np.stack([pairs["photo"][0], np.full_like(pairs["photo"][0], 120)])
    made, found = script.paint(cartoonizer, photos, pairs["points"][:1].repeat(2, 0))
    assert found.tolist() == [True, False] and made.shape == photos.shape
    np.testing.assert_array_equal(made[0], cartoonizer(photos[0]))
    elsewhere = pairs["points"][:1] + np.float32(60)
    assert not script.paint(cartoonizer, photos[:1], elsewhere)[1].any()


RECORD = {"style": "anime", "part": "head", "steps": 4321, "minutes": 56.7, "people": 960, "batch": 6, "seed": 11, "commit": "abc1234"}


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A model directory with figures, and the record of one training in runs/."""
    runs, directory = tmp_path / "runs" / "train_anime_head", tmp_path / "anime"
    for folder in (runs, directory):
        folder.mkdir(parents=True)
    (runs / "record.json").write_text(json.dumps(RECORD))
    group = {"people": 9, "l1": 7.1, "l1_of_the_photo": 20, "ssim": 0.8, "faces_found": 99, "finds_its_photo": 98, "finds_other_day": 60}
    worse = {**group, "l1": 9.9, "finds_other_day": 41}
    sides = {"cartoon": 8.25, "photo_itself": 19.5, "plain_filter": 22.75}
    ranks = {"rank_one": 97.5, "rank_one_of_the_target": 99, "auc": 0.991}
    figures = {"style": "anime", "pairs": 200, "first_seed": 1, "size": 320, "exaggeration": 0.4, "stack": "Python 3.8", "l1": sides}
    figures["faces_found_of_large"] = {"from_px": 60, "faces": 180, "found": 99.9}
    figures.update(ssim=sides, stray_colours=0.012, faces_found=99.5, identity={"its_photo": ranks, "other_day": ranks})
    figures["groups"] = {"skin": {"light": group, "dark": worse}, "age": {"18 to 34": worse, "55 to 85": group}}
    (directory / "figures.json").write_text(json.dumps(figures))
    monkeypatch.setattr(model_card, "RUNS", tmp_path / "runs")
    return directory


def test_a_card_says_what_was_recorded_and_measured(model):
    text = model_card.write("anime", model).read_text()
    for said in (
        "| steps | 4321 |",
        "| commit of the code | abc1234 |",
        "| L1, levels | 8.25 | 19.5 | 22.75 |",
        "97.5 %",
        "0.012 %",
        "60 px wide, 99.9 %",
    ):
        assert said in text
    assert 'By skin, the group "dark" is painted (L1) least well (9.9 against 7.1).' in text
    assert 'By age, the group "18 to 34" is recognised on another day (percent) least well (41 against 60).' in text
    assert "By age, all groups are found (percent) equally well." in text and "One person is up to 11.1 % of a group" in text
    assert "background (`cartoon_bg.pb`)" not in text  # it was not recorded
    assert "Apache-2.0" in text and "{" not in text and "?" not in text


@pytest.mark.parametrize("style", ["anime", "sketch", "3d"])
def test_a_card_says_what_a_fine_tuning_starts_from(style):
    """The same as the embedded model's configuration, where there is one."""
    text, configuration = model_card.fine_tuning(style), MODELS / style / "configuration.json"
    shipped = MODELS.parent / "checkpoints" / f"unet_{style}.npz"
    assert (f"unet_{style}.npz" in text) == shipped.is_file() and "{" not in text
    if configuration.is_file():
        step = json.loads(configuration.read_text())["train"]["resume_epoch"]
        assert (f"tf_ckpts/model-{step}`" if step else "fresh weights") in text


def test_records_stay_with_the_weights(model, tmp_path):
    model_card.write("anime", model)
    (tmp_path / "runs" / "train_anime_head" / "record.json").unlink()
    assert json.loads((model / "training.json").read_text()) == {"head": RECORD}
    assert "4321" in model_card.write("anime", model).read_text()


def test_without_measuring_there_is_no_card(model, tmp_path):
    (model / "figures.json").unlink()
    with pytest.raises(ModelError, match="measure_models.py anime"):
        model_card.write("anime", model)
    (tmp_path / "runs" / "train_anime_head" / "record.json").unlink()
    (model / "training.json").unlink()
    with pytest.raises(ModelError, match="train_cartoon.py anime"):
        model_card.write("anime", model)


def test_the_sheet_of_worn_things_shows_photo_cartoon_and_target():
    seeds = model_sheets.wearers()
    assert len(set(seeds)) == model_sheets.EACH * len(model_sheets.KINDS)
    people = [portraits.Identity.sample(seed) for seed in seeds]
    assert [person.eyewear for person in people[:4]] == ["glasses", "glasses", "sunglasses", "sunglasses"]
    assert all(person.face_mask == "mask" for person in people[4:6]) and all(person.hat != "none" for person in people[6:])
    sheet = model_sheets.worn_sheet(lambda photo: 255 - photo, "anime", seeds[:2])
    photos, cartoons, targets = np.split(sheet.astype(int), 3)
    assert photos.shape == (model_sheets.SMALL, 2 * model_sheets.SMALL, 3)
    assert np.abs(photos + cartoons - 255).max() <= 1 and np.abs(photos - targets).mean() > 5


def test_a_real_picture_stands_beside_its_cartoons():
    photo = np.random.RandomState(0).randint(0, 256, (100, 200, 3)).astype(np.uint8)
    strip = model_sheets.painted([np.zeros_like, np.ones_like], photo)
    assert strip.shape == (256, 3 * model_sheets.WIDE, 3)
    assert strip[:, :512].std() > 20 and (strip[:, 512:1024] == 0).all() and (strip[:, 1024:] == 1).all()
