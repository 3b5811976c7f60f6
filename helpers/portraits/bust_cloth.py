"""The body of a bust, and what is worn: neck, clothes, masks, glasses, hats. Their outlines are in accessories.py."""

from __future__ import annotations

import numpy as np

from . import accessories
from .fields import FLOAT, blur, bump, cover, linear, mix, over, spot, step
from .noise import look_up
from .surface import LABELS

# x: how far out, y: how far down, in head units, from the middle of a head whose chin is at 1.
#
#     |      |  |
#  0.9|    / :  |         neck; two cords ":" run down and inwards to the collar bones
#  1.1|  /:     '.
#  1.3|  -----.   '--.__        the neck has gone under the collar
#     |   chest  '       '-.
#  1.8|            )groove( '.
#     |            )      (arm\
#  2.6|            )      (    |
#     +-------------------|----|-> x
#     0                 ARM   shoulder_width
CORD_AT, CORD_LEAN, CORD_WIDTH = 0.24, 0.3, 0.09  # where a cord is at CORD_TOP, how it leans, how wide it is
CORD_TOP, CORD_END = 0.9, 1.1
ARM, ARM_WIDTH = 0.93, 0.2  # where the middle of the arm is, in shoulder widths; how wide it is
ARM_FROM = (1.35, 1.9)  # over this way down the arm parts from the chest
GROOVE = 0.25  # from the middle of the arm to the groove beside the chest
STRIPES = 38  # radians of stripes per head unit


def put_body(surface, shape, frame):
    """The bare neck, then the clothes over neck, chest and arms."""
    neck, clothes = accessories.body(shape, frame)
    colour, height = linear(shape.skin) * FLOAT(0.94), _neck_relief(shape, frame.body_x, frame.body_y)
    surface.put(cover(neck, frame.pixel), colour, height.astype(FLOAT), "skin", 0.04, 1.0)
    fold = _folds(shape, frame.body_x, frame.body_y)
    colour, height = _cloth_colour(shape, frame, fold, surface.fine), _cloth_relief(shape, frame, fold, clothes)
    surface.put(cover(clothes, frame.pixel), colour, height.astype(FLOAT), "clothes", 0.01)


def _barrel(x, half_width):
    """The height of an upright half cylinder, 1 in its middle."""
    return np.sqrt(np.clip(1 - (x / half_width) ** 2, 0, 1))


def _neck_relief(shape, x, y):
    """A cylinder that widens into the shoulders and sinks in under the collar, and the two cords on it."""
    half_width = shape.neck_width + 0.05 + 0.9 * step(y, 1.1, 1.8)
    height = -0.3 + 0.42 * _barrel(x, half_width) - 0.1 * step(y, 0.9, 1.3)
    cord = np.abs(x) - CORD_AT + CORD_LEAN * (y - CORD_TOP)
    return height + 0.012 * bump(cord, CORD_WIDTH) * step(y, CORD_TOP, CORD_END)


def _folds(shape, x, y):
    """How far the cloth's wide and small folds stand out."""
    return look_up("wide", x * 0.22 + shape.texture_seed, y * 0.13) * 0.03 + look_up("cloud", x * 0.1, y * 0.05) * 0.012


def _cloth_relief(shape, frame, fold, clothes):
    """The chest with folds and a thick hem, an arm hanging on each side, and the groove between arm and chest."""
    x, y = frame.body_x, frame.body_y
    chest = -0.34 + 0.40 * _barrel(x, shape.shoulder_width + 0.4) + 0.1 * step(y, 1.3, 1.9)
    arm = np.abs(x) - (ARM - 0.03 * step(y, 1.6, 2.6)) * shape.shoulder_width
    height = chest + fold + 0.03 * step(-clothes, 0, 0.03) + 0.16 * bump(arm, ARM_WIDTH) * step(y, *ARM_FROM)
    groove = arm + GROOVE - 0.05 * step(y, 1.9, 2.6)
    groove_width = 0.035 + 0.05 * step(y, 2.0, 1.7)  # soft at the armpit, sharp below
    return height - 0.03 * bump(groove, groove_width) * step(y, 1.75, 2.05)


def _cloth_colour(shape, frame, fold, fine):
    """Plain or striped cloth, with a weave as far as materials are fine; stripes follow the folds."""
    x, y = frame.body_x, frame.body_y
    colour = linear(shape.clothes) * np.ones(x.shape + (1,), FLOAT)
    if shape.stripes == "stripes":
        colour = over(colour, linear(shape.stripe_colour), step(np.sin((y + fold) * STRIPES), -0.2, 0.2))
    return colour * (1 + 0.06 * fine * look_up("grain", x * 0.35, y * 0.35))[..., None]


def put_face_mask(surface, shape, frame, relief):
    """A mask with pleats over nose and mouth, and its straps."""
    cloth, strap = accessories.face_mask(shape, frame)
    pleats = 0.010 * bump(np.mod((frame.v - 0.3) * 6, 1) - 0.5, 0.15) * (frame.v > 0.3) * (frame.v < 0.85)
    height = blur(relief + 0.05 + 0.05 * spot(frame.u, 0.25, frame.v - 0.45, 0.3), frame.size * 0.012) - pleats
    colour = linear(shape.mask_colour) * (1 + 0.04 * look_up("grain", frame.u * 0.5, frame.v * 0.5))[..., None]
    surface.put(cover(strap, frame.pixel), colour * 0.9, relief + FLOAT(0.02), "mask", 0)
    surface.put(cover(cloth, frame.pixel), colour, height.astype(FLOAT), "mask", 0.02)


def put_glasses(surface, shape, frame, relief):
    """Frames, and lenses that reflect; dark ones hide the eyes."""
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


def put_hat(surface, shape, frame, hair):
    """A knitted beanie, or a cap with its brim."""
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
