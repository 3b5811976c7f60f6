"""Exercises: is the answer right, and if not, where is it wrong?

An exercise that nobody has solved yet raises NotImplementedError. Its check then prints "not done yet", so that a
notebook runs through. A check never raises: it prints one line.
"""

from __future__ import annotations

import functools

import numpy as np


class WrongAnswer(Exception):
    """Carries one sentence: what was expected, what came, and where."""


def exercise(check):
    """Make a check from a function that calls the answer and raises WrongAnswer if it is not right."""

    @functools.wraps(check)
    def run(answer) -> None:
        try:
            check(answer)
        except NotImplementedError:
            print(f"{answer.__name__}: not done yet")
        except WrongAnswer as wrong:
            print(f"{answer.__name__}: not right yet. {wrong}")
        except Exception as error:  # the reader's code may fail in any way: say how, and let the notebook go on
            print(f"{answer.__name__}: not right yet. It raised {type(error).__name__}: {error}")
        else:
            print(f"{answer.__name__}: right")

    return run


def expect_number(got, wanted: float, where: str, tolerance: float = 1e-6) -> None:
    """Raise WrongAnswer unless got is a number within tolerance of wanted. where: the case, for the sentence."""
    if not np.isscalar(got) and np.ndim(got) != 0 or got is None:
        raise WrongAnswer(f"For {where}: expected a number, got {type(got).__name__}.")
    if not abs(float(got) - wanted) <= tolerance:
        raise WrongAnswer(f"For {where}: expected {wanted:.6g}, got {float(got):.6g}.")


def expect_array(got, wanted, where: str, tolerance: float = 1e-6) -> None:
    """Raise WrongAnswer at the first element that differs by more than tolerance, or if shape or type differ."""
    wanted = np.asarray(wanted)
    if not isinstance(got, (np.ndarray, tuple, list)):
        raise WrongAnswer(f"For {where}: expected an array, got {type(got).__name__}.")
    got = np.asarray(got)
    if got.shape != wanted.shape:
        raise WrongAnswer(f"For {where}: expected shape {list(wanted.shape)}, got {list(got.shape)}.")
    if wanted.dtype == np.uint8 and got.dtype != np.uint8:
        raise WrongAnswer(f"For {where}: expected uint8, got {got.dtype}.")
    off = ~(np.abs(got.astype(float) - wanted.astype(float)) <= tolerance)
    if off.any():
        place = tuple(int(i) for i in np.argwhere(off)[0])
        raise WrongAnswer(f"For {where}: at {list(place)} expected {wanted[place]:.6g}, got {got[place]:.6g}.")


def test_pictures(seed: int):
    """Two small pictures of random colours, one mostly dark and one mostly bright. RGB uint8 [4, 6, 3] each."""
    random = np.random.RandomState(seed)
    dark = random.randint(0, 100, (4, 6, 3)).astype(np.uint8)
    return dark, random.randint(150, 256, (4, 6, 3)).astype(np.uint8)


# Notebook 00


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


# Notebook 10


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
