"""68 and 5 landmarks and the face box, in pixels of the picture."""

from __future__ import annotations

import collections

import numpy as np

from .geometry import HEAD_HEIGHT, Frame, brow, lids, mouth, outline_ratio, rotate
from .registry import Sitting

# points68 float32 [68, 2] x y in the order of iBUG 300-W; points5 [5, 2]: the eyes (left in the picture first), the
# nose tip, the mouth corners; box float32 [4]: x0, y0, x1, y1
Landmarks = collections.namedtuple("Landmarks", "points68 points5 box")
GRID, UPRIGHT = 192, 0.85  # side and head size of the picture in which places are looked for


def landmarks(identity, size=256, style="photo", pose=None, expression=None, light=None, background=None, camera=None, exaggeration=1.0):
    """Landmarks of the picture that render() draws with the same arguments. A pixel's centre is at +0.5.

    Points of a cheek that is turned away lie on the edge of the face.
    """
    sitting = Sitting(identity, style, size, pose, expression, light, background, camera, exaggeration)
    shape = sitting.shape
    # Places are looked for on an upright head of fixed size, so that small faces are found as exactly as large ones.
    frame = Frame(shape, sitting.pose.replace(roll=0, size=UPRIGHT, x=0, y=0), GRID)
    features = _find(frame, _features(shape, frame))
    points = _in_picture(np.concatenate([_jaw(shape), features[:51]]), sitting)
    low, high = points.min(0), points.max(0)
    low[1] -= 0.25 * (high[1] - low[1])  # a face box holds half of the forehead
    five = _in_picture(features[51:], sitting)
    return Landmarks(points.astype(np.float32), five.astype(np.float32), np.concatenate([low, high]).astype(np.float32))


def _in_picture(points, sitting):
    """Pixels of points of the upright head, given in head units [N, 2]."""
    pose = sitting.pose
    rolled = np.stack(rotate(points[:, 0], points[:, 1], -np.deg2rad(pose.roll)), 1)
    return (rolled * (pose.size / HEAD_HEIGHT) + [0.5 + pose.x, 0.5 + pose.y]) * sitting.size


def _features(shape, frame):
    """Places on the face (u, v) of points 17 to 67, then of the five points."""
    brows, eyes, pupils = [], [], []
    for side in (-1, 1):
        along = np.linspace(-0.9, 0.95, 5) * shape.brow_width
        _, centre, _ = brow(shape, along)
        brows.append(np.stack([side * (shape.eye_distance + along), centre], 1)[::side])
        eyes.append(_eye(shape, side))
        pupils.append(_turned(shape, side, side * shape.gaze_x * shape.eye_width, shape.iris_y))
    shift, base, width = frame.turn * 0.12, shape.nose_base, shape.nose_width
    tip = base - 0.05  # where the relief of geometry.nose_relief is highest
    bridge = [(shift * t, shape.eye_y + (tip - shape.eye_y) * t) for t in (0.05, 0.35, 0.68, 1)]
    nostrils = [(shift + width * k, base + 0.075 - 0.05 * abs(k)) for k in (-0.9, -0.45, 0, 0.45, 0.9)]
    lips = _lips(shape, frame.turn * 0.05)
    five = [pupils[0], pupils[1], bridge[3], lips[0], lips[6]]
    return np.concatenate([brows[0], brows[1], bridge, nostrils, eyes[0], eyes[1], lips, five])


def _turned(shape, side, along, across):
    """From an eye's own coordinates to the face."""
    c, s = np.cos(shape.eye_tilt), np.sin(shape.eye_tilt)
    return side * (shape.eye_distance + along * c + across * s), shape.eye_y - along * s + across * c


def _eye(shape, side):
    """Six points around an eye; the order runs from the left corner over the upper lid."""
    along = np.array([-1, -0.4, 0.4, 1, 0.4, -0.4]) * shape.eye_width * side
    upper, lower, _ = lids(shape, along)
    across = np.where(np.arange(6) < 3, upper, lower)
    across[[0, 3]] = 0
    return np.array([_turned(shape, side, a, q) for a, q in zip(along, across)])


def _lips(shape, shift):
    """Twelve points around the lips, then eight around the opening."""
    half = shape.mouth_width * (1 + 0.14 * max(0, shape.smile))
    outer, inner = np.array([-1, -0.6, -0.22, 0, 0.22, 0.6, 1]) * half, np.array([-0.85, -0.4, 0, 0.4, 0.85]) * half
    _, _, _, _, top, bottom = mouth(shape, outer)
    _, _, upper, lower, _, _ = mouth(shape, inner)
    rows = [
        np.stack([outer, top], 1),
        np.stack([outer, bottom], 1)[5:0:-1],
        np.stack([inner, upper], 1),
        np.stack([inner, lower], 1)[3:0:-1],
    ]
    return np.concatenate(rows) + np.array([shift, 0])


def _find(frame, places):
    """Where places (u, v) of the face are on the upright head: the nearest pixel of the grid, then a step of Newton's method."""
    seen = frame.inside < 0.995
    rows, columns = np.where(seen)
    u, v = frame.u[seen].astype(float), frame.v[seen].astype(float)
    found = np.empty((len(places), 2))
    for i, (pu, pv) in enumerate(places):
        k = int(np.argmin((u - pu) ** 2 + (v - pv) ** 2))
        found[i] = _refine(frame, columns[k], rows[k], pu, pv)
    return (found + 0.5 - GRID / 2) * frame.pixel


def _refine(frame, column, row, pu, pv):
    c, r = int(np.clip(column, 1, frame.size - 2)), int(np.clip(row, 1, frame.size - 2))
    across = [frame.u[r, c + 1] - frame.u[r, c - 1], frame.v[r, c + 1] - frame.v[r, c - 1]]
    down = [frame.u[r + 1, c] - frame.u[r - 1, c], frame.v[r + 1, c] - frame.v[r - 1, c]]
    jacobian = np.array([across, down], float).T / 2
    if abs(np.linalg.det(jacobian)) < 1e-9:
        return column, row
    step = np.linalg.solve(jacobian, [pu - frame.u[r, c], pv - frame.v[r, c]])
    return column + np.clip(step[0], -1, 1), row + np.clip(step[1], -1, 1)


def _jaw(shape):
    """17 points of the head's outline, from ear to ear over the chin: along each ray the place where inside becomes outside."""
    angles = np.deg2rad(np.linspace(180, 0, 17))
    x, y = np.cos(angles) * shape.face_width, np.sin(angles) * shape.chin_length
    near, far = np.full(17, 0.2), np.full(17, 2.0)
    for _ in range(30):
        middle = (near + far) / 2
        within = outline_ratio(shape, middle * x, middle * y) < 1
        near, far = np.where(within, middle, near), np.where(within, far, middle)
    return np.stack([near * x, near * y], 1)
