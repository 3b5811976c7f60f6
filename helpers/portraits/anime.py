"""The anime style: flat colours in two tones, ink lines, large eyes."""

from __future__ import annotations

import numpy as np

from . import accessories
from .anime_features import INK, draw_brows, draw_eyes, draw_mouth, line
from .backgrounds import draw_background
from .fields import FLOAT, blur, box_of, bump, cover, mix, over, richer, shrink, spot, step
from .hair import LONG, hair_of
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
SHADE = np.array([0.74, 0.70, 0.78], FLOAT)


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
    image[face] = _face(image[face], sitting, frame.crop(face), hair.crop(face), side)
    if hair.front is not None:
        image = _front_hair(image, shape, frame, hair, tones, side)
    image = draw_brows(image, shape, frame, hair, tones[3])
    image = _worn(image, shape, frame, hair, side)
    return np.clip(shrink(image, sitting.size), 0, 1)


def skin_tones(shape):
    """Light, shade and line colour of skin."""
    skin = np.clip(richer(np.asarray(shape.skin) / 255, 1.12) + np.array([0.03, 0.025, 0.025]), 0, 1).astype(FLOAT)
    return skin, skin * np.array([0.86, 0.72, 0.72], FLOAT), skin * np.array([0.50, 0.31, 0.31], FLOAT)


def hair_tones(shape):
    """Base, shade, light and line colour of hair."""
    base = np.clip(richer(np.clip(np.asarray(shape.hair_colour) / 255, 0.05, 0.95), 1.35, 1.1) + 0.045, 0, 1).astype(FLOAT)
    shade = base * np.array([0.66, 0.60, 0.70], FLOAT)
    return base, shade, np.clip(base * 1.15 + 0.2, 0, 1).astype(FLOAT), shade * FLOAT(0.45)


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


def _face(image, sitting, frame, hair, side):
    shape, u, v = sitting.shape, frame.u, frame.v
    skin, shade, ink = skin_tones(shape)
    face = skin * np.ones(u.shape + (1,), FLOAT)
    slant = abs(np.sin(np.deg2rad(sitting.light.azimuth)))
    dark = -side * u / 0.78 * slant * 0.95 + 0.2 * step(v, 0.3, 1) - 0.3 * spot(np.abs(u) - 0.42, 0.2, v - 0.2, 0.2) - 0.62
    face = over(face, shade, cover(-0.6 * dark, frame.pixel * 1.5))
    nose = u - frame.turn * 0.16
    face = over(
        face,
        shade,
        cover(
            np.maximum(np.abs(nose + side * 0.05) - 0.32 * (v - shape.nose_base + 0.1), np.abs(v - shape.nose_base + 0.03) - 0.07),
            frame.pixel,
        )
        * 0.8,
    )
    blush = spot(np.abs(u) - 0.43, 0.17, v - 0.22, 0.09) * (0.2 + 0.5 * shape.blush) * 0.8
    face = over(face, np.clip(skin * np.array([1.03, 0.70, 0.70], FLOAT), 0, 1), blush)
    if hair.front is not None and shape.hair_style != "buzz":
        shift = int(0.07 / frame.pixel), int(-side * 0.03 / frame.pixel)
        face = over(face, shade, cover(np.roll(hair.front, shift, (0, 1)), frame.pixel) * (v < 0.5))
    face = _beard(face, shape, frame, hair)
    face = draw_mouth(face, shape, frame, shade)
    tick = cover(np.abs(v - shape.nose_base - 0.045) - 0.007, frame.pixel) * (np.abs(nose) < 0.04)
    face = over(face, ink, tick)
    image = over(image, face, cover(frame.edge, frame.pixel))
    image = over(image, ink, line(frame.edge, frame))
    image = draw_eyes(image, shape, frame, ink, side)
    return _face_mask(image, shape, frame, dark) if shape.face_mask == "mask" else image


