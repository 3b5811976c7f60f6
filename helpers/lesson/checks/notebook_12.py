"""Checks for the exercises of notebook 12."""

from __future__ import annotations

import numpy as np

from .tools import exercise, expect_array, expect_number, test_pictures


@exercise
def content_of(answer):
    """content_of(output, photo, flat) -> the content loss of three sets of features, a number."""
    random = np.random.RandomState(12)
    output, photo, flat = random.normal(size=(3, 2, 3, 4, 5))
    for name, features in (
        ("two pictures of 3 x 4 places and 5 channels", (output, photo, flat)),
        ("superpixels that equal the output", (output, photo, output)),
        ("an output that equals the photo", (photo, photo, flat)),
    ):
        distances = [np.abs(features[0] - other).mean() for other in features[1:]]
        expect_number(answer(*(each.copy() for each in features)), sum(distances) / (3 * 4 * 5), name, tolerance=1e-8)


@exercise
def balanced(answer):
    """balanced(side) -> weights of style, content and total variation for a patch of so many pixels."""
    for side in (256, 64, 96):
        share = side**2 / 256**2
        expect_array(answer(side), [0.1, 200 * share, 10_000 * share], f"a patch of {side} pixels (style, content, total variation)")


@exercise
def fill_segments(answer):
    """fill_segments(picture, labels) -> float [H, W, 3], each segment in its mean colour."""
    picture = test_pictures(seed=12)[0].astype(np.float64)
    halves = np.repeat([[1, 1, 1, 2, 2, 2]], 4, axis=0)
    scattered = np.random.RandomState(2).choice([3, 7, 8], (4, 6))
    for name, labels in (("one segment", np.ones((4, 6), int)), ("a left and a right half", halves), ("labels 3, 7 and 8", scattered)):
        filled = np.zeros_like(picture)
        for label in np.unique(labels):
            filled[labels == label] = picture[labels == label].mean(axis=0)
        expect_array(answer(picture.copy(), labels), filled, name)
