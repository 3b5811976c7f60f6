"""The segmentation map, the alpha of the head, and groups of people."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import portraits
from helpers.portraits import LABELS, Background, Identity, Pose

SIDE = 128


def person(**changes):
    plain = dict(eyewear="none", face_mask="none", hat="none", hair_style="short", fringe="none", beard=0, moustache=0)
    plain.update(changes)
    return Identity.sample(6).replace(**plain)


def area(name, **changes):
    return portraits.segments(person(**changes), SIDE) == LABELS.index(name)


@pytest.mark.parametrize("name", [name for name in LABELS if name not in ("glasses", "mask", "hat")])
def test_every_face_has_its_parts(name):
    assert area(name).sum() > 10


WORN = [
    ("glasses", dict(eyewear="glasses")),
    ("glasses", dict(eyewear="sunglasses")),
    ("mask", dict(face_mask="mask")),
    ("hat", dict(hat="cap")),
    ("hat", dict(hat="beanie")),
]


@pytest.mark.parametrize("name, worn", WORN)
def test_what_is_not_worn_is_not_in_the_map(name, worn):
    assert area(name, **worn).sum() > 60
    assert not area(name).any()


@pytest.mark.parametrize("worn, hidden", [(dict(face_mask="mask"), ("mouth", "nose")), (dict(eyewear="sunglasses"), ("eyes",))])
def test_accessories_cover_what_they_should(worn, hidden):
    for name in hidden:
        before, after = area(name), area(name, **worn)
        assert before.sum() > 30 and (after & before).sum() < 0.25 * before.sum(), name


@pytest.mark.parametrize("hat", ["cap", "beanie"])
def test_hats_cover_the_hair_above_the_forehead(hat):
    """Of the upper third of the hair at most the outermost pixels stay."""
    rows = np.where(area("hair").any(1))[0]
    top = slice(0, rows[0] + (rows[-1] - rows[0]) // 3)
    before, after = area("hair")[top], area("hair", hat=hat)[top]
    assert before.sum() > 100 and after.sum() < 0.2 * before.sum()


def test_clear_lenses_leave_the_eyes_in_the_map():
    assert area("eyes", eyewear="glasses").sum() > 0.7 * area("eyes").sum()


def test_parts_lie_where_the_landmarks_say():
    marks = portraits.landmarks(person(), SIDE)
    for name, place in (("eyes", marks.points5[:2].mean(0)), ("mouth", marks.points5[3:].mean(0)), ("nose", marks.points68[27:36].mean(0))):
        rows, columns = np.where(area(name))
        assert np.hypot(columns.mean() + 0.5 - place[0], rows.mean() + 0.5 - place[1]) < 5, name


def test_the_alpha_of_the_head_ends_at_the_neck():
    marks = portraits.landmarks(person(), SIDE)
    alpha = portraits.head_alpha(person(), SIDE)
    assert alpha.dtype == np.float32 and alpha.min() == 0 and alpha.max() == 1
    chin = marks.points68[8]
    assert alpha[int(chin[1]) - 3, int(chin[0])] == 1 and alpha[int(chin[1]) + 3 :].max() == 0
    assert alpha[area("hair") | area("eyes") | area("ears")].mean() > 0.95
    assert alpha[area("background") | area("clothes")].mean() < 0.01
    assert ((alpha > 0) & (alpha < 1)).sum() > 30, "soft edges"


def test_the_map_follows_the_pose():
    left, right = (portraits.head_alpha(person(), SIDE, pose=Pose(size=0.4, x=x)) for x in (-0.2, 0.2))
    assert np.abs(np.roll(left, int(0.4 * SIDE), 1) - right).mean() < 0.01


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("style", ["photo", "anime"])
def test_groups_show_each_face_where_its_landmarks_are(style, count):
    """Everybody's irises become red: the pixels that change are at their pupils."""
    members = portraits.sample_members(count, count)
    plain = [m._replace(identity=m.identity.replace(eyewear="none", hat="none", hair_style="buzz"),
                        expression=portraits.Expression()) for m in members]  # fmt: skip
    red = [m._replace(identity=m.identity.replace(eye_colour=(250, 0, 0))) for m in plain]
    blue = [m._replace(identity=m.identity.replace(eye_colour=(0, 0, 250))) for m in plain]
    first, second = (portraits.group(who, style, 256, background=Background(kind="flat")) for who in (red, blue))
    assert first.image.shape == (256, 256, 3) and first.image.dtype == np.uint8 and len(first.faces) == count
    rows, columns = np.where(np.abs(first.image.astype(float) - second.image).sum(-1) > 25)
    pupils = np.concatenate([face.points5[:2] for face in first.faces])
    distance = np.hypot(columns[:, None] + 0.5 - pupils[:, 0], rows[:, None] + 0.5 - pupils[:, 1])
    assert (distance.min(0) < 2).all(), "each pupil changed"
    assert distance.min(1).max() < 12, "nothing else changed"  # an anime iris is 9 pixels wide


def test_faces_of_a_group_do_not_cover_each_other():
    for seed in range(30):
        members = portraits.sample_members(seed, 2 + seed % 3)
        boxes = [portraits.landmarks(m.identity, 256, pose=m.pose, expression=m.expression).box for m in members]
        for first, second in zip(boxes, boxes[1:]):
            assert second[0] - first[2] > -0.25 * (first[2] - first[0])


def test_a_group_needs_people():
    with pytest.raises(ValueError, match="members"):
        portraits.group([])
    with pytest.raises(ValueError, match="count"):
        portraits.sample_members(0, 9)
