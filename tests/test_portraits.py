"""The renderer: the same on every stack, landmarks that agree with pixels, ranges that are kept."""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import itertools

import cv2
import numpy as np
import pytest
import soak

from helpers import portraits
from helpers.portraits import Background, Camera, Expression, Identity, Light, Pose, sketch_hatching

STYLES = ("photo", "anime", "sketch", "3d")
MEANS = {
    "photo": (136.005, 82.265),
    "anime": (141.4, 85.935),
    "sketch": (196.652, 232.911),
    "3d": (155.993, 94.666),
}  # of two people, 96 px
KINDS = (Identity, Pose, Expression, Light, Background, Camera)


@pytest.fixture(autouse=True)
def one_thread():
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def bare(seed, **changes):
    """A person whose face nothing hides."""
    plain = dict(eyewear="none", face_mask="none", hat="none", fringe="none", hair_style="buzz", beard=0, moustache=0)
    plain.update(changes)
    return Identity.sample(seed).replace(**plain)


def sitting(seed):
    return dict(pose=Pose.sample(seed), expression=Expression.sample(seed), light=Light.sample(seed), background=Background.sample(seed))


def changed(first, second):
    """Where two pictures differ, weighted by how much."""
    return np.abs(first.astype(float) - second).sum(-1)


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_gives_the_same_pixels(style):
    first = portraits.render(Identity.sample(3), style, 64, camera=Camera.sample(3), **sitting(3))
    second = portraits.render(Identity.sample(3), style, 64, camera=Camera.sample(3), **sitting(3))
    assert np.array_equal(first, second)
    other = portraits.render(Identity.sample(4), style, 64, camera=Camera.sample(3), **sitting(3))
    assert changed(first, other).mean() > 3


@pytest.mark.parametrize("style", STYLES)
def test_every_stack_draws_the_same(style):
    """Means of pictures, written down once; the two stacks of the course agree to 0.01 of a level in every picture tried."""
    means = [portraits.render(Identity.sample(seed), style, 96, camera=Camera.sample(seed), **sitting(seed)).mean() for seed in (0, 1)]
    assert np.abs(np.array(means) - MEANS[style]).max() < 0.05, means


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_outside_their_range_are_named(kind):
    for field in dataclasses.fields(kind):
        bad = "nonsense"
        with pytest.raises(ValueError, match=rf"{kind.__name__}\.{field.name} .*must be"):
            kind(**{field.name: bad})
        if "range" in field.metadata:
            for value in (field.metadata["range"][0] - 1, field.metadata["range"][1] + 1, float("nan")):
                with pytest.raises(ValueError, match=field.name):
                    kind(**{field.name: value})


@pytest.mark.parametrize("kind", KINDS)
def test_samples_differ_and_repeat(kind):
    assert kind.sample(5) == kind.sample(5)
    assert len({repr(kind.sample(seed)) for seed in range(20)}) == 20


