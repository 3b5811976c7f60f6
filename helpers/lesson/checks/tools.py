"""Exercises: is the answer right, and if not, where is it wrong?

An exercise that nobody has solved yet raises NotImplementedError. Its check then prints "not done yet", so that a
notebook runs through. A check never raises: it prints one line.
"""

from __future__ import annotations

import functools

import numpy as np
from IPython import get_ipython

from helpers.lesson.plots import show


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


def show_beside(got, wanted, height: float = 2.4) -> None:
    """Display the reader's picture beside the expected one. Without a notebook to show them in, or a picture, nothing is displayed.

    got: what the answer returned, of any kind. wanted: RGB uint8 [H, W, 3], or gray [H, W].
    """
    is_picture = isinstance(got, np.ndarray) and got.ndim in (2, 3) and got.size and (got.ndim == 2 or got.shape[2] == 3)
    if get_ipython() is not None and is_picture:
        show({"yours": got, "expected": wanted}, height=height)


def test_pictures(seed: int):
    """Two small pictures of random colours, one mostly dark and one mostly bright. RGB uint8 [4, 6, 3] each."""
    random = np.random.RandomState(seed)
    dark = random.randint(0, 100, (4, 6, 3)).astype(np.uint8)
    return dark, random.randint(150, 256, (4, 6, 3)).astype(np.uint8)
