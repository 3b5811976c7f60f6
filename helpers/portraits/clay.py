"""The 3d style: a figure of an animation film, soft forms of clay under studio light."""

from __future__ import annotations

import numpy as np

from .bust import build
from .clay_features import paint_eyes
from .fields import FLOAT, blur, cover, encode, linear, mix, shrink, step
from .geometry import eye_coordinates
from .registry import DrawingStyle
from .surface import LABELS, direction, expose, shadow_and_occlusion

CHANGES = {
    "eye_width": (1.24, 0),
    "upper_lid": (1.55, 0),
    "lower_lid": (1.6, 0),
    "iris_radius": (1.7, 0),
    "nose_width": (0.88, 0),
    "nose_height": (0.72, 0),
    "mouth_width": (0.95, 0),
    "jaw_taper": (1, 0.05),
    "jaw_roundness": (0.93, 0),
    "brow_thickness": (1.1, 0),
    "brow_height": (1, 0.075),
    "eye_y": (1, 0.03),
    "eye_distance": (1.03, 0),
    "shoulder_width": (0.86, 0),
    "ageing": (0.35, 0),
    "freckles": (0.6, 0),
    "lip_colour": (0.8, 0.1),
}
LUMA = np.array([0.299, 0.587, 0.114], FLOAT)  # of sRGB (ITU-R BT.601)
# how far light travels under skin: red farthest, which warms the edge of every shadow
UNDER_SKIN = np.array([0.46, 0.17, 0.11], FLOAT)


def draw_clay(sitting):
    """A Sitting as sRGB float32 [size, size, 3], before the camera."""
    surface, frame, _ = build(sitting, fine=0.0, eyes=paint_eyes)
    surface.background = blur(surface.background, frame.size / 60)
    image = studio_light(surface, sitting.light)
    image = expose(surface, image, richer_skin(sitting.shape))
    image = encode(image) + eye_lights(sitting, frame, surface)[..., None]
    return graded(shrink(np.clip(image, 0, 1), sitting.size))


def graded(image):
    """The colours of an animation film: middle tones lifted, contrast and muted colours strengthened; sRGB float32, 0 to 1."""
    luma = (image @ LUMA)[..., None]
    bright = luma + 0.4 * luma * (1 - luma) * (1 - 0.5 * luma)
    bright += 0.24 * (bright - 0.5) * bright * (1 - bright)
    colour = image - luma
    muted = np.clip(1 - np.abs(colour).max(-1, keepdims=True) / FLOAT(0.55), 0, 1)
    return np.clip(bright + colour * (1 + 0.18 * muted) * (bright / np.maximum(luma, 1e-3)) ** FLOAT(0.6), 0, 1)


def richer_skin(shape):
    """The skin's colour with more red, as lit clay has it."""
    return np.clip(linear(shape.skin) * np.array([1.10, 1.0, 0.92], FLOAT), 0, 0.93)


def studio_light(surface, light):
    """Linear light: a large warm key, a cool sky with a warm floor, occlusion, a rim from behind, wide gloss."""
    towards = light.replace(azimuth=float(np.clip(light.azimuth, -45, 45)), elevation=float(np.clip(light.elevation, 22, 45)))
    key = direction(towards)
    shadow, open_sky = shadow_and_occlusion(surface, key)
    normal = surface.normal
    wrap = surface.scatter[..., None] * UNDER_SKIN + FLOAT(0.06)
    lit = np.clip(((normal @ key)[..., None] + wrap) / (1 + wrap), 0, 1)
    lit *= 1 - 0.6 * shadow[..., None] * np.array([0.78, 0.97, 1.0], FLOAT)
    down = (0.5 + 0.5 * normal[..., 1])[..., None]
    sky = mix(np.array([0.62, 0.68, 0.78], FLOAT), np.array([0.50, 0.40, 0.34], FLOAT), down) * open_sky[..., None]
    image = surface.colour * (lit * np.array([1.42, 1.32, 1.18], FLOAT) + sky * FLOAT(0.46) * (0.75 + 0.25 * normal[..., 2:]))
    half = key + np.array([0, 0, 1], FLOAT)
    facing = np.clip(normal @ (half / np.linalg.norm(half)), 0, 1)
    gloss = surface.specular * (0.7 * facing**8 + 0.8 * facing**40) * (1 - shadow)
    edge = (1 - np.clip(normal[..., 2], 0, 1)) ** 2.6
    rim = edge * (0.35 + 0.65 * step(-normal[..., 0] * np.sign(key[0] or 1), -0.1, 0.7)) * open_sky * (0.5 + 0.4 * light.rim)
    return image + gloss[..., None] * FLOAT(0.8) + rim[..., None] * (0.12 + 0.8 * surface.colour) * np.array([1.0, 0.98, 0.95], FLOAT)


def eye_lights(sitting, frame, surface):
    """A window's reflection and a small one across from it, in both eyes, sRGB."""
    shape, lights = sitting.shape, np.zeros(frame.u.shape, FLOAT)
    turn, radius = np.sign(sitting.light.azimuth or -1), shape.iris_radius
    for side in (-1, 1):
        part = frame.window(side * shape.eye_distance, shape.eye_y, 0.4, 0.34)
        along, across = eye_coordinates(shape, frame, side, part)
        x, y = along * side - shape.gaze_x * shape.eye_width, across - shape.iris_y
        large = cover(np.hypot(x - turn * 0.36 * radius, y + 0.38 * radius) - 0.25 * radius, frame.pixel * 2)
        small = cover(np.hypot(x + turn * 0.38 * radius, y - 0.42 * radius) - 0.11 * radius, frame.pixel * 2) * 0.55
        lights[part] = np.maximum(lights[part], np.maximum(large, small) * (surface.label[part] == LABELS.index("eyes")))
    return lights * FLOAT(0.9)


CLAY = DrawingStyle("3d", draw_clay, CHANGES, False)
