"""Lines of the sketch style: a hand that wavers, presses and lifts; eyes, brows, nose and mouth."""

from __future__ import annotations

import numpy as np

from .fields import FLOAT, bump, cover, spot, step
from .geometry import brow, eye_coordinates, lids, mouth
from .noise import look_up

WIDTH = 0.017  # of a firm line, head units


class Pencil:
    """Lines on paper: ink, float32 [size, size], 0 paper to 1 graphite."""

    def __init__(self, frame):
        self.frame = frame
        self.ink = np.zeros(frame.x.shape, FLOAT)
        self.waver = FLOAT(0.007) * look_up("cloud", frame.x * 0.11, frame.y * 0.11)
        self.pressure = np.clip(0.8 + 0.3 * look_up("cloud", frame.x * 0.09 + 0.5, frame.y * 0.09), 0.3, 1.2)

    def hide(self, mask):
        """What comes next covers the lines so far."""
        self.ink = self.ink * (1 - mask)

    def mark(self, mask, strength=1.0):
        """Graphite through a mask."""
        self.ink = np.maximum(self.ink, (mask * strength * np.clip(self.pressure, 0, 1)).astype(FLOAT))

    def outline(self, distance, weight=1.0):
        """A shape before all earlier ones: a firm line along its edge and a lighter second try."""
        pixel = self.frame.pixel
        self.hide(cover(distance, pixel))
        width = np.maximum(WIDTH * weight * self.pressure, 0.9 * pixel)
        self.mark(cover(np.abs(distance) - width / 2, pixel), 0.55 + 0.35 * weight)
        again = cover(np.abs(distance + self.waver * 2.2 + 0.003) - 0.5 * pixel, pixel)
        self.mark(again, 0.38 * weight)


def draw_features(pencil, shape, frame):
    """Brows, nose, mouth and eyes of a face."""
    _mouth(pencil, shape, frame)
    _nose(pencil, shape, frame)
    seen = (frame.inside < 0.99).astype(FLOAT)
    for side in (-1, 1):
        _brow(pencil, shape, frame, side, seen)
        _eye(pencil, shape, frame, side)


def _brow(pencil, shape, frame, side, seen):
    """Short hairs that lean outwards."""
    along = (frame.u - side * shape.eye_distance) * side
    t, centre, thick = brow(shape, along)
    y = frame.v - centre
    hairs = look_up("strand", along * 1.1 - y * 1.3 + 0.3 * side, y * 0.25 + along * 0.12)
    body = step(thick * 1.15 - np.abs(y) + 0.008 * hairs, -0.008, 0.012) * step(t, -0.08, 0.06) * (1 - step(t, 0.92, 1.06))
    pencil.mark(body * np.clip(0.62 + 0.38 * hairs, 0.15, 1) * seen, 0.55 + 0.4 * shape.brow_darkness)


