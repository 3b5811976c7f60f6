"""Checks for the exercises of notebook 11."""

from __future__ import annotations

import numpy as np

from .tools import exercise, expect_array, expect_number


@exercise
def frame_at(answer):
    """frame_at(times, moment) -> number of the frame that is on the screen at a moment; frames need not be evenly spaced."""
    even, uneven = np.arange(5) / 25, np.array([0.0, 0.1, 0.15, 0.9])
    expect_number(answer(even, 0.0), 0, "25 frames a second, at 0 s")
    expect_number(answer(even, 0.079), 1, "25 frames a second, at 0.079 s (the next frame comes at 0.08 s)")
    expect_number(answer(even, 0.08), 2, "25 frames a second, at 0.08 s, when frame 2 begins")
    for moment, wanted in ((0.05, 0), (0.12, 1), (0.5, 2), (0.89, 2), (0.95, 3), (7.0, 3)):
        expect_number(answer(uneven, moment), wanted, f"frames at 0, 0.1, 0.15 and 0.9 s, at {moment} s")


@exercise
def smooth_points(answer):
    """smooth_points(points, weight) -> exponential smoothing: each new value moves the last result by `weight` of the way."""
    steady = np.full((6, 2), 3.0)
    jump = np.array([[0.0, 0.0], [10.0, 20.0], [10.0, 20.0], [10.0, 20.0]])
    expect_array(answer(steady, 0.3), steady, "points that rest")
    expect_array(answer(jump, 1.0), jump, "weight 1, which changes nothing")
    wanted = np.outer([0, 0.5, 0.75, 0.875], [10, 20])
    expect_array(answer(jump, 0.5), wanted, "a jump and weight 0.5")
    before = jump.copy()
    answer(jump, 0.5)
    expect_array(jump, before, "the points given, which must stay as they are")


@exercise
def box_overlap(answer):
    """box_overlap(first, second) -> intersection over union of two boxes (left, top, right, bottom)."""
    box = np.array([10.0, 10.0, 30.0, 20.0])
    expect_number(answer(box, box), 1.0, "a box with itself")
    expect_number(answer(box, box + [5, 0, 5, 0]), 0.6, "a box moved by a quarter of its width")
    expect_number(answer(box, np.array([10.0, 10.0, 20.0, 20.0])), 0.5, "a box and its left half")
    expect_number(answer(box, box + 100), 0.0, "two boxes far apart, both to the right and below")
    expect_number(answer(box, box + [40, 0, 40, 0]), 0.0, "two boxes side by side with a gap")
