"""Brows, mouth and eyes of the photographic style."""

from __future__ import annotations

import numpy as np

from .fields import FLOAT, bump, cover, linear, mix, over, spot, step
from .geometry import brow, eye_coordinates, lids, mouth
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


def paint_mouth(shape, frame, colour, relief):
    """Skin colour and relief with lips and the inside of the mouth; the lips' opacity; where the mouth is open."""
    part = frame.window(0, shape.mouth_y, 0.55, 0.36)
    lips, inside = np.zeros(relief.shape, FLOAT), np.zeros(relief.shape, bool)
    colour[part], relief[part], lips[part], inside[part] = _mouth(shape, frame.crop(part), colour[part], relief[part])
    return colour, relief, lips, inside


def _mouth(shape, frame, colour, relief):
    u, v = frame.u - frame.turn * 0.05, frame.v
    t, lens, upper, lower, top, bottom = mouth(shape, u)
    here = lens > 0
    lips = cover(np.maximum(top - v, v - bottom) * 0.9, frame.pixel) * here
    lips = (lips * step(np.minimum(v - top, bottom - v), -0.004, 0.016)).astype(FLOAT)
    tint = mix(np.array([0.95, 0.66, 0.64], FLOAT), np.array([0.88, 0.34, 0.38], FLOAT), shape.lip_colour)
    colour = over(colour, colour * tint * (1 + 0.08 * look_up("strand", u * 1.1, v * 0.35))[..., None], lips)
    rise = 0.024 * np.sqrt(np.clip((v - top) * (upper - v) / (shape.upper_lip**2 / 4 + 1e-4), 0, 1)) * (v < upper)
    rise = rise + 0.034 * np.sqrt(np.clip((v - lower) * (bottom - v) / (shape.lower_lip**2 / 4), 0, 1)) * (v > lower)
    line = bump(v - (upper + lower) / 2, 0.010) * step(lens, 0, 0.12)
    relief = relief + rise * lips * here
    if shape.mouth_open < 0.04:
        shade = 0.55 * line * np.clip(lips + 0.3, 0, 1)
        return colour * (1 - shade[..., None] * np.array([0.8, 1, 1], FLOAT)), (relief - 0.015 * line).astype(FLOAT), lips, lips > 2
    opening = cover(np.maximum(upper - v, v - lower), frame.pixel) * here
    dark = np.array([0.10, 0.016, 0.016], FLOAT) * np.ones(u.shape + (1,), FLOAT)
    tongue = bump(np.hypot(u / 0.12, (v - lower) / 0.05), 1.0)
    dark = over(dark, (0.34, 0.08, 0.08), tongue * 0.7)
    if shape.teeth > 0:
        place = np.sign(u) * (np.abs(u) / 0.068) ** 0.94  # teeth grow narrower to the side; 0 is between the two front teeth
        within = np.abs(np.mod(place, 1) - 0.5) * 2  # 0 in the middle of a tooth, 1 between two
        tall = (0.034 + 0.045 * shape.mouth_open) * shape.teeth * (1 - 0.10 * within**4 - 0.10 * step(np.abs(place), 0.9, 1.1))
        row = (1 - step(v - upper, tall - 0.004, tall + 0.010)) * step(lens, 0.06, 0.30)
        gaps = step(within, 0.80, 1.0) * (0.20 + 0.5 * step(v - upper, 0.3 * tall, tall))
        round_off = 1 - 0.10 * within**2 - 0.55 * t * t
        white = np.array([0.84, 0.79, 0.71], FLOAT) * (round_off * (1 - 0.45 * gaps))[..., None]
        dark = over(dark, white, row)
    dark = dark * (0.6 + 0.4 * step(v - upper, 0, 0.022))[..., None]
    return over(colour, dark, opening), relief.astype(FLOAT), lips * (1 - opening), opening > 0.5


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
