"""Landmarks against pixels, not against the geometry that made both: recolour a part, and look where the picture changed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from helpers import portraits
from helpers.portraits import Background, Expression, Identity, Light, Pose, geometry

SIDE = 256
STYLES = tuple(portraits.STYLES)
FRONT = Light(azimuth=0, elevation=20)
POSES = (Pose(size=0.75), Pose(size=0.75, yaw=18, pitch=-6), Pose(size=0.7, yaw=-22, roll=15), Pose(size=0.35, x=0.15, y=-0.1, pitch=8))


@pytest.fixture(autouse=True)
def one_thread():
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def bare(seed, **changes):
    """A person whose face nothing hides."""
    plain = dict(eyewear="none", face_mask="none", hat="none", hair_style="buzz", beard=0, moustache=0)
    plain.update(changes)
    return Identity.sample(seed).replace(**plain)


def change(first, second, style, **around):
    """By how much two people's pictures differ, in levels: float [SIDE, SIDE]."""
    around = dict(dict(light=FRONT, background=Background(kind="flat")), **around)
    pictures = [portraits.render(person, style, SIDE, **around).astype(float) for person in (first, second)]
    return np.abs(pictures[0] - pictures[1]).sum(-1)


def middle(mask):
    """The centre of the smallest box round some pixels, (x, y): an iris whose upper part is under the lid is still as wide."""
    rows, columns = np.where(mask)
    return np.array([(columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2])


def centroid(weights):
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    return np.array([(weights * columns).sum(), (weights * rows).sum()]) / weights.sum()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pose", POSES, ids=range(len(POSES)))
@pytest.mark.parametrize("seed", [0, 5])
def test_pupils(style, pose, seed):
    """Irises change from dark to light with lids wide open: the middle of what changed is the pupil within 1.5 pixels."""
    around = dict(pose=pose, expression=Expression(smile=0))
    open_eyes = dict(upper_lid=0.10, lower_lid=0.055, iris_radius=0.06)
    dark, light = (bare(seed, eye_colour=colour, **open_eyes) for colour in ((40, 15, 5), (150, 190, 250)))
    changed = change(dark, light, style, **around)
    pupils = portraits.landmarks(dark, SIDE, style, **around).points5[:2]
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    for pupil in pupils:
        near = np.hypot(columns - pupil[0], rows - pupil[1]) < 0.45 * np.hypot(*(pupils[1] - pupils[0]))
        found = middle((changed > 0.2 * changed[near].max()) & near)
        assert changed[near].max() > 20 and np.hypot(*(found - pupil)) < 1.5, (found, pupil)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pose", POSES[:3], ids=range(3))
def test_mouth(style, pose):
    """Teeth come and go in an open mouth: their middle is the upper inner lip's; lips redden from corner to corner."""
    around = dict(pose=pose, expression=Expression(smile=0.2, mouth_open=0.5))
    marks = portraits.landmarks(bare(2), SIDE, style, **around)
    pictures = [portraits.render(bare(2), style, SIDE, pose=pose, expression=Expression(smile=0.2, mouth_open=0.5, teeth=teeth))
                for teeth in (0, 1)]  # fmt: skip
    teeth = np.abs(pictures[0].astype(float) - pictures[1]).sum(-1) > 30
    corners, inner = marks.points5[3:], marks.points68[60:65]
    assert teeth.sum() > 15
    assert np.hypot(*(middle(teeth) - inner[2])) < 0.3 * np.hypot(*(corners[1] - corners[0]))


@pytest.mark.parametrize("style", [style for style in STYLES if style != "sketch"])
@pytest.mark.parametrize("pose", POSES[:3], ids=range(3))
def test_mouth_corners(style, pose):
    """Lips redden: what changes most to the left and to the right are the corners, within 3 pixels."""
    around = dict(pose=pose, expression=Expression(smile=0))
    changed = change(bare(2, lip_colour=0.2), bare(2, lip_colour=1), style, **around)
    corners = portraits.landmarks(bare(2), SIDE, style, **around).points5[3:]
    rows, columns = np.where(changed > 8)
    along = (corners[1] - corners[0]) / np.hypot(*(corners[1] - corners[0]))
    places = np.stack([columns + 0.5, rows + 0.5], 1) @ along
    assert abs(places.min() - corners[0] @ along) < 3 and abs(places.max() - corners[1] @ along) < 3


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pose", POSES[:3], ids=range(3))
def test_nose(style, pose):
    """The nose grows longer: the picture changes round its tip and its lower edge, points 30 to 35."""
    around = dict(pose=pose)
    changed = change(bare(3, nose_length=0.37), bare(3, nose_length=0.41), style, **around)
    marks = portraits.landmarks(bare(3, nose_length=0.39), SIDE, style, **around)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    eyes = marks.points5[:2]
    near = np.hypot(columns - marks.points5[2, 0], rows - marks.points5[2, 1]) < np.hypot(*(eyes[1] - eyes[0]))
    found = centroid(np.where(near & (changed > 6), changed, 0))
    assert np.hypot(*(found - marks.points68[30:36].mean(0))) < 0.2 * np.hypot(*(eyes[1] - eyes[0]))


@pytest.mark.parametrize("seed", range(5))
def test_the_tip_is_where_the_nose_stands_out_farthest(seed):
    """No colour marks the tip, so here the relief that the light falls on is asked, on the middle line of an upright face."""
    person, pose = bare(seed), Pose(size=0.75)
    frame = geometry.Frame(geometry.shape_of(person, Expression(), {}, 0), pose, SIDE)
    marks = portraits.landmarks(person, SIDE, pose=pose)
    eyes, lip = marks.points5[:2], int(marks.points68[33, 1])
    height = geometry.face_relief(frame.shape, frame)[:lip, SIDE // 2]
    assert abs(marks.points68[30, 1] - (height[int(eyes[0, 1]) :].argmax() + int(eyes[0, 1]) + 0.5)) < 0.03 * (eyes[1, 0] - eyes[0, 0])


@pytest.mark.parametrize("style", STYLES)
def test_jaw(style):
    """The background's colour changes: the chin and the cheeks of a face without ears or hair on them are where it ends."""
    person = bare(4, ear_size=0.8, neck_width=0.30)
    pose = Pose(size=0.7)
    jaw = portraits.landmarks(person, SIDE, style, pose=pose).points68[:17]
    head = portraits.head_alpha(person, SIDE, style, pose=pose) > 0.5
    for point in jaw[[5, 6, 7, 8, 9, 10, 11]]:
        towards = jaw[[0, 16]].mean(0) - point
        towards /= np.hypot(*towards)
        for step, wanted in ((3, True), (-3, False)):
            x, y = (point + step * towards).astype(int)
            assert head[y, x] == wanted, (point, step)


@pytest.mark.parametrize("size", [0.2, 0.5, 0.9])
def test_landmarks_of_small_and_large_faces_agree(size):
    """Points of a face of any size, place and roll are those of the standard pose, moved."""
    person = bare(1)
    standard = portraits.landmarks(person, SIDE, pose=Pose(yaw=10, pitch=5, size=0.8, x=0, y=0)).points68
    moved = portraits.landmarks(person, SIDE, pose=Pose(yaw=10, pitch=5, size=size, x=0.05, y=-0.05)).points68
    wanted = (standard - SIDE / 2) * (size / 0.8) + SIDE * np.array([0.55, 0.45])
    assert np.abs(moved - wanted).max() < 0.05


def test_roll_turns_the_points():
    person = bare(1)
    upright, turned = (portraits.landmarks(person, SIDE, pose=Pose(roll=roll)).points5 for roll in (0, 20))
    eyes = turned[1] - turned[0]
    assert abs(np.degrees(np.arctan2(eyes[1], eyes[0])) - 20) < 1
    assert np.isclose(np.hypot(*eyes), np.hypot(*(upright[1] - upright[0])), atol=0.05)


@pytest.mark.parametrize("style", STYLES)
def test_points_of_random_people_are_in_order(style):
    """Brows over eyes over nose over mouth over chin, left before right, all inside the box, for random sittings."""
    for seed in range(30):
        around = dict(portraits.sample_sitting(seed), pose=Pose.sample(seed).replace(roll=0))
        marks = portraits.landmarks(Identity.sample(seed), SIDE, style, **around)
        points = marks.points68
        heights = [points[part, 1].mean() for part in (slice(17, 27), slice(36, 48), slice(30, 36), slice(48, 60), slice(7, 10))]
        assert heights == sorted(heights), seed
        assert (np.diff(points[:17, 0]) > 0).all() and marks.points5[0, 0] < marks.points5[1, 0]
        assert (points >= marks.box[:2]).all() and (points <= marks.box[2:]).all()