def _eye(pencil, shape, frame, side):
    """A heavy lash line, a crease, a light lower lid, an iris with lines to its middle and a white light."""
    part = frame.window(side * shape.eye_distance, shape.eye_y, 0.36, 0.3)
    along, across = eye_coordinates(shape, frame, side, part)
    if not along.size:
        return
    upper, lower, lens = lids(shape, along, roundness=0.7)
    pixel, t, seen = frame.pixel, np.clip(along / shape.eye_width, -1, 1), frame.inside[part] < 0.99
    opening = cover(np.maximum(upper - across, across - lower), pixel) * (lens > 0)
    x, y = along - side * shape.gaze_x * shape.eye_width, across - shape.iris_y
    r, angle = np.hypot(x, y) / shape.iris_radius, np.arctan2(y, x)
    rays = 0.5 + 0.5 * np.sin(angle * 23 + 3 * np.sin(angle * 5))
    luma = float(np.dot(shape.eye_colour, (0.3, 0.59, 0.11))) / 255
    iris = cover((r - 1) * shape.iris_radius, pixel) * (0.75 - 0.7 * luma - 0.25 * rays * step(r, 0.4, 0.6) + 0.2 * (y < 0))
    iris = np.maximum(iris, cover(np.abs(r - 0.95) * shape.iris_radius - 0.006, pixel) * 0.85)
    iris = np.maximum(iris, cover((r - 0.45) * shape.iris_radius, pixel))
    light = cover(np.hypot(x * side - 0.34 * shape.iris_radius, y + 0.36 * shape.iris_radius) - 0.24 * shape.iris_radius, pixel)
    inner = np.clip(iris * (1 - light) + 0.35 * (1 - step(across - upper, 0, 0.035)), 0, 1) * opening
    lash = cover(np.abs(across - upper + 0.004) - np.maximum(0.006 + 0.010 * step(t, -1, 0.6), 0.5 * pixel), pixel) * (lens > 0)
    wing = spot(across + (along - shape.eye_width) * 0.45, 0.012, along - shape.eye_width * 1.04, 0.035) * shape.femininity
    crease = bump(across - upper + 0.04, 0.008) * step(lens, 0.15, 0.5) * 0.6
    below = bump(across - lower, 0.007) * step(lens, 0.02, 0.3) * 0.5
    drawn = np.maximum.reduce([inner, lash, wing, crease, below]) * seen
    pencil.ink[part] = np.maximum(pencil.ink[part] * (1 - opening * seen), drawn).astype(FLOAT)


def _nose(pencil, shape, frame):
    """Nostrils, the wings' outer curve, and a touch under the tip."""
    x, y = frame.u - frame.turn * 0.12, frame.v - shape.nose_base
    side, width = np.abs(x), shape.nose_width
    nostril = bump(np.hypot((side - width * 0.52) / 0.042, (y - 0.052 - 0.10 * (side - width * 0.5)) / 0.017), 1)
    wing = bump(np.hypot((side - width * 0.82) / 0.055, (y - 0.015) / 0.06) - 1, 0.15) * step(side, width * 0.85, width * 1.1)
    tip = bump(y - 0.075 + 1.6 * x * x, 0.009) * step(0.055 - side, 0, 0.03)
    pencil.mark(nostril, 0.85)
    pencil.mark(wing * step(y, -0.07, 0.0), 0.55)
    pencil.mark(tip, 0.4)


def _mouth(pencil, shape, frame):
    """The line between the lips, pressed in its corners; teeth stay paper, the inside is dark."""
    u, v, pixel = frame.u - frame.turn * 0.05, frame.v, frame.pixel
    t, lens, upper, lower, top, bottom = mouth(shape, u)
    here = step(lens, 0.0, 0.06)
    press = 0.55 + 0.45 * step(np.abs(t), 0.55, 0.95) + 0.2 * bump(t, 0.2)
    if shape.mouth_open < 0.04:
        pencil.mark(bump(v - (upper + lower) / 2, np.maximum(0.010, 0.8 * pixel)) * (np.abs(t) < 1.02) * press, 1.0)
    else:
        inside = cover(np.maximum(upper - v, v - lower), pixel) * (lens > 0)
        tall = (0.03 + 0.045 * shape.mouth_open) * shape.teeth
        teeth = (1 - step(v - upper, tall, tall + 0.014)) * step(lens, 0.06, 0.3) if shape.teeth > 0 else 0
        pencil.hide(inside)
        pencil.mark(inside * (1 - teeth) * 0.85)
        for edge in (upper, lower):
            pencil.mark(bump(v - edge, np.maximum(0.008, 0.7 * pixel)) * here, 0.85)
    lips = cover(np.maximum(top - v, v - upper), pixel) * (lens > 0)
    pencil.mark(lips, 0.22 + 0.3 * shape.lip_colour)
    pencil.mark(bump(v - top, 0.007) * here, 0.35)
    pencil.mark(bump(v - bottom, 0.010) * step(0.55 - np.abs(t), 0, 0.3), 0.5)
