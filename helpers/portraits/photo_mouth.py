"""The mouth of the photographic style: lips, the line where they meet, and what an open mouth shows.

Seen from the front, with the six curves that geometry.mouth() gives:

              __     __
          _.-'  '---'  '-._        top      the red's upper edge, with the bow in the middle
       .-'    upper lip    '-.
      <=======================>    upper    end of the upper lip       \\
       \\ |   |   |   |   |   /              teeth hang from here         the opening: dark;
        '.    ( tongue )   .'      lower    the lower lip begins       /  a closed mouth has none
          '-.  lower lip .-'
             '---------'           bottom   the red's lower edge

      t = -1     t = 0      t = 1  along the mouth; lens is 0 in the corners, 1 in the middle

Lengths are in head units, v grows downwards.
"""

from __future__ import annotations

import collections

import numpy as np

from .fields import FLOAT, bump, cover, mix, over, step
from .geometry import mouth
from .noise import look_up

Mouth = collections.namedtuple("Mouth", "u v t lens upper lower top bottom")
WINDOW = (0.55, 0.36)  # half width, half height of the part of the face that may change
FORWARD = 0.05  # how much farther than the face the mouth moves when the head turns
CLOSED = 0.04  # mouth_open below which the lips touch

PALE, RED = np.array([0.95, 0.66, 0.64], FLOAT), np.array([0.88, 0.34, 0.38], FLOAT)  # what a lip makes of the skin's colour
LIP_FADE = (-0.004, 0.016)  # over this way from its edge inwards the red appears
UPPER_FULLNESS, LOWER_FULLNESS = 0.024, 0.034  # how far the lips stand out
LINE_WIDTH, LINE_DEPTH, LINE_DARKNESS = 0.010, 0.015, 0.55

THROAT, TONGUE = np.array([0.10, 0.016, 0.016], FLOAT), (0.34, 0.08, 0.08)
TONGUE_SIZE = (0.12, 0.05)  # half width, half height
LIP_SHADOW = 0.022  # how far the upper lip's shadow reaches down into the mouth

TOOTH = 0.068  # width of a front tooth
NARROWER = 0.94  # exponent: teeth farther out look narrower
ENAMEL = np.array([0.84, 0.79, 0.71], FLOAT)


def paint_mouth(shape, frame, colour, relief):
    """Skin colour and relief with lips and the inside of the mouth; the lips' opacity; where the mouth is open."""
    part = frame.window(0, shape.mouth_y, *WINDOW)
    lips, inside = np.zeros(relief.shape, FLOAT), np.zeros(relief.shape, bool)
    colour[part], relief[part], lips[part], inside[part] = _mouth(shape, frame.crop(part), colour[part], relief[part])
    return colour, relief, lips, inside


def _mouth(shape, frame, colour, relief):
    u, v = frame.u - frame.turn * FORWARD, frame.v
    m = Mouth(u, v, *mouth(shape, u))
    here = m.lens > 0
    lips = _lips(m, frame.pixel, here)
    tint = mix(PALE, RED, shape.lip_colour)
    colour = over(colour, colour * tint * (1 + 0.08 * look_up("strand", u * 1.1, v * 0.35))[..., None], lips)
    line = bump(v - (m.upper + m.lower) / 2, LINE_WIDTH) * step(m.lens, 0, 0.12)
    relief = relief + _fullness(m, shape) * lips * here
    if shape.mouth_open < CLOSED:
        shade = LINE_DARKNESS * line * np.clip(lips + 0.3, 0, 1)
        nowhere = lips > 2
        return colour * (1 - shade[..., None] * np.array([0.8, 1, 1], FLOAT)), (relief - LINE_DEPTH * line).astype(FLOAT), lips, nowhere
    opening = cover(np.maximum(m.upper - v, v - m.lower), frame.pixel) * here
    return over(colour, _inside(m, shape), opening), relief.astype(FLOAT), lips * (1 - opening), opening > 0.5


def _lips(m, pixel, here):
    """How opaque the red of the lips is."""
    lips = cover(np.maximum(m.top - m.v, m.v - m.bottom) * 0.9, pixel) * here
    return (lips * step(np.minimum(m.v - m.top, m.bottom - m.v), *LIP_FADE)).astype(FLOAT)


def _fullness(m, shape):
    """How far the lips stand out: each a half ellipse between its two lines."""
    upper = (m.v - m.top) * (m.upper - m.v) / (shape.upper_lip**2 / 4 + 1e-4)
    lower = (m.v - m.lower) * (m.bottom - m.v) / (shape.lower_lip**2 / 4)
    rise = UPPER_FULLNESS * np.sqrt(np.clip(upper, 0, 1)) * (m.v < m.upper)
    return rise + LOWER_FULLNESS * np.sqrt(np.clip(lower, 0, 1)) * (m.v > m.lower)


def _inside(m, shape):
    """The colour of an open mouth's inside: throat, tongue, teeth, and the upper lip's shadow over them."""
    dark = THROAT * np.ones(m.u.shape + (1,), FLOAT)
    wide, high = TONGUE_SIZE
    tongue = bump(np.hypot(m.u / wide, (m.v - m.lower) / high), 1.0)
    dark = over(dark, TONGUE, tongue * 0.7)
    if shape.teeth > 0:
        dark = over(dark, *_teeth(m, shape))
    return dark * (0.6 + 0.4 * step(m.v - m.upper, 0, LIP_SHADOW))[..., None]


def _teeth(m, shape):
    """Colour and opacity of the upper row of teeth.

       |   :   |   :   |       upper, where the lip covers them
       |   :   |   :   |
       |   :   *   :   *  <-   from 0.3 tall on the gaps * grow darker
        \\_____/ \\_____/   <-   tall; shorter at the gaps, and from the second tooth on

    within: 1   0   1   0   1  0 in the middle of a tooth, 1 between two
    place:  0       1       2  counts teeth from the gap between the two front ones
    """
    below = m.v - m.upper
    place = np.sign(m.u) * (np.abs(m.u) / TOOTH) ** NARROWER
    within = np.abs(np.mod(place, 1) - 0.5) * 2
    shorter = 1 - 0.10 * within**4 - 0.10 * step(np.abs(place), 0.9, 1.1)
    tall = (0.034 + 0.045 * shape.mouth_open) * shape.teeth * shorter
    row = (1 - step(below, tall - 0.004, tall + 0.010)) * step(m.lens, 0.06, 0.30)  # none in the corners
    gaps = step(within, 0.80, 1.0) * (0.20 + 0.5 * step(below, 0.3 * tall, tall))
    rounded = 1 - 0.10 * within**2 - 0.55 * m.t * m.t  # each tooth is round, and so is the whole row
    return ENAMEL * (rounded * (1 - 0.45 * gaps))[..., None], row
