"""The Mini dataset as it is shipped: data/mini."""

from __future__ import annotations

import json

import mini_dataset
import numpy as np
import pytest

from helpers import hub, portraits, settings
from helpers.images import read_image

MINI = settings.DATA / "mini"
FOLDERS = {"face_photo": 100, "test": 40, **{f"face_cartoon/{style}": 100 for style in mini_dataset.STYLES}}
PHOTOS = json.loads((MINI / "test" / "photos.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_counts_and_sizes(folder):
    pictures = sorted((MINI / folder).glob("*.jpg"))
    assert [path.stem for path in pictures] == [f"{index:03d}" for index in range(FOLDERS[folder])]
    for path in pictures:
        picture = read_image(path)
        assert picture.shape == (256, 256, 3) and picture.std() > 8, path.name


def test_nothing_else_is_there_and_it_is_small():
    files = [path for path in MINI.rglob("*") if path.is_file()]
    assert len(files) == sum(FOLDERS.values()) + 1
    assert sum(path.stat().st_size for path in files) < 15e6


def test_no_picture_is_there_twice():
    contents = [path.read_bytes() for path in MINI.rglob("*.jpg")]
    assert len(set(contents)) == len(contents)


@pytest.mark.parametrize("kind, index", [("face_photo", 7), *((style, 63) for style in mini_dataset.STYLES)])
def test_the_pictures_are_those_of_their_seeds(kind, index):
    """Drawn again today, a picture is the one in the folder, but for JPEG's own error."""
    person, around = mini_dataset.photo(index) if kind == "face_photo" else mini_dataset.exemplar(kind, index)
    folder, style = ("face_photo", "photo") if kind == "face_photo" else (f"face_cartoon/{kind}", kind)
    stored = read_image(MINI / folder / f"{index:03d}.jpg").astype(float)
    assert np.abs(stored - portraits.render(person, style, 256, **around)).mean() < 3.5


def test_half_of_the_test_photos_wear_what_no_exemplar_wears():
    assert [one["file"] for one in PHOTOS] == [f"{index:03d}.jpg" for index in range(40)]
    assert sum(one["wears"] != "nothing" for one in PHOTOS) == 20
    for one in PHOTOS:
        worn = {one["identity"][name] for name in ("eyewear", "face_mask", "hat")} - {"none"}
        assert worn == ({one["wears"]} - {"nothing"})
    people = [mini_dataset.exemplar(style, index)[0] for style in mini_dataset.STYLES for index in range(100)]
    assert all((person.eyewear, person.face_mask, person.hat) == ("none",) * 3 for person in people)


@pytest.mark.parametrize("one", PHOTOS[::13], ids=lambda one: one["file"])
def test_the_json_tells_the_truth(one):
    kinds = (portraits.Identity, portraits.Pose, portraits.Expression, portraits.Light, portraits.Background, portraits.Camera)
    parts = {kind.__name__.lower(): kind(**one[kind.__name__.lower()]) for kind in kinds}
    person = parts.pop("identity")
    picture = portraits.render(person, "photo", 256, **parts)
    assert np.abs(read_image(MINI / "test" / one["file"]).astype(float) - picture).mean() < 3.5
    marks = portraits.landmarks(person, 256, **parts)
    assert np.abs(np.array(one["points68"]) - marks.points68).max() < 0.02
    assert np.abs(np.array(one["points5"]) - marks.points5).max() < 0.02 and np.abs(np.array(one["box"]) - marks.box).max() < 0.02


def test_the_hub_hands_it_out():
    folder = hub.mini_dataset("anime")
    assert len(list((folder / "face_photo").glob("*.jpg"))) == len(list((folder / "face_cartoon").glob("*.jpg"))) == 100
