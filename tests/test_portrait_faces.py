"""Aligned heads: eyes in one place in every style, a cache that goes on, people who are in one set only."""

from __future__ import annotations

import importlib

import cv2
import mini_dataset
import numpy as np
import pytest

from helpers import portraits
from helpers.portraits import Camera, Identity, alignment

module = importlib.import_module("helpers.portraits.faces")  # portraits.faces is the function
SIDE, STYLES, SEEDS = 64, tuple(portraits.STYLES), range(10, 16)


@pytest.fixture(autouse=True)
def one_thread():
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


@pytest.fixture
def drawn(monkeypatch):
    """The seeds that are drawn, not read, in this process."""
    seeds, real = [], module.face
    monkeypatch.setattr(module, "face", lambda style, seed, **rest: seeds.append(seed) or real(style, seed, **rest))
    return seeds


def ask(folder, seeds=SEEDS, style="anime", size=16, **options):
    return portraits.faces(style, seeds, size, folder=folder, **dict(dict(workers=1), **options))


def places(seed, style):
    marks = portraits.landmarks(Identity.sample(seed), SIDE, style, **portraits.aligned_sitting(seed, style))
    return alignment.three_points(marks.points68)


@pytest.mark.parametrize("seed", range(5))
def test_eyes_and_mouth_are_in_one_place_in_every_style(seed):
    """At 64 pixels: near the template, level, and at the same pixel in photo and drawing."""
    found = np.array([places(seed, style) for style in STYLES])
    assert np.abs(found - SIDE * alignment.TEMPLATE).max() < 1.6
    assert np.abs(found[:, 0, 1] - found[:, 1, 1]).max() < 0.8, "both eyes level"
    assert np.ptp(found, axis=0).max() < 0.9, "the same in every style"


@pytest.mark.parametrize("style", STYLES)
def test_the_irises_are_drawn_where_the_template_says(style):
    """Irises become pale: the pixels of the picture that change lie around the template's eyes."""
    plain = dict(eyewear="none", hat="none", hair_style="buzz", upper_lid=0.1, lower_lid=0.055)
    around = dict(portraits.aligned_sitting(3, style), camera=Camera.neutral())
    eyes = [portraits.render(Identity.sample(3).replace(eye_colour=colour, **plain), style, 2 * SIDE, **around).astype(float)
            for colour in ((40, 15, 5), (150, 190, 250))]  # fmt: skip
    changed = np.abs(eyes[0] - eyes[1]).sum(-1)
    rows, columns = np.where(changed > 0.3 * changed.max())
    for way, (x, y) in zip((-1, 1), alignment.TEMPLATE[:2] * SIDE):
        mine = (columns + 0.5) / 2 < SIDE / 2 if way < 0 else (columns + 0.5) / 2 > SIDE / 2
        middle = (columns[mine].mean() + 0.5) / 2, (rows[mine].mean() + 0.5) / 2
        assert np.hypot(middle[0] - x, middle[1] - y) < 2, (middle, x, y)  # people look up to 0.8 pixels aside


def test_heads_are_whole():
    """From hair to chin: nothing of a head but long hair and the widest afros touches the border."""
    for seed in range(0, 12):
        person = Identity.sample(seed)
        alpha = portraits.head_alpha(person, SIDE, "photo", **portraits.aligned_sitting(seed))
        assert alpha[0].max() < 0.5, seed
        if person.hair_style != "afro":
            assert alpha[:, [0, -1]].max() < 0.5, seed
        chin = portraits.landmarks(person, SIDE, **portraits.aligned_sitting(seed)).points68[8, 1]
        assert 0.88 * SIDE < chin < SIDE, seed


