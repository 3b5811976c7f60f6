"""Faces from frame to frame (人脸跟踪): which face is which, and where it is without trembling.

A picture by itself gives landmarks that are off by a pixel or two, another way in every frame, and the painted head
trembles with them. Two remedies, alone or together: smooth each face's landmarks over time; or look for the landmarks
where the face was a moment ago, instead of where the detector's box happens to lie in this frame.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from helpers.stylize.alignment import five_points
from helpers.stylize.faces import Face, overlap

SMOOTHINGS = ("none", "landmarks", "tracker", "both")
DETECT_EVERY = 3  # frames between two looks by the detector, where boxes are carried on
SAME_FACE = 0.3  # intersection over union of where a face is expected and where one is found
ONE_FACE_TWICE = 0.5
HOLD = 4  # looks that a face lives on where the detector misses it
BOX_MEMORY = 0.8  # of the old relation between box and landmarks, when a new box is seen
JUMP = 0.35  # face widths between two frames: too far for one face
CUT = 28  # mean difference of small grey pictures, in levels: another scene
SMALL = (32, 18)
# Of the One-Euro filter:
MIN_CUTOFF = 1.5  # hertz, for a point at rest: lower is steadier and later
BETA = 6.0  # how much the cutoff grows with the speed, hertz a (unit a second)
SPEED_CUTOFF = 1.0  # hertz, for the speed itself; the paper's value


class FaceTracker:
    """Finds the faces of a video's frames, one frame after the other.

    finder: a face finder. smoothing: "none" (each frame by itself), "landmarks" (One-Euro filter), "tracker" (boxes are
    carried from frame to frame) or "both".
    """

    def __init__(self, finder, smoothing):
        self._finder = finder
        self._each_by_itself = smoothing == "none"
        self._smooth = smoothing in ("landmarks", "both")
        self._carry = smoothing in ("tracker", "both")
        self._tracks, self._small, self._frame = [], None, 0

    def find(self, image, time) -> list:
        """The faces of the next frame, largest first: a list of Face. image: RGB uint8 [H, W, 3]. time: seconds."""
        if self._each_by_itself:
            return self._finder.find(image)
        if self._is_cut(image):
            self._tracks, self._frame = [], 0
        due = not self._carry or self._frame % DETECT_EVERY == 0 or not self._tracks or any(track.missed for track in self._tracks)
        if due or not self._follow(image, time):
            self._look(image, time)
        self._frame += 1
        faces = [track.face for track in self._tracks]
        return sorted(faces, key=lambda face: -_area(face.box))

    def _is_cut(self, image) -> bool:
        small = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
        before, self._small = self._small, small
        return before is not None and np.abs(small - before).mean() > CUT

    def _follow(self, image, time) -> bool:
        """Move all tracks on without the detector; False where one of them has lost its face."""
        found = [(track, self._finder.landmarks(image, track.expected)) for track in self._tracks]
        if any(points is None or track.jumps(points) for track, points in found):
            return False
        for track, points in found:
            track.move(self._face(image, track.expected, points, track, time))
        return True

    def _look(self, image, time) -> None:
        """Move all tracks on by what the detector sees; start new ones and end old ones."""
        boxes = list(self._finder.boxes(image))
        places = _matches(self._tracks, boxes)
        going_on = [track for track, place in zip(self._tracks, places) if self._goes_on(track, place, boxes, image, time)]
        # Matched anew: a track that has moved may now lie on a box that it was too far from before, which is then no new face.
        taken = _matches(self._tracks, boxes)
        started = [self._started(box, image, time) for place, box in enumerate(boxes) if place not in taken]
        self._tracks = _without_doubles(going_on + [track for track in started if track])

    def _goes_on(self, track, place, boxes, image, time) -> bool:
        """Move a track to its box, or on without one; False where it ends. place: number of its box, or None."""
        seen = place is not None
        box = boxes[place] if seen else track.expected
        crop = track.expected if self._carry else box
        track.missed = 0 if seen else track.missed + 1
        if track.missed > HOLD or not _inside(crop, image):
            return False
        points = self._finder.landmarks(image, crop)
        if points is None or (not seen and track.jumps(points)):
            return False
        if seen:
            track.see(box, points)
        track.move(self._face(image, box, points, track, time))
        return True

    def _started(self, box, image, time):
        """A track for a box that belongs to none, or None where there is no face in it."""
        points = self._finder.landmarks(image, box)
        if points is None:
            return None
        track = Track(box, points)
        track.move(self._face(image, box, points, track, time))
        return track

    def _face(self, image, box, points, track, time):
        five = five_points(image, points)
        if self._smooth:
            points, five = track.smooth(points, five, time)
        return Face(np.float32(box), np.float32(points), np.float32(five))


class Track:
    """One face through the frames."""

    def __init__(self, box, points):
        self.face, self.missed = None, 0
        self._relation = _relative(box, points)
        self._motion = np.zeros(2)
        self._points = points
        self._filter = OneEuroFilter()

    @property
    def expected(self) -> np.ndarray:
        """The box where the face should be in the next frame, float32 [4]."""
        centre, size = _frame_of(self._points)
        return np.float32(self._relation * size + np.tile(centre + self._motion, 2))

    def jumps(self, points) -> bool:
        """Whether landmarks are too far from the expected place, or too different in size, to be the same face."""
        (centre, size), (here, now) = _frame_of(self._points), _frame_of(points)
        return np.linalg.norm(here - centre - self._motion) > JUMP * size or not 1 / 1.4 < now / size < 1.4

    def see(self, box, points) -> None:
        """Learn from a box of the detector how box and landmarks lie to each other."""
        self._relation = BOX_MEMORY * self._relation + (1 - BOX_MEMORY) * _relative(box, points)

    def move(self, face) -> None:
        """Take the face's new place."""
        if self.face is not None:
            step = _frame_of(face.points68)[0] - _frame_of(self.face.points68)[0]
            self._motion = 0.5 * self._motion + 0.5 * step
        self.face, self._points = face, face.points68

    def smooth(self, points, five, time):
        """The landmarks and the five points, filtered; after a jump the filter starts anew."""
        if self.jumps(points):
            self._filter = OneEuroFilter()
        both = self._filter(np.concatenate([points, five]), time, scale=_frame_of(points)[1])
        return both[:68], both[68:]


