"""The hair of the anime style over head and forehead: two tones, a ring of light, locks drawn in ink."""

from __future__ import annotations

import numpy as np

from .anime_features import line
from .anime_tones import skin_tones
from .fields import FLOAT, cover, mix, over, step
from .hair import LONG
from .noise import look_up

# across: which strand, 0 at the parting, about -1 and 1 at the sides; y down, head units:
#
#           .-"""""-.
#         .'  | | |  '.          | ink between locks, thin at the crown
#  -0.8  | VVVVVVVVVVV |         V the ring of light: it zigzags from lock to lock,
#        |V  .-----.  V|           is widest towards the light, and hangs lower at the sides
#        |#| | face | |#|        # second tone, on the side away from the light
#   0.35 |=| |      | |=|        = a gleam where long hair bends
RING_AT, RING_SAG = -0.8, 0.13
RING_HALF, RING_ZIGZAG, RING_TEETH = 0.055, 0.035, 9  # half height, how much more at a tooth, teeth a unit of across
RING_TOWARDS_LIGHT, RING_NARROWING = 0.25, 0.55  # across where it is widest; how much thinner a unit farther on
GLEAM_AT, GLEAM_HALF = 0.35, 0.03
SHADE_SLANT, SHADE_FROM = 0.55, 0.55  # how the second tone grows away from the light, and where it begins
LOCKS, INK_HALF = 6.5, 0.055  # locks a unit of across; half width of the ink, in locks


def draw_front_hair(image, shape, frame, hair, tones, side):
    """The picture with hair over it. tones: hair_tones(shape); side: 1 if the light comes from the right, -1 from the left."""
    base, shade, light, ink = tones
    tufts = _tufts(shape, frame, hair)
    if shape.hair_style == "buzz":
        return _cropped(image, shape, frame, hair, tones, tufts)
    colour = base * np.ones(frame.u.shape + (1,), FLOAT)
    away = tufts + 0.5 * hair.lock - side * hair.across * SHADE_SLANT - SHADE_FROM
    colour = over(colour, shade, step(away, -0.04, 0.04))
    if shape.hair_style != "afro":
        colour = over(colour, light, _ring(frame, hair, tufts, side) * 0.9)
        if shape.hair_style in LONG:
            colour = over(colour, light, _gleam(frame, hair, tufts) * 0.6)
        colour = over(colour, ink, _lock_lines(shape, frame, hair, tufts))
    return over(over(image, colour, cover(hair.front, frame.pixel)), ink, line(hair.front, frame))


def _tufts(shape, frame, hair):
    """Noise that is one value along a tuft; the curls of an afro are clouds."""
    if shape.hair_style == "afro":
        return look_up("patch", frame.x * 0.35 + shape.hair_seed, frame.y * 0.35)
    return look_up("patch", hair.across * 0.22 + shape.hair_seed + 0.4, frame.y * 0.02)


def _cropped(image, shape, frame, hair, tones, tufts):
    """Very short hair: a tint between hair and skin, soft at its edge, without locks."""
    base, _, _, ink = tones
    soft = step(-hair.front, -0.02, 0.05) * cover(frame.edge, frame.pixel)
    tint = mix(base * FLOAT(0.8), skin_tones(shape)[1], FLOAT(0.35)) * (1 - 0.12 * step(tufts, -0.04, 0.04))[..., None]
    return over(over(image, tint, soft * 0.85), ink, line(frame.edge, frame) * cover(hair.front, frame.pixel))


def _ring(frame, hair, tufts, side):
    """The ring of light around the crown, broken where a tuft turns away."""
    across = hair.across
    zigzag = RING_HALF + RING_ZIGZAG * np.abs(np.mod(across * RING_TEETH + 0.8 * tufts, 1) - 0.5) * 2
    half = zigzag * (1 - RING_NARROWING * np.abs(across - side * RING_TOWARDS_LIGHT))
    middle = np.abs(frame.y - RING_AT - RING_SAG * across**2 - 0.05 * hair.lock)
    return cover(middle - half, frame.pixel * 1.5) * (tufts > -0.9) * (np.abs(across) < 1)


def _gleam(frame, hair, tufts):
    return cover(np.abs(frame.y - GLEAM_AT - 0.06 * hair.lock) - GLEAM_HALF * np.clip(tufts + 0.2, 0, 1), frame.pixel * 1.5)


def _lock_lines(shape, frame, hair, tufts):
    """Ink between locks: 0.5 in the middle of a line, thinner towards the crown, only on tufts that stand out."""
    from_line = np.abs(np.mod(hair.across * LOCKS + 0.9 * hair.lock + shape.hair_seed, 1) - 0.5)
    half = np.clip(INK_HALF * (0.25 + step(frame.y, -1.2, 0.1)), 0.004, 0.05)
    return np.clip(1 - from_line / half, 0, 1) * 0.5 * step(tufts, -0.6, 0.3)
