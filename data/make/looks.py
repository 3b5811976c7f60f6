"""The looks that the cartoon networks learn: a photo's own abstraction, with parts of the drawn face on it.

A network paints sharply only what it can foresee. Where a drawing puts shine, folds and strokes at will, the best guess is a blur. So the
target follows the photo: flat tones and ink as in Winnemoeller, Olsen and Gooch, "Real-time video abstraction" (2006). What makes a style,
large eyes or clay skin, is drawn by helpers.portraits and laid over it (`face_parts.py`). The network sees the photo only after folds,
strands, blur and noise were added to it (`pairs.py`), so it must learn what counts.

Photos and cartoons here: RGB float32 [H, W, 3], 0 to 1. Sigmas and widths: pixels, as the network sees the picture.
"""

from __future__ import annotations

from helpers.portraits.clay import LUMA, graded
from helpers.portraits.fields import FLOAT, blur

import cv2
import numpy as np
from face_parts import to_bytes
from finish import LEAD, PAPER, draw_strokes, flatten_tones

INK = np.array([0.13, 0.09, 0.10], FLOAT)


def anime(photo):
    """Flat tones with clear borders, strong colours, ink on the dark side of every edge."""
    smooth = flatten(photo, 4, 0.10, 6)
    colours = (flatten_tones(2 * smooth[np.newaxis] - 1)[0].numpy() + 1) / 2
    gray = (colours @ LUMA)[..., None]
    colours = 0.03 + 0.97 * np.clip(gray + 1.25 * (colours - gray), 0, 1)
    line = 0.88 * lines(flatten(photo, 2, 0.08, 4), 1.2, 0.02, 0.03)[..., None]
    return colours + (INK - colours) * line


def sketch(photo):
    """Graphite: a line on every edge, soft tones where it is dark."""
    fine = flatten(photo, 2, 0.08, 4)
    line = np.maximum(lines(fine, 0.9, 0.012, 0.05), 0.85 * lines(fine, 1.9, 0.014, 0.05))
    tone = flatten(photo, 4, 0.12, 6) @ LUMA
    against_near = np.clip(1 - (tone + 0.02) / (blur(tone, 12) + 0.02), 0, 1)
    dark = np.clip(np.clip(0.62 - tone, 0, 1) * 1.25 + 0.7 * against_near, 0, 1)
    light = (1 - 0.9 * dark) * (1 - 0.85 * line)
    return LEAD + (PAPER - LEAD) * light[..., None]


def clay(photo):
    """Smooth forms in the colours of an animation film, a little shade where things meet."""
    smooth = flatten(photo, 5, 0.11, 7)
    shade = 0.3 * lines(smooth, 2.2, 0.006, 0.09)
    return graded(np.clip(1.06 * smooth * (1 - shade)[..., None], 0, 1))


LOOKS = {"anime": anime, "sketch": sketch, "3d": clay}
FINISH = {"anime": flatten_tones, "sketch": draw_strokes}  # what a frozen graph does after its network


def cartoon(style, photo, parts=None):
    """The whole cartoon of a photo: float32 [H, W, 3], 0 to 1. parts: float32 [H, W, 4], 0 to 1, of face_parts.py."""
    picture = LOOKS[style](photo)
    return picture if parts is None else lay(parts, picture)


def cartoon_of(style, photo, parts=None):
    """The same of pictures as they are stored: uint8 [H, W, 3], and of parts [H, W, 4], to uint8 [H, W, 3]."""
    return to_bytes(cartoon(style, *(side / FLOAT(255) for side in (photo, parts) if side is not None)))


def finished(style, photo, parts=None):
    """The same with what the style's frozen graph does after its network: what a perfect model would make of the photo."""
    picture = cartoon_of(style, photo, parts)
    if style not in FINISH:
        return picture
    return to_bytes((FINISH[style](picture[np.newaxis] / FLOAT(127.5) - 1)[0].numpy() + 1) / 2)


def lay(parts, picture):
    """Parts, float32 [H, W, 4], 0 to 1, over a picture, float32 [H, W, 3]."""
    return parts[..., :3] + (1 - parts[..., 3:]) * picture


def flatten(picture, times, colours, pixels):
    """Smooth areas, sharp edges: a bilateral filter, several times."""
    for _ in range(times):
        picture = cv2.bilateralFilter(picture, 9, colours, pixels)
    return picture


def lines(picture, sigma, least, width):
    """Where the darker side of an edge lies, 0 to 1: [H, W]. least: the difference at which a line begins; width: until it is full."""
    difference = np.max([blur(channel, 1.6 * sigma) - blur(channel, sigma) for channel in cv2.split(picture)], axis=0)
    return np.clip((difference - least) / width, 0, 1)
