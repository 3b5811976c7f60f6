"""Hair: where it grows, its outline, and coordinates across and along its strands."""

from __future__ import annotations

import collections

import numpy as np

from .fields import FLOAT, mix, step
from .noise import look_up

LONG = ("long", "wavy", "bob", "curtain")


class Hair(collections.namedtuple("Hair", "front back across lock")):
    """front, back: signed distances (None: no hair there); across: strand coordinate; lock: noise of whole locks."""

    def crop(self, part):
        """The same hair, for a part of the picture only."""
        return Hair(*(None if array is None else array[part] for array in self))


def hair_of(shape, frame, jagged=1.0):
    """The hair over a frame. jagged: how deep the fringe is cut into locks; anime takes 2."""
    across = _across(shape, frame)
    lock = look_up("patch", across * 0.16 + shape.hair_seed, frame.y * 0.02)
    fine = look_up("fine", across * 0.25 + shape.hair_seed, frame.y * 0.03)
    if shape.hair_style == "bald":
        return Hair(None, None, across, lock)
    outline = _outline(shape, frame, lock)
    below_line = (frame.v - _hairline(shape, frame, across, lock, fine, jagged)) * 0.75
    if shape.hair_style == "afro":
        ragged = 0.02 * look_up("patch", frame.x * 0.4, frame.y * 0.4)
        hole = np.maximum(np.maximum(-below_line + ragged, np.abs(frame.u) - 0.7 + ragged), frame.edge)
        front, back = np.maximum(np.maximum(outline, -hole), frame.y - 0.42), outline
    elif shape.hair_style in LONG:
        front, back = _long_hair(shape, frame, outline, below_line, fine, lock, across, jagged)
    else:
        front, back = _short_hair(shape, frame, outline, below_line, fine, lock)
    return Hair(front.astype(FLOAT), None if back is None else back.astype(FLOAT), across, lock)


def _across(shape, frame):
    """Which strand a pixel belongs to: strands fall from the crown over an ellipse."""
    crown, low = -1.38, 0.1
    width = 0.95 * np.sqrt(np.clip(1 - ((np.minimum(frame.y, low) - low) / (low - crown)) ** 2, 0.035, 1))
    part = (shape.hair_parting + frame.turn * 0.9) * np.exp(-np.clip(frame.y - crown, 0, 9) / 0.55)
    across = (frame.x - part) / width
    if shape.hair_style == "afro":
        return (frame.x * 0.75).astype(FLOAT)
    swing = np.sin(frame.y * 5 + shape.hair_seed) * 0.5
    if shape.hair_style == "wavy":
        swing = 2.2 * np.sin(frame.y * 9 + shape.hair_seed + 2 * np.sin(across * 5)) * step(frame.y, -0.8, 0.4)
    return (across + shape.hair_wave * swing).astype(FLOAT)


def _outline(shape, frame, lock):
    """Signed distance to the hair's outer edge over the skull."""
    style, thick, x, y, edge = shape.hair_style, shape.hair_thickness, frame.x, frame.y, frame.edge
    if style == "buzz":
        return edge - 0.035
    if style == "bun":
        return edge - 0.07
    if style == "afro":
        size = 1.13 + thick * 1.4
        bumps = 0.05 * look_up("cloud", x * 0.35 + shape.hair_seed, y * 0.35) + 0.02 * look_up("patch", x * 0.4, y * 0.4)
        return np.hypot(x * 0.98, y + 0.3) - size + bumps
    if style == "spiky":
        spike = np.abs(np.mod(x * 3.2 + shape.hair_seed * 1.3 + 0.12 * lock, 1) - 0.5) * 2
        return edge - thick * (0.15 + 0.6 * step(-y, -0.05, 0.5)) - 0.13 * spike**1.3 * step(-y, 0, 0.7)
    low = 0.12 if style == "short" else 0.62
    return edge - thick * (low + (1.2 - low) * step(-y, -0.1, 0.85)) + 0.006 * lock * step(y, -1.3, -0.8)


