"""Lines, eyes, brows and mouth of the anime style."""

from __future__ import annotations

import numpy as np

from .fields import FLOAT, cover, mix, over, richer, step
from .geometry import brow, eye_coordinates, lids, mouth

INK = np.array([0.16, 0.09, 0.10], FLOAT)
WIDTH = 0.020  # of an ink line, head units


def line(distance, frame, weight=1.0):
    """An ink line along the edge of a shape."""
    return cover(np.abs(distance) - WIDTH * weight / 2, frame.pixel)


def draw_brows(image, shape, frame, hair, ink):
    """Brows, drawn over the hair but fainter there, as is the custom."""
    bare = hair.front is None or shape.hair_style == "buzz"
    for side in (-1, 1):
        part = frame.window(side * shape.eye_distance, shape.eye_y - shape.brow_height, 0.34, 0.3)
        hidden = 1.0 if bare else mix(1.0, 0.45, cover(hair.front[part], frame.pixel))
        t, centre, thick = brow(shape, (frame.u[part] - side * shape.eye_distance) * side)
        distance = np.maximum(np.abs(frame.v[part] - centre) - thick, np.abs(t - 0.5) * 0.4 - 0.2)
        image[part] = over(image[part], np.minimum(ink, 0.35), cover(distance, frame.pixel) * (frame.inside[part] < 1) * 0.92 * hidden)
    return image


def draw_mouth(face, shape, frame, shade):
    """A line, or an open mouth with teeth and tongue, in the window that holds it."""
    part = frame.window(0, shape.mouth_y, 0.55, 0.36)
    face[part] = _mouth(face[part], shape, frame.crop(part), shade)
    return face


def _mouth(face, shape, frame, shade):
    v, pixel = frame.v, frame.pixel
    u = frame.u - frame.turn * 0.05
    t, lens, upper, lower, top, bottom = mouth(shape, u)
    here = lens > 0
    if shape.lip_colour > 0.5:
        face = over(face, (0.86, 0.36, 0.38), cover(np.maximum(top - v, v - bottom), pixel) * here * 0.55)
    if shape.mouth_open < 0.08:
        face = over(face, INK, cover(np.abs(v - (upper + lower) / 2) - WIDTH * (0.25 + 0.3 * np.sqrt(lens)), pixel) * here)
        return over(face, shade * 0.93, cover(np.abs(v - bottom - 0.012) - 0.01, pixel) * (np.abs(t) < 0.3))
    colour = np.array([0.62, 0.20, 0.20], FLOAT) * np.ones(u.shape + (1,), FLOAT)
    colour = over(colour, (0.93, 0.50, 0.48), cover(np.hypot(u / 1.6, v - lower - 0.04) - 0.075, pixel))
    if shape.teeth > 0:
        colour = over(colour, (1.0, 0.98, 0.96), cover(v - upper - (0.025 + 0.03 * shape.mouth_open) * shape.teeth, pixel))
    face = over(face, colour, cover(np.maximum(upper - v, v - lower - 0.02 * lens), pixel) * here)
    face = over(face, INK, line(upper - v, frame, 0.9) * here)
    return over(face, INK * 1.6, line(lower + 0.02 * lens - v, frame, 0.6) * (lens > 0.03))


def draw_eyes(image, shape, frame, ink, light_side):
    """Both eyes, each in its window."""
    for side in (-1, 1):
        part = frame.window(side * shape.eye_distance, shape.eye_y, 0.42, 0.42)
        along, across = eye_coordinates(shape, frame, side, part)
        if not along.size:
            continue
        upper, lower, lens = lids(shape, along, roundness=0.62)
        seen = frame.inside[part] < 1
        opening = cover(np.maximum(upper - across, across - lower), frame.pixel) * seen * (lens > 0)
        ball = _eyeball(shape, frame, along, across, upper, side, light_side)
        image[part] = _lid_lines(over(image[part], ball, opening), shape, frame, along, across, upper, lower, seen, ink)
    return image


def _eyeball(shape, frame, along, across, upper, side, light_side):
    """White, an iris that is light below, a pupil and two lights."""
    pixel = frame.pixel
    white = np.array([0.985, 0.98, 0.99], FLOAT) * np.ones(along.shape + (1,), FLOAT)
    ball = over(white, (0.78, 0.79, 0.88), cover(across - upper - 0.045, pixel))
    x, y = along - side * shape.gaze_x * shape.eye_width, across - shape.iris_y
    width, height = shape.iris_radius, shape.iris_radius * 1.18
    r = np.hypot(x / width, y / height)
    colour = np.clip(richer(np.asarray(shape.eye_colour) / 255, 1.6, 1.25) + 0.05, 0, 1).astype(FLOAT)
    low = step(y / height, -0.9, 1)[..., None]
    iris = colour * 0.42 * (1 - low) + np.clip(colour * 1.45 + 0.1, 0, 1) * low
    ball = over(ball, iris, cover((r - 1) * width, pixel))
    ball = over(ball, colour * 0.25, cover(np.abs(r - 0.96) * width - 0.012, pixel))
    ball = over(ball, colour * 0.18, cover((np.hypot(x / 0.46 / width, y / 0.5 / height) - 1) * width * 0.48, pixel))
    lit = x * side - light_side * 0.34 * width
    ball = over(ball, (1, 1, 1), cover(np.hypot(lit, y + 0.4 * height) - 0.30 * width, pixel))
    return over(ball, (1, 1, 1), cover(np.hypot(x * side + light_side * 0.4 * width, y - 0.42 * height) - 0.14 * width, pixel) * 0.9)


def _lid_lines(image, shape, frame, along, across, upper, lower, seen, ink):
    """A heavy upper lash line with a wing, a crease, a thin lower line."""
    pixel, width, t = frame.pixel, shape.eye_width, np.clip(along / shape.eye_width, -1, 1)
    crease = cover(np.abs(across - upper + 0.055) - WIDTH * 0.22, pixel) * (np.abs(t) < 0.72) * 0.8
    below = cover(np.abs(across - lower) - WIDTH * 0.28, pixel) * (np.abs(t) < 0.95) * 0.65
    lash = cover(np.abs(across - upper + 0.004) - WIDTH * (0.34 + 0.59 * step(t, -1, 0.7)), pixel) * (np.abs(along) < width)
    slope = across + (along - width) * 0.55 * (0.3 + shape.femininity)
    wing = cover(np.maximum(np.abs(slope) - WIDTH * 0.75 * (1 - (along - width * 0.8) / 0.1), np.abs(along - width) - 0.075), pixel)
    image = over(over(image, ink, crease * seen), INK, below * seen)
    return over(image, INK * 0.7, np.maximum(lash, wing * (along > width * 0.8)) * seen)