class OneEuroFilter:
    """Smooths an array that changes with time: steady where a point rests, quick where it moves (一欧元滤波).

    A low-pass filter (低通滤波) whose cutoff is `min_cutoff + beta * speed`, in hertz. scale: how large one unit is in the
    array's numbers; for landmarks the width of the face, so that a face filmed from afar is smoothed like a near one.
    Source: Casiez, Roussel and Vogel, 1 Euro Filter, CHI 2012.
    """

    def __init__(self, min_cutoff=MIN_CUTOFF, beta=BETA):
        self._min_cutoff, self._beta = min_cutoff, beta
        self._time = self._value = self._speed = None

    def __call__(self, value, time, scale=1.0) -> np.ndarray:
        """The smoothed array. time: seconds, later than the call before. value: float [..., 2], points."""
        value = np.asarray(value, np.float64)
        if self._time is None or time <= self._time:
            self._time, self._value, self._speed = time, value, np.zeros_like(value)
            return value
        pause = time - self._time
        speed = (value - self._value) / pause
        self._speed = self._speed + _weight(SPEED_CUTOFF, pause) * (speed - self._speed)
        # One speed for all points: a face moves as a whole, and points that lag by different times would bend it.
        pace = np.linalg.norm(self._speed, axis=-1).mean() / scale
        self._value = self._value + _weight(self._min_cutoff + self._beta * pace, pause) * (value - self._value)
        self._time = time
        return self._value


def _matches(tracks, boxes) -> list:
    """For each track the number of its box, or None: the assignment with the largest overlap in all (Hungarian method)."""
    if not tracks or not boxes:
        return [None] * len(tracks)
    shared = np.array([[overlap(track.expected, box) for box in boxes] for track in tracks])
    pairs = dict(zip(*linear_sum_assignment(-shared)))
    return [pairs[i] if i in pairs and shared[i, pairs[i]] > SAME_FACE else None for i in range(len(tracks))]


def _without_doubles(tracks) -> list:
    """Two tracks on one face: the one that the detector has confirmed last stays."""
    kept = []
    for track in sorted(tracks, key=lambda track: track.missed):
        if all(overlap(track.face.box, other.face.box) < ONE_FACE_TWICE for other in kept):
            kept.append(track)
    return kept


def _inside(box, image) -> bool:
    """Whether the middle of the box is in the picture."""
    x, y = (box[:2] + box[2:]) / 2
    return 0 <= x < image.shape[1] and 0 <= y < image.shape[0]


def _frame_of(points):
    """Middle and size of landmarks: float [2] and the mean of their box's sides."""
    low, high = points.min(axis=0), points.max(axis=0)
    return ((low + high) / 2).astype(np.float64), max(float((high - low).mean()), 1e-6)


def _relative(box, points) -> np.ndarray:
    """A box in units of the landmarks: float [4]."""
    centre, size = _frame_of(points)
    return (np.asarray(box, np.float64) - np.tile(centre, 2)) / size


def _area(box) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))


def _weight(cutoff, pause) -> float:
    """How much of a new value is taken, 0 to 1."""
    return 1 / (1 + 1 / (2 * math.pi * cutoff * pause))
