"""Checks for the exercises of notebook 01."""

from __future__ import annotations

import numpy as np

from .tools import exercise, expect_array, expect_number, show_beside

RED = (255, 60, 90)


@exercise
def blocks_needed(answer):
    """blocks_needed(side, block, overlap) -> how many blocks cover side x side pixels."""
    cases = {
        (24, 24, 6): 1,
        (10, 24, 6): 1,
        (1, 40, 30): 1,
        (42, 24, 6): 4,
        (78, 24, 6): 16,
        (79, 24, 6): 25,
        (192, 24, 6): 121,
        (100, 10, 0): 100,
    }
    for (side, block, overlap), wanted in cases.items():
        expect_number(answer(side, block, overlap), wanted, f"side {side}, block {block}, overlap {overlap}")


@exercise
def make_tile(answer):
    """make_tile(strip, overlap) -> the strip without its last columns, joined to its first ones by the cheapest seam."""
    straight = [(3, 3, 3)] * 5
    for name, differences, path in (
        ("a straight seam", _valley([2, 2, 2, 2, 2], 0), [2, 2, 2, 2, 2]),
        ("a winding seam", _valley([2, 1, 2, 3, 4], 0), [2, 1, 2, 3, 4]),
        ("a seam at the edge", _valley([0, 0, 1, 0, 0], 0), [0, 0, 1, 0, 0]),
        ("differences below zero", _two_paths(straight, [(-12, -12, -12)] * 5), [1] * 5),
        ("differences whose squares are above 255", _two_paths(straight, [(16, 16, 16)] * 5), [1] * 5),
        ("one large difference against three small ones", _two_paths(straight, [(0, 0, 6)] * 5), [1] * 5),
        ("a seam beside paths that only begin well or end well", _traps(), [1] * 6),
    ):
        strip, wanted = _strip(differences, path)
        expect_array(answer(strip.copy(), differences.shape[1]), wanted, name)


@exercise
def greedy_seam(answer):
    """greedy_seam(error) -> int [H]: begins at the cheapest pixel of the first row, goes on to the cheapest of those below."""
    random = np.random.RandomState(3)
    small = random.randint(0, 100, (7, 6))
    picture = np.add.outer(np.arange(40) * 0, np.arange(30)) + random.randint(0, 200, (40, 30))
    show_beside(_drawn(picture, answer(picture.copy())), _drawn(picture, _greedy(picture)))
    expect_array(answer(np.array([[5, 1, 9], [9, 9, 9], [0, 0, 0]])), [1, 0, 0], "two equal pixels below: the left one")
    expect_array(answer(np.array([[9, 9, 1], [0, 9, 9], [9, 9, 2]])), [2, 1, 2], "a cheap pixel that is out of reach")
    expect_array(answer(np.array([[1, 2, 9, 9], [90, 90, 3, 90], [90, 90, 90, 3]])), [0, 0, 0], "a first step that is regretted later")
    expect_array(answer(small.copy()), _greedy(small), "random numbers")


def _valley(path, bottom, height=90):
    """Differences, int [H, 6, 3]: `bottom` along the path, and `height` everywhere else."""
    differences = np.full((len(path), 6, 3), height)
    differences[np.arange(len(path)), path] = bottom
    return differences


def _traps():
    """The cheapest path runs down column 1; in column 4 the first two rows and the last two are cheaper, and those between dear."""
    differences = _valley([1] * 6, 5)
    differences[[0, 1, 4, 5], 4] = 1
    return differences


def _two_paths(first, second):
    """Differences, int [H, 6, 3], with these colours down column 1 and down column 4: no path leads from one to the other."""
    differences = _valley([1] * len(first), 0)
    differences[:, 1], differences[:, 4] = np.array(first), np.array(second)
    return differences


def _strip(differences, path):
    """A strip whose last columns are its first ones plus the differences, and the tile that a cut along the path makes of it."""
    height, overlap, _ = differences.shape
    strip = np.random.RandomState(4).randint(100, 150, (height, 3 * overlap, 3)).astype(np.uint8)
    strip[:, -overlap:] = strip[:, :overlap] + differences
    tile = strip[:, :-overlap].copy()
    for row, column in enumerate(path):
        tile[row, :column] = strip[row, 2 * overlap : 2 * overlap + column]
    return strip, tile


def _greedy(error):
    seam = [int(error[0].argmin())]
    for row in error[1:]:
        left = max(seam[-1] - 1, 0)
        seam.append(left + int(row[left : seam[-1] + 2].argmin()))
    return np.array(seam)


def _drawn(error, seam):
    """The error as gray with the seam in red, enlarged: RGB uint8. A seam that is none is left out."""
    picture = np.repeat(np.clip(error, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    seam = np.asarray(seam)
    if seam.shape == (len(error),) and np.issubdtype(seam.dtype, np.integer) and seam.min() >= 0 and seam.max() < error.shape[1]:
        picture[np.arange(len(error)), seam] = RED
    return picture
