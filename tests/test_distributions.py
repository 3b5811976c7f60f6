"""Distances of sets: against formulas, double loops, and their known errors at few pictures."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.metrics import distributions, neighbours
from helpers.metrics.distributions import frechet_distance, kernel_distance, kernel_distance_interval, kernel_distances, real_against_real

FLAT = 1 / np.sqrt(96)  # standard deviation of each of 96 features whose variances add up to 1


def normal(seed, *shape, scale=1.0, shift=0.0):
    return np.random.RandomState(seed).standard_normal(shape) * scale + shift


def with_moments(mean, covariance, seed=0):
    """200 rows that have this mean and covariance exactly."""
    rows = normal(seed, 200, len(mean))
    rows -= rows.mean(axis=0)
    rows = rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows, rowvar=False))).T
    return rows @ np.linalg.cholesky(np.asarray(covariance, float)).T + mean


def test_frechet_distance_of_two_gaussians():
    """Axes in common: squared differences of means and of deviations add up. Else: the root of the product by its eigenvalues."""
    one, other = with_moments([0, 0], np.diag([4, 9])), with_moments([3, 4], np.diag([1, 25]), seed=1)
    assert frechet_distance(one, other) == pytest.approx(25 + 1 + 4)
    first, second = [[2, 1], [1, 3]], [[1, -0.5], [-0.5, 2]]
    shared = np.sqrt(np.linalg.eigvals(np.array(first) @ second).real).sum()
    found = frechet_distance(with_moments([0, 0], first), with_moments([0, 1], second, seed=1))
    assert found == pytest.approx(1 + 5 + 3 - 2 * shared)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-6)


def test_frechet_distance_with_fewer_pictures_than_features():
    one, other = normal(0, 10, 40), normal(1, 10, 40)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-5)
    assert frechet_distance(one, other) == pytest.approx(frechet_distance(other, one), rel=1e-6)
    assert frechet_distance(one, other + 10) == pytest.approx(frechet_distance(one, other) + _moved(one, other, 10), rel=1e-6)


def _moved(one, other, by):
    before, after = (((one.mean(0) - other.mean(0) - shift) ** 2).sum() for shift in (0, by))
    return after - before


@pytest.mark.parametrize("count, same, quarter", [(100, 0.51, 0.75), (200, 0.25, 0.50), (500, 0.10, 0.35)])
def test_frechet_distance_reads_too_much_at_few_pictures(count, same, quarter):
    """96 dimensions, flat: what two sets of the same kind are apart, and two whose true distance is 0.25."""
    pairs = [(normal(seed, count, 96, scale=FLAT), normal(seed + 50, count, 96, scale=FLAT)) for seed in range(4)]
    step = 0.5 * np.eye(96)[0]
    assert np.mean([frechet_distance(one, other) for one, other in pairs]) == pytest.approx(same, abs=0.02)
    assert np.mean([frechet_distance(one, other + step) for one, other in pairs]) == pytest.approx(quarter, abs=0.03)


def test_pictures_drawn_twice_make_the_frechet_distance_larger():
    one, other = normal(0, 200, 96, scale=FLAT), normal(1, 200, 96, scale=FLAT)
    again = np.random.RandomState(2).randint(200, size=(2, 200))
    assert frechet_distance(one[again[0]], other[again[1]]) > 1.3 * frechet_distance(one, other)


def test_kernel_distance_is_the_double_loop():
    real, made = normal(0, 7, 5), normal(1, 9, 5, shift=0.3)

    def kernel(a, b):
        return (sum(x * y for x, y in zip(a, b)) / 5 + 1) ** 3

    within = [np.mean([kernel(a, b) for i, a in enumerate(rows) for j, b in enumerate(rows) if i != j]) for rows in (real, made)]
    across = np.mean([kernel(a, b) for a in real for b in made])
    assert kernel_distance(real, made) == pytest.approx(sum(within) - 2 * across)


def test_kernel_distance_is_unbiased_at_any_number():
    """A step of a half: the mean over many draws is the same with 20 pictures as with 400, and about 0 for no step."""

    def mean(count, step, draws):
        pairs = [(normal(seed, count, 16), normal(seed + 5000, count, 16, shift=step)) for seed in range(draws)]
        found = np.array([kernel_distance(*pair) for pair in pairs])
        return found.mean(), found.std() / np.sqrt(draws)

    few, error = mean(20, 0.5, 400)
    many, _ = mean(400, 0.5, 20)
    assert abs(few - many) < 4 * error and many > 0.5
    none, error = mean(20, 0, 400)
    assert abs(none) < 4 * error < 0.1


def test_the_jackknife_is_leaving_each_out():
    real, made = normal(0, 12, 4), normal(1, 15, 4, shift=0.5)
    found = kernel_distance_interval(real, made)
    variance = 0
    for side in (0, 1):
        count = len((real, made)[side])
        sets = [[real, made] for _ in range(count)]
        for i, pair in enumerate(sets):
            pair[side] = np.delete(pair[side], i, axis=0)
        values = np.array([kernel_distance(*pair) for pair in sets])
        variance += (count - 1) / count * ((values - values.mean()) ** 2).sum()
    assert found.value == kernel_distance(real, made)
    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * np.sqrt(variance))


def test_the_jackknife_holds_the_truth():
    truth = kernel_distance(normal(8, 2000, 8), normal(9, 2000, 8, shift=0.6))
    intervals = [kernel_distance_interval(normal(seed, 50, 8), normal(seed + 500, 50, 8, shift=0.6)) for seed in range(150)]
    assert 0.9 < np.mean([low <= truth <= high for _, low, high in intervals]) < 0.99


def test_subsets_are_drawn_without_replacement():
    real, made = normal(0, 100, 4), normal(1, 130, 4)
    every = kernel_distances(real, real, subsets=3, size=100)  # all of both sides: the same set each time
    np.testing.assert_allclose(every, kernel_distance(real, real))
    found = kernel_distances(real, made, subsets=60, size=40)
    assert found.shape == (60,) and abs(found.mean() - kernel_distance(real, made)) < 4 * found.std() / np.sqrt(60)
    with pytest.raises(ValueError, match="100 and 130"):
        kernel_distances(real, made, size=101)


def test_real_against_real_has_the_bias_of_its_number():
    real = normal(0, 1000, 96, scale=FLAT)
    few, more = (real_against_real(frechet_distance, real, count, repeats=6) for count in (100, 500))
    assert few.low <= few.value <= few.high
    assert (few.value, more.value) == pytest.approx((0.51, 0.10), abs=0.02)
    assert abs(real_against_real(kernel_distance, real, 100, repeats=6).value) < 1e-3
    with pytest.raises(ValueError, match="need 1002"):
        real_against_real(frechet_distance, real, 501)


def test_precision_and_recall_of_the_same_and_of_disjoint_sets():
    real = normal(0, 100, 6)
    assert neighbours.precision(real, real) == neighbours.recall(real, real) == 1
    assert neighbours.precision(real, real + 100) == neighbours.recall(real, real + 100) == 0
    one_place = np.repeat(real[:1], 100, axis=0)
    assert neighbours.precision(real, one_place) == 1 and neighbours.recall(real, one_place) == 0.01
    with pytest.raises(ValueError, match="3-th neighbour"):
        neighbours.precision(real[:3], real)


def test_precision_is_the_double_loop():
    real, made = normal(0, 30, 3), normal(1, 40, 3, shift=0.7)
    reach = [sorted(np.linalg.norm(real - row, axis=1))[2] for row in real]
    by_hand = np.mean([any(np.linalg.norm(row - real[i]) <= reach[i] for i in range(30)) for row in made])
    assert 0 < neighbours.precision(real, made, k=2) == by_hand < 1


def test_two_sets_of_the_same_kind_do_not_score_one():
    sides = normal(0, 600, 64)
    floor = real_against_real(neighbours.precision, sides, 300, repeats=4)
    assert 0.5 < floor.low <= floor.high < 0.95


def test_copies_are_told_from_new_pictures():
    exemplars, fresh, new = normal(0, 100, 8), normal(1, 200, 8), normal(2, 200, 8)
    found = neighbours.nearest_exemplar_ratio(new, exemplars, fresh)
    assert found.low < 1 < found.high and found.high - found.low < 0.3
    copies = exemplars[np.arange(200) % 100] + normal(3, 200, 8, scale=0.05)
    assert neighbours.nearest_exemplar_ratio(copies, exemplars, fresh).high < 0.2
    np.testing.assert_allclose(neighbours.nearest(exemplars[3:5] + [[0.0] * 8], exemplars), 0)
    np.testing.assert_allclose(neighbours.nearest([[0, 0]], [[3, 4], [6, 8]]), [5])


@pytest.mark.parametrize("measure", [frechet_distance, kernel_distance, kernel_distance_interval, neighbours.precision])
def test_features_must_be_rows_of_one_length(measure):
    with pytest.raises(ValueError, match="Features are"):
        measure(normal(0, 20, 4), normal(0, 20, 5))
    with pytest.raises(ValueError, match="Features are"):
        distributions.frechet_distance(normal(0, 20), normal(0, 20))
