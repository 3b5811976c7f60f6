"""Anime whose hair takes its light and shade from the photo.

The renderer draws shine and shade where it likes. No photo shows where that will be, so a network that learnt from such drawings
would paint all hair in one tone, their average. Drawn from the photo's own light, tones can be foreseen, on real photos as well.
"""

from __future__ import annotations

import cv2
import numpy as np

from helpers import portraits
from helpers.portraits.anime import hair_tones
from helpers.portraits.anime_features import line
from helpers.portraits.fields import FLOAT, blur, cover, shrink
from helpers.portraits.hair import hair_of

HAIR = portraits.LABELS.index("hair")
LOCK, CURL = 0.026, 0.045  # head units: what is finer than a lock, or a curl of an afro, is no tone of its own
SHADE, LIGHT = -0.12, 0.17  # difference from the hair's median, for which `_brightness` has the unit
FINER = 3  # tones have clear borders: they are drawn larger, then made smaller


def relight(photo, drawing, person, sitting, exaggeration):
    """The drawing with other hair.

    photo, drawing: RGB uint8 [size, size, 3], the person in "photo" and in "anime". person: the Identity. sitting: pose, expression, light
    and background of both, as render() takes them. exaggeration: of the drawing. Shaven heads stay as they are.
    """
    drawn = portraits.Sitting(person, "anime", len(photo), exaggeration=exaggeration, **sitting)
    grown = _labels(person, "photo", len(photo), sitting) == HAIR
    if drawn.shape.hair_style in ("bald", "buzz") or not grown.any():
        return drawing
    frame = drawn.frame(2)
    finest = (CURL if drawn.shape.hair_style == "afro" else LOCK) / (2 * frame.pixel)
    brightness = _brightness(photo, grown, finest)
    brightness = cv2.resize(brightness, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC)[..., None]
    base, shade, light, _ = hair_tones(drawn.shape)
    tones = np.where(brightness < SHADE, shade, np.where(brightness > LIGHT, light, base)).astype(FLOAT)
    tones = cv2.resize(tones, drawing.shape[1::-1], interpolation=cv2.INTER_AREA)
    front = hair_of(drawn.shape, frame, jagged=2.0).front
    mask = shrink(cover(front, frame.pixel) * (1 - line(front, frame)), len(photo))  # within the outline
    uncovered = _labels(person, "anime", len(photo), sitting, exaggeration) == HAIR  # hats and glasses lie over it
    mask = (mask * blur(uncovered.astype(FLOAT), 0.6))[..., None]
    return np.clip(drawing + mask * (255 * tones - drawing) + 0.5, 0, 255).astype(np.uint8)


def _labels(person, style, size, sitting, exaggeration=1.0):
    return portraits.segments(person, size, style, exaggeration=exaggeration, **sitting)


def _brightness(photo, grown, finest):
    """How light each place of the hair is against its median, smoothed within it and carried on beyond its rim: float32 [H, W]."""
    inner = cv2.erode(grown.astype(FLOAT), np.ones((3, 3)))
    inner = inner if inner.any() else grown.astype(FLOAT)
    luma = photo @ np.array([0.299, 0.587, 0.114], FLOAT)
    median = np.median(luma[inner > 0])
    difference = inner * (luma - median) / (60 + 0.3 * median)  # between levels and ratios: dark hair and fair hair alike
    near, far = ((blur(difference, sigma), blur(inner, sigma) + FLOAT(1e-5)) for sigma in (finest, 5 * finest))
    return np.where(near[1] > 0.3, near[0] / near[1], far[0] / far[1]).astype(FLOAT)
