"""The anime style: flat colours in two tones, ink lines, large eyes."""

from __future__ import annotations

import numpy as np

from . import accessories
from .anime_face import draw_face
from .anime_features import INK, draw_brows, line
from .anime_hair import draw_front_hair
from .anime_tones import hair_tones, skin_tones
from .backgrounds import draw_background
from .fields import FLOAT, blur, box_of, bump, cover, over, richer, shrink, step
from .hair import hair_of
from .noise import look_up
from .registry import DrawingStyle

CHANGES = {
    "eye_width": (1.2, 0),
    "upper_lid": (1.85, 0),
    "lower_lid": (1.55, 0),
    "iris_radius": (1.68, 0),
    "nose_width": (0.8, 0),
    "mouth_width": (0.78, 0),
    "jaw_taper": (1, 0.07),
    "jaw_roundness": (0.92, 0),
    "brow_thickness": (0.62, 0),
    "brow_height": (1, 0.065),
    "eye_y": (1, 0.035),
    "mouth_y": (1, 0.015),
    "eye_distance": (1.03, 0),
    "shoulder_width": (0.86, 0),
}
SHADE = np.array([0.74, 0.70, 0.78], FLOAT)  # of cloth


def draw_anime(sitting):
    """A Sitting as sRGB float32 [size, size, 3], before the camera."""
    shape, frame = sitting.shape, sitting.frame(2)
    side = 1.0 if sitting.light.azimuth > 0 else -1.0
    hair = hair_of(shape, frame, jagged=2.0)
    image = blur(draw_background(sitting.background, frame.size), frame.size / 160)
    image = np.clip(0.06 + 0.95 * image, 0, 1).astype(FLOAT)
    tones = hair_tones(shape)
    if hair.back is not None:
        image = over(image, tones[1] * FLOAT(0.9), cover(hair.back, frame.pixel))
        image = over(image, tones[3], line(hair.back, frame))
    # What lies elsewhere costs time.
    below, beside, face = box_of(frame.body_y > 0.3), box_of(np.abs(frame.y - 0.06) < 0.3), box_of(frame.inside < 1.25)
    image[below] = _body(image[below], shape, frame.crop(below), side)
    image[beside] = _ears(image[beside], shape, frame.crop(beside))
    image[face] = draw_face(image[face], sitting, frame.crop(face), hair.crop(face), side)
    if hair.front is not None:
        image = draw_front_hair(image, shape, frame, hair, tones, side)
    image = draw_brows(image, shape, frame, hair, tones[3])
    image = _worn(image, shape, frame, hair, side)
    return np.clip(shrink(image, sitting.size), 0, 1)


def _body(image, shape, frame, side):
    x, y = frame.body_x, frame.body_y
    skin, shade, ink = skin_tones(shape)
    neck, clothes = accessories.body(shape, frame)
    under_chin = cover(np.hypot((frame.x + side * 0.05) * 0.95, frame.y - 0.28) - 0.93, frame.pixel)
    image = over(image, over(skin * np.ones(x.shape + (1,), FLOAT), shade, under_chin), cover(neck, frame.pixel))
    image = over(image, ink, line(neck, frame, 0.8))
    colour = richer(np.clip(shape.clothes, 10, 245) / np.float64(255), 1.25, 1.05) * np.ones(x.shape + (1,), FLOAT)
    if shape.stripes == "stripes":
        stripe = richer(np.clip(shape.stripe_colour, 10, 245) / np.float64(255), 1.2)
        colour = over(colour, stripe, cover(-np.sin(y * 38) * 0.02, frame.pixel))
    fold = 0.16 * look_up("wide", x * 0.2 + shape.texture_seed, y * 0.1) - side * x / shape.shoulder_width - 0.45
    colour = over(colour, colour * SHADE, step(fold, -0.03, 0.03))
    image = over(image, colour, cover(clothes, frame.pixel))
    arm = np.abs(x) - (0.74 - 0.04 * step(y, 1.8, 2.6)) * shape.shoulder_width
    image = over(image, INK, cover(np.abs(arm) - 0.008, frame.pixel) * step(y, 1.85, 2.0) * (clothes < 0))
    return over(image, INK, line(clothes, frame))


def _ears(image, shape, frame):
    skin, shade, ink = skin_tones(shape)
    ear = accessories.ears(shape, frame)
    colour = over(skin * np.ones(ear.shape + (1,), FLOAT), shade, cover(ear + 0.035, frame.pixel))
    return over(over(image, colour, cover(ear, frame.pixel)), ink, line(ear, frame, 0.8))


def _worn(image, shape, frame, hair, side):
    """Glasses and hats."""
    if shape.eyewear != "none":
        rim, lens = accessories.glasses(shape, frame)
        glass = cover(lens, frame.pixel) * (frame.inside < 1.03)
        streak = cover(np.abs(np.mod((frame.u * 0.9 + frame.v * 0.6) * 2.2 + 0.3, 1) - 0.5) - 0.05, frame.pixel * 2)
        if shape.eyewear == "sunglasses":
            image = over(
                image, np.array([0.13, 0.12, 0.18], FLOAT) * (1 + 1.2 * step(frame.v - shape.eye_y, -0.1, 0.2))[..., None], glass * 0.96
            )
        image = over(image, (0.95, 0.97, 1.0), streak * glass * (0.6 if shape.eyewear == "sunglasses" else 0.3))
        image = over(image, np.asarray(shape.frame_colour) / 255 * 0.9, cover(rim - 0.003, frame.pixel) * (frame.edge < 0.04))
    if shape.hat == "none":
        return image
    whole, brim = accessories.hat(shape, frame)
    colour = richer(np.clip(shape.hat_colour, 10, 245) / np.float64(255), 1.2, 1.05) * np.ones(frame.u.shape + (1,), FLOAT)
    colour = over(colour, colour * SHADE, step(-side * hair.across - 0.35, -0.03, 0.03))
    if shape.hat == "beanie":
        colour = over(colour, colour * 0.78, bump(np.mod(hair.across * 9, 1) - 0.5, 0.06) * 0.8)
    else:
        colour = over(colour, colour * 0.82, cover(brim, frame.pixel))
    image = over(over(image, colour, cover(whole, frame.pixel)), INK, line(whole, frame))
    return over(image, INK, line(brim, frame, 0.8))


ANIME = DrawingStyle("anime", draw_anime, CHANGES, False)
