"""Checks for the exercises of notebook 10."""

from __future__ import annotations

import numpy as np

from .tools import WrongAnswer, exercise, expect_array, test_pictures


@exercise
def working_size(answer):
    """working_size(height, width, limit=720) -> (height, width) in whole pixels, shorter side at most limit."""
    cases = {(512, 512): (512, 512), (1440, 2160): (720, 1080), (3000, 4000): (720, 960), (4000, 3000): (960, 720)}
    cases.update({(720, 3000): (720, 3000), (100, 200): (100, 200)})
    for (height, width), wanted in cases.items():
        expect_array(answer(height, width), wanted, f"height {height}, width {width}", tolerance=1)


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
def composite(answer):
    """composite(background, head, mask) -> uint8: head where the mask is 1, background where it is 0."""
    background, head = test_pictures(seed=3)
    mask = np.linspace(0, 1, 24).reshape(4, 6)
    for name, weight in {"mask 0": 0 * mask, "mask 1": 0 * mask + 1, "a mask from 0 to 1": mask}.items():
        wanted = weight[..., None] * head.astype(float) + (1 - weight[..., None]) * background.astype(float)
        expect_array(answer(background, head, weight), np.round(wanted).astype(np.uint8), name, tolerance=1)