def test_what_faces_draws_can_be_asked_for_again(tmp_path):
    """render() with aligned_sitting(), a photo at twice the size: so landmarks() and segments() with it fit the picture."""
    photo, drawing = (ask(tmp_path, [7], style, SIDE)[0] for style in ("photo", "anime"))
    large = portraits.render(Identity.sample(7), "photo", 2 * SIDE, **portraits.aligned_sitting(7))
    assert photo.shape == (SIDE, SIDE, 3) and photo.dtype == np.uint8
    assert np.array_equal(photo, cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
    assert np.array_equal(drawing, portraits.render(Identity.sample(7), "anime", SIDE, **portraits.aligned_sitting(7, "anime")))


def test_a_photo_from_elsewhere_is_aligned_by_its_landmarks():
    """The same person, turned, farther away and beside the middle: align() brings the face to where faces() draws it."""
    around = dict(portraits.aligned_sitting(4), camera=Camera.neutral())
    turned = dict(around, pose=around["pose"].replace(roll=20, size=0.5, x=0.1, y=-0.05))
    person, face = Identity.sample(4), (slice(30, 58), slice(18, 46))
    away = portraits.render(person, "photo", 256, **turned)
    found = portraits.align(away, portraits.landmarks(person, 256, **turned).points68, SIDE).astype(float)
    wanted = portraits.render(person, "photo", SIDE, **around).astype(float)
    shifted = np.roll(found, 2, 0)  # the light stays where it is, so that a turned head is lit a little differently
    error, wrong = (np.abs(picture - wanted)[face].mean() for picture in (found, shifted))
    assert found.shape == (SIDE, SIDE, 3) and error < 10 and error < 0.6 * wrong, (error, wrong)


def test_the_order_is_that_of_the_seeds(tmp_path, drawn):
    pictures = ask(tmp_path, [15, 12, 15])
    assert drawn == [12, 15] and np.array_equal(pictures[0], pictures[2]) and not np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(ask(tmp_path, [12, 15]), pictures[[1, 0]]) and len(drawn) == 2, "read from the cache"
    assert ask(tmp_path, []).shape == (0, 16, 16, 3)


def test_a_stopped_call_goes_on(tmp_path, drawn, monkeypatch):
    monkeypatch.setattr(module, "SHARD", 4)  # three files: 10 and 11, 12 to 15
    whole, real = ask(tmp_path / "whole"), module.face
    drawn.clear()

    def tired(style, seed, **rest):
        if seed == 14:
            raise KeyboardInterrupt
        return real(style, seed, **rest)

    monkeypatch.setattr(module, "face", tired)
    with pytest.raises(KeyboardInterrupt):
        ask(tmp_path)
    assert drawn == [10, 11, 12, 13]
    monkeypatch.setattr(module, "face", real)
    assert np.array_equal(ask(tmp_path), whole) and drawn == [10, 11, 12, 13, 14, 15]
    assert all(path.suffix == ".npz" for path in (tmp_path).glob("anime*/*")), "no half-written file is left"


def test_a_broken_file_is_drawn_again(tmp_path, drawn):
    whole = ask(tmp_path)
    (path,) = tmp_path.glob("*/*.npz")
    path.write_bytes(path.read_bytes()[:500])
    assert np.array_equal(ask(tmp_path), whole) and drawn == 2 * list(SEEDS)
    assert np.array_equal(ask(tmp_path), whole) and len(drawn) == 2 * len(SEEDS)


def test_styles_sizes_exaggerations_and_renderers_are_kept_apart(tmp_path, drawn, monkeypatch):
    for options in (dict(), dict(style="sketch"), dict(size=24), dict(exaggeration=0)):
        ask(tmp_path, [3], **options)
    monkeypatch.setattr(module, "version", lambda: "other")
    ask(tmp_path, [3])
    assert drawn == [3] * 5


def test_a_style_of_ones_own_is_drawn_anew_each_time(tmp_path, drawn):
    photo = portraits.find_style("photo")
    portraits.register(portraits.DrawingStyle("dim", lambda sitting: photo.draw(sitting) * 0.5))
    try:
        pictures = [ask(tmp_path, [3], "dim") for _ in range(2)]
    finally:
        portraits.STYLES.pop("dim")
    assert np.array_equal(*pictures) and drawn == [3, 3] and not list(tmp_path.iterdir())


def test_the_folder_stays_below_its_limit(tmp_path):
    assert len(ask(tmp_path, limit_mb=0)) == len(SEEDS) and not list(tmp_path.glob("*/*.npz")), "the answer is whole all the same"


def test_processes_draw_the_same(tmp_path):
    seeds = range(96, 105)  # of two files
    assert np.array_equal(ask(tmp_path / "two", seeds, workers=2), ask(tmp_path / "one", seeds))


@pytest.mark.parametrize("bad", [dict(style="oil"), dict(size=8), dict(size=1024), dict(exaggeration=2)])
def test_bad_calls_are_named(bad, tmp_path):
    with pytest.raises(ValueError, match=next(iter(bad))):
        ask(tmp_path, **bad)
    assert not list(tmp_path.iterdir())


def test_attributes_are_those_of_the_people():
    seeds = list(portraits.held_out_seeds()[:20])
    known = portraits.attributes(seeds)
    assert {len(array) for array in known.values()} == {20}
    for k, seed in enumerate(seeds):
        person, around = Identity.sample(seed), portraits.aligned_sitting(seed, "anime")
        for name in ("hair_style", "age", "beard", "moustache", "femininity"):
            assert known[name][k] == getattr(person, name)
        for name in ("skin", "hair_colour", "eye_colour"):
            assert np.array_equal(known[name][k], getattr(person, name))
        worn = {"glasses": person.eyewear == "glasses", "sunglasses": person.eyewear == "sunglasses",
                "mask": person.face_mask == "mask", "hat": person.hat in ("cap", "beanie")}  # fmt: skip
        assert {name: known[name][k] for name in worn} == worn
        assert (known["yaw"][k], known["pitch"][k]) == (around["pose"].yaw, around["pose"].pitch)
        assert (known["smile"][k], known["mouth_open"][k]) == (around["expression"].smile, around["expression"].mouth_open)
        assert known["light"][k] == around["light"].azimuth
    assert portraits.attributes([])["skin"].shape == (0, 3)


def test_exemplars_wear_nothing_that_half_of_the_held_out_people_wear():
    exemplars, held_out = portraits.exemplar_seeds(), portraits.held_out_seeds()
    assert len(exemplars) == 100 and len(held_out) == 200
    known = portraits.attributes(exemplars)
    assert not (known["sunglasses"] | known["mask"] | known["hat"]).any() and known["glasses"].any()
    known = portraits.attributes(held_out)
    worn = known["sunglasses"] | known["mask"] | known["hat"]
    assert worn[1::2].all() and not worn[::2].any()
    assert all(known[name].sum() > 20 for name in ("sunglasses", "mask", "hat"))


def test_nobody_is_in_two_sets():
    sets = [portraits.PHOTO_PEOPLE, portraits.DRAWN_PEOPLE, portraits.JUDGE_PEOPLE, portraits.exemplar_seeds(), portraits.held_out_seeds()]
    sets += [range(first, first + 100) for first in mini_dataset.SEEDS.values()]
    everybody = [seed for seeds in sets for seed in seeds]
    assert len(set(everybody)) == len(everybody)
