"""Checks for the exercises of notebook 02."""

from __future__ import annotations

import cv2
import numpy as np

from .tools import exercise, expect_array, expect_number, test_pictures


@exercise
def weighted_style(answer):
    """weighted_style(made, wanted, weights) -> the layers' relative squared distances, their weighted mean."""
    made = {"conv1_1": np.float64([[2, 0], [0, 2]]), "conv2_1": np.float64([[1, 1], [1, 1]])}
    wanted = {"conv1_1": np.float64([[1, 0], [0, 1]]), "conv2_1": np.float64([[1, 1], [1, 5]])}  # distances 1 and 16 / 28
    second = 16 / 28
    for weights, distance in (((1, 0), 1.0), ((0, 1), second), ((1, 1), (1 + second) / 2), ((3, 1), (3 + second) / 4)):
        where = f"weights {weights[0]} and {weights[1]}, relative distances 1 and {second:.3f}"
        expect_number(answer(made, wanted, dict(zip(made, weights))), distance, where)
    expect_number(answer(made, wanted, {"conv1_1": 2}), 1.0, "one layer alone, of weight 2")


@exercise
def keep_colours(answer):
    """keep_colours(painted, photo) -> uint8, Y of the first and Cr, Cb of the second."""
    photo, painted = test_pictures(seed=4)
    expect_array(answer(photo, photo), photo, "a photo painted by itself", tolerance=2)
    gray = np.repeat(painted[..., :1], 3, axis=2)
    for name, first, second in (("a colourful painting and photo", painted, photo), ("a gray photo", painted, gray)):
        wanted = cv2.cvtColor(second, cv2.COLOR_RGB2YCrCb)
        wanted[..., 0] = cv2.cvtColor(first, cv2.COLOR_RGB2YCrCb)[..., 0]
        expect_array(answer(first, second), cv2.cvtColor(wanted, cv2.COLOR_YCrCb2RGB), name, tolerance=3)


@exercise
def mixed_style(answer):
    """mixed_style(first, second, amount) -> dict of the mixed Gram matrices."""
    first = {"conv1_1": np.float64([[1, 0], [0, 1]]), "conv2_1": np.full((3, 3), 2.0)}
    second = {"conv1_1": np.float64([[3, 2], [2, 3]]), "conv2_1": np.full((3, 3), 6.0)}
    for amount in (0.0, 1.0, 0.25):
        mixed = answer(first, second, amount)
        for layer in first:
            wanted = (1 - amount) * first[layer] + amount * second[layer]
            expect_array(mixed[layer], wanted, f"amount {amount}, layer {layer}")


@exercise
def histogram_loss(answer):
    """histogram_loss(made, wanted) -> the mean squared difference of the sorted channels."""
    wanted = np.random.RandomState(5).uniform(0, 1, (12, 3))
    shuffled = np.random.RandomState(6).permutation(wanted)
    expect_number(answer(wanted, wanted), 0.0, "equal answers")
    expect_number(answer(shuffled, wanted), 0.0, "the same answers at other places")
    expect_number(answer(wanted + 0.5, wanted), 0.25, "answers that are all 0.5 larger")
    expect_number(answer(wanted[:, ::-1], wanted), np.mean((np.sort(wanted[:, ::-1], 0) - np.sort(wanted, 0)) ** 2), "swapped channels")
