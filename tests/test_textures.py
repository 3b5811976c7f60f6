"""The drawn textures: sizes, seeds, and the same picture on both stacks."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.lesson import textures

# Mean red, green and blue of the picture of 96 pixels with seed 0, the same on both stacks but for rounding.
MEANS = {
    "pebbles": (102.74, 97.96, 91.6),
    "grass": (55.36, 84.77, 29.17),
    "weave": (94.64, 87.91, 89.25),
    "bricks": (145.41, 97.87, 83.89),
    "text": (212.60, 203.17, 185.64),
    "wood": (195.72, 146.55, 90.11),
}


@pytest.mark.parametrize("name", sorted(textures.DRAWN))
def test_drawn(name):
    draw = textures.DRAWN[name]
    picture = draw(96)
    assert picture.shape == (96, 96, 3) and picture.dtype == np.uint8
    assert picture.std() > 15
    assert np.array_equal(picture, draw(96)) and not np.array_equal(picture, draw(96, seed=1))
    assert draw(50).shape == (50, 50, 3)


@pytest.mark.parametrize("name", sorted(textures.DRAWN))
def test_same_on_both_stacks(name):
    np.testing.assert_allclose(textures.DRAWN[name](96).mean(axis=(0, 1)), MEANS[name], atol=0.3)


@pytest.mark.parametrize("name", ["brick", "grass", "gravel"])
def test_photographed(name):
    picture = textures.photographed(name, 100)
    assert picture.shape == (100, 100, 3) and picture.dtype == np.uint8 and picture.std() > 15
    assert np.array_equal(picture[..., 0], picture[..., 2])


def test_bricks_repeat_and_pebbles_do_not():
    """Rows of bricks lie 16 pixels apart, and every second row is the same but for the bricks' tones."""
    bricks, pebbles = (textures.DRAWN[name](128).mean(axis=2) for name in ("bricks", "pebbles"))

    def match(gray):
        return np.corrcoef(gray[32:].ravel(), gray[:-32].ravel())[0, 1]

    assert match(bricks) > 0.5 > 0.2 > match(pebbles)


def test_pebbles_lie_without_a_lattice():
    """No two stones are nearer than the smallest distance, and the directions to the nearest one have no favourite among six."""
    points = textures._scattered(600, 16, np.random.RandomState(0))
    away = points[:, None] - points[None]
    distance = np.hypot(*np.moveaxis(away, 2, 0)) + 1e9 * np.eye(len(points))
    assert distance.min() >= 16
    nearest = away[np.arange(len(points)), distance.argmin(axis=1)]
    angle = np.arctan2(nearest[:, 0], nearest[:, 1])
    assert abs(np.exp(6j * angle).mean()) < 0.1  # of a honeycomb, 1
