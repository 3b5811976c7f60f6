"""Faces with proportions and smiles that the renderer never draws: pictures that are bent, and their 68 points with them.

picture: RGB uint8 [side, side, 3]; points: px, float32 [68, 2]; rng: numpy's Generator. Each returns both, bent.
"""

from __future__ import annotations

import cv2
import numpy as np

# What respace() stretches. The face's own frame: origin at the bridge of the nose, x along the eyes, y down the face, px.
#
#      knot 0   ABOVE ------------------  above the hair: what lies farther up is only shifted
#                      forehead
#           1   brows -----  -----------
#                      lids
#           2   eyes  --o------o--------  stay where they are
#                      nose    |
#           3   nose  -------- " -------
#                      lip
#           4   mouth ------ ===== -----
#                      chin
#           5   chin  -------.__.-------
#                      neck                of the same height as before
#           6   chin + BELOW -----------  what lies farther down is only shifted
#
# Each band is exp(n) times as high as before, n from a normal distribution, cut off at STRETCH_LIMITS.
BANDS = {"forehead": (0, 0.05), "lids": (0, 0.2), "nose": (-0.1, 0.2), "lip": (-0.12, 0.3), "chin": (0.08, 0.2)}  # mean, deviation
STRETCH_LIMITS = (-0.5, 0.45)
ABOVE, BELOW = 160, 150
ROWS = np.linspace(-260, 260, 521)  # rows of the frame for which the map is tabulated
SOFT = 4.0  # deviation of the blur that rounds off the map's kinks, rows
# How each row is widened about the middle line: everywhere alike, and around three knots, exp(n) times.
WIDEN = 0.07  # deviation
WIDEN_AT = {4: (0.04, 0.14, 0.14), 2: (0, 0.07, 0.15), 5: (0, 0.07, 0.2)}  # knot: mean, deviation, reach in widths of the face


def respace(picture, points, rng):
    """Move mouth, nose, chin along the face and widen it row by row: proportions the renderer never draws.

    The map is a function of the row in the head's own frame, so the points follow it exactly.
    """
    turn, centre = _own_frame(points)
    own = (points - centre) @ turn.T
    knots, moved = _knots(own, rng)
    source = _source_rows(knots, moved)
    widen = _widening(moved, np.ptp(points[:, 0]), rng)

    c, s = turn[0]
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    x, y = x - centre[0], y - centre[1]
    x, y = x * c + y * s, -x * s + y * c
    x, y = x / np.interp(y, ROWS, widen), np.interp(y, ROWS, source)
    map_x, map_y = centre[0] + x * c - y * s, centre[1] + x * s + y * c
    out = cv2.remap(picture, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    down = np.interp(own[:, 1], source, ROWS)
    across = own[:, 0] * np.interp(down, ROWS, widen)
    return out, (np.stack([across, down], 1) @ turn + centre).astype(np.float32)


def _own_frame(points):
    """The rotation [2, 2] from the picture to the face's own frame, and that frame's origin."""
    left, right = points[36:42].mean(0), points[42:48].mean(0)
    angle = np.arctan2(right[1] - left[1], right[0] - left[0])
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s], [-s, c]]), points[27]


def _knots(own, rng):
    """The rows of the seven knots before and after: float64 [7] each."""
    brows, eyes, nose, mouth, chin = own[17:27, 1].mean(), own[36:48, 1].mean(), own[33, 1], own[48:68, 1].mean(), own[8, 1]
    knots = np.array([-ABOVE, brows, eyes, nose, mouth, chin])
    knots = np.maximum.accumulate(knots + np.arange(6) * 0.01)  # ever farther down, whatever the pose
    means, deviations = zip(*BANDS.values())
    stretch = np.exp(np.clip(rng.normal(means, deviations), *STRETCH_LIMITS))
    moved = np.r_[0, np.cumsum(np.diff(knots) * stretch)]
    moved += eyes - moved[2]
    return np.r_[knots, knots[-1] + BELOW], np.r_[moved, moved[-1] + BELOW]


def _source_rows(knots, moved):
    """For each of ROWS of the bent picture the row it comes from: straight between knots, then softened."""
    source = np.interp(ROWS, moved, knots)
    source = np.where(ROWS < moved[0], knots[0] + ROWS - moved[0], source)
    source = np.where(ROWS > moved[-1], knots[-1] + ROWS - moved[-1], source)
    reach = int(3 * SOFT)
    smooth = np.exp(-0.5 * (np.arange(-reach, reach + 1) / SOFT) ** 2)
    return np.convolve(np.pad(source, reach, "reflect", reflect_type="odd"), smooth / smooth.sum(), "valid")


def _widening(moved, width, rng):
    """For each of ROWS how many times wider it becomes. width: of the face, px."""
    widen = rng.normal(0, WIDEN) + np.zeros_like(ROWS)
    for knot, (mean, deviation, reach) in WIDEN_AT.items():
        widen += rng.normal(mean, deviation) * np.exp(-0.5 * ((ROWS - moved[knot]) / (reach * width)) ** 2)
    return np.exp(widen)


def smile(picture, points, rng):
    """Lift or lower the corners of the mouth and widen it, beyond what the renderer draws; the points follow."""
    left, right = points[48], points[54]
    half, centre = np.linalg.norm(right - left) / 2, points[48:68].mean(0)
    along = (right - left) / (2 * half)
    axes = np.stack([along, [-along[1], along[0]]]).astype(np.float32)
    widen, lift = rng.normal(0.03, 0.08), rng.normal(0.08, 0.14)

    def moved(at):
        """How far the content now seen at `at` [..., 2] has come, in px."""
        u, v = np.moveaxis((at - centre) @ axes.T / half, -1, 0)
        window = np.exp(-0.5 * (v / 0.9) ** 2 - 0.5 * u**2)
        return half * np.stack([1.3 * widen * u * window, -1.65 * lift * u**2 * window], -1) @ axes

    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    source = (np.stack([x, y], -1) - moved(np.stack([x, y], -1))).astype(np.float32)
    out = cv2.remap(picture, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    there = points
    for _ in range(20):  # a point's new place minus the way that leads there is its old place
        there = points + moved(there)
    return out, there.astype(np.float32)


def bend(rng, picture, points, most=0.045):
    """Move everything a little, by a smooth random field: faces that no renderer draws. The points follow.

    most: the largest standard deviation of the field, as a share of the picture's side.
    """
    side = picture.shape[0]
    grid = rng.normal(0, rng.uniform(0, most) * side, (4, 4, 2)).astype(np.float32)
    field = cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    out = cv2.remap(picture, x - field[..., 0], y - field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    there = points
    for _ in range(10):  # as in `smile`
        at = np.ascontiguousarray(there, np.float32)[:, None]
        there = points + cv2.remap(field, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[:, 0]
    return out, there