def _hairline(shape, frame, across, lock, fine, jagged):
    """The height v above which the forehead is covered."""
    u, style, start, part = frame.u, shape.hair_style, shape.hairline, shape.hair_parting * 0.6
    if style == "buzz":
        return start + 0.55 * np.abs(u / 0.72) ** 2.4
    base = start + 0.5 * np.abs((u - part * 0.3) / 0.72) ** 2.2 + 0.02 * fine
    teeth = np.abs(np.mod(across * (4.2 if jagged < 1.5 else 3.0) + shape.hair_seed + 0.5 * lock, 1) - 0.5) * 2 - 0.5
    if style == "curtain":
        return np.maximum(base, start - 0.02 + 0.85 * np.clip(np.abs(u - part * 0.5) / 0.62, 0, 1.3) ** 1.35 + 0.05 * teeth)
    if style in ("afro", "bun") or shape.fringe == "none":
        return base + (0.03 * jagged * teeth if style == "short" else 0)
    if shape.fringe == "blunt":
        return np.maximum(base, -0.4 + 0.1 * u * u + 0.065 * jagged * teeth + 0.02 * fine)
    if shape.fringe == "spiky":
        return np.maximum(base, -0.57 + 0.14 * jagged * teeth + 0.08 * u * u + 0.02 * fine)
    way = 1 if part < 0 else -1
    sweep = 0.55 * step(way * (u - part), -0.05, 0.95) + 0.22 * step(-way * (u - part), 0.02, 0.5)
    return np.maximum(base, start + 0.06 + sweep + 0.06 * jagged * teeth + 0.02 * fine)


def _long_hair(shape, frame, outline, below_line, fine, lock, across, jagged):
    """Hair that falls beside the face: it leaves the skull smoothly, swells, and turns in at its end."""
    x, y, style = frame.x, frame.y, shape.hair_style
    end = {"bob": 0.72 + 0.2 * (shape.hair_length - 1.4), "curtain": 0.95}.get(style, shape.hair_length)
    swell = 0.07 * step(y, -0.25, 0.45) + (0.10 * step(y, 0.2, 0.9) if style == "wavy" else 0)
    turn_in = (0.16 if style in ("bob", "curtain") else 0.10) * step(y, end - 0.5, end + 0.05)
    skull = (1 - np.clip(-y / shape.skull_height, 0, 0.95) ** 2.36) ** (1 / 2.36)  # so that it leaves the head without a corner
    side = np.abs(x) - (shape.face_width * skull + shape.hair_thickness * 0.62 + swell - turn_in)
    if style == "wavy":
        side = side - 0.03 * np.sin(y * 8 + shape.hair_seed + np.sign(x)) * step(y, -0.1, 0.4)
    points = np.abs(np.mod(np.abs(across) * 4.2 + 0.25 * lock + 0.3, 1) - 0.5) * 2  # 0 at the tip of a lock
    bottom = y - end + 0.05 * np.abs(lock) * (jagged < 1.5) + 0.07 * jagged * points + 0.10 * x * x
    corner = 0.5 * (side + bottom + np.sqrt((side - bottom) ** 2 + 0.018 / jagged**2))  # smooth maximum: round corners
    falling = np.maximum(corner - 0.03 * step(y, 0.2, 0.6), -y - 0.5)
    whole = np.minimum(outline, falling)
    inner = 0.665 + 0.12 * step(y, 0.35, 1.1) - 0.05 * step(y, 0.2, 0.6) * (style == "bob") + 0.012 * fine
    opening = inner - np.abs(mix(frame.u, x, 0.6 + 0.3 * step(y, 0.3, 0.8)))
    return np.maximum(whole, np.minimum(below_line, opening)), whole


def _short_hair(shape, frame, outline, below_line, fine, lock):
    """Hair that ends above the ears, with a knot behind for a bun."""
    bun = shape.hair_style == "bun"
    burn = 0.10 if shape.femininity < 0.5 and not bun else -0.02
    inner = 0.70 + 0.08 * step(frame.v, -0.4, 0) if bun else 0.66 + 0.13 * step(frame.v, -0.38, 0.06)
    side = np.maximum(inner - np.abs(frame.u) + 0.012 * fine, frame.v - burn - 0.01 * fine)
    front = np.maximum(np.maximum(outline, np.minimum(below_line, side)), frame.v - burn - 0.02)
    back = np.hypot((frame.x - frame.turn * 0.5) * 0.95, frame.y + 1.36) - 0.3 - 0.012 * lock if bun else None
    return front, back


def strands(shape, frame, hair, coarse=False):
    """Noise that follows the strands; coarse for clay and pencil."""
    if shape.hair_style == "afro":
        curls = look_up("patch", frame.x * 0.42, frame.y * 0.42) * 0.6
        return curls * 1.4 if coarse else curls + look_up("fine", frame.x * 0.42, frame.y * 0.42 + shape.hair_seed) * 0.7
    if shape.hair_style == "buzz":
        return look_up("grain", frame.x * 0.5, frame.y * 0.5) * 0.5
    if coarse:
        return look_up("lock", hair.across * 0.12 + shape.hair_seed, frame.y * 0.04 + 0.3) * 0.8
    return (
        look_up("strand", hair.across * 0.55 + shape.hair_seed, frame.y * 0.1) * 0.55
        + look_up("lock", hair.across * 0.45, frame.y * 0.08 + 0.3) * 0.6
    )
