"""Checks for the exercises of notebook 00."""

from __future__ import annotations

import numpy as np

from .tools import exercise, expect_array, expect_number, test_pictures


@exercise
def mix(answer):
    """mix(photo, cartoon, strength) -> uint8, the weighted mean, rounded."""
    photo, cartoon = test_pictures(seed=0)
    for strength in (0.0, 1.0, 0.5, 0.3):
        wanted = np.round((1 - strength) * photo.astype(float) + strength * cartoon.astype(float)).astype(np.uint8)
        expect_array(answer(photo, cartoon, strength), wanted, f"strength {strength}", tolerance=1)


@exercise
def share_changed(answer):
    """share_changed(photo, cartoon, levels) -> the share of pixels where a channel moved by more than `levels`."""
    photo, cartoon = test_pictures(seed=1)
    half = photo.copy()
    half[:2] = cartoon[:2]
    one_channel = photo.copy()
    one_channel[0, 0, 2] += 50
    expect_number(answer(photo, photo, 10), 0.0, "two equal pictures")
    expect_number(answer(photo, cartoon, 10), 1.0, "dark to bright")
    expect_number(answer(cartoon, photo, 10), 1.0, "bright to dark")
    expect_number(answer(photo + np.uint8(5), photo, 10), 0.0, "5 levels darker (uint8 minus uint8 wraps around below zero)")
    expect_number(answer(photo, half, 10), 0.5, "the upper half changed")
    expect_number(answer(photo, one_channel, 10), 1 / 24, "one channel of one of 24 pixels changed")
    expect_number(answer(photo, one_channel, 50), 0.0, "a change of exactly 50 levels, and levels=50")
