"""The flicker measure, and the motion that it needs to know."""

from __future__ import annotations

import cv2
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


def with_noise(pictures, deviation=5, seed=0):
    random = np.random.RandomState(seed)
    return [np.rint(picture + random.normal(0, deviation, picture.shape)).clip(0, 255).astype(np.uint8) for picture in pictures]


def blurred(pictures, sigma):
    return [cv2.GaussianBlur(picture, (0, 0), sigma) for picture in pictures]


def test_flicker_is_0_for_a_scene_that_moves_and_1_for_unrelated_pictures(pan):
    pictures, motions = pan
    assert metrics.flicker(pictures, motions) < 0.01
    unrelated = [np.roll(picture, 60 * i, axis=1) for i, picture in enumerate(pictures)]
    assert metrics.flicker(unrelated, motions) == pytest.approx(1, abs=0.1)
    noise = with_noise([np.full_like(picture, 128) for picture in pictures])
    assert metrics.flicker(noise, motions) == pytest.approx(1, abs=0.05)


def test_flicker_grows_with_noise_jolts_and_pumping(pan):
    pictures, motions = pan
    clean, some, more = (metrics.flicker(with_noise(pictures, deviation), motions) for deviation in (0, 3, 6))
    assert clean < 0.5 * some < 0.8 * more
    jolted = [np.roll(picture, i % 2, axis=1) for i, picture in enumerate(pictures)]
    assert metrics.flicker(jolted, motions) > 0.1
    pumping = [np.uint8(picture // 2 + 40 + 20 * (i % 2)) for i, picture in enumerate(pictures)]
    assert metrics.flicker(pumping, motions) > 0.02


@pytest.mark.parametrize("sigma", [1, 2, 4, 8])
def test_a_blur_gains_nothing(pan, sigma):
    """The plain warping error does fall: that was the fault of the measure before."""
    pictures, motions = pan
    noisy = with_noise(pictures)
    assert metrics.flicker(blurred(noisy, sigma), motions) > 0.98 * metrics.flicker(noisy, motions)
    assert metrics.warped_difference(blurred(noisy, sigma), motions) < 0.8 * metrics.warped_difference(noisy, motions)


def test_less_contrast_gains_nothing(pan):
    pictures, motions = pan
    noisy = with_noise(pictures)
    faded = [np.uint8(0.25 * picture + 96) for picture in noisy]
    assert metrics.flicker(faded, motions) > 0.98 * metrics.flicker(noisy, motions)


@pytest.mark.parametrize("levels", [0, 128, 255])
def test_a_blank_video_is_refused(pan, levels):
    pictures, motions = pan
    with pytest.raises(ValueError, match="blank video has no detail"):
        metrics.flicker([np.full_like(picture, levels) for picture in pictures], motions)


def test_flicker_has_an_octave_for_each_size(pan):
    pictures, motions = pan
    fine = [np.where(np.mgrid[:200, :240].sum(axis=0)[..., None] // 2 % 2, picture, picture // 2) for picture in pictures]
    octaves = metrics.flicker_by_octave(fine, motions)
    assert len(octaves) == 4 and octaves[3] > 3 * octaves[0]  # the grid stands still while the scene moves: fine detail alone is new


def test_trembling_and_lag_are_errors_about_the_true_path():
    truth = np.cumsum(np.random.RandomState(0).normal(0, 3, (30, 5, 2)), axis=0)
    assert metrics.trembling(truth + [4, -2], truth) == pytest.approx(0) == metrics.lag(truth + [4, -2], truth)
    jumping = truth + np.where(np.arange(30) % 2, 1.0, -1.0)[:, None, None] * [1, 0]
    assert metrics.trembling(jumping, truth) == pytest.approx(4) and metrics.lag(jumping, truth) == pytest.approx(1)
    late = np.concatenate([truth[:1], truth[:-1]])
    assert metrics.lag(late, truth) > 2


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
