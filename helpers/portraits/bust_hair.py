"""The hair of a bust: its relief, its colour and its gloss. Where it grows is in hair.py."""

from __future__ import annotations

import numpy as np

from .fields import FLOAT, bump, cover, linear, mix, step
from .noise import look_up

# From the side, v down; the relief is the height over the plane of the picture:
#
#        .--~~~--.             cap: rises from the hair's outer edge over the skull
#      /  gloss   \            GLOSS_AT, where a band of light lies across the strands
#     |  ________  |
#     | /  face  \ |   -0.25
#     ||          ||           from here down to 0.5 the cap turns into
#     ||          ||    0.5    locks: a strip beside the face, round at its edges
CAP, CAP_RISE = 0.82, 0.05
LOCKS, LOCKS_RISE = 0.22, 0.28
FROM_CAP_TO_LOCKS = (-0.25, 0.5)
EDGE_ROUND, EDGE_STEEP = 0.05, 14  # how high and how steep the edge of the hair is
GLOSS_AT, GLOSS_WIDTH, GLOSS_SAG = -0.8, 0.14, 0.1  # where on y, how wide, how much lower at the sides
BEHIND = 0.55  # hair behind the head lies in shade
AFRO_MIDDLE, AFRO_SIZE, AFRO_HEIGHT = 0.3, 1.21, 0.95


def put_back_hair(surface, shape, frame, hair, noise):
    """What is seen of the hair behind head and neck."""
    if hair.back is None:
        return
    afro = shape.hair_style == "afro"
    height = _afro_dome(shape, frame) if afro else -0.25 + 0.35 * np.sqrt(np.clip(-hair.back * 1.6, 0, 1))
    colour = _colour(shape, frame, hair, noise, surface.fine) * (1 if afro else BEHIND)
    surface.put(cover(hair.back, frame.pixel), colour, (height + 0.02 * noise).astype(FLOAT), "hair", 0.05)


def put_front_hair(surface, shape, frame, hair, noise):
    """Hair over the skull, over the forehead and beside the face."""
    mask, height = _front_mask(surface, shape, frame, hair), _front_relief(shape, frame, hair)
    rough = 0.2 if shape.hair_style == "buzz" else 1
    unevenness = 0.02 * look_up("patch", hair.across * 0.14 + shape.hair_seed, frame.y * 0.02) + (0.040 - 0.027 * surface.fine) * noise
    height = height + unevenness * rough
    colour = _colour(shape, frame, hair, noise, surface.fine)
    if shape.hair_style not in ("afro", "buzz"):
        colour = colour + _gloss(frame, hair, noise)[..., None] * (0.03 + 0.40 * linear(shape.hair_colour)) * 0.6
    surface.put(mask, colour, height.astype(FLOAT), "hair", 0.02)


def _front_mask(surface, shape, frame, hair):
    """How opaque the hair is: ragged at its edge, most of all over the middle of the forehead; stubble lets skin through."""
    if shape.hair_style == "buzz":
        stubble = np.clip(0.66 + 0.16 * look_up("fine", frame.u * 0.6, frame.v * 0.6) * surface.fine, 0.2, 1)
        return (step(-hair.front, -0.05, 0.16) * stubble).astype(FLOAT) * cover(frame.edge, frame.pixel)
    over_forehead = 0.7 * bump(frame.u, 0.6) * (frame.v < 0.1)
    ragged = look_up("strand", hair.across * 0.7, frame.y * 0.12) * 0.022 * (0.5 + over_forehead)
    return cover(hair.front + ragged, frame.pixel * 1.5)


def _front_relief(shape, frame, hair):
    """The cap over the skull that turns into locks beside the face."""
    if shape.hair_style == "afro":
        return _afro_dome(shape, frame)
    depth = np.clip(-hair.front, 0, 1)  # inside the hair; no kinks below: light would show them as bands
    from_outside = np.clip((shape.hair_thickness + 0.06 - frame.edge) * 1.2, 0, 1)
    cap = CAP_RISE + CAP * np.sqrt(1 - (1 - from_outside) ** 2)
    locks = LOCKS_RISE + LOCKS * np.sqrt(np.clip(depth * 4, 0, 1))
    return mix(cap, locks, step(frame.y, *FROM_CAP_TO_LOCKS)) + EDGE_ROUND * np.tanh(depth * EDGE_STEEP)


def _gloss(frame, hair, noise):
    """A band of light across the strands, which break it up."""
    band = bump(frame.y - GLOSS_AT - GLOSS_SAG * hair.across**2 - 0.05 * hair.lock, GLOSS_WIDTH)
    return band * np.clip(0.5 + 0.5 * noise, 0, 1.6)


def _afro_dome(shape, frame):
    ratio = np.hypot(frame.x * 0.98, frame.y + AFRO_MIDDLE) / (AFRO_SIZE + shape.hair_thickness * 1.4)
    return AFRO_HEIGHT * np.sqrt(np.clip(1 - ratio**2, 0, 1)) - 0.1


def _colour(shape, frame, hair, noise, fine):
    """Linear colour: strands lighter and darker, and wide patches."""
    tone = 1 + (0.05 + 0.21 * fine) * noise + 0.10 * look_up("cloud", hair.across * 0.2, frame.y * 0.05)
    return linear(np.clip(shape.hair_colour, 8, 245)) * np.clip(tone, 0.25, 2.2)[..., None]
