"""Checks for the exercises of notebook 00."""

from __future__ import annotations

import numpy as np
from skimage import data

from .tools import WrongAnswer, exercise, expect_array, expect_number, show_beside, test_pictures

HALF = 0.5 + 1e-6  # a rounded number is no further from the exact one


@exercise
def mix(answer):
    """mix(photo, cartoon, strength) -> uint8, the weighted mean, rounded to the nearest number."""
    photo, cartoon = test_pictures(seed=0)
    for strength in (0.0, 1.0, 0.5, 0.3, 0.85):
        exact = (1 - strength) * photo.astype(float) + strength * cartoon.astype(float)
        got = answer(photo, cartoon, strength)
        expect_array(got, np.round(exact).astype(np.uint8), f"strength {strength}", tolerance=1)
        off = np.abs(got - exact) > HALF
        if off.any():
            raise WrongAnswer(
                f"For strength {strength}: {exact[off][0]:.2f} became {got[off][0]}, which is not the nearest number: round it."
            )


@exercise
def wrapped(answer):
    """wrapped() -> what uint8 makes of [3, 250] - [5, 5]."""
    expect_array(answer(), (np.uint8([3, 250]) - np.uint8([5, 5])).astype(int), "[3, 250] - [5, 5] in uint8")


@exercise
def share_changed(answer):
    """share_changed(photo, cartoon, levels) -> the share of pixels where a channel moved by more than `levels`."""
    photo, cartoon = test_pictures(seed=1)
    half = photo.copy()
    half[:2] = cartoon[:2]
    one_channel = photo.copy()
    one_channel[0, 0, 2] += 50
    lighter = photo + np.uint8(5)
    expect_number(answer(photo, photo, 10), 0.0, "two equal pictures")
    wraps = "in uint8 3 - 8 is 251: does your difference wrap around?"
    expect_number(answer(photo, lighter, 10), 0.0, f"a cartoon 5 levels lighter than the photo ({wraps})")
    expect_number(answer(lighter, photo, 10), 0.0, f"a cartoon 5 levels darker than the photo ({wraps})")
    expect_number(answer(photo, cartoon, 10), 1.0, "dark to bright")
    expect_number(answer(cartoon, photo, 10), 1.0, "bright to dark")
    expect_number(answer(photo, half, 10), 0.5, "the upper half changed")
    expect_number(answer(photo, one_channel, 30), 1 / 24, "one channel of one of 24 pixels changed by 50 levels, and levels=30")
    expect_number(answer(photo, one_channel, 50), 0.0, "a change of exactly 50 levels, and levels=50")


@exercise
def mean_without_float(answer):
    """mean_without_float(photo, cartoon) -> (photo + cartoon) // 2 in uint8, wrapped around where the sum is above 255. Shows it."""
    photo, cartoon = test_pictures(seed=4)
    expect_array(answer(photo, cartoon), (photo + cartoon) // 2, "one dark and one bright picture, all in uint8")
    portrait = data.astronaut()[:300, 75:375]
    flipped = portrait[:, ::-1]
    show_beside(answer(portrait, flipped), (portrait + flipped) // 2, height=3.2)
