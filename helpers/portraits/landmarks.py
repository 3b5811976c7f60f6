"""68 and 5 landmarks, the face box and the segmentation map, in pixels of the picture."""

from __future__ import annotations

import collections

import cv2
import numpy as np

from .geometry import Frame, brow, lids, mouth
from .registry import Sitting

# points68 float32 [68, 2] x y in the order of iBUG 300-W; points5 [5, 2]: the eyes (left in the picture first), the
# nose tip, the mouth corners; box float32 [4]: x0, y0, x1, y1
Landmarks = collections.namedtuple("Landmarks", "points68 points5 box")
GRID = 192


def landmarks(identity, size=256, style="photo", pose=None, expression=None, light=None, background=None, camera=None, exaggeration=1.0):
    """Landmarks of the picture that render() draws with the same arguments. A pixel's centre is at +0.5."""
    sitting = Sitting(identity, style, size, pose, expression, light, background, camera, exaggeration)
    shape, frame = sitting.shape, Frame(sitting.shape, sitting.pose, GRID)
    jaw = _jaw(shape, frame)
    features = _find(frame, _features(shape, frame))
    points = np.concatenate([jaw, features[:51]]) * (size / GRID)
    five = features[51:] * (size / GRID)
    low, high = points.min(0), points.max(0)
    low[1] -= 0.25 * (high[1] - low[1])  # a face box holds half of the forehead
    return Landmarks(points.astype(np.float32), five.astype(np.float32), np.concatenate([low, high]).astype(np.float32))


def segments(identity, size=256, style="photo", **arguments):
    """A label for every pixel, uint8 [size, size]; the names are in portraits.LABELS."""
    from .photo import build

    surface, _ = build(Sitting(identity, style, size, **arguments))
    return cv2.resize(surface.label, (size, size), interpolation=cv2.INTER_NEAREST)


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
    bridge = [(shift * t, shape.eye_y + (base - shape.eye_y) * t) for t in (0.05, 0.35, 0.68, 1)]
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
    """Pixels of places on the face: the nearest pixel of the grid, then one step of Newton's method."""
    seen = frame.inside < 0.995
    rows, columns = np.where(seen)
    u, v = frame.u[seen].astype(float), frame.v[seen].astype(float)
    found = np.empty((len(places), 2))
    for i, (pu, pv) in enumerate(places):
        k = int(np.argmin((u - pu) ** 2 + (v - pv) ** 2))
        found[i] = _refine(frame, columns[k], rows[k], pu, pv)
    return found + 0.5


def _refine(frame, column, row, pu, pv):
    c, r = int(np.clip(column, 1, frame.size - 2)), int(np.clip(row, 1, frame.size - 2))
    jacobian = (
        np.array(
            [
                [frame.u[r, c + 1] - frame.u[r, c - 1], frame.u[r + 1, c] - frame.u[r - 1, c]],
                [frame.v[r, c + 1] - frame.v[r, c - 1], frame.v[r + 1, c] - frame.v[r - 1, c]],
            ],
            float,
        )
        / 2
    )
    if abs(np.linalg.det(jacobian)) < 1e-9:
        return column, row
    step = np.linalg.solve(jacobian, [pu - frame.u[r, c], pv - frame.v[r, c]])
    return column + np.clip(step[0], -1, 1), row + np.clip(step[1], -1, 1)


def _jaw(shape, frame):
    """17 points along the outline of the head, from ear to ear over the chin."""
    angles = np.deg2rad(np.linspace(180, 0, 17))
    targets = np.stack([np.cos(angles), np.sin(angles)], 1)  # directions from the middle, y down
    near = np.abs(frame.edge) < 1.5 * frame.pixel
    rows, columns = np.where(near)
    x, y = frame.x[near] / shape.face_width, frame.y[near] / shape.chin_length
    around = np.stack([x, y], 1) / np.maximum(np.hypot(x, y), 1e-6)[:, None]
    points = np.empty((17, 2))
    for i, target in enumerate(targets):
        if not len(rows):
            points[i] = frame.size / 2
            continue
        k = int(np.argmax(around @ target - 0.02 * np.abs(frame.edge[near]) / frame.pixel))
        points[i] = columns[k] + 0.5, rows[k] + 0.5
    return points
