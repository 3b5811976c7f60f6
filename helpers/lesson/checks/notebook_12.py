"""Checks for the exercises of notebook 12."""

from __future__ import annotations

import numpy as np

from .tools import WrongAnswer, exercise, expect_array, test_pictures


@exercise
def fill_segments(answer):
    """fill_segments(picture, labels) -> float [H, W, 3], each segment in its mean colour."""
    picture = test_pictures(seed=12)[0].astype(np.float64)
    halves = np.repeat([[1, 1, 1, 2, 2, 2]], 4, axis=0)
    scattered = np.random.RandomState(2).choice([3, 7, 8], (4, 6))
    for name, labels in (("one segment", np.ones((4, 6), int)), ("a left and a right half", halves), ("labels 3, 7 and 8", scattered)):
        wanted = np.zeros_like(picture)
        for label in np.unique(labels):
            wanted[labels == label] = picture[labels == label].mean(axis=0)
        expect_array(answer(picture.copy(), labels), wanted, name)


@exercise
def middle_square(answer):
    """middle_square(picture) -> the square in the middle of a picture."""
    wide = np.arange(4 * 8 * 3).reshape(4, 8, 3)
    for name, picture, wanted in (
        ("a wide picture, 4 x 8", wide, wide[:, 2:6]),
        ("a high picture, 8 x 4", wide.transpose(1, 0, 2), wide.transpose(1, 0, 2)[2:6]),
        ("a square picture", wide[:, :4], wide[:, :4]),
    ):
        expect_array(answer(picture), wanted, name)


@exercise
def last_whole(answer):
    """last_whole(names) -> step of the newest checkpoint that has both of its files, or None."""
    data, index = "model-{}.data-00000-of-00001", "model-{}.index"

    def files(*steps):
        return [pattern.format(step) for step in steps for pattern in (data, index)]

    for names, wanted in (
        (files(0, 49), 49),
        (files(9, 10), 10),
        ([*files(0, 49), data.format(99)], 49),
        (["checkpoint", "training.json"], None),
    ):
        got = answer(list(names))
        if got != wanted:
            raise WrongAnswer(f"For the files {names}: expected {wanted}, got {got!r}.")
