"""Checks for the exercises of notebook 13."""

from __future__ import annotations

import numpy as np

from .tools import exercise, expect_array, expect_number, show_beside

SEEN_BITS = 4  # of the picture that the ablation shows


@exercise
def output_levels(answer):
    """output_levels(x) -> uint8: clipped below 1, scaled to 0..255, the fraction cut off."""
    for where, x, wanted in (
        ("0", [0.0], [127]),
        ("the ends -1 and 1", [-1.0, 1.0], [0, 254]),
        ("values beyond the ends", [-1.3, 1.01, 3.0], [0, 254, 254]),
        ("0.006, whose level is 128.265", [0.006], [128]),
        ("0.012, whose level is 129.03, and 0.01, whose level is 128.775", [0.012, 0.01], [129, 128]),
        ("a picture", [[[0.5, -0.5, 0.25]]], [[[191, 63, 159]]]),
    ):
        expect_array(answer(np.float32(x)), np.uint8(wanted), where)


@exercise
def stored_bytes(answer):
    """stored_bytes(weights, bits) -> bytes: kernels in bits, plus 4 for each output channel; the rest 4 bytes a number."""
    kernel, bias = np.zeros((3, 3, 2, 8), np.float32), np.zeros(8, np.float32)
    expect_number(answer({"bias": bias}, 8), 32, "biases alone")
    expect_number(answer({"kernel": kernel}, 8), 144 + 32, "one kernel [3, 3, 2, 8] in 8 bits")
    expect_number(answer({"kernel": kernel, "bias": bias}, 4), 72 + 32 + 32, "a kernel and its biases in 4 bits")


@exercise
def quantise_whole(answer):
    """quantise_whole(kernel, bits) -> the kernel rounded to multiples of one step for all channels."""
    kernel = np.random.RandomState(3).normal(0, 0.1, (3, 3, 4, 5)).astype(np.float32) * np.float32([0.2, 0.5, 1, 2, 4])
    for bits in (8, 4, 2):
        expect_array(answer(kernel.copy(), bits), _quantise_whole(kernel, bits), f"a kernel [3, 3, 4, 5] in {bits} bits")
    show_beside(_painted_with(answer), _painted_with(_quantise_whole))


def _quantise_whole(kernel, bits):
    step = np.abs(kernel).max() / (2 ** (bits - 1) - 1)
    return np.round(kernel / step) * step


def _painted_with(quantise):
    """A face by the shipped fine-tuned network with its kernels rounded: RGB uint8."""
    import tensorflow as tf

    from helpers import files
    from helpers.dctnet import shipped, unet
    from helpers.settings import DATA
    from helpers.stylize.graphs import sample_pictures

    weights = files.load_weights(DATA / "checkpoints" / f"{shipped.SKETCH}.npz")
    rounded = {name: np.float32(quantise(value, SEEN_BITS) if value.ndim == 4 else value) for name, value in weights.items()}
    photo = tf.constant(sample_pictures((128, 128))[0][None, :, :, ::-1], tf.float32) / 127.5 - 1
    cartoon = unet.cartoonize(photo, rounded)[0].numpy()[..., ::-1]
    return np.clip((cartoon + 1) * 127.5, 0, 255).astype(np.uint8)
