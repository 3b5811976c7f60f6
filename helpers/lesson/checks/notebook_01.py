"""Checks for the exercises of notebook 01."""

from __future__ import annotations

import numpy as np

from .tools import exercise, expect_array, expect_number


@exercise
def blocks_needed(answer):
    """blocks_needed(side, block, overlap) -> how many blocks cover side x side pixels."""
    cases = {(24, 24, 6): 1, (10, 24, 6): 1, (42, 24, 6): 4, (78, 24, 6): 16, (79, 24, 6): 25, (192, 24, 6): 121, (100, 10, 0): 100}
    for (side, block, overlap), wanted in cases.items():
        expect_number(answer(side, block, overlap), wanted, f"side {side}, block {block}, overlap {overlap}")


@exercise
def period(answer):
    """period(matches) -> the smallest shift above 0 with a peak of at least 0.5, or 0."""
    rhythm = 0.5 + 0.5 * np.cos(2 * np.pi * np.arange(60) / 12)
    weak = rhythm * np.where(np.arange(60) < 20, 0.4, 0.9)
    weak[0] = 1
    expect_number(answer(rhythm), 12, "a peak of 1 at every 12th shift")
    expect_number(answer(0.7 * rhythm), 12, "peaks of 0.7 at every 12th shift")
    expect_number(answer(weak), 24, "a peak of 0.4 at shift 12 and one of 0.9 at shift 24")
    expect_number(answer(np.exp(-np.arange(60) / 5)), 0, "a curve that only falls")
    expect_number(answer(np.array([1, 0.6, 0.7, 0.8, 0.9])), 0, "a curve that still rises at its end")


@exercise
def make_tile(answer):
    """make_tile(strip, overlap) -> the strip without its last columns, joined to its first ones by the cheapest seam."""
    overlap = 6
    for name, path in {
        "a straight seam": [3, 3, 3, 3, 3],
        "a winding seam": [2, 1, 2, 3, 4],
        "a seam at the edge": [0, 0, 1, 0, 0],
    }.items():
        strip, rows = np.random.RandomState(4).randint(0, 256, (5, 18, 3)).astype(np.uint8), np.arange(5)
        strip[rows, 12 + np.array(path)] = strip[rows, path]  # only along the path first and last columns agree
        wanted = strip[:, :12].copy()
        for row, column in enumerate(path):
            wanted[row, :column] = strip[row, 12 : 12 + column]
        expect_array(answer(strip.copy(), overlap), wanted, name)
