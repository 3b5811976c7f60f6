"""Faces from frame to frame, with a face finder that knows where they are and trembles as a real one does."""

from __future__ import annotations

import json

import models
import numpy as np
import pytest

from helpers import __main__
from helpers.settings import DATA
from helpers.video import cartoonize
from helpers.video.track import SMOOTHINGS, FaceTracker, OneEuroFilter

SMOOTHED = [name for name in SMOOTHINGS if name != "none"]
SIZE, WIDTH, RATE = (300, 500), 80, 25


class ScriptedFinder:
    """Knows the true middle of each face in each frame; reports boxes and landmarks with an error of about two pixels.

    script: for each frame a dict from a face's name to its middle x, y; what is in front comes first. A face whose middle is
    covered by one in front is not seen by the detector. Landmarks are those of the nearest face to the crop, as a network's.
    """

    def __init__(self, script, blind=()):
        self.script, self.blind, self.frame = script, blind, 0
        self.random = np.random.RandomState(0)
        self.looks = 0

    def seen(self):
        shown = []
        for place in self.script[self.frame].values():
            if all(np.abs(np.subtract(place, other)).max() > WIDTH / 2 for other in shown):
                shown.append(place)
        return shown

    def boxes(self, image):
        self.looks += 1
        if self.frame in self.blind:
            return np.zeros((0, 4), np.float32)
        half = WIDTH / 2
        return np.float32([[x - half, y - half, x + half, y + half] + self.random.normal(0, 2, 4) for x, y in self.seen()]).reshape(-1, 4)

    def landmarks(self, image, box):
        middle = (box[:2] + box[2:]) / 2
        places = self.seen() or [middle]
        x, y = min(places, key=lambda place: np.hypot(*(place - middle)))
        if np.hypot(x - middle[0], y - middle[1]) > WIDTH:
            x, y = middle  # a network always finds something
        return np.float32(np.trunc((models.face_points() - 0.5) * 1.4 * WIDTH + [x, y] + self.random.normal(0, 1.5, (68, 2))))

    def find(self, image):
        raise AssertionError("not used by a tracker")


def middles(faces):
    """Middle of each face by its five points, which lie a little below it."""
    below = (models.face_points()[[36, 45, 30, 48, 54]].mean(axis=0) - 0.5) * 1.4 * WIDTH
    return [face.points5.mean(axis=0) - below for face in faces]


def track(script, smoothing, blind=(), pictures=None):
    """The middles of the faces found in each frame, and the finder."""
    finder = ScriptedFinder(script, blind)
    tracker = FaceTracker(finder, smoothing)
    found = []
    for frame in range(len(script)):
        finder.frame = frame
        image = pictures[frame] if pictures else np.full((*SIZE, 3), 128, np.uint8)
        found.append(middles(tracker.find(image, frame / RATE)))
    return found, finder


def worst(found, places) -> float:
    """The largest distance from a face that was found to the nearest true one, in pixels."""
    return max(min(np.hypot(*(np.subtract(place, middle))) for place in places) for middle in found)


@pytest.mark.parametrize("smoothing", SMOOTHED)
def test_two_faces_that_cross(smoothing):
    """They pass in front of each other: never a face between them, never two on one, both there before and after."""
    script = [{"front": (100 + 10 * i, 150), "back": (400 - 10 * i, 150)} for i in range(31)]
    found, finder = track(script, smoothing)
    assert len(found[3]) == 2 and len(found[-1]) == 2
    for frame, faces in enumerate(found):
        finder.frame = frame
        assert len(faces) <= len(script[frame])
        assert worst(faces, script[frame].values()) < 16, f"frame {frame}"
        if len(faces) == 2:
            assert np.hypot(*(faces[0] - faces[1])) > WIDTH / 4, f"frame {frame}: one face twice"
    assert 3 <= sum(len(faces) == 1 for faces in found) < 12  # while one hides the other


@pytest.mark.parametrize("smoothing", SMOOTHED)
def test_a_face_that_leaves_and_comes_back(smoothing):
    here, away = {"one": (250, 150)}, {}
    script = [here] * 8 + [away] * 12 + [{"one": (120, 100)}] * 8
    found, _ = track(script, smoothing)
    assert all(len(faces) == 1 for faces in found[:8])
    assert all(not faces for faces in found[13:20]), "gone after a moment"
    assert all(len(faces) == 1 for faces in found[20:])
    assert worst(found[20], [(120, 100)]) < 8, "not dragged there from the old place"


