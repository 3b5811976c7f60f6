"""The definitions of notebook 11 do what their text says, on clips small enough to know the answer."""

from __future__ import annotations

import clips
import cv2
import notebook_cells
import numpy as np
import pytest

from helpers import metrics
from helpers.dctnet.perceptual import load_perceptual
from helpers.lesson.clips import write_clip
from helpers.stylize.faces import Face
from helpers.video.track import OneEuroFilter


@pytest.fixture(scope="module")
def lesson():
    module = notebook_cells.definitions(notebook_cells.FOLDER / "11_video.ipynb")
    module.TICK = module.Fraction(1, 12800)  # computed, so definitions() leaves it out
    return module


@pytest.fixture
def pictures():
    return [clips.plain(i, (64, 48)) for i in range(6)]


def test_split_gives_pictures_and_times(lesson, pictures, tmp_path):
    frames, times = lesson.split(write_clip(tmp_path / "in.mp4", pictures))
    np.testing.assert_allclose(times, np.arange(6) / 25)
    assert max(np.abs(a.astype(int) - b).mean() for a, b in zip(frames, pictures)) < 5


def test_join_keeps_uneven_times_and_the_sound(lesson, pictures, tmp_path):
    source = write_clip(tmp_path / "in.mp4", pictures)
    times = [0.0, 0.04, 0.1, 0.12, 0.2, 0.3]
    joined = lesson.join(tmp_path / "out.mp4", pictures, times, source)
    np.testing.assert_allclose(lesson.split(joined)[1], times, atol=1e-4)
    assert lesson.sound_packets(joined) == lesson.sound_packets(source) != []


def test_flicker_is_that_of_the_helpers(lesson):
    random = np.random.RandomState(3)
    pictures = [cv2.GaussianBlur(picture, (0, 0), 1) for picture in random.randint(0, 256, (3, 96, 96, 3)).astype(np.uint8)]
    motion = np.stack(np.meshgrid(np.arange(96), np.arange(96)), axis=2).astype(np.float32)
    motion[:5] = np.nan
    motion[5:, :-3] += 1.5
    assert lesson.flicker_here(pictures, [motion] * 2) == pytest.approx(metrics.flicker(pictures, [motion] * 2), rel=1e-4)


def test_the_filter_is_that_of_the_helpers(lesson):
    random, ours, theirs = np.random.RandomState(4), lesson.OneEuro(), OneEuroFilter()
    times = np.cumsum(random.uniform(0.01, 0.1, 30))  # uneven
    for time, points in zip(times, 20 * np.sin(3 * times)[:, None, None] + random.normal(0, 1, (30, 7, 2))):
        np.testing.assert_allclose(ours(points, time, 80.0), theirs(points, time, scale=80.0))


def face(x, size=80):
    points = 0.5 * size * np.random.RandomState(0).uniform(-1, 1, (73, 2)) + [x, 100]
    return Face(np.float32([x - size / 2, 100 - size / 2, x + size / 2, 100 + size / 2]), points[:68], points[68:])


def test_the_tracker_knows_who_is_who_in_any_order(lesson):
    tracker = lesson.Tracker()
    for i in range(8):
        left, right = face(100 + 4 * i), face(300 - 4 * i, size=120)
        seen = [left, right] if i % 2 else [right, left]
        for points, one in zip(tracker(seen, i / 25), seen):
            assert np.abs(points - lesson.all_points(one)).max() < 12  # late by a few pixels; the other is 140 away at least
    assert len(tracker.tracks) == 2


def test_the_tracker_starts_anew_for_a_face_elsewhere(lesson):
    tracker = lesson.Tracker()
    tracker([face(100)], 0.0)
    np.testing.assert_array_equal(tracker([face(300)], 0.04)[0], lesson.all_points(face(300)))
    assert tracker([], 0.08) == [] and tracker.tracks == []


def test_a_cut_is_a_large_change(lesson):
    bright, dark = np.full((90, 160, 3), 160, np.uint8), np.full((90, 160, 3), 100, np.uint8)
    assert lesson.is_cut(bright, dark) and not lesson.is_cut(bright, bright) and not lesson.is_cut(dark, dark + np.uint8(20))


def test_style_transfer_changes_a_picture_towards_the_painting(lesson):
    random = np.random.RandomState(5)
    photos = np.repeat(np.repeat(random.uniform(-1, 1, (2, 8, 8, 3)), 4, axis=1), 4, axis=2).astype(np.float32)
    painting = random.uniform(-1, 1, (1, 32, 32, 3)).astype(np.float32)
    weights = load_perceptual()

    def distance(pictures):
        return float(lesson.far(lesson.describe(np.float32(pictures), weights)[1], lesson.describe(painting, weights)[1]))

    made = lesson.restyle(photos, painting, photos, 10)
    assert made.shape == photos.shape and distance(made) < 0.7 * distance(photos)
    assert all(picture.dtype == np.uint8 for picture in lesson.as_images(made))
