"""The face of the anime style: skin in two tones, blush, nose, beard and mask. Eyes, brows and mouth are in anime_features.py."""

from __future__ import annotations

import numpy as np

from . import accessories
from .anime_features import INK, draw_eyes, draw_mouth, line
from .anime_tones import hair_tones, skin_tones
from .fields import FLOAT, bump, cover, mix, over, spot, step

# The light comes from the right here (side is 1; -1 mirrors it); u right, v down, head units:
#
#         .---------------.
#        / ~~~~~~~~~~~~~~~ \      ~ the hair's shadow: its edge once more, HAIR_SHADOW lower
#       |                   |
#       |###  (o)     (o)   |
#       |####      |        |
#       |###  ::   \#   ::  |     : blush around BLUSH_AT on both sides; # beside the nose its shadow
#        \###      _      /       _ a tick under the nose
#         \####   ===    /        # on the side away from the light the second tone of skin
#          '.___________.'
#    u:   -0.43    0   0.43
BLUSH_AT, BLUSH_SIZE = (0.43, 0.22), (0.17, 0.09)
CHEEK_AT, CHEEK_SIZE = (0.42, 0.2), (0.2, 0.2)  # where a cheek catches light although its side is dark
HALF_FACE = 0.78  # about where the face ends at the side
NOSE_FORWARD = 0.16  # how much farther than the face the nose moves when the head turns
NOSE_SHADOW_SHIFT = 0.05  # towards the dark side
NOSE_SHADOW_OPENING = 0.32  # half width gained a length downwards
NOSE_SHADOW_APEX, NOSE_SHADOW_MIDDLE, NOSE_SHADOW_HALF = -0.1, -0.03, 0.07  # heights from the nose's base
TICK_BELOW, TICK_HALF_WIDTH, TICK_HALF_HEIGHT = 0.045, 0.04, 0.007
HAIR_SHADOW, HAIR_SHADOW_ASIDE = 0.07, 0.03  # how far the hair's shadow falls: down, and away from the light


def draw_face(image, sitting, frame, hair, side):
    """The picture with a face on it. side: 1 if the light comes from the right, -1 from the left."""
    shape = sitting.shape
    skin, shade, ink = skin_tones(shape)
    dark = _darkness(sitting, frame, side)
    face = over(skin * np.ones(frame.u.shape + (1,), FLOAT), shade, cover(-0.6 * dark, frame.pixel * 1.5))
    face = over(face, shade, _nose_shadow(shape, frame, side) * 0.8)
    face = over(face, np.clip(skin * np.array([1.03, 0.70, 0.70], FLOAT), 0, 1), _blush(shape, frame))
    if hair.front is not None and shape.hair_style != "buzz":
        face = over(face, shade, _hair_shadow(hair, frame, side))
    face = _beard(face, shape, frame, hair)
    face = draw_mouth(face, shape, frame, shade)
    face = over(face, ink, _nose_tick(shape, frame))
    image = over(image, face, cover(frame.edge, frame.pixel))
    image = over(image, ink, line(frame.edge, frame))
    image = draw_eyes(image, shape, frame, ink, side)
    return _face_mask(image, shape, frame, dark) if shape.face_mask == "mask" else image


def _darkness(sitting, frame, side):
    """Above 0 where skin takes its second tone: away from the light and low on the face, but not on the cheeks."""
    u, v = frame.u, frame.v
    slant = abs(np.sin(np.deg2rad(sitting.light.azimuth)))
    away = -side * u / HALF_FACE * slant * 0.95
    low = 0.2 * step(v, 0.3, 1)
    cheeks = 0.3 * spot(np.abs(u) - CHEEK_AT[0], CHEEK_SIZE[0], v - CHEEK_AT[1], CHEEK_SIZE[1])
    return away + low - cheeks - 0.62


def _nose_shadow(shape, frame, side):
    """A wedge that opens downwards, cut off above and below."""
    x, y = frame.u - frame.turn * NOSE_FORWARD, frame.v - shape.nose_base
    wedge = np.abs(x + side * NOSE_SHADOW_SHIFT) - NOSE_SHADOW_OPENING * (y - NOSE_SHADOW_APEX)
    return cover(np.maximum(wedge, np.abs(y - NOSE_SHADOW_MIDDLE) - NOSE_SHADOW_HALF), frame.pixel)


def _nose_tick(shape, frame):
    x, y = frame.u - frame.turn * NOSE_FORWARD, frame.v - shape.nose_base
    return cover(np.abs(y - TICK_BELOW) - TICK_HALF_HEIGHT, frame.pixel) * (np.abs(x) < TICK_HALF_WIDTH)


def _blush(shape, frame):
    (u, v), (width, height) = BLUSH_AT, BLUSH_SIZE
    return spot(np.abs(frame.u) - u, width, frame.v - v, height) * (0.2 + 0.5 * shape.blush) * 0.8


def _hair_shadow(hair, frame, side):
    down, across = int(HAIR_SHADOW / frame.pixel), int(-side * HAIR_SHADOW_ASIDE / frame.pixel)
    return cover(np.roll(hair.front, (down, across), (0, 1)), frame.pixel) * (frame.v < 0.5)


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
