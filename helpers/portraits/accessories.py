"""Signed distances of what is worn: clothes, ears (not worn, but as simple), glasses, masks and hats."""

from __future__ import annotations

import numpy as np

from .fields import FLOAT, bump, step


def body(shape, frame):
    """Signed distances of bare neck and shoulders, and of the clothes over them."""
    x, y, neck_width = np.abs(frame.body_x), frame.body_y, shape.neck_width
    width = neck_width + 0.02 * bump(y - 0.8, 0.3) + 0.55 * step(y, 0.98, 1.6) ** 2
    shoulders = 1.15 + 0.16 * np.clip(x - 0.3, 0, 9) + 0.55 * np.clip(x / shape.shoulder_width, 0, 1.25) ** 5
    sleeve = shape.shoulder_width + 0.06 + 0.08 * step(y, 1.3, 1.9) - 0.07 * step(y, 2.0, 3.2)  # shoulder, upper arm, elbow
    torso = np.maximum(shoulders - y, x - sleeve)
    neck = np.maximum(x - width, 0.35 - y)
    cut = {
        "round": 1.27 - 0.5 * np.clip(x - 0.22, 0, 0.35),
        "v": 1.5 - 0.85 * x,
        "shirt": 1.36 - 0.6 * x,
        "turtle": 1.0 + 0 * x,
        "hood": 1.2 - 0.25 * np.clip(x - 0.2, 0, 0.5),
        "tank": 1.46 - 1.1 * np.clip(x - 0.28, 0, 0.5),
    }[shape.collar]
    clothes = np.maximum(torso, np.where(x < neck_width + 0.3, cut - y, -9))
    if shape.collar == "turtle":
        clothes = np.minimum(clothes, np.maximum(x - neck_width - 0.035, 1 - y + 0.06 * bump(x, 0.3)))
    return np.minimum(neck, torso).astype(FLOAT), clothes.astype(FLOAT)


def ears(shape, frame):
    """Signed distance of both ears; the far one hides behind the turned head."""
    both = []
    for side in (-1, 1):
        half = float(np.clip(0.10 - 0.10 * max(0, frame.turn * side), 0.03, 0.2)) * shape.ear_size
        x = (frame.x - side * (shape.face_width + 0.035) + frame.turn * 0.1) * side
        y = frame.y - 0.06
        both.append((np.hypot((x + 0.06 * y) / half, y / (0.2 * shape.ear_size)) - 1) * min(half, 0.11))
    return np.minimum(*both).astype(FLOAT)


def glasses(shape, frame):
    """Signed distances of the frame and of the lenses."""
    u, v, power = np.abs(frame.u - frame.turn * 0.1), frame.v - shape.eye_y, shape.frame_roundness
    x, y = np.abs(u - shape.eye_distance - 0.005) / shape.frame_width, np.abs(v - 0.02) / shape.frame_height
    lens = ((x**power + y**power + 1e-9) ** (1 / power) - 1) * min(shape.frame_width, shape.frame_height)
    rim = np.abs(lens) - shape.frame_thickness
    bridge = np.maximum(
        u - (shape.eye_distance - shape.frame_width + 0.02), np.abs(v + 0.015 + 0.04 * (1 - (u / 0.12) ** 2)) - shape.frame_thickness * 0.8
    )
    arm = np.maximum(np.abs(v + 0.03) - shape.frame_thickness * 0.7, shape.eye_distance + shape.frame_width - 0.01 - np.abs(frame.u))
    arm = np.maximum(arm, np.abs(frame.x) - shape.face_width - 0.02)
    return np.minimum(np.minimum(rim, bridge), arm).astype(FLOAT), lens.astype(FLOAT)


def face_mask(shape, frame):
    """Signed distances of a mask over nose and mouth, and of its straps."""
    side, v = np.abs(frame.u), frame.v
    top = 0.14 + 0.22 * np.clip(side / 0.66, 0, 1) ** 1.6 - 0.06 * bump(frame.u, 0.12)
    cloth = np.maximum(np.maximum(top - v, frame.edge - 0.025), side - 0.74 + 0.15 * step(v, 0.4, 1))
    strap = np.minimum(np.abs(v - 0.33 + 0.35 * (side - 0.6)), np.abs(v - 0.62 + 0.6 * (side - 0.6))) - 0.012
    return cloth.astype(FLOAT), np.maximum(strap, np.maximum(0.55 - side, frame.edge)).astype(FLOAT)


def hat(shape, frame):
    """Signed distances of the whole hat, and of its brim or fold."""
    line = (-0.5 + 0.06 * frame.u**2) if shape.hat == "beanie" else (-0.6 + 0.1 * frame.u**2)
    crown = np.maximum(frame.edge - 0.135 - 0.045 * step(-frame.y, 0.6, 1.2), (frame.v - line) * 0.9)
    if shape.hat == "beanie":
        brim = np.maximum(np.abs(frame.v - line + 0.11) - 0.12, frame.edge - 0.165)
    else:
        x, y = frame.x - frame.turn * 0.45, frame.v + 0.5
        brim = np.maximum((np.abs(x / 0.7) ** 2.4 + np.abs(y / 0.2) ** 2) ** (1 / 2.2) - 1, -(y + 0.16)) * 0.18
    return np.minimum(crown, brim).astype(FLOAT), brim.astype(FLOAT)
