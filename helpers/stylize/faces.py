"""Who is in the picture: boxes, 68 landmarks, five points, by the detector and landmark graphs of a model directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from helpers.stylize.alignment import align, five_points  # noqa: F401  align is looked for here, too
from helpers.stylize.graphs import load_graph

DETECTOR_SIZE = 512
LANDMARK_SIZE = 160
PADDING = (123, 116, 103)  # the detector's mean colour, RGB
MIN_SCORE = 0.8
MAX_FACES = 10
MIN_FACE = 60  # pixels; smaller faces stay background
CROP_WIDTHS = 1.4  # side of the landmark crop, in box widths
SAME_FACE = 0.5  # intersection over union
LANDMARK_WEIGHT = 0.3  # of the landmarks' box, where it is averaged with the detector's


@dataclass(frozen=True)
class Face:
    """One face, in pixels of the picture it was found in.

    box: float32 [4], left, top, right, bottom. points68: float32 [68, 2], x then y (iBUG order). points5: float32 [5, 2],
    pupils, nose tip, mouth corners.
    """

    box: np.ndarray
    points68: np.ndarray
    points5: np.ndarray

    def scaled(self, x, y) -> Face:
        """The same face in a picture that is x times as wide and y times as high."""
        factor = np.float32([x, y])
        return Face(self.box * np.tile(factor, 2), self.points68 * factor, self.points5 * factor)

    def moved(self, x, y) -> Face:
        """The same face in a picture that begins x pixels further left and y further up."""
        shift = np.float32([x, y])
        return Face(self.box + np.tile(shift, 2), self.points68 + shift, self.points5 + shift)

    def turned_back(self, turns, shape) -> Face:
        """A face that was found in np.rot90(picture, turns), in the picture itself. shape: the picture's, height and width first."""
        height, width = shape[:2]

        def back(points):
            x, y = points[:, 0], points[:, 1]
            places = {0: (x, y), 1: (y, height - x), 2: (width - x, height - y), 3: (width - y, x)}[-turns % 4]
            return np.stack(places, axis=1).astype(np.float32)

        corners = back(self.box.reshape(2, 2))
        return Face(np.concatenate([corners.min(0), corners.max(0)]), back(self.points68), back(self.points5))


class FaceFinder:
    """Finds faces with detector.pb and keypoints.pb of a ModelScope cartoon model; remembers nothing between pictures."""

    smallest = MIN_FACE  # pixels

    def __init__(self, directory):
        directory = Path(directory)
        detector = ["tower_0/boxes:0", "tower_0/scores:0", "tower_0/num_detections:0"]
        inputs = ["tower_0/images:0", "training_flag:0"]
        self._detect = load_graph(directory / "detector.pb", inputs, detector)
        self._landmarks = load_graph(directory / "keypoints.pb", inputs, ["tower_0/prediction:0"])

    def find(self, image) -> list[Face]:
        """Find the faces in RGB uint8 [H, W, 3], largest first; at most ten, none of them below 60 pixels."""
        boxes = self.boxes(image)
        found = [(box, self.landmarks(image, box)) for box in boxes]
        found = [(box, points) for box, points in found if points is not None]
        smooth = np.array([_average_box(points, boxes) for _, points in found])
        order = _areas(smooth).argsort()[::-1] if found else []
        return [Face(smooth[i], found[i][1], five_points(image, found[i][1])) for i in order]

    def boxes(self, image) -> np.ndarray:
        """Boxes of the detector above a score of 0.8: float32 [N, 4], left, top, right, bottom, in pixels."""
        canvas, scale = _letterbox(image)
        if canvas is None:
            return np.zeros((0, 4), np.float32)
        boxes, scores, count = self._detect(canvas[None], False)
        boxes, scores = boxes[0][: count[0]], scores[0][: count[0]]
        boxes = boxes[scores > MIN_SCORE] * np.float32(DETECTOR_SIZE / scale)
        boxes = boxes[:, [1, 0, 3, 2]]
        if len(boxes) > MAX_FACES:
            boxes = boxes[_areas(boxes).argsort()[-MAX_FACES:][::-1]]
        return boxes

    def landmarks(self, image, box):
        """68 points of the face in `box`, float32 [68, 2] in whole pixels, or None where the face is too small."""
        width, height = box[2] - box[0], box[3] - box[1]
        if width <= MIN_FACE and height <= MIN_FACE:
            return None
        crop, left, top = _landmark_crop(image, box)
        if crop.size == 0:
            return None
        small = cv2.resize(crop, (LANDMARK_SIZE, LANDMARK_SIZE)).astype(np.float32)
        prediction = self._landmarks(small[None], False)[0][0][: 68 * 2].reshape(68, 2)
        # float32, then float64, then cut to whole pixels: upstream's order. Another order moves points by a pixel.
        side = np.float32([crop.shape[1], crop.shape[0]])
        fractions = (prediction * side / np.float32(LANDMARK_SIZE)).astype(np.float64)
        return np.trunc(fractions * LANDMARK_SIZE + [left, top]).astype(np.float32)


def _letterbox(image):
    """The picture in the top left corner of a 512x512 canvas, and the scale; None for a picture thinner than a pixel there."""
    height, width = image.shape[:2]
    scale = DETECTOR_SIZE / max(height, width)
    if min(height, width) * scale <= 0.5:
        return None, scale
    small = cv2.resize(image, None, fx=scale, fy=scale)
    canvas = np.empty((DETECTOR_SIZE, DETECTOR_SIZE, 3), np.uint8)
    canvas[:] = PADDING
    canvas[: small.shape[0], : small.shape[1]] = small
    return canvas, scale


def _landmark_crop(image, box):
    """A square of 1.4 box widths round the face, and its left and top in the picture. Outside the picture: mean colour."""
    width, height = box[2] - box[0], box[3] - box[1]
    border = int(max(width, height))
    padded = cv2.copyMakeBorder(image, border, border, border, border, cv2.BORDER_CONSTANT, value=PADDING)
    x1, y1, x2, y2 = box + np.float32(border)
    half = CROP_WIDTHS * float(width) // 2
    centre_x, centre_y = (x1 + x2) // 2, (y1 + y2) // 2
    left, right = int(centre_x - half), int(centre_x + half)
    top, bottom = int(centre_y - half), int(centre_y + half)
    crop = padded[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    return crop, left - border, top - border


def _average_box(points, boxes):
    """The box round the landmarks, averaged with the detector's box of the same face if there is one."""
    own = np.concatenate([points.min(axis=0), points.max(axis=0)])
    for box in boxes:
        if overlap(own, box) > SAME_FACE:
            return np.float32(LANDMARK_WEIGHT) * own + np.float32(1 - LANDMARK_WEIGHT) * box
    return own


def overlap(a, b) -> float:
    """Intersection over union (交并比) of two boxes, 0 to 1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, width) * max(0, height)
    return shared / (_areas(a) + _areas(b) - shared)


def _areas(boxes):
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
