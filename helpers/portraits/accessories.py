"""Signed distances of what is worn: clothes, ears (not worn, but as simple), glasses, masks and hats."""
from __future__ import annotations

import numpy as np

from .fields import FLOAT, bump, step


def body(shape, frame):
    """Signed distances of bare neck and shoulders, and of the clothes over them."""
    x, y, neck_width = np.abs(frame.body_x), frame.body_y, shape.neck_width
    width = neck_width + .02 * bump(y - .8, .3) + .55 * step(y, .98, 1.6) ** 2
    shoulders = 1.15 + .16 * np.clip(x - .3, 0, 9) + .55 * np.clip(x / shape.shoulder_width, 0, 1.25) ** 5
    torso = np.maximum(shoulders - y, x - shape.shoulder_width - .1 - .05 * step(y, 1.6, 3))
    neck = np.maximum(x - width, .35 - y)
    cut = {"round": 1.27 - .5 * np.clip(x - .22, 0, .35), "v": 1.5 - .85 * x, "shirt": 1.36 - .6 * x,
           "turtle": 1. + 0 * x, "hood": 1.2 - .25 * np.clip(x - .2, 0, .5),
           "tank": 1.46 - 1.1 * np.clip(x - .28, 0, .5)}[shape.collar]
    clothes = np.maximum(torso, np.where(x < neck_width + .3, cut - y, -9))
    if shape.collar == "turtle":
        clothes = np.minimum(clothes, np.maximum(x - neck_width - .035, 1 - y + .06 * bump(x, .3)))
    return np.minimum(neck, torso).astype(FLOAT), clothes.astype(FLOAT)


def ears(shape, frame):
    """Signed distance of both ears; the far one hides behind the turned head."""
    both = []
    for side in (-1, 1):
        half = float(np.clip(.10 - .10 * max(0, frame.turn * side), .03, .2))
        x = (frame.x - side * (shape.face_width + .035) + frame.turn * .1) * side
        y = frame.y - .06
        both.append((np.hypot((x + .06 * y) / half, y / .2) - 1) * min(half, .11))
    return np.minimum(*both).astype(FLOAT)


def glasses(shape, frame):
    """Signed distances of the frame and of the lenses."""
    u, v, power = np.abs(frame.u - frame.turn * .1), frame.v - shape.eye_y, shape.frame_roundness
    x, y = np.abs(u - shape.eye_distance - .005) / shape.frame_width, np.abs(v - .02) / shape.frame_height
    lens = ((x ** power + y ** power + 1e-9) ** (1 / power) - 1) * min(shape.frame_width, shape.frame_height)
    rim = np.abs(lens) - shape.frame_thickness
    bridge = np.maximum(u - (shape.eye_distance - shape.frame_width + .02),
                        np.abs(v + .015 + .04 * (1 - (u / .12) ** 2)) - shape.frame_thickness * .8)
    arm = np.maximum(np.abs(v + .03) - shape.frame_thickness * .7,
                     shape.eye_distance + shape.frame_width - .01 - np.abs(frame.u))
    arm = np.maximum(arm, np.abs(frame.x) - shape.face_width - .02)
    return np.minimum(np.minimum(rim, bridge), arm).astype(FLOAT), lens.astype(FLOAT)


def face_mask(shape, frame):
    """Signed distances of a mask over nose and mouth, and of its straps."""
    side, v = np.abs(frame.u), frame.v
    top = .14 + .22 * np.clip(side / .66, 0, 1) ** 1.6 - .06 * bump(frame.u, .12)
    cloth = np.maximum(np.maximum(top - v, frame.edge - .025), side - .74 + .15 * step(v, .4, 1))
    strap = np.minimum(np.abs(v - .33 + .35 * (side - .6)), np.abs(v - .62 + .6 * (side - .6))) - .012
    return cloth.astype(FLOAT), np.maximum(strap, np.maximum(.55 - side, frame.edge)).astype(FLOAT)


def hat(shape, frame):
    """Signed distances of the whole hat, and of its brim or fold."""
    line = (-.5 + .06 * frame.u ** 2) if shape.hat == "beanie" else (-.6 + .1 * frame.u ** 2)
    crown = np.maximum(frame.edge - .135 - .045 * step(-frame.y, .6, 1.2), (frame.v - line) * .9)
    if shape.hat == "beanie":
        brim = np.maximum(np.abs(frame.v - line + .11) - .12, frame.edge - .165)
    else:
        x, y = frame.x - frame.turn * .45, frame.v + .5
        brim = np.maximum((np.abs(x / .7) ** 2.4 + np.abs(y / .2) ** 2) ** (1 / 2.2) - 1, -(y + .16)) * .18
    return np.minimum(crown, brim).astype(FLOAT), brim.astype(FLOAT)
