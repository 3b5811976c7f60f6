"""Eyes of the 3d style: large glossy balls under thick soft lids."""

from __future__ import annotations

import numpy as np

from .fields import FLOAT, bump, cover, linear, mix, over, spot, step
from .geometry import eye_coordinates, lids
from .surface import LABELS


def paint_eyes(surface, shape, frame):
    """Eyeballs and lids, in the two windows that hold them."""
    for side in (-1, 1):
        part = frame.window(side * shape.eye_distance, shape.eye_y, 0.4, 0.34)
        along, across = eye_coordinates(shape, frame, side, part)
        if not along.size:
            continue
        upper, lower, lens = lids(shape, along, roundness=0.6)
        seen = (frame.inside[part] < 0.985).astype(FLOAT)
        opening = (cover(np.maximum(upper - across, across - lower) * 0.9, frame.pixel) * seen * (lens > 0)).astype(FLOAT)
        ball = _eyeball(shape, frame, along - side * shape.gaze_x * shape.eye_width, along, across, upper)
        skin = surface.colour[part]
        surface.colour[part] = _lids(shape, over(skin, ball, opening), along, across, upper, lower, lens, seen, opening)
        normal = np.stack([along * side / 0.26, across / 0.26, np.ones_like(along)], -1)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        surface.normal[part] = mix(surface.normal[part], normal, opening[..., None])
        surface.specular[part] *= 1 - opening
        surface.scatter[part] = mix(surface.scatter[part], 0.35, opening)
        surface.label[part][opening > 0.5] = LABELS.index("eyes")


def _eyeball(shape, frame, centred, along, across, upper):
    """White that darkens to its corners, an iris lit from below, a wide pupil."""
    white = np.array([0.86, 0.83, 0.80], FLOAT) * (1 - 0.3 * step(np.abs(along / shape.eye_width), 0.5, 1))[..., None]
    y = across - shape.iris_y
    radius = np.hypot(centred, y)
    r = radius / shape.iris_radius
    glow = 0.9 + 1.5 * step(y / shape.iris_radius, -0.3, 0.9) * step(r, 0.35, 0.6) - 0.75 * step(r, 0.78, 1)
    iris = np.clip(linear(shape.eye_colour) * FLOAT(1.5) + FLOAT(0.012), 0, 1) * glow[..., None]
    ball = over(white, iris, cover(radius - shape.iris_radius, frame.pixel * 1.5))
    ball = over(ball, (0.004, 0.003, 0.003), cover(radius - 0.48 * shape.iris_radius, frame.pixel * 1.5))
    return ball * (1 - 0.6 * (1 - step(across - upper, 0, 0.09)))[..., None]


def _lids(shape, colour, along, across, upper, lower, lens, seen, opening):
    """A soft dark rim above, lashes at the outer corner, a crease, a moist rim below."""
    t = np.clip(along / shape.eye_width, -1, 1)
    edge = bump(across - upper + 0.006, 0.011 + 0.012 * step(t, -1, 0.8) * (0.5 + 0.5 * shape.femininity)) * step(lens, 0, 0.05)
    wing = spot(across + (along - shape.eye_width) * 0.5, 0.014, along - shape.eye_width * 1.05, 0.045) * shape.femininity
    colour = over(colour, (0.02, 0.012, 0.010), np.clip(edge + wing, 0, 1) * 0.92 * seen)
    crease = bump(across - upper + 0.05, 0.014) * step(lens, 0.1, 0.5)
    rim = bump(across - lower - 0.004, 0.012) * step(lens, 0, 0.3)
    shade = (0.30 * crease + 0.25 * rim) * seen * (1 - opening)
    return colour * (1 - shade[..., None] * np.array([0.7, 1, 1.05], FLOAT))
