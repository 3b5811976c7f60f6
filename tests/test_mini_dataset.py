"""The script that makes the Mini dataset, on a few pictures, and hub.mini_dataset on a small one."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import mini_dataset
import numpy as np
import pytest

from helpers import hub, portraits, settings
from helpers.errors import DatasetError
from helpers.images import read_image

STYLES = mini_dataset.STYLES


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Two photos, one exemplar of each style, two test photos."""
    folder = tmp_path_factory.mktemp("small") / "mini"
    assert mini_dataset.make(folder, photos=2, exemplars=1, tests=2, workers=1) == 4 + len(STYLES)
    return folder


@pytest.fixture
def shipped(small, tmp_path, monkeypatch):
    """The small dataset as the one that the course ships, and a runs folder of its own."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mini").symlink_to(small)
    monkeypatch.setattr(settings, "DATA", tmp_path / "data")
    monkeypatch.setattr(settings, "RUNS", tmp_path / "runs")
    return small


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_is_made(small):
    cartoons = [f"face_cartoon/{style}/000.jpg" for style in sorted(STYLES)]
    assert names(small) == [*cartoons, "face_photo/000.jpg", "face_photo/001.jpg", "test/000.jpg", "test/001.jpg", "test/photos.json"]
    assert all(read_image(path).shape == (256, 256, 3) for path in small.rglob("*.jpg"))


def test_the_pictures_are_those_of_their_seeds(small):
    person, around = mini_dataset.photo(1)
    assert np.abs(read_image(small / "face_photo" / "001.jpg").astype(float) - portraits.render(person, "photo", 256, **around)).mean() < 3
    person, around = mini_dataset.exemplar(STYLES[0], 0)
    cartoon = read_image(small / "face_cartoon" / STYLES[0] / "000.jpg").astype(float)
    assert np.abs(cartoon - portraits.render(person, STYLES[0], 256, **around)).mean() < 3


def test_an_interrupted_run_goes_on(tmp_path):
    mini_dataset.make(tmp_path, photos=1, exemplars=0, tests=0, workers=1)
    drawn = (tmp_path / "face_photo" / "000.jpg").read_bytes()
    (tmp_path / "face_photo" / "000.jpg").write_bytes(b"an older version")
    mini_dataset.make(tmp_path, photos=1, exemplars=0, tests=0, workers=1, keep=True)
    assert (tmp_path / "face_photo" / "000.jpg").read_bytes() == b"an older version"
    mini_dataset.make(tmp_path, photos=1, exemplars=0, tests=0, workers=1)
    assert (tmp_path / "face_photo" / "000.jpg").read_bytes() == drawn


def test_nobody_is_in_two_folders_and_exemplars_wear_nothing():
    seeds = [range(first, first + 1000) for first in mini_dataset.SEEDS.values()]
    assert len(set().union(*seeds)) == 1000 * len(seeds)
    for style in STYLES:
        for index in range(100):
            person, around = mini_dataset.exemplar(style, index)
            assert (person.eyewear, person.face_mask, person.hat) == ("none",) * 3
            assert 0.7 <= around["pose"].size <= 0.82


def test_half_of_the_test_photos_wear_something_each_equally_often():
    worn = [mini_dataset.worn(index) for index in range(40)]
    assert worn.count("nothing") == 20 and all(worn.count(kind) == 4 for kind in mini_dataset.WORN)
    for index, kind in enumerate(worn):
        person, _ = mini_dataset.held_out(index)
        assert {person.eyewear, person.face_mask, person.hat} == {"none"} if kind == "nothing" else {"none", kind}


def test_what_is_known_about_a_test_photo(small):
    entries = json.loads((small / "test" / "photos.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in entries] == ["000.jpg", "001.jpg"]
    assert [one["wears"] for one in entries] == ["nothing", "glasses"]
    person = portraits.Identity(**entries[1]["identity"])
    around = {kind.__name__.lower(): kind(**entries[1][kind.__name__.lower()])
              for kind in (portraits.Pose, portraits.Expression, portraits.Light, portraits.Background, portraits.Camera)}  # fmt: skip
    marks = portraits.landmarks(person, 256, **around)
    assert np.abs(np.array(entries[1]["points68"]) - marks.points68).max() < 0.02 and len(entries[1]["points5"]) == 5
    picture = portraits.render(person, "photo", 256, **around).astype(float)
    assert np.abs(read_image(small / "test" / "001.jpg") - picture).mean() < 3, "the parameters are enough to draw it again"


@pytest.mark.parametrize("style", STYLES)
def test_a_style_becomes_two_flat_folders(shipped, style):
    folder = hub.mini_dataset(style)
    assert folder == settings.RUNS / "mini" / style
    assert names(folder) == ["face_cartoon/000.jpg", "face_photo/000.jpg", "face_photo/001.jpg"]
    assert (folder / "face_cartoon" / "000.jpg").read_bytes() == (shipped / "face_cartoon" / style / "000.jpg").read_bytes()


def test_what_one_adds_stays_and_what_is_lost_comes_back(shipped):
    folder = hub.mini_dataset(STYLES[0])
    (folder / "face_cartoon" / "mine.jpg").write_bytes(b"mine")
    (folder / "face_photo" / "000.jpg").unlink()
    hub.mini_dataset(STYLES[0])
    assert names(folder) == ["face_cartoon/000.jpg", "face_cartoon/mine.jpg", "face_photo/000.jpg", "face_photo/001.jpg"]
    assert len(list(shipped.rglob("*.jpg"))) == 4 + len(STYLES), "the course's own files are untouched"


ASK = """
import pathlib, sys, time
from helpers import hub, settings
settings.DATA, settings.RUNS = map(pathlib.Path, sys.argv[1:3])
time.sleep(max(0, float(sys.argv[3]) - time.time()))
hub.mini_dataset(sys.argv[4])
"""


def test_several_processes_may_ask_at_once(shipped):
    command = [sys.executable, "-c", ASK, settings.DATA, settings.RUNS, time.time() + 3, STYLES[0]]
    askers = [subprocess.Popen(list(map(str, command)), cwd=settings.ROOT) for _ in range(4)]
    assert [asker.wait(120) for asker in askers] == [0] * 4
    folder = settings.RUNS / "mini" / STYLES[0]
    assert names(folder) == ["face_cartoon/000.jpg", "face_photo/000.jpg", "face_photo/001.jpg"]
    assert (folder / "face_photo" / "000.jpg").read_bytes() == (shipped / "face_photo" / "000.jpg").read_bytes()


def test_mistakes_are_said(shipped, tmp_path, monkeypatch):
    with pytest.raises(DatasetError, match="no style 'oil'.*3d, anime, sketch"):
        hub.mini_dataset("oil")
    (settings.RUNS).write_bytes(b"a file where a folder should be")
    with pytest.raises(DatasetError, match="could not be copied"):
        hub.mini_dataset(STYLES[0])
    monkeypatch.setattr(settings, "DATA", tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="make data"):
        hub.mini_dataset(STYLES[0])
