"""Hair: where it grows, its outline, and coordinates across and along its strands."""
from __future__ import annotations

import collections

import numpy as np

from .fields import FLOAT, mix, step
from .noise import look_up

LONG = ("long", "wavy", "bob", "curtain")
# front, back: signed distances (None: no hair there); across: strand coordinate; lock: noise of whole locks
Hair = collections.namedtuple("Hair", "front back across lock")


def hair_of(shape, frame, jagged=1.):
    """The hair over a frame. jagged: how deep the fringe is cut into locks; anime takes 2."""
    across = _across(shape, frame)
    lock = look_up("patch", across * .16 + shape.hair_seed, frame.y * .02)
    fine = look_up("fine", across * .25 + shape.hair_seed, frame.y * .03)
    if shape.hair_style == "bald":
        return Hair(None, None, across, lock)
    outline = _outline(shape, frame, lock)
    below_line = (frame.v - _hairline(shape, frame, across, lock, fine, jagged)) * .75
    if shape.hair_style == "afro":
        ragged = .02 * look_up("patch", frame.x * .4, frame.y * .4)
        hole = np.maximum(np.maximum(-below_line + ragged, np.abs(frame.u) - .7 + ragged), frame.edge)
        front, back = np.maximum(np.maximum(outline, -hole), frame.y - .42), outline
    elif shape.hair_style in LONG:
        front, back = _long_hair(shape, frame, outline, below_line, fine, lock)
    else:
        front, back = _short_hair(shape, frame, outline, below_line, fine, lock)
    return Hair(front.astype(FLOAT), None if back is None else back.astype(FLOAT), across, lock)


def _across(shape, frame):
    """Which strand a pixel belongs to: strands fall from the crown over an ellipse."""
    crown, low = -1.38, .1
    width = .95 * np.sqrt(np.clip(1 - ((np.minimum(frame.y, low) - low) / (low - crown)) ** 2, .035, 1))
    part = (shape.hair_parting + frame.turn * .9) * np.exp(-np.clip(frame.y - crown, 0, 9) / .55)
    across = (frame.x - part) / width
    if shape.hair_style == "afro":
        return (frame.x * .75).astype(FLOAT)
    swing = np.sin(frame.y * 5 + shape.hair_seed) * .5
    if shape.hair_style == "wavy":
        swing = 2.2 * np.sin(frame.y * 9 + shape.hair_seed + 2 * np.sin(across * 5)) * step(frame.y, -.8, .4)
    return (across + shape.hair_wave * swing).astype(FLOAT)


def _outline(shape, frame, lock):
    """Signed distance to the hair's outer edge over the skull."""
    style, thick, x, y, edge = shape.hair_style, shape.hair_thickness, frame.x, frame.y, frame.edge
    if style == "buzz":
        return edge - .035
    if style == "bun":
        return edge - .07
    if style == "afro":
        size = 1.13 + thick * 1.4
        bumps = .05 * look_up("cloud", x * .35 + shape.hair_seed, y * .35) + .02 * look_up("patch", x * .4, y * .4)
        return np.hypot(x * .98, y + .3) - size + bumps
    if style == "spiky":
        spike = np.abs(np.mod(x * 3.2 + shape.hair_seed * 1.3 + .12 * lock, 1) - .5) * 2
        return edge - thick * (.15 + .6 * step(-y, -.05, .5)) - .13 * spike ** 1.3 * step(-y, 0, .7)
    low = .12 if style == "short" else .62
    return edge - thick * (low + (1.2 - low) * step(-y, -.1, .85)) + .006 * lock * step(y, -1.3, -.8)


