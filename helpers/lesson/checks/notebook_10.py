"""Checks for the exercises of notebook 10."""

from __future__ import annotations

import cv2
import numpy as np
from skimage import data

from helpers.stylize.alignment import TEMPLATE

from .tools import WrongAnswer, exercise, expect_array, show_beside, test_pictures

CHANGES = {  # 2x3 matrices
    "shift": [[1, 0, 40], [0, 1, -25]],
    "rotation": [[0.8, -0.6, 0], [0.6, 0.8, 0]],
    "scale": [[1.7, 0, 0], [0, 1.7, 0]],
    "stretch": [[2, 0, 0], [0, 1, 0]],
    "mirror": [[-1, 0, 112], [0, 1, 0]],
}


@exercise
def working_size(answer):
    """working_size(height, width, limit=720) -> (height, width) in whole pixels, shorter side at most limit, longer one cut off."""
    cases = {(512, 512): (512, 512), (1440, 2160): (720, 1080), (3000, 4000): (720, 960), (4000, 3000): (960, 720)}
    cases.update({(720, 3000): (720, 3000), (100, 200): (100, 200), (1000, 1501): (720, 1080)})
    for (height, width), expected in cases.items():
        expect_array(whole(answer(height, width)), expected, f"height {height}, width {width}")
    expect_array(whole(answer(600, 900, limit=300)), (300, 450), "height 600, width 900, limit=300")
    expect_array(whole(answer(600, 900, limit=1000)), (600, 900), "height 600, width 900, limit=1000")


def whole(size):
    """A size, if both numbers are whole."""
    if isinstance(size, (tuple, list)) and not all(isinstance(side, (int, np.integer)) for side in size):
        raise WrongAnswer(f"Pixels are whole numbers (int); got {size}.")
    return size


@exercise
def undo(answer):
    """undo(matrix) -> the 2x3 matrix that takes the crop back: undo(M) after M changes no point."""
    random = np.random.RandomState(2)
    points = random.uniform(0, 288, (5, 2))
    for angle, scale, shift in ((0.0, 1.0, (30.0, -20.0)), (0.0, 0.5, (0.0, 0.0)), (0.4, 1.7, (12.0, 80.0))):
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        back = np.asarray(answer(np.hstack([turn, np.reshape(shift, (2, 1))])), dtype=float)
        if back.shape != (2, 3):
            raise WrongAnswer(f"Expected shape [2, 3], got {list(back.shape)}.")
        moved = points @ turn.T + shift
        expect_array(moved @ back[:, :2].T + back[:, 2], points, f"turn {angle}, scale {scale}, shift {shift}", 1e-3)


@exercise
def taken_out(answer):
    """taken_out() -> the set of changes after which a similarity transform brings five points to where it brought them before."""
    guess = set(answer())
    unknown = guess - set(CHANGES)
    if unknown:
        raise WrongAnswer(f"{sorted(unknown)} is none of {', '.join(CHANGES)}.")
    for name, change in CHANGES.items():
        change = np.array(change, float)
        gap = np.abs(_aligned(TEMPLATE @ change[:, :2].T + change[:, 2]) - _aligned(TEMPLATE)).max()
        if (gap < 1e-3) != (name in guess):
            found = "as before" if gap < 1e-3 else f"up to {gap:.0f} pixels elsewhere"
            raise WrongAnswer(f"After the change {name!r} the aligned points lie {found}.")


def _aligned(points):
    """Points, float [5, 2], after the similarity transform that brings them closest to the template."""
    equations = [row for x, y in points for row in ([x, -y, 1, 0], [y, x, 0, 1])]
    a, b, s, t = np.linalg.lstsq(np.array(equations, float), np.ravel(TEMPLATE).astype(float), rcond=None)[0]
    return points @ np.array([[a, b], [-b, a]]) + [s, t]


@exercise
def composite(answer):
    """composite(background, head, mask) -> uint8: the head where the mask is 0.5 or more, else the background. Shows it."""
    background, head = test_pictures(seed=3)
    mask = np.linspace(0, 1, 24).reshape(4, 6)
    mask[2, 2] = 0.5
    for name, weight in {"mask 0": 0 * mask, "mask 1": 0 * mask + 1, "a mask from 0 to 1": mask}.items():
        expect_array(answer(background, head, weight), _hard(background, head, weight), name)
    photo = data.astronaut()[:300, 75:375]
    gray = np.repeat(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)[..., np.newaxis], 3, axis=2)
    y, x = np.mgrid[:300, :300]
    soft = np.clip(2.5 - np.hypot((x - 150) / 72, (y - 100) / 84) * 2, 0, 1)
    show_beside(answer(gray, photo, soft), _hard(gray, photo, soft))


def _hard(background, head, mask):
    return np.where(mask[..., np.newaxis] >= 0.5, head, background)
