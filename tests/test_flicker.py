"""The flicker measure, and the motion that it needs to know."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from helpers import metrics, portraits


@pytest.fixture(scope="module")
def pan():
    """A window that moves over the astronaut by (3, 2) pixels a frame: pictures and exact motions."""
    photo = data.astronaut()
    pictures = [np.ascontiguousarray(photo[2 * i : 2 * i + 200, 3 * i : 3 * i + 240]) for i in range(4)]
    y, x = np.mgrid[:200, :240].astype(np.float32)
    return pictures, [np.stack([x + 3, y + 2], axis=2)] * 3


def test_motion_that_is_undone_leaves_nothing(pan):
    pictures, motions = pan
    assert metrics.warped_difference(pictures, motions) < 0.3  # what is left comes in at the border
    still = [np.mgrid[:200, :240][::-1].transpose(1, 2, 0).astype(np.float32)] * 3
    assert metrics.warped_difference(pictures, still) > 5


def test_flicker_is_what_the_output_adds(pan):
    pictures, motions = pan
    blinking = [np.uint8(picture // 2 + 40 + 10 * (i % 2)) for i, picture in enumerate(pictures)]
    assert metrics.flicker(pictures, pictures, motions) == 0
    assert metrics.flicker(blinking, pictures, motions) == pytest.approx(10, abs=0.2)
    assert metrics.flicker(pictures, blinking, motions) == pytest.approx(-10, abs=0.2)


def test_pixels_of_unknown_motion_do_not_count(pan):
    pictures, motions = pan
    spoilt = [picture.copy() for picture in pictures]
    spoilt[2][:90] = 0
    hidden = [motion.copy() for motion in motions]
    for motion in hidden:
        motion[:100] = np.nan
    assert metrics.warped_difference(spoilt, motions) > 5 > 0.1 > metrics.warped_difference(spoilt, hidden)


def test_nothing_to_compare(pan):
    pictures, motions = pan
    with pytest.raises(ValueError, match="4 pictures need 3 motions"):
        metrics.warped_difference(pictures, motions[:2])
    with pytest.raises(ValueError, match="nothing to compare"):
        metrics.warped_difference(pictures, [np.full_like(motion, np.nan) for motion in motions])


@pytest.mark.parametrize("seed", [7, 12])
def test_motion_of_a_head_leads_to_its_landmarks(seed):
    """Landmarks are computed in another way, so they check the motion: each leads back to where it was."""
    person = portraits.Identity.sample(seed)
    before, after = portraits.Pose(yaw=-8, pitch=2, roll=3, x=0.02), portraits.Pose(yaw=9, pitch=-3, roll=-2, size=0.7, y=0.03)
    motion = portraits.motion(person, before, after, size=256)
    then, now = (portraits.landmarks(person, 256, pose=pose).points68[36:68] - 0.5 for pose in (before, after))
    pixels = np.rint(now).astype(int)
    led_back = motion[pixels[:, 1], pixels[:, 0]] + (now - pixels)
    assert np.isfinite(led_back).all()
    assert np.abs(now - then).mean() > 5
    assert np.abs(led_back - then).mean() < 1


def test_motion_is_known_on_the_face_only():
    person, pose = portraits.Identity.sample(7), portraits.Pose()
    motion = portraits.motion(person, pose, pose, size=96)
    known = np.isfinite(motion).all(axis=2)
    assert 0.1 < known.mean() < 0.5 and known[48, 48] and not known[:5].any()
    rows, columns = np.nonzero(known)
    np.testing.assert_allclose(motion[known], np.stack([columns, rows], axis=1), atol=0.3)  # nothing moved


def test_a_performance_moves_and_talks():
    pictures, motions = portraits.perform(portraits.Identity.sample(7), 4, size=96)
    assert len(pictures) == 4 and len(motions) == 3 and pictures[0].shape == (96, 96, 3)
    assert metrics.warped_difference(pictures, motions) < metrics.warped_difference(pictures[::3], motions[:1])
