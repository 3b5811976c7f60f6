"""Checks for the exercises of notebook 16."""

from __future__ import annotations

import numpy as np

from .tools import exercise, expect_array, expect_number, test_pictures


@exercise
def share_covered(answer):
    """share_covered(bare, dressed, label) -> the share of a part's pixels that show something else afterwards."""
    bare = np.uint8([[0, 1, 1, 2], [0, 1, 1, 2]])
    half = np.uint8([[0, 3, 1, 2], [3, 3, 1, 2]])
    moved = np.uint8([[1, 1, 1, 2], [1, 0, 1, 2]])
    expect_number(answer(bare, bare, 1), 0.0, "two equal maps")
    expect_number(answer(bare, half, 1), 0.5, "two of the part's four pixels covered (another part's pixel does not count)")
    expect_number(answer(bare, half, 2), 0.0, "a part that nothing covers")
    expect_number(answer(bare, moved, 1), 0.25, "a part that also shows up at a new place")


@exercise
def cut_out(answer):
    """cut_out(picture, alpha, colour) -> uint8: the picture where alpha is 1, the colour where it is 0."""
    picture, _ = test_pictures(seed=4)
    ramp = np.linspace(0, 1, 24).reshape(4, 6)
    for name, alpha in {"alpha 0": 0 * ramp, "alpha 1": 0 * ramp + 1, "an alpha from 0 to 1": ramp}.items():
        wanted = alpha[..., None] * picture + (1 - alpha[..., None]) * np.array([250.0, 120.0, 10.0])
        expect_array(answer(picture, alpha, (250, 120, 10)), np.round(wanted).astype(np.uint8), name, tolerance=1)


@exercise
def turned(answer):
    """turned(points68) -> from -1 to 1: where the nose tip is between the ends of the jaw."""
    for where, nose, wanted in (
        ("in the middle", 60, 0.0),
        ("at the right end", 100, 1.0),
        ("at the left end", 20, -1.0),
        ("at x = 70", 70, 0.25),
    ):
        points = np.full((68, 2), 55.0)
        points[0], points[16], points[30] = (20, 40), (100, 44), (nose, 60)
        expect_number(answer(points), wanted, f"a jaw from x = 20 to x = 100 and the nose {where}")
