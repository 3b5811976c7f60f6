"""A whole portrait as layers of skin, hair and cloth over a relief, back to front: the ground of photo, 3d and sketch."""

from __future__ import annotations

import numpy as np

from . import accessories
from .backgrounds import draw_background
from .fields import FLOAT, blur, box_of, bump, cover, linear, mix, over, spot, step
from .geometry import face_relief
from .hair import hair_of, strands
from .noise import look_up
from .photo_features import paint_brows, paint_eyes, paint_mouth
from .surface import LABELS, Surface


def build(sitting, fine=1.0, eyes=paint_eyes):
    """The surface of a whole portrait, back to front, its frame and its hair.

    fine: how much texture the materials have, 1 in a photo, 0 in clay; eyes: the function that paints them.
    """
    shape, frame = sitting.shape, sitting.frame()
    surface = Surface(linear(draw_background(sitting.background, frame.size) * 255), frame.pixel, fine)
    hair, relief = hair_of(shape, frame), face_relief(shape, frame)
    noise = strands(shape, frame, hair, coarse=fine < 0.5)
    _back_hair(surface, shape, frame, hair, noise)
    below, face = box_of(frame.body_y > 0.3), box_of(frame.edge < frame.pixel, margin=frame.size // 32)  # what lies elsewhere costs time
    _body(surface.crop(below), shape, frame.crop(below))
    _ears(surface, shape, frame)
    _face(surface.crop(face), shape, frame.crop(face), relief[face])
    eyes(surface, shape, frame)
    if shape.face_mask == "mask":
        _face_mask(surface, shape, frame, relief)
    if hair.front is not None:
        _front_hair(surface, shape, frame, hair, noise)
    if shape.eyewear != "none":
        _glasses(surface, shape, frame, relief)
    if shape.hat != "none":
        _hat(surface, shape, frame, hair)
    return surface, frame, hair


def _hair_colour(shape, frame, hair, noise, fine):
    tone = 1 + (0.05 + 0.21 * fine) * noise + 0.10 * look_up("cloud", hair.across * 0.2, frame.y * 0.05)
    return linear(np.clip(shape.hair_colour, 8, 245)) * np.clip(tone, 0.25, 2.2)[..., None]


def _afro_dome(shape, frame):
    ratio = np.hypot(frame.x * 0.98, frame.y + 0.3) / (1.21 + shape.hair_thickness * 1.4)
    return 0.95 * np.sqrt(np.clip(1 - ratio**2, 0, 1)) - 0.1


def _back_hair(surface, shape, frame, hair, noise):
    if hair.back is None:
        return
    afro = shape.hair_style == "afro"
    height = _afro_dome(shape, frame) if afro else -0.25 + 0.35 * np.sqrt(np.clip(-hair.back * 1.6, 0, 1))
    colour = _hair_colour(shape, frame, hair, noise, surface.fine) * (1 if afro else 0.55)
    surface.put(cover(hair.back, frame.pixel), colour, (height + 0.02 * noise).astype(FLOAT), "hair", 0.05)


def _front_hair(surface, shape, frame, hair, noise):
    ragged = look_up("strand", hair.across * 0.7, frame.y * 0.12) * 0.022 * (0.5 + 0.7 * bump(frame.u, 0.6) * (frame.v < 0.1))
    if shape.hair_style == "buzz":
        stubble = np.clip(0.66 + 0.16 * look_up("fine", frame.u * 0.6, frame.v * 0.6) * surface.fine, 0.2, 1)
        mask = (step(-hair.front, -0.05, 0.16) * stubble).astype(FLOAT) * cover(frame.edge, frame.pixel)
    else:
        mask = cover(hair.front + ragged, frame.pixel * 1.5)
    edge = np.clip(-hair.front, 0, 1)  # no kinks below: light would show them as bands
    cap = 0.05 + 0.82 * np.sqrt(1 - (1 - np.clip((shape.hair_thickness + 0.06 - frame.edge) * 1.2, 0, 1)) ** 2)
    height = mix(cap, 0.28 + 0.22 * np.sqrt(np.clip(edge * 4, 0, 1)), step(frame.y, -0.25, 0.5))
    height = height + 0.05 * np.tanh(edge * 14)
    if shape.hair_style == "afro":
        height = _afro_dome(shape, frame)
    rough = 0.2 if shape.hair_style == "buzz" else 1
    height = (
        height
        + (0.02 * look_up("patch", hair.across * 0.14 + shape.hair_seed, frame.y * 0.02) + (0.040 - 0.027 * surface.fine) * noise) * rough
    )
    colour = _hair_colour(shape, frame, hair, noise, surface.fine)
    if shape.hair_style not in ("afro", "buzz"):  # a band of gloss across the strands
        band = bump(frame.y + 0.8 - 0.1 * hair.across**2 - 0.05 * hair.lock, 0.14) * np.clip(0.5 + 0.5 * noise, 0, 1.6)
        colour = colour + band[..., None] * (0.03 + 0.40 * linear(shape.hair_colour)) * 0.6
    surface.put(mask, colour, height.astype(FLOAT), "hair", 0.02)


def _body(surface, shape, frame):
    x, y = frame.body_x, frame.body_y
    neck, clothes = accessories.body(shape, frame)
    width = shape.neck_width + 0.05 + 0.9 * step(y, 1.1, 1.8)
    height = -0.3 + 0.42 * np.sqrt(np.clip(1 - (x / width) ** 2, 0, 1)) - 0.1 * step(y, 0.9, 1.3)
    height = height + 0.012 * bump(np.abs(x) - 0.24 + 0.3 * (y - 0.9), 0.09) * step(y, 0.9, 1.1)
    surface.put(cover(neck, frame.pixel), linear(shape.skin) * FLOAT(0.94), height.astype(FLOAT), "skin", 0.04, 1.0)
    fold = look_up("wide", x * 0.22 + shape.texture_seed, y * 0.13) * 0.03 + look_up("cloud", x * 0.1, y * 0.05) * 0.012
    height = -0.34 + 0.40 * np.sqrt(np.clip(1 - (x / (shape.shoulder_width + 0.4)) ** 2, 0, 1)) + 0.1 * step(y, 1.3, 1.9)
    arm = np.abs(x) - (0.93 - 0.03 * step(y, 1.6, 2.6)) * shape.shoulder_width  # arms hang beside the chest
    height = height + fold + 0.03 * step(-clothes, 0, 0.03) + 0.16 * bump(arm, 0.2) * step(y, 1.35, 1.9)
    height = height - 0.03 * bump(arm + 0.25 - 0.05 * step(y, 1.9, 2.6), 0.035 + 0.05 * step(y, 2.0, 1.7)) * step(y, 1.75, 2.05)
    colour = linear(shape.clothes) * np.ones(x.shape + (1,), FLOAT)
    if shape.stripes == "stripes":
        colour = over(colour, linear(shape.stripe_colour), step(np.sin((y + fold) * 38), -0.2, 0.2))
    colour = colour * (1 + 0.06 * surface.fine * look_up("grain", x * 0.35, y * 0.35))[..., None]
    surface.put(cover(clothes, frame.pixel), colour, height.astype(FLOAT), "clothes", 0.01)


def _ears(surface, shape, frame):
    ear = accessories.ears(shape, frame)
    hollow = step(-ear, 0.028, 0.062) * (1 - step(frame.y, 0.10, 0.20))  # the rim stays, the lobe is full
    height = 0.02 + 0.09 * np.sqrt(np.clip(-ear * 16, 0, 1)) - 0.055 * hollow + 0.02 * bump(ear + 0.085, 0.016) * hollow
    tone = linear(shape.skin) * np.array([1.02, 0.86, 0.82], FLOAT) * (1 - hollow[..., None] * np.array([0.22, 0.34, 0.34], FLOAT))
    surface.put(cover(ear, frame.pixel), tone, blur(height, frame.size * 0.003), "ears", 0.04, 1.0)


def _skin_colour(shape, frame, fine):
    u, v, side = frame.u, frame.v, np.abs(frame.u)
    colour = linear(shape.skin) * np.ones(u.shape + (3,), FLOAT)
    red = 0.3 * shape.blush * spot(side - 0.42, 0.2, v - 0.24, 0.15) + 0.16 * spot(u, 0.12, v - shape.nose_base, 0.12) + 0.05
    colour = colour * (1 - red[..., None] * np.array([0.02, 0.34, 0.34], FLOAT))
    under = spot(side - shape.eye_distance + 0.03, 0.17, v - shape.eye_y - 0.1, 0.07) * (0.3 + 0.7 * shape.ageing)
    colour = colour * (1 - 0.2 * under[..., None] * np.array([0.7, 1, 0.9], FLOAT))
    seed = shape.texture_seed
    mottle = (
        0.03 * look_up("patch", u * 0.5 + seed, v * 0.5)[..., None] * np.array([0.6, 1, 1.1], FLOAT)
        + 0.03 * look_up("cloud", u * 0.4 + seed, v * 0.4)[..., None] * np.array([0.3, 1, 1], FLOAT)
        + 0.016 * look_up("grain", u * 0.55, v * 0.55)[..., None]
    )
    colour = colour * (1 + fine * mottle)
    if shape.freckles:
        spots = step(look_up("fine", u * 0.35 + seed, v * 0.35), 1.3, 2) * spot(side - 0.25, 0.3, v - 0.2, 0.2)
        colour = colour * (1 - 0.4 * shape.freckles * spots[..., None] * np.array([0.5, 0.8, 1], FLOAT))
    return colour


def _beard(shape, frame, fine):
    """Opacity of beard and moustache."""
    side, v = np.abs(frame.u), frame.v
    noise = look_up("strand", frame.u * 0.75 + v * 0.12, v * 0.4) * 0.35 + look_up("fine", frame.u * 0.8, v * 0.8) * 0.5
    chin = step(v, 0.28, 0.60) * step(side + 0.5 * step(v, 0.45, 0.75), 0.30, 0.52) * step(v, 0.25, 0.5)
    chin = np.maximum(chin, step(side, 0.36, 0.60) * step(v, -0.05, 0.25) * 0.9)
    lip = bump(v - shape.mouth_y + shape.upper_lip + 0.05, 0.045) * step(0.3 - side, 0, 0.08)
    lip = lip * max(shape.moustache, step(shape.beard, 0.4, 0.7))
    return np.clip((chin * shape.beard + lip) * (1 + (0.08 + 0.27 * fine) * noise) * 0.85, 0, 0.95) * (frame.inside < 1.02)


def _face(surface, shape, frame, relief):
    colour = _skin_colour(shape, frame, surface.fine)
    if shape.beard or shape.moustache:
        beard = _beard(shape, frame, surface.fine)
        tone = linear(shape.hair_colour) if shape.beard != 0.35 or shape.moustache else linear(shape.skin) * FLOAT(0.5)
        colour = over(colour, tone, beard)
        relief = relief + 0.02 * blur(beard, frame.size * 0.008)
    x = frame.u - frame.turn * 0.12
    nostril = spot(np.abs(x) - shape.nose_width * 0.5, 0.042, frame.v - shape.nose_base - 0.05, 0.02)
    colour = over(colour, linear(shape.skin) * np.array([0.22, 0.10, 0.08], FLOAT), nostril * 0.85)
    colour, relief, brows = paint_brows(shape, frame, colour, relief, surface.fine)
    colour, relief, lips, inside = paint_mouth(shape, frame, colour, relief)
    face = cover(frame.edge, frame.pixel)
    gloss = 0.07 + 0.06 * spot(frame.u, 0.1, frame.v - shape.nose_base + 0.02, 0.2)
    surface.put(face, colour, relief, "skin", gloss + 0.2 * lips, 1.0)
    surface.normal[inside] = (0, 0, 1)
    surface.label[(brows > 0.5) & (face > 0.5)] = LABELS.index("brows")
    surface.label[(lips > 0.5) | inside] = LABELS.index("mouth")


def _face_mask(surface, shape, frame, relief):
    cloth, strap = accessories.face_mask(shape, frame)
    pleats = 0.010 * bump(np.mod((frame.v - 0.3) * 6, 1) - 0.5, 0.15) * (frame.v > 0.3) * (frame.v < 0.85)
    height = blur(relief + 0.05 + 0.05 * spot(frame.u, 0.25, frame.v - 0.45, 0.3), frame.size * 0.012) - pleats
    colour = linear(shape.mask_colour) * (1 + 0.04 * look_up("grain", frame.u * 0.5, frame.v * 0.5))[..., None]
    surface.put(cover(strap, frame.pixel), colour * 0.9, relief + FLOAT(0.02), "mask", 0)
    surface.put(cover(cloth, frame.pixel), colour, height.astype(FLOAT), "mask", 0.02)


def _glasses(surface, shape, frame, relief):
    rim, lens = accessories.glasses(shape, frame)
    glass = cover(lens, frame.pixel) * (frame.inside < 1.02)
    mask = cover(rim, frame.pixel * 1.2) * (frame.edge < 0.04)
    streak = (frame.u * 0.9 + frame.v * 0.6) * 2.2 + shape.texture_seed
    if shape.eyewear == "sunglasses":
        dark = np.array([0.014, 0.014, 0.016], FLOAT) + 0.08 * step(frame.v - shape.eye_y, -0.1, 0.2)[..., None]
        surface.colour = over(surface.colour, dark * np.array([1, 0.8, 0.7], FLOAT), glass * 0.94)
        surface.normal[glass > 0.5] = (0, 0, 1)
    surface.colour = over(surface.colour, (0.8, 0.85, 0.9), glass * bump(np.mod(streak, 1) - 0.5, 0.09) * 0.16)
    surface.put(mask, linear(shape.frame_colour), relief + FLOAT(0.1), "glasses", 0.3)
    if shape.eyewear == "sunglasses":
        surface.label[glass > 0.5] = LABELS.index("glasses")


def _hat(surface, shape, frame, hair):
    whole, brim = accessories.hat(shape, frame)
    colour = linear(shape.hat_colour) * np.ones(frame.u.shape + (1,), FLOAT)
    height = np.sqrt(np.clip(0.44 - 1.7 * frame.edge, 0, 1)) * 0.85 + 0.06
    if shape.hat == "beanie":
        knit = np.cos(hair.across * 70) * 0.5 + 0.5
        height = height + 0.01 * knit + 0.05 * step(-brim, 0, 0.03)
        colour = colour * (1 - 0.16 * (1 - knit))[..., None]
    else:
        height = mix(height, 1.05 - 0.5 * (frame.v + 0.62), step(-brim, -0.01, 0.01))
        colour = colour * (1 - 0.2 * step(-brim, -0.01, 0.01))[..., None]
    surface.put(cover(whole, frame.pixel), colour, height.astype(FLOAT), "hat", 0.01)
