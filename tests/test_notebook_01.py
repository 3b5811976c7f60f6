"""The definitions of the texture synthesis notebook, imported from it: seams, quilts, growth."""

from __future__ import annotations

import itertools

import notebook_cells
import numpy as np
import pytest

from helpers.lesson import textures

PATH = notebook_cells.FOLDER / "01_texture_synthesis.ipynb"


@pytest.fixture(scope="module")
def lesson():
    return notebook_cells.definitions(PATH)


@pytest.fixture(scope="module")
def pebbles():
    return textures.pebbles(96)


def cheapest_by_trying(error):
    """The cost of the cheapest of all paths, written without the notebook's code."""
    height, width = error.shape
    costs = []
    for path in itertools.product(range(width), repeat=height):
        if all(abs(a - b) <= 1 for a, b in zip(path, path[1:])):
            costs.append(sum(error[row, column] for row, column in enumerate(path)))
    return min(costs)


@pytest.mark.parametrize("height, width", [(1, 1), (1, 4), (4, 1), (2, 2), (3, 5), (5, 3), (6, 4)])
@pytest.mark.parametrize("kind", ["whole numbers", "many ties", "fractions"])
def test_cheapest_seam_is_the_best_of_all_paths(lesson, height, width, kind):
    random = np.random.RandomState(height * 10 + width)
    for _ in range(10):
        error = {
            "whole numbers": random.randint(0, 100, (height, width)),
            "many ties": random.randint(0, 2, (height, width)),
            "fractions": random.uniform(0, 1, (height, width)),
        }[kind]
        seam = lesson.cheapest_seam(error)
        assert seam.shape == (height,) and seam.min() >= 0 and seam.max() < width
        assert (np.abs(np.diff(seam)) <= 1).all()
        assert error[np.arange(height), seam].sum() == pytest.approx(cheapest_by_trying(error))


def test_cheapest_seam_leaves_the_error_alone(lesson):
    error = np.random.RandomState(0).uniform(0, 1, (5, 4))
    before = error.copy()
    lesson.cheapest_seam(error)
    assert np.array_equal(error, before)


@pytest.mark.parametrize("seed", range(5))
def test_cut_goes_down_on_the_left_and_across_at_the_top(lesson, seed):
    """Each side's boundary costs as little as the best path through that side's overlap."""
    overlap, block = 4, 6
    difference = np.random.RandomState(seed).randint(1, 100, (block, block))
    left = lesson.cut(difference, overlap, True, False)
    top = lesson.cut(difference, overlap, False, True)
    first_column, first_row = left.argmax(axis=1), top.argmax(axis=0)
    assert difference[np.arange(block), first_column].sum() == cheapest_by_trying(difference[:, :overlap])
    assert difference[first_row, np.arange(block)].sum() == cheapest_by_trying(difference[:overlap].T)
    assert left[:, overlap:].all() and top[overlap:].all()
    assert np.array_equal(lesson.cut(difference, overlap, True, True), left & top)
    assert lesson.cut(difference, overlap, False, False).all()


@pytest.mark.parametrize("name", sorted(textures.DRAWN))
@pytest.mark.parametrize("block, overlap, count", [(24, 6, 3), (16, 4, 4)])
def test_a_quilt_of_the_samples_own_size_is_the_sample(lesson, name, block, overlap, count):
    size = overlap + count * (block - overlap)
    sample = textures.DRAWN[name](size)
    source = lesson.quilt(sample, size, block, overlap, lesson.best_place, lesson.cut)
    assert np.array_equal(lesson.look_up(sample, source), sample)


@pytest.mark.parametrize("size", [20, 24, 50, 61])
def test_a_quilt_has_the_size_that_was_asked_for_and_no_holes(lesson, pebbles, size):
    for choose, join in itertools.product([lesson.any_place, lesson.close_place(0.1)], [lesson.straight, lesson.cut]):
        source = lesson.quilt(pebbles, size, 24, 6, choose, join)
        assert source.shape == (size, size, 2)
        assert source.min() >= 0 and source.max() < len(pebbles)


def test_the_same_seed_gives_the_same_quilt(lesson, pebbles):
    first, again, other = (lesson.quilt(pebbles, 60, 24, 6, lesson.close_place(0.1), lesson.cut, seed) for seed in (3, 3, 4))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_fit_errors_counts_known_pixels_only(lesson, pebbles):
    """Against a plain loop over all places."""
    sample, random = pebbles[:30, :30], np.random.RandomState(5)
    patch, known = sample[7:15, 11:19].copy(), random.uniform(size=(8, 8)) < 0.5
    patch[~known] = 255
    errors = lesson.fit_errors(sample, patch, known)
    assert errors.shape == (23, 23)
    for row, column in itertools.product(range(0, 23, 5), repeat=2):
        difference = sample[row : row + 8, column : column + 8].astype(float) - patch
        assert errors[row, column] == pytest.approx((difference[known] ** 2).mean(), rel=1e-3, abs=0.1)
    assert np.unravel_index(errors.argmin(), errors.shape) == (7, 11)


def test_close_place_stays_within_the_tolerance(lesson):
    errors, random = np.arange(10.0, 35.0).reshape(5, 5), np.random.RandomState(0)
    picked = {errors[tuple(lesson.close_place(0.2)(errors, (0, 0), random))] for _ in range(200)}
    assert picked == {10.0, 11.0, 12.0}


def test_growth_copies_pixels_of_the_sample(lesson):
    sample = np.random.RandomState(1).randint(0, 256, (16, 16, 3)).astype(np.uint8)
    source, order = lesson.grow(sample, 20, 5)
    assert source.shape == (20, 20, 2) and 0 <= source.min() and source.max() < 16
    assert lesson.colours(lesson.look_up(sample, source)) <= lesson.colours(sample)
    assert np.array_equal(np.sort(order, axis=None), [0] * 9 + list(range(1, 392)))  # each pixel once, 3 x 3 at the start


def test_growth_continues_a_pattern_that_it_can_see(lesson):
    """A chessboard whose period fits into the window must go on as a chessboard."""
    board = np.kron(np.indices((6, 6)).sum(axis=0) % 2, np.ones((4, 4)))
    sample = np.repeat((255 * board)[..., None], 3, axis=2).astype(np.uint8)
    source, _ = lesson.grow(sample, 24, 13, tolerance=0)
    grown = lesson.look_up(sample, source)[..., 0].astype(int)
    assert np.array_equal(grown[8:], grown[:-8]) and np.array_equal(grown[:, 8:], grown[:, :-8])
    assert 0 < grown.mean() < 255


def test_torn_marks_where_the_source_jumps(lesson):
    whole = np.indices((6, 8)).transpose(1, 2, 0)
    assert not lesson.torn(whole).any()
    two = whole.copy()
    two[:, 5:] += (2, 0)
    assert np.array_equal(np.argwhere(lesson.torn(two).any(axis=0)).ravel(), [5])


def test_distances_ignore_unknown_pixels(lesson, pebbles):
    windows, middles = lesson.windows_of(pebbles[:20, :20], 5)
    assert windows.shape == (256, 75) and middles[0].tolist() == [2, 2] and middles[-1].tolist() == [17, 17]
    here, known = pebbles[3:8, 4:9].copy(), np.ones((5, 5), bool)
    known[2:] = False
    here[~known] = 0
    unlike = lesson.distances(windows, here, known)
    assert middles[unlike.argmin()].tolist() == [5, 6] and unlike.min() == 0
