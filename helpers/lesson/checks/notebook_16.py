"""Checks for the exercises of notebook 16."""

from __future__ import annotations

import numpy as np

from helpers import portraits

from .tools import exercise, expect_array, expect_number, show_beside, test_pictures


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
    """cut_out(picture, alpha, colour) -> uint8: the picture where alpha is 1, the colour where it is 0, rounded."""
    someone = portraits.Identity()
    photo, alpha = portraits.render(someone, "photo", 96), portraits.head_alpha(someone, 96)
    show_beside(answer(photo, alpha, (250, 120, 10)), _mixed(photo, alpha, (250, 120, 10)))
    picture, _ = test_pictures(seed=4)
    ramp = np.linspace(0, 1, 24).reshape(4, 6)  # in steps of 1/23: no mixture of whole numbers lies halfway between two
    for name, alpha in {"alpha 0": 0 * ramp, "alpha 1": 0 * ramp + 1, "an alpha from 0 to 1": ramp}.items():
        expect_array(answer(picture, alpha, (250, 120, 10)), _mixed(picture, alpha, (250, 120, 10)), name)


@exercise
def stencil(answer):
    """stencil(light) -> uint8: 0 (ink) where the light is below one half, 255 (paper) elsewhere."""
    gray = portraits.render(portraits.Identity(), "photo", 96).mean(axis=2) / 255
    show_beside(answer(gray), np.where(gray < 0.5, 0, 255).astype(np.uint8))
    for name, light in {
        "light from 0 to 1": np.linspace(0, 1, 12).reshape(3, 4),
        "a light of exactly one half": np.full((2, 2), 0.5),
        "a dark picture": np.linspace(0, 0.4, 4).reshape(2, 2),
    }.items():
        expect_array(answer(light.copy()), np.where(light < 0.5, 0, 255).astype(np.uint8), name)


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


def _mixed(picture, alpha, colour):
    mixed = alpha[..., None] * picture + (1 - alpha[..., None]) * np.array(colour, float)
    return np.round(mixed).astype(np.uint8)
