r"""Heads in one place of the picture: eyes and mouth on a template, by the true landmarks, in every style.

   0        32        64        The template in a picture 64 pixels wide: the middles of the eyes on one
   +---------+---------+        row, the middle between the corners of the mouth below. A similarity (shift,
   |      .-----.      |        turn and scale, no stretch) brings a face's three places as near to it as
   |    /  hair   \    |        it can, in the least squares sense.
   |   |           |   |
38 |   |   o   o   |   |        A head with the highest hair or hat fits in, and the chin. Long hair and
   |   |     _     |   |        shoulders run out of the picture below.
52 |    \   ---   /    |
   |     '._____.'     |
   +-------------------+
"""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import HEAD_HEIGHT
from .landmarks import landmarks
from .people import Pose

# Parts of the picture's side, x y: left eye, right eye (left and right in the picture), mouth.
TEMPLATE = np.array([[0.5 - 0.110, 0.590], [0.5 + 0.110, 0.590], [0.5, 0.813]])
NECK = np.array([0.0, 0.9])  # about which a head rolls, head units: see geometry.rotate


def three_points(points68) -> np.ndarray:
    """The middles of both eyes and of the mouth's corners: float64 [3, 2], in the units of the 68 points."""
    points = np.asarray(points68, float)
    return np.stack([points[36:42].mean(0), points[42:48].mean(0), (points[48] + points[54]) / 2])


def similarity(source, target) -> np.ndarray:
    """The matrix [2, 3] (scaled rotation, shift) that brings points [N, 2] nearest to others, in the least squares sense."""
    (x, y), ones, zeros = np.asarray(source, float).T, np.ones(len(source)), np.zeros(len(source))
    system = np.concatenate([np.stack([x, -y, ones, zeros], 1), np.stack([y, x, zeros, ones], 1)])
    a, b, dx, dy = np.linalg.lstsq(system, np.asarray(target, float).T.ravel(), rcond=-1)[0]
    return np.array([[a, -b, dx], [b, a, dy]])


def aligned_pose(identity, style="photo", pose=None, expression=None, exaggeration=1.0) -> Pose:
    """The pose with the same yaw and pitch that puts eyes and mouth on the template, when render() draws with it.

    So nothing is cut out and resampled: the camera is moved, not the picture. The other arguments are those of render().
    """
    start = (pose or Pose()).replace(roll=0, size=0.5, x=0, y=0)
    side = 256
    points = landmarks(identity, side, style, pose=start, expression=expression, exaggeration=exaggeration).points68 / side
    matrix = similarity(three_points(points), TEMPLATE)
    scale, angle = np.hypot(matrix[0, 0], matrix[1, 0]), np.arctan2(matrix[1, 0], matrix[0, 0])
    size = start.size * scale
    neck = matrix[:, :2] @ (NECK * start.size / HEAD_HEIGHT + 0.5) + matrix[:, 2]
    x, y = neck - NECK * size / HEAD_HEIGHT - 0.5
    return start.replace(roll=float(np.rad2deg(angle)), size=float(size), x=float(x), y=float(y))


def align(picture, points68, size=64) -> np.ndarray:
    """The aligned head of any picture, by its 68 landmarks in pixels: RGB uint8 [size, size, 3], as faces() has them.

    Beyond the edge of the picture its border is mirrored.
    """
    finer = 2 * size  # then two by two pixels become one
    matrix = similarity(three_points(points68), TEMPLATE * finer)
    matrix[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5  # points count from the picture's corner, OpenCV from the first pixel's centre
    found = cv2.warpAffine(picture, matrix, (finer, finer), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return cv2.resize(found, (size, size), interpolation=cv2.INTER_AREA)