def _beard(face, shape, frame, hair):
    """A flat beard with a wavy edge; stubble is a tint."""
    u, v = np.abs(frame.u), frame.v
    tone = (hair_tones(shape)[0] * FLOAT(0.9)).astype(FLOAT)
    if shape.beard > 0.5:
        around_mouth = 0.15 * (1 - np.hypot(u / 0.25, (v - shape.mouth_y - 0.01) / 0.13))
        area = np.maximum(0.64 - v - 0.58 * step(u, 0.26, 0.66), around_mouth) + 0.006 * hair.lock
        face = over(face, mix(tone, skin_tones(shape)[1], FLOAT(0.25)), cover(area, frame.pixel))
    elif shape.beard > 0:
        tint = step(v, 0.5, 0.7) * step(u + 0.4 * step(v, 0.6, 0.8), 0.3, 0.5) * 0.45
        face = over(face, skin_tones(shape)[0] * np.array([0.80, 0.78, 0.80], FLOAT), tint)
    if shape.moustache > 0 or shape.beard > 0.5:
        lip = np.maximum(np.abs(v - shape.mouth_y + 0.085 - 0.12 * u) - 0.035 * (1 - u / 0.26), u - 0.25)
        face = over(face, tone, cover(lip, frame.pixel))
    return face


def _face_mask(image, shape, frame, dark):
    cloth, strap = accessories.face_mask(shape, frame)
    colour = np.clip(np.asarray(shape.mask_colour) / 255 + 0.03, 0, 1).astype(FLOAT) * np.ones(frame.u.shape + (1,), FLOAT)
    colour = over(colour, colour * np.array([0.8, 0.8, 0.86], FLOAT), cover(-0.6 * (dark + 0.1), frame.pixel))
    pleat = bump(np.mod((frame.v - 0.3) * 6, 1) - 0.5, 0.05) * (frame.v > 0.34) * (frame.v < 0.88) * (np.abs(frame.u) < 0.5)
    image = over(image, colour * 0.9, cover(strap, frame.pixel))
    image = over(image, over(colour, colour * 0.6, pleat * 0.5), cover(cloth, frame.pixel))
    return over(image, INK, line(cloth, frame, 0.9))


def _front_hair(image, shape, frame, hair, tones, side):
    base, shade, light, ink = tones
    mask = cover(hair.front, frame.pixel)
    colour = base * np.ones(frame.u.shape + (1,), FLOAT)
    if shape.hair_style == "afro":  # curls are shaded in clouds, not in strands
        lock = look_up("patch", frame.x * 0.35 + shape.hair_seed, frame.y * 0.35)
    else:
        lock = look_up("patch", hair.across * 0.22 + shape.hair_seed + 0.4, frame.y * 0.02)
    colour = over(colour, shade, step(lock + 0.5 * hair.lock - side * hair.across * 0.55 - 0.55, -0.04, 0.04))
    if shape.hair_style == "buzz":
        soft = step(-hair.front, -0.02, 0.05) * cover(frame.edge, frame.pixel)
        cropped = mix(base * FLOAT(0.8), skin_tones(shape)[1], FLOAT(0.35)) * (1 - 0.12 * step(lock, -0.04, 0.04))[..., None]
        return over(over(image, cropped, soft * 0.85), ink, line(frame.edge, frame) * mask)
    if shape.hair_style != "afro":
        across, y = hair.across, frame.y
        zigzag = 0.055 + 0.035 * np.abs(np.mod(across * 9 + 0.8 * lock, 1) - 0.5) * 2
        ring = cover(
            np.abs(y + 0.8 - 0.13 * across**2 - 0.05 * hair.lock) - zigzag * (1 - 0.55 * np.abs(across - side * 0.25)), frame.pixel * 1.5
        )
        colour = over(colour, light, ring * (lock > -0.9) * (np.abs(across) < 1) * 0.9)
        if shape.hair_style in LONG:
            gleam = cover(np.abs(y - 0.35 - 0.06 * hair.lock) - 0.03 * np.clip(lock + 0.2, 0, 1), frame.pixel * 1.5)
            colour = over(colour, light, gleam * 0.6)
        phase = np.abs(np.mod(across * 6.5 + 0.9 * hair.lock + shape.hair_seed, 1) - 0.5)
        width = np.clip(0.055 * (0.25 + step(y, -1.2, 0.1)), 0.004, 0.05)
        colour = over(colour, ink, np.clip(1 - phase / width, 0, 1) * 0.5 * step(lock, -0.6, 0.3))
    return over(over(image, colour, mask), ink, line(hair.front, frame))


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