@pytest.mark.parametrize("smoothing", SMOOTHED)
def test_a_face_that_the_detector_misses_for_a_frame_stays(smoothing):
    script = [{"one": (250, 150)}] * 12
    found, _ = track(script, smoothing, blind=(3, 6))
    assert all(len(faces) == 1 for faces in found)


@pytest.mark.parametrize("smoothing", SMOOTHED)
def test_a_cut_starts_anew(smoothing):
    script = [{"one": (150, 150)}] * 7 + [{"other": (190, 170)}] * 7  # near enough to be taken for the same face
    pictures = [np.full((*SIZE, 3), 60, np.uint8)] * 7 + [np.full((*SIZE, 3), 190, np.uint8)] * 7
    found, _ = track(script, smoothing, pictures=pictures)
    assert worst(found[7], [(190, 170)]) < 5
    assert all(len(faces) == 1 for faces in found)


def trembling(found) -> float:
    """Mean second difference of one face's middle: 0 for an even motion."""
    return float(np.abs(np.diff([faces[0] for faces in found], 2, axis=0)).mean())


def test_smoothing_calms_and_lags_little():
    script = [{"one": (100 + i, 150)} for i in range(60)]
    by_mode = {mode: track(script, mode)[0] for mode in SMOOTHED}
    assert trembling(by_mode["landmarks"]) < 0.8 * trembling(by_mode["tracker"])
    assert trembling(by_mode["both"]) < 0.8 * trembling(by_mode["tracker"])
    lags = [script[i]["one"][0] - by_mode["both"][i][0][0] for i in range(10, 60)]
    assert abs(np.mean(lags)) < 2  # pixels, at 25 pixels a second


def test_a_tracker_asks_the_detector_less_often():
    script = [{"one": (250, 150)}] * 12
    assert track(script, "both")[1].looks < 0.6 * track(script, "landmarks")[1].looks == 0.6 * 12


def test_none_is_each_frame_by_itself():
    class Finder:
        def find(self, image):
            return ["a face"]

    assert FaceTracker(Finder(), "none").find(np.zeros((*SIZE, 3), np.uint8), 0.0) == ["a face"]


# The filter.


def test_filter_is_steady_at_rest_and_quick_in_motion():
    random = np.random.RandomState(1)
    times = np.arange(100) / RATE
    noise = random.normal(0, 0.01, (100, 5, 2))
    rest, motion = OneEuroFilter(), OneEuroFilter()
    at_rest = np.array([rest(value, time) for value, time in zip(noise, times)])
    assert at_rest[20:].std() < 0.6 * noise[20:].std()
    moving = noise + 2 * times[:, None, None]
    followed = np.array([motion(value, time) for value, time in zip(moving, times)])
    assert np.abs(followed[20:] - moving[20:]).mean() < 0.06  # less than one frame late: 2 / 25 = 0.08


def test_filter_follows_the_size_of_a_face():
    random = np.random.RandomState(2)
    values, times = random.normal(0, 1, (50, 5, 2)), np.arange(50) / RATE
    small, large = OneEuroFilter(), OneEuroFilter()
    for value, time in zip(values, times):
        np.testing.assert_allclose(10 * small(value, time, scale=1), large(10 * value, time, scale=10))


def test_filter_starts_with_the_first_value_and_heeds_the_pause():
    first, short, long = OneEuroFilter(), OneEuroFilter(), OneEuroFilter()
    zero, one = np.zeros((1, 2)), np.ones((1, 2))
    assert (first(one, 0.0) == one).all()
    short(zero, 0.0), long(zero, 0.0)
    assert short(one, 0.01)[0, 0] < long(one, 1.0)[0, 0] < 1


def test_the_default_is_the_one_that_was_measured_to_flicker_least():
    """Over all clips, of slow and of shaken cameras: data/make/measure_video.py."""
    measured = json.loads((DATA / "clips" / "steadiness.json").read_text(encoding="utf-8"))
    clips = [clip["flicker"]["anime"] for camera in ("slow", "shaken") for clip in measured[camera].values()]
    means = {smoothing: np.mean([clip[smoothing] for clip in clips]) for smoothing in SMOOTHINGS}
    assert len(clips) == 20
    assert min(means, key=means.get) == cartoonize.SMOOTHING == __main__.SMOOTHING.default