def _hairline(shape, frame, across, lock, fine, jagged):
    """The height v above which the forehead is covered."""
    u, style, start, part = frame.u, shape.hair_style, shape.hairline, shape.hair_parting * .6
    if style == "buzz":
        return start + .55 * np.abs(u / .72) ** 2.4
    base = start + .5 * np.abs((u - part * .3) / .72) ** 2.2 + .02 * fine
    teeth = np.abs(np.mod(across * (4.2 if jagged < 1.5 else 3.) + shape.hair_seed + .5 * lock, 1) - .5) * 2 - .5
    if style == "curtain":
        return np.maximum(base, start - .02 + .85 * np.clip(np.abs(u - part * .5) / .62, 0, 1.3) ** 1.35 + .05 * teeth)
    if style in ("afro", "bun") or shape.fringe == "none":
        return base + (.03 * jagged * teeth if style == "short" else 0)
    if shape.fringe == "blunt":
        return np.maximum(base, -.4 + .1 * u * u + .065 * jagged * teeth + .02 * fine)
    if shape.fringe == "spiky":
        return np.maximum(base, -.57 + .14 * jagged * teeth + .08 * u * u + .02 * fine)
    way = 1 if part < 0 else -1
    sweep = .55 * step(way * (u - part), -.05, .95) + .22 * step(-way * (u - part), .02, .5)
    return np.maximum(base, start + .06 + sweep + .06 * jagged * teeth + .02 * fine)


def _long_hair(shape, frame, outline, below_line, fine, lock):
    """Hair that falls beside the face: it leaves the skull smoothly, swells, and turns in at its end."""
    x, y, style = frame.x, frame.y, shape.hair_style
    end = {"bob": .72 + .2 * (shape.hair_length - 1.4), "curtain": .95}.get(style, shape.hair_length)
    swell = .07 * step(y, -.25, .45) + (.10 * step(y, .2, .9) if style == "wavy" else 0)
    turn_in = (.16 if style in ("bob", "curtain") else .10) * step(y, end - .5, end + .05)
    side = np.abs(x) - (shape.face_width + shape.hair_thickness * .62 + swell - turn_in)
    if style == "wavy":
        side = side - .03 * np.sin(y * 8 + shape.hair_seed + np.sign(x)) * step(y, -.1, .4)
    bottom = y - end + .05 * np.abs(lock) + .10 * x * x
    corner = .5 * (side + bottom + np.sqrt((side - bottom) ** 2 + .018))       # smooth maximum: round corners
    falling = np.maximum(corner - .03, -y - .1)
    whole = np.minimum(outline, falling)
    inner = .665 + .12 * step(y, .35, 1.1) - .05 * step(y, .2, .6) * (style == "bob") + .012 * fine
    opening = inner - np.abs(mix(frame.u, x, step(y, .35, .8) * .8))
    return np.maximum(whole, np.minimum(below_line, opening)), whole


def _short_hair(shape, frame, outline, below_line, fine, lock):
    """Hair that ends above the ears, with a knot behind for a bun."""
    bun = shape.hair_style == "bun"
    burn = .10 if shape.femininity < .5 and not bun else -.02
    inner = .70 + .08 * step(frame.v, -.4, 0) if bun else .66 + .13 * step(frame.v, -.38, .06)
    side = np.maximum(inner - np.abs(frame.u) + .012 * fine, frame.v - burn - .01 * fine)
    front = np.maximum(np.maximum(outline, np.minimum(below_line, side)), frame.v - burn - .02)
    back = np.hypot((frame.x - frame.turn * .5) * .95, frame.y + 1.36) - .3 - .012 * lock if bun else None
    return front, back


def strands(shape, frame, hair, coarse=False):
    """Noise that follows the strands; coarse for clay and pencil."""
    if shape.hair_style == "afro":
        return look_up("fine", frame.x * .42, frame.y * .42 + shape.hair_seed) * .7 + look_up(
            "patch", frame.x * .42, frame.y * .42) * .6
    if shape.hair_style == "buzz":
        return look_up("grain", frame.x * .5, frame.y * .5) * .5
    if coarse:
        return look_up("lock", hair.across * .22, frame.y * .05 + .3) * .8
    return look_up("strand", hair.across * .55 + shape.hair_seed, frame.y * .1) * .55 + look_up(
        "lock", hair.across * .45, frame.y * .08 + .3) * .6