@pytest.mark.parametrize("bad", [dict(style="oil"), dict(size=4), dict(exaggeration=1.5)])
def test_bad_calls_are_named(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        portraits.render(Identity(), **bad)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", range(4))
def test_the_pupils_are_where_the_iris_is(style, seed):
    person, around = bare(seed), sitting(seed)
    around["expression"] = Expression(smile=0.2)
    around["pose"] = Pose.sample(seed).replace(size=0.75, x=0, y=0)
    pale = portraits.render(person.replace(eye_colour=(150, 190, 250)), style, 256, **around)
    dark = portraits.render(person.replace(eye_colour=(40, 15, 5)), style, 256, **around)
    difference = changed(pale, dark) > 12
    points = portraits.landmarks(person, 256, style, **around).points5
    ys, xs = np.where(difference)
    nearest = np.argmin([np.hypot(xs - p[0], ys - p[1]) for p in points[:2]], axis=0)
    for eye in (0, 1):
        mine = nearest == eye
        assert mine.sum() > 10
        centre = np.array([xs[mine].min() + xs[mine].max() + 1, ys[mine].min() + ys[mine].max() + 1]) / 2
        assert np.hypot(*(centre - points[eye])) < 2.5, (centre, points[eye])


@pytest.mark.parametrize("style", STYLES)
def test_the_mouth_is_where_the_lips_change(style):
    person, around = bare(2), dict(pose=Pose(yaw=8, size=0.75), expression=Expression(smile=0.1))
    pale = portraits.render(person.replace(lip_colour=0), style, 256, **around)
    red = portraits.render(person.replace(lip_colour=1), style, 256, **around)
    ys, xs = np.where(changed(pale, red) > 5)
    corners = portraits.landmarks(person, 256, style, **around).points5[3:]
    assert abs(xs.min() - corners[0, 0]) < 5 and abs(xs.max() - corners[1, 0]) < 5
    assert corners[:, 1].min() - 14 < ys.mean() < corners[:, 1].max() + 14


def test_landmarks_scale_with_the_picture_and_lie_in_their_box():
    person = Identity.sample(1)
    small, large = portraits.landmarks(person, 128), portraits.landmarks(person, 512)
    assert np.allclose(small.points68 * 4, large.points68, atol=1e-3)
    x0, y0, x1, y1 = large.box
    assert (large.points68 >= [x0, y0]).all() and (large.points68 <= [x1, y1]).all()
    assert large.points5[0, 0] < large.points5[1, 0] and large.points5[3, 0] < large.points5[4, 0]


def test_forty_people():
    """Ten in each style. test_a_thousand_people draws the ones between them, too, and `make soak` ten thousand."""
    wrong = [soak.check(seed) for seed in range(0, 1000, 25)]
    assert not any(wrong), [one for one in wrong if one]


@pytest.mark.slow(reason="draws a thousand people", fast="test_forty_people")
def test_a_thousand_people():
    """`make soak` draws ten thousand."""
    wrong = [soak.check(seed) for seed in range(1000)]
    assert not any(wrong), [one for one in wrong if one]


def test_a_soak_names_what_is_wrong(monkeypatch):
    monkeypatch.setattr(portraits, "random_portrait", lambda seed, style, size: np.zeros((size, size, 3), np.uint8))
    assert soak.check(8) == f"Seed 8, {soak.STYLES[8 % len(soak.STYLES)]}: the picture is empty."
    monkeypatch.setattr(portraits, "random_portrait", lambda *_: 1 / 0)
    assert "Seed 8" in soak.check(8) and "ZeroDivisionError" in soak.check(8)


def test_the_extremes_of_every_range_render():
    for end in (0, 1):
        for kind, name in ((Identity, "identity"), (Pose, "pose"), (Expression, "expression"), (Light, "light")):
            fields = {f.name: f.metadata["range"][end] for f in dataclasses.fields(kind) if "range" in f.metadata}
            arguments = {name: kind(**fields)}
            picture = portraits.render(arguments.pop("identity", Identity()), "photo", 64, **arguments)
            assert np.isfinite(picture.astype(float)).all() and picture.std() > 5, (kind, end)


@pytest.mark.parametrize("style", STYLES)
def test_a_head_at_the_edge_of_the_picture_is_drawn(style):
    """Large and pushed aside, it leaves no room for the body."""
    for size, x, y in itertools.product((0.15, 1), (-0.4, 0.4), (-0.4, 0.4)):
        pose = Pose(size=size, x=x, y=y)
        assert all(portraits.render(Identity.sample(seed), style, 48, pose=pose).std() > 5 for seed in (0, 5)), pose


def test_smiles_show_white_teeth():
    plain = portraits.render(bare(1), "photo", 192, expression=Expression(smile=0.8, mouth_open=0.6, teeth=0))
    smiling = portraits.render(bare(1), "photo", 192, expression=Expression(smile=0.8, mouth_open=0.6, teeth=1))
    where = changed(plain, smiling) > 150
    assert where.sum() > 60
    assert smiling[where].mean() > 150 and np.ptp(smiling[where].mean(0)) < 60


def test_glasses_change_the_eyes_and_nothing_far_from_them():
    person = bare(6)
    difference = changed(portraits.render(person, "anime", 128), portraits.render(person.replace(eyewear="sunglasses"), "anime", 128))
    eyes = portraits.landmarks(person, 128, "anime").points5[:2].astype(int)
    assert all(difference[y, x] > 30 for x, y in eyes)
    assert difference[100:].max() == 0 and difference[:20].max() == 0


def test_without_exaggeration_the_geometry_is_the_photos():
    person = Identity.sample(8)
    photo = portraits.landmarks(person, 256, "photo").points68
    assert np.allclose(portraits.landmarks(person, 256, "anime", exaggeration=0).points68, photo, atol=1e-3)
    assert np.abs(portraits.landmarks(person, 256, "anime").points68 - photo).max() > 3


def test_the_grade_of_a_camera_acts_on_both_styles():
    for style in STYLES:
        dark = portraits.render(Identity(), style, 64, camera=Camera(exposure=-0.5)).mean()
        assert dark < portraits.render(Identity(), style, 64, camera=Camera.neutral()).mean() - 8


def test_segments_cover_the_parts():
    person = bare(1, hair_style="long", hat="none", eyewear="glasses")
    found = {portraits.LABELS[k] for k in np.unique(portraits.segments(person, 128))}
    assert {"background", "skin", "clothes", "hair", "eyes", "mouth", "glasses"} <= found


@pytest.mark.parametrize("style", STYLES[1:])
def test_scenes_pair_a_photo_with_its_cartoon(style):
    photo, cartoon = portraits.scene(4, "photo", 96), portraits.scene(4, style, 96)
    assert photo.shape == cartoon.shape == (96, 96, 3)
    assert np.array_equal(cartoon, portraits.scene(4, style, 96))
    small = [cv2.resize(p, (12, 12), interpolation=cv2.INTER_AREA).astype(float).ravel() for p in (photo, cartoon)]
    assert np.corrcoef(*small)[0, 1] > (0.5 if style == "sketch" else 0.8)  # a sketch keeps tones, not colours


def test_a_sketch_is_graphite_on_paper_whatever_the_camera_sees():
    picture = portraits.render(Identity.sample(3), "sketch", 96, camera=Camera(cast_red=0.15, cast_blue=-0.15)).astype(int)
    assert np.ptp(picture, axis=-1).max() < 30
    assert (picture.mean(-1) > 200).mean() > 0.3 and (picture.mean(-1) < 110).mean() > 0.02


def test_hatching_wraps_around_a_cylinder():
    """Strokes on an upright cylinder run across it: the picture of a drain pipe."""
    across = np.abs(np.linspace(-1, 1, 128, dtype=np.float32))
    pipe = np.tile(np.sqrt(np.maximum(1 - across**2, 0)) / 2, (128, 1))
    doubled = sketch_hatching.across_form(pipe, 1 / 128, 4)
    pattern = sketch_hatching.streaks(doubled, 5)[40:88, 40:88]
    along, down = np.abs(np.diff(pattern, axis=1)).mean(), np.abs(np.diff(pattern, axis=0)).mean()
    assert down > 2 * along, (down, along)


def test_the_examples_in_the_docstrings():
    for name in ("helpers.portraits", "helpers.portraits.registry"):
        assert doctest.testmod(importlib.import_module(name)).failed == 0
    portraits.STYLES.pop("poster", None)
