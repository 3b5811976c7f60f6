"""One parameter changes, the camera is neutral: pixels change inside the part that it belongs to and, nearly, nowhere else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from helpers import portraits
from helpers.portraits import LABELS, Background, Expression, Identity, Pose

SIDE = 128
STYLES = tuple(portraits.STYLES)
BARE = dict(eyewear="none", face_mask="none", hat="none", hair_style="buzz", fringe="none", beard=0, moustache=0, stripes="none", age=50)
FACE = ("skin", "nose", "eyes", "brows", "mouth")
HEAD = (*FACE, "ears", "hair")
# field, two values, the parts that it may change, how far beyond them (in hundredths of the picture: lashes, shadows), what else is set
CASES = (
    ("eye_colour", (90, 50, 20), (90, 160, 230), ("eyes",), 1, {}),
    ("iris_radius", 0.06, 0.075, ("eyes",), 1, {}),
    ("eye_width", 0.14, 0.185, ("eyes",), 6, {}),
    ("upper_lid", 0.06, 0.10, ("eyes",), 6, {}),
    ("lower_lid", 0.03, 0.055, ("eyes",), 5, {}),
    ("eye_tilt", -0.06, 0.18, ("eyes",), 6, {}),
    ("brow_height", 0.17, 0.25, ("brows",), 8, {}),
    ("brow_thickness", 0.02, 0.06, ("brows",), 4, {}),
    ("brow_arch", 0.0, 0.06, ("brows",), 4, {}),
    ("brow_tilt", -0.15, 0.15, ("brows",), 4, {}),
    ("brow_width", 0.16, 0.23, ("brows",), 4, {}),
    ("brow_darkness", 0.4, 1.0, ("brows",), 3, {}),
    ("nose_width", 0.075, 0.15, ("nose",), 9, {}),
    ("nose_length", 0.33, 0.45, ("nose",), 10, {}),
    ("nose_height", 0.12, 0.23, ("nose",), 10, {}),
    ("mouth_width", 0.20, 0.29, ("mouth",), 9, {}),
    ("mouth_y", 0.58, 0.67, ("mouth",), 14, {}),
    ("upper_lip", 0.03, 0.075, ("mouth",), 5, {}),
    ("lower_lip", 0.045, 0.10, ("mouth",), 10, {}),
    ("lip_colour", 0.0, 1.0, ("mouth",), 2, {}),
    ("ear_size", 0.8, 1.25, ("ears",), 4, {}),
    ("hair_colour", (30, 22, 20), (210, 180, 120), ("hair", "brows"), 3, dict(hair_style="short")),
    ("hair_parting", -0.5, 0.5, ("hair",), 8, dict(hair_style="long")),
    ("hair_length", 0.9, 2.0, ("hair", "skin", "clothes"), 3, dict(hair_style="long")),
    ("hairline", -0.82, -0.64, ("hair",), 8, dict(hair_style="short")),
    ("freckles", 0.0, 1.0, FACE, 1, {}),
    ("blush", 0.0, 1.0, FACE, 1, {}),
    ("age_lines", 0.0, 1.5, FACE, 1, {}),
    ("beard", 0.0, 1.0, FACE, 2, {}),
    ("moustache", 0.0, 1.0, FACE, 2, {}),
    ("chin_length", 0.95, 1.07, (*FACE, "clothes"), 3, {}),
    ("clothes", (40, 44, 60), (220, 176, 70), ("clothes",), 1, {}),
    ("stripes", "none", "stripes", ("clothes",), 1, dict(clothes=(40, 44, 60), stripe_colour=(236, 234, 228))),
    ("stripe_colour", (236, 234, 228), (190, 60, 56), ("clothes",), 1, dict(stripes="stripes")),
    ("collar", "round", "turtle", ("clothes",), 6, {}),
    ("shoulder_width", 1.3, 1.8, ("clothes",), 4, {}),
    ("eyewear", "none", "glasses", ("glasses", "eyes"), 8, {}),
    ("eyewear", "none", "sunglasses", ("glasses",), 8, {}),
    ("frame_colour", (20, 20, 22), (200, 160, 70), ("glasses",), 2, dict(eyewear="glasses")),
    ("frame_width", 0.19, 0.26, ("glasses",), 10, dict(eyewear="glasses")),
    ("face_mask", "none", "mask", ("mask",), 6, {}),
    ("mask_colour", (225, 235, 240), (30, 32, 36), ("mask",), 2, dict(face_mask="mask")),
    ("hat", "none", "beanie", ("hat", "hair"), 10, {}),
    ("hat_colour", (190, 60, 56), (40, 44, 160), ("hat",), 2, dict(hat="cap")),
)
EXPRESSIONS = (
    ("gaze_x", -0.3, 0.3, ("eyes",), 1, {}),
    ("gaze_y", -0.15, 0.15, ("eyes",), 1, {}),
    ("eye_open", 0.3, 1.0, ("eyes",), 6, {}),
    ("brow_mood", -0.4, 0.4, ("brows",), 4, {}),
    ("mouth_open", 0.0, 1.0, ("mouth",), 10, {}),
    ("teeth", 0.0, 1.0, ("mouth",), 1, dict(mouth_open=0.7)),
    ("smile", -0.3, 1.0, FACE, 1, {}),
)
VISIBLE = 4  # levels
# what a style does not draw, or so faintly that nobody sees it
LEFT_OUT = {
    "anime": {"freckles", "age_lines", "nose_width", "nose_height", "upper_lip", "brow_darkness"},
    "sketch": {"freckles", "blush"},
    "3d": {"age_lines"},
}
FARTHER = {"sketch": 5}  # a pencil stroke that begins in a part ends beyond it ...
MOST = {"sketch": 40}  # ... and a little less light is a stroke more


@pytest.fixture(autouse=True)
def one_thread():
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def region(people, expressions, style, parts, margin):
    """Where one of the parts is, in either picture, and so many hundredths of the picture around it."""
    found = np.zeros((SIDE // 2, SIDE // 2), np.uint8)  # half as fine is fine enough
    for person, expression in zip(people, expressions):
        labels = portraits.segments(person, SIDE // 2, style, expression=expression)
        found |= np.isin(labels, [LABELS.index(part) for part in parts]).astype(np.uint8)
    found = cv2.resize(found, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    reach = 2 * int(round(margin / 100 * SIDE)) + 1
    return cv2.dilate(found, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0


def measure(people, expressions, style, parts, margin):
    """Levels by which pixels change: the most inside the region; the mean and the 99.5th percentile outside."""
    background = Background(kind="flat", seed=3)
    first, second = (
        portraits.render(person, style, SIDE, expression=expression, background=background).astype(float)
        for person, expression in zip(people, expressions)
    )
    inside = region(people, expressions, style, parts, margin + FARTHER.get(style, 0))
    seen = ~inside & (portraits.segments(people[0], SIDE, style, expression=expressions[0]) > 0)
    # The exposure follows the skin that is seen, so it moves a little when skin is covered: take that out.
    gain = np.median((first[seen] + 1) / (second[seen] + 1), axis=0) if seen.any() else np.ones(3)
    assert np.abs(gain - 1).max() < 0.06
    change = np.abs(first - np.where(seen[..., None], gain, 1) * second).max(-1)
    return change[inside].max(), change[~inside].mean(), np.percentile(change[~inside], 99.5)


def check(people, expressions, style, name, parts, margin):
    inside, mean, most = measure(people, expressions, style, parts, margin)
    if name in LEFT_OUT.get(style, ()):
        assert inside < VISIBLE, f"{name} does change something in {style}"
    else:
        assert inside > VISIBLE, f"{name} changes nothing in {style}"
    assert mean < 0.6 and most < MOST.get(style, 12), f"{name} changes other parts too: {mean:.2f} on average, {most:.0f} at many places"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name, low, high, parts, margin, others", CASES, ids=[f"{case[0]}-{case[2]}" for case in CASES])
def test_identity(style, name, low, high, parts, margin, others):
    plain = Identity.sample(6).replace(**{**BARE, **others})
    people = [plain.replace(**{name: value}) for value in (low, high)]
    check(people, [Expression(), Expression()], style, name, parts, margin)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name, low, high, parts, margin, others", EXPRESSIONS, ids=[case[0] for case in EXPRESSIONS])
def test_expression(style, name, low, high, parts, margin, others):
    person = Identity.sample(6).replace(**BARE)
    check([person, person], [Expression(**{**others, name: value}) for value in (low, high)], style, name, parts, margin)


@pytest.mark.parametrize("style", STYLES)
def test_the_background_changes_behind_the_person_only(style):
    person = Identity.sample(6).replace(**BARE)
    first, second = (portraits.render(person, style, SIDE, background=Background(kind="flat", seed=seed)).astype(float) for seed in (3, 4))
    behind = portraits.segments(person, SIDE, style) == LABELS.index("background")
    change = np.abs(first - second).max(-1)
    inner = cv2.erode((~behind).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert np.percentile(change[inner], 99.5) < 5
    if style != "sketch":  # a sketch leaves the paper empty
        assert np.median(change[behind]) > 12


@pytest.mark.parametrize("style", STYLES)
def test_the_pose_moves_the_person_and_not_the_background(style):
    person = Identity.sample(6).replace(**BARE)
    poses = [Pose(size=0.4, x=x) for x in (-0.2, 0.2)]
    background = Background(kind="gradient", seed=3)
    first, second = (portraits.render(person, style, SIDE, pose=pose, background=background).astype(float) for pose in poses)
    free = np.ones((SIDE, SIDE), bool)
    for pose in poses:
        free &= portraits.segments(person, SIDE, style, pose=pose) == LABELS.index("background")
    free = cv2.erode(free.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert free.sum() > 1000 and np.abs(first - second).max(-1)[free].max() < 3
