"""Checks for the exercises of notebook 11."""

from __future__ import annotations

import cv2
import numpy as np
from skimage import data

from helpers.lesson.clips import hand_held, with_noise
from helpers.metrics import flicker

from .tools import WrongAnswer, exercise, expect_array, expect_number, show_beside

INK, TRUE = (209, 73, 91), (160, 170, 180)


@exercise
def box_overlap(answer):
    """box_overlap(first, second) -> intersection over union of two boxes (left, top, right, bottom)."""
    box = np.array([10.0, 10.0, 30.0, 20.0])
    expect_number(answer(box, box), 1.0, "a box with itself")
    expect_number(answer(box, box + [5, 0, 5, 0]), 0.6, "a box moved by a quarter of its width")
    expect_number(answer(box, np.array([10.0, 10.0, 20.0, 20.0])), 0.5, "a box and its left half")
    expect_number(answer(np.array([10.0, 10.0, 20.0, 20.0]), box), 0.5, "a left half and its box")
    expect_number(answer(box, box + [5, 5, 5, 5]), 75 / 325, "a box moved to the right and down")
    expect_number(answer(box, box + 100), 0.0, "two boxes far apart, both to the right and below")
    expect_number(answer(box, box + [40, 0, 40, 0]), 0.0, "two boxes side by side with a gap")


@exercise
def by_flicker(answer):
    """by_flicker() -> the names of four films, from the steadiest to the one that flickers most. They are measured here."""
    measured = _films()
    ordered = sorted(measured, key=measured.get)
    guess = answer()
    if not isinstance(guess, (list, tuple)) or sorted(map(str, guess)) != sorted(measured):
        raise WrongAnswer(f"For the guess: expected a list of {', '.join(sorted(measured))}, got {guess!r}.")
    for place, (got, wanted) in enumerate(zip(guess, ordered)):
        if got != wanted:
            numbers = f"{got} flickers by {measured[got]:.2f}, {wanted} by {measured[wanted]:.2f}"
            raise WrongAnswer(f"For place {place + 1}: expected {wanted}, got {got}: {numbers}.")


def _films() -> dict:
    """The flicker of four films: steady, with sensor noise, with jolts that the known motion does not tell of, and shuffled."""
    steady, motions, _ = hand_held(np.ascontiguousarray(data.astronaut()[:320, 60:380]), 6, 160)
    jolts = np.random.RandomState(0).normal(0, 0.7, (len(steady), 2))
    moved = [cv2.warpAffine(picture, np.float32([[1, 0, x], [0, 1, y]]), (160, 160)) for picture, (x, y) in zip(steady, jolts)]
    others = [np.roll(picture, 37 * place, axis=1) for place, picture in enumerate(steady)]
    films = {"steady": steady, "noise": with_noise(steady, 6), "jolts": moved, "other places": others}
    return {name: flicker(pictures, motions) for name, pictures in films.items()}


@exercise
def without_speed(answer):
    """without_speed(points, times, cutoff) -> the One-Euro filter with beta = 0: exponential smoothing at a fixed cutoff."""
    even, uneven = np.arange(6) / 25, np.array([0.0, 0.04, 0.08, 0.3, 0.34, 0.38])
    jump = np.concatenate([np.zeros((1, 2)), np.tile([10.0, 20.0], (5, 1))])
    path, times = _quick_move()
    show_beside(_drawn(path, answer(path.copy(), times, 1.5)), _drawn(path, _smoothed(path, times, 1.5)))
    expect_array(answer(np.full((6, 2), 3.0), even, 1.5), np.full((6, 2), 3.0), "points that rest")
    expect_array(answer(jump.copy(), even, 1.5), _smoothed(jump, even, 1.5), "a jump, 25 frames a second, cutoff 1.5 hertz")
    expect_array(answer(jump.copy(), uneven, 4.0), _smoothed(jump, uneven, 4.0), "a jump, uneven times, cutoff 4 hertz")
    given = jump.copy()
    answer(given, even, 1.5)
    expect_array(given, jump, "the points given, which must stay as they are")


def _smoothed(points, times, cutoff):
    result = np.array(points, float)
    for i, pause in enumerate(np.diff(times), start=1):
        weight = 1 / (1 + 1 / (2 * np.pi * cutoff * pause))
        result[i] = result[i - 1] + weight * (points[i] - result[i - 1])
    return result


def _quick_move():
    """A trembling point that rests, crosses over in a fifth of a second, and rests: float [60, 2] in 0..100, and the times."""
    times = np.arange(60) / 25
    across = np.clip((times - 1) / 0.2, 0, 1)
    return 10 + 80 * np.stack([times / times[-1], across], axis=1) + np.random.RandomState(1).normal(0, [0, 1.5], (60, 2)), times


def _drawn(path, smoothed):
    """Two paths over time, drawn: RGB uint8."""
    canvas = np.full((240, 400, 3), 255, np.uint8)
    for points, colour in ((path, TRUE), (smoothed, INK)):
        if np.shape(points) == np.shape(path):
            across = np.stack([path[:, 0] * 4, np.asarray(points, float)[:, 1] * 2.4], axis=1)
            cv2.polylines(canvas, [np.int32(np.rint(across * 16))], False, colour, 2, cv2.LINE_AA, 4)
    return canvas
