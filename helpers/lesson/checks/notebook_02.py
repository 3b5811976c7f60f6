"""Checks for the exercises of notebook 02."""

from __future__ import annotations

import cv2
import numpy as np
from skimage import data

from helpers.lesson.plots import bars, show
from helpers.lesson.style_pictures import style_picture

from .tools import WrongAnswer, exercise, expect_array, on_a_page, test_pictures

CHANGES = {
    "halves swapped": lambda image: np.roll(image, image.shape[1] // 2, axis=1),
    "mirrored": lambda image: image[:, ::-1],
    "turned": lambda image: np.rot90(image),
    "half the size": lambda image: cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "negative": lambda image: 255 - image,
}
NEARLY = 0.005  # of a relative squared distance


@exercise
def masked_gram(answer):
    """masked_gram(features, mask) -> products weighted by the mask, divided by the mask's sum."""
    random = np.random.RandomState(3)
    features = random.uniform(0, 2, (4, 5, 3))
    half, soft = np.zeros((4, 5)), random.uniform(0, 1, (4, 5))
    half[:2] = 1
    everywhere = np.ones((4, 5))
    for name, mask in (("a mask of ones", everywhere), ("a mask of the upper half", half), ("a mask between 0 and 1", soft)):
        target = np.einsum("hw,hwc,hwd->cd", mask, features, features) / mask.sum()
        expect_array(answer(features, mask), target, name)


@exercise
def same_style(answer):
    """same_style() -> the names of the changes whose Gram matrices are nearly those of the style image."""
    guess = answer()
    if not isinstance(guess, (set, frozenset, list, tuple)) or not set(guess) <= set(CHANGES):
        raise WrongAnswer(f"Expected a set of names out of {', '.join(CHANGES)}.")
    measured = style_losses()
    if on_a_page():
        bars(measured, "", "style loss of the changed style image")
    for name, loss in measured.items():
        if (name in guess) != (loss < NEARLY):
            raise WrongAnswer(f"For {name!r}: its style loss is {loss:.2g}.")


@exercise
def keep_colours(answer):
    """keep_colours(painted, photo) -> uint8, Y of the first and Cr, Cb of the second."""
    dark, bright = test_pictures(seed=4)
    face = cv2.resize(data.astronaut()[:260, 95:355], (128, 128), interpolation=cv2.INTER_AREA)
    woodcut = style_picture("woodcut", 128)
    if on_a_page():
        show({"yours": answer(woodcut, face), "expected": _kept(woodcut, face)}, height=2.2)
    gray = np.repeat(bright[..., :1], 3, axis=2)
    for name, painted, photo in (
        ("a photo painted by itself", dark, dark),
        ("a colourful painting and photo", bright, dark),
        ("a gray photo", bright, gray),
    ):
        expect_array(answer(painted, photo), _kept(painted, photo), name, tolerance=3)


def style_losses() -> dict:
    """Mean relative squared distance of Gram matrices after each of CHANGES, for random filters of 7 x 7 pixels (three sizes)."""
    image = style_picture("woodcut", 128)
    target = _grams(image)
    made = {name: _grams(change(image)) for name, change in CHANGES.items()}
    return {name: float(np.mean([np.sum((g - t) ** 2) / np.sum(t**2) for g, t in zip(grams, target)])) for name, grams in made.items()}


def _grams(image, filters=24):
    random, grams = np.random.RandomState(0), []
    x = np.ascontiguousarray(image).astype(np.float32) / 127.5 - 1
    for _ in range(3):
        kernels = random.standard_normal((filters, 7, 7, 3)).astype(np.float32)
        maps = [sum(cv2.filter2D(x[..., c], -1, kernel[..., c]) for c in range(3)) for kernel in kernels]
        flat = np.maximum(np.stack(maps, -1), 0).reshape(-1, filters)
        grams.append(flat.T @ flat / len(flat))
        x = cv2.resize(x, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return grams


def _kept(painted, photo):
    mixed = cv2.cvtColor(photo, cv2.COLOR_RGB2YCrCb)
    mixed[..., 0] = cv2.cvtColor(painted, cv2.COLOR_RGB2YCrCb)[..., 0]
    return cv2.cvtColor(mixed, cv2.COLOR_YCrCb2RGB)
