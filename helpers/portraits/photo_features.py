"""Brows and eyes of the photographic style."""

from __future__ import annotations

import numpy as np

from .fields import FLOAT, bump, cover, linear, mix, over, spot, step
from .geometry import brow, eye_coordinates, lids
from .noise import look_up
from .surface import LABELS


def paint_brows(shape, frame, colour, relief, fine=1.0):
    """Skin colour and relief with brows, and the brows' opacity."""
    both = np.zeros(frame.u.shape, FLOAT)
    for side in (-1, 1):
        part = frame.window(side * shape.eye_distance, shape.eye_y - shape.brow_height, 0.34, 0.3)
        along = (frame.u[part] - side * shape.eye_distance) * side
        t, centre, thick = brow(shape, along)
        y = frame.v[part] - centre
        hairs = look_up("strand", along * 0.55 - y * 0.45 + side * 0.3, y * 0.2 + along * 0.1)
        distance = np.abs(y) - thick + 0.010 * fine * hairs
        opacity = step(-distance, -0.012, 0.016) * step(t, -0.06, 0.08) * (1 - step(t, 0.93, 1.05))
        both[part] = np.maximum(both[part], opacity * shape.brow_darkness)
    return over(colour, linear(shape.hair_colour) * FLOAT(0.45), both), (relief + 0.008 * both).astype(FLOAT), both


def paint_eyes(surface, shape, frame):
    """Eyeballs, lids and lashes, in the two windows that hold them."""
    for side in (-1, 1):
        part = frame.window(side * shape.eye_distance, shape.eye_y, 0.3, 0.24)
        along, across = eye_coordinates(shape, frame, side, part)
        if not along.size:
            continue
        upper, lower, lens = lids(shape, along)
        seen = (frame.inside[part] < 0.985).astype(FLOAT)
        opening = (cover(np.maximum(upper - across, across - lower) * 0.9, frame.pixel) * seen * (lens > 0)).astype(FLOAT)
        ball = _eyeball(shape, frame, along - side * shape.gaze_x * shape.eye_width, along, across, upper)
        surface.colour[part] = over(surface.colour[part], ball, opening)
        normal = np.stack([along * side / 0.3, across / 0.3, np.ones_like(along)], -1)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        surface.normal[part] = mix(surface.normal[part], normal, opening[..., None])
        surface.specular[part] *= 1 - opening
        surface.label[part][opening > 0.5] = LABELS.index("eyes")
        surface.colour[part] = _lashes(shape, surface.colour[part], along, across, upper, lower, lens, opening, seen)


def _eyeball(shape, frame, centred, along, across, upper):
    """White, iris and pupil under the shadow of the upper lid."""
    white = np.array([0.62, 0.58, 0.55], FLOAT) * (1 - 0.35 * step(np.abs(along / shape.eye_width), 0.4, 1))[..., None]
    y = across - shape.iris_y
    radius, angle = np.hypot(centred, y), np.arctan2(y, centred)
    fibres = look_up("strand", angle / 6.283, radius * 0.6) * 0.3 + 0.3 * step(across, -0.02, 0.05)
    r = radius / shape.iris_radius
    iris = linear(shape.eye_colour) * (np.clip(1 + fibres, 0.3, 2) * (0.8 + 0.8 * step(r, 0.25, 0.7) - 0.75 * step(r, 0.8, 1)))[..., None]
    ball = over(white, iris, cover(radius - shape.iris_radius, frame.pixel * 1.5))
    ball = over(ball, (0.004, 0.003, 0.003), cover(radius - 0.42 * shape.iris_radius, frame.pixel * 1.5))
    ball = ball * (1 - 0.65 * (1 - step(across - upper, 0, 0.05)))[..., None]
    tear = bump(along + shape.eye_width * 0.93, 0.022) * 0.8
    return over(ball, linear(shape.skin) * FLOAT(0.5) + np.array([0.2, 0.06, 0.05], FLOAT), tear)


def _lashes(shape, colour, along, across, upper, lower, lens, opening, seen):
    """Lash line, crease and lower rim."""
    edge = bump(across - upper + 0.004, 0.010 + 0.008 * shape.femininity) * step(lens, 0, 0.08)
    wing = spot(across - upper - 0.01 + (along - shape.eye_width) * 0.35, 0.010, along - shape.eye_width * 1.03, 0.03)
    dark = np.clip(edge + wing * shape.femininity, 0, 1) * 0.9 * seen
    colour = over(colour, (0.014, 0.010, 0.009), dark)
    crease = bump(across - upper + 0.032, 0.011) * step(lens, 0.1, 0.5)
    rim = bump(across - lower - 0.003, 0.009) * step(lens, 0, 0.3)
    shade = (0.34 * crease + 0.26 * rim) * seen * (1 - opening)
    return colour * (1 - shade[..., None] * np.array([0.75, 1, 1.05], FLOAT))


def catch_lights(sitting, frame, surface):
    """Reflections of the key light in both eyes, to be added as light."""
    shape, lights = sitting.shape, np.zeros(frame.u.shape, FLOAT)
    sideways = np.sin(np.deg2rad(sitting.light.azimuth)) * 0.35 * shape.iris_radius
    for side in (-1, 1):
        part = frame.window(side * shape.eye_distance, shape.eye_y, 0.3, 0.24)
        along, across = eye_coordinates(shape, frame, side, part)
        x = along * side - shape.gaze_x * shape.eye_width - sideways
        spot = cover(np.hypot(x, across - shape.iris_y + 0.38 * shape.iris_radius) - shape.iris_radius * 0.17, frame.pixel * 2)
        lights[part] = np.maximum(lights[part], spot * (surface.label[part] == LABELS.index("eyes")))
    return lights * FLOAT(0.9)
