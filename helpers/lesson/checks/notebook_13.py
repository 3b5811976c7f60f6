"""Checks for the exercises of notebook 13."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from .tools import WrongAnswer, exercise, expect_array, expect_number, test_pictures


@exercise
def graph_inputs(answer):
    """graph_inputs(nodes) -> sorted list of the names of Placeholder nodes."""
    nodes = [SimpleNamespace(name=name, op=op) for name, op in (("size", "Placeholder"), ("w", "Const"), ("image", "Placeholder"))]
    for case, wanted in ((nodes, ["image", "size"]), (nodes[1:2], [])):
        got = answer(case)
        if list(got) != wanted:
            raise WrongAnswer(f"For nodes {[(node.name, node.op) for node in case]}: expected {wanted}, got {got!r}.")


@exercise
def pad_white(answer):
    """pad_white(picture, multiple) -> the picture with white below and on the right, sides multiples."""
    picture = test_pictures(seed=4)[0]
    for multiple, height, width in ((16, 16, 16), (4, 4, 8), (2, 4, 6)):
        wanted = np.full((height, width, 3), 255, np.uint8)
        wanted[:4, :6] = picture
        expect_array(answer(picture, multiple), wanted, f"a picture of 4 x 6 and multiples of {multiple}")


@exercise
def stored_bytes(answer):
    """stored_bytes(weights, bits) -> bytes: kernels in bits, plus 4 for each output channel; the rest 4 bytes a number."""
    kernel, bias = np.zeros((3, 3, 2, 8), np.float32), np.zeros(8, np.float32)
    expect_number(answer({"bias": bias}, 8), 32, "biases alone")
    expect_number(answer({"kernel": kernel}, 8), 144 + 32, "one kernel [3, 3, 2, 8] in 8 bits")
    expect_number(answer({"kernel": kernel, "bias": bias}, 4), 72 + 32 + 32, "a kernel and its biases in 4 bits")
