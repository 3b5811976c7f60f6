"""Head and shoulders, modelled as a relief and painted with skin, hair and cloth, back to front: the ground of photo, 3d and sketch.

The order of the layers and the head are here; hair is in bust_hair.py, the body and what is worn in bust_cloth.py.
"""

from __future__ import annotations

import numpy as np

from . import accessories
from .backgrounds import draw_background
from .bust_cloth import put_body, put_face_mask, put_glasses, put_hat
from .bust_hair import put_back_hair, put_front_hair
from .fields import FLOAT, blur, box_of, bump, cover, linear, over, spot, step
from .geometry import face_relief
from .hair import hair_of, strands
from .noise import look_up
from .photo_features import paint_brows, paint_eyes
from .photo_mouth import paint_mouth
from .surface import LABELS, Surface


def build(sitting, fine=1.0, eyes=paint_eyes):
    """The surface of a whole portrait, back to front, its frame and its hair.

    fine: how much texture the materials have, 1 in a photo, 0 in clay; eyes: the function that paints them.
    """
    shape, frame = sitting.shape, sitting.frame()
    surface = Surface(linear(draw_background(sitting.background, frame.size) * 255), frame.pixel, fine)
    hair, relief = hair_of(shape, frame), face_relief(shape, frame)
    noise = strands(shape, frame, hair, coarse=fine < 0.5)
    put_back_hair(surface, shape, frame, hair, noise)
    below, face = box_of(frame.body_y > 0.3), box_of(frame.edge < frame.pixel, margin=frame.size // 32)  # what lies elsewhere costs time
    put_body(surface.crop(below), shape, frame.crop(below))
    _ears(surface, shape, frame)
    _face(surface.crop(face), shape, frame.crop(face), relief[face])
    eyes(surface, shape, frame)
    if shape.face_mask == "mask":
        put_face_mask(surface, shape, frame, relief)
    if hair.front is not None:
        put_front_hair(surface, shape, frame, hair, noise)
    if shape.eyewear != "none":
        put_glasses(surface, shape, frame, relief)
    if shape.hat != "none":
        put_hat(surface, shape, frame, hair)
    return surface, frame, hair


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
