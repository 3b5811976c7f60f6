"""Pencil strokes that follow form: directions from the relief's curvature, streaks along them, paper grain.

Streaks: line integral convolution of noise (Cabral and Leedom 1993), as Mao et al. (2001) draw with a pencil.
"""

from __future__ import annotations

import cv2
import numpy as np

from .fields import FLOAT, blur, step
from .noise import look_up

PAPER = np.array([0.975, 0.965, 0.94], FLOAT)
LEFT = FLOAT(0.125)  # standard deviation of noise that was smeared along smooth directions; fixed, so that each stroke is local
GRAPHITE = np.array([0.15, 0.15, 0.17], FLOAT)


def spacing_of(side):
    """Distance between two strokes, in pixels of a grid that is side pixels wide."""
    return max(3.0, side * 0.0105)


def across_form(height, pixel, sigma):
    """Directions of strokes that wrap around a relief: along its strongest convex curvature, as doubled angles.

    Returns float32 [H, W, 2]: cos and sin of twice the angle, times how clear the direction is. Doubled, because a
    stroke has no head and tail. Flat places take the diagonal of a right hand.
    """
    soft = blur(height, sigma)
    xx = cv2.Sobel(soft, cv2.CV_32F, 2, 0, ksize=5)
    yy = cv2.Sobel(soft, cv2.CV_32F, 0, 2, ksize=5)
    xy = cv2.Sobel(soft, cv2.CV_32F, 1, 1, ksize=5)
    doubled = np.stack([yy - xx, -2 * xy], -1) / FLOAT(64 * pixel**2)  # curvatures, 1 / head units
    doubled = doubled / np.maximum(np.abs(doubled).max(-1, keepdims=True) / 3, 1)  # cap what edges of layers give
    right_hand = np.deg2rad(2 * -52)
    return blur(doubled, sigma * 1.6) + FLOAT(0.7) * np.array([np.cos(right_hand), np.sin(right_hand)], FLOAT)


def along_strands(across, sigma):
    """Directions along hair, as doubled angles: where the strand coordinate does not change."""
    dx = cv2.Sobel(blur(across, sigma), cv2.CV_32F, 1, 0)
    dy = cv2.Sobel(blur(across, sigma), cv2.CV_32F, 0, 1)
    doubled = np.stack([dy * dy - dx * dx, -2 * dx * dy], -1)
    return doubled / np.maximum(np.linalg.norm(doubled, axis=-1, keepdims=True), 1e-9)


def streaks(doubled, spacing, turned=0.0, shift=0.0):
    """Noise smeared along directions, mean 0, standard deviation about 1: dark where the pencil passed.

    turned: radians by which the strokes leave the directions; shift: another pattern. Each pass doubles the length.
    """
    side = len(doubled)
    angle = 0.5 * np.arctan2(doubled[..., 1], doubled[..., 0]) + FLOAT(turned)
    move_x, move_y = np.cos(angle), np.sin(angle)
    flip = np.where(move_x * 0.62 - move_y * 0.78 < 0, FLOAT(-1), FLOAT(1))  # all strokes run the same way
    move = np.dstack([move_x * flip, move_y * flip]) * FLOAT(spacing * 0.4)
    rows, columns = np.mgrid[0:side, 0:side].astype(FLOAT)
    here = np.dstack([columns, rows])
    scale = 5.0 / spacing / 512  # the texture's lines are 5 texels apart
    smeared = look_up("hatch", columns * FLOAT(scale) + FLOAT(shift), rows * FLOAT(scale))
    for _ in range(5):
        # OpenCV's own fixed-point form of the places serves both pictures.
        places = cv2.convertMaps(here + move, None, cv2.CV_16SC2)
        far, far_move = (cv2.remap(a, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT) for a in (smeared, move))
        smeared, move = (smeared + far) / 2, move + far_move
    return smeared / LEFT


def strokes(pattern, darkness):
    """Strokes where a pattern is low: none at darkness 0, all of the paper at 1."""
    level = darkness * 5.0 - 2.5  # in standard deviations of the pattern
    return step(level - pattern, -0.25, 0.75) * step(darkness, 0.01, 0.12)


def on_paper(ink):
    """Graphite 0..1 on grainy paper: sRGB float32 [H, W, 3]."""
    side = len(ink)
    rows, columns = np.mgrid[0:side, 0:side].astype(FLOAT) / FLOAT(512)
    tooth = look_up("grain", columns, rows)
    held = np.clip(ink * (1 + 0.22 * tooth * (1 - ink)), 0, 1)
    paper = PAPER * (1 + 0.008 * tooth + 0.008 * look_up("patch", columns * 0.7, rows * 0.7))[..., None]
    return paper + (GRAPHITE - paper) * held[..., None]
