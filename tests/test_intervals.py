"""Intervals against published numbers, by hand, and by how often they hold the truth."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from helpers.metrics.intervals import Interval, bootstrap, corrected_share, mcnemar, paired_bootstrap, wilson


def test_wilson_gives_known_numbers():
    """Newcombe, Two-sided Confidence Intervals for the Single Proportion, 1998, table I, method 3."""
    for hits, count, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)):
        found = wilson(hits, count)
        assert found.value == hits / count
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert np.diff(wilson(180, 200)[1:]) == pytest.approx(0.084, abs=1e-3)


def test_wilson_is_symmetric_and_stays_inside():
    assert wilson(29, 29).high == 1 and wilson(29, 29).low == pytest.approx(1 - wilson(0, 29).high)
    assert np.diff(wilson(5, 10, level=0.5)[1:]) < np.diff(wilson(5, 10)[1:])
    for hits, count in ((3, 2), (-1, 5), (0, 0)):
        with pytest.raises(ValueError, match="hits"):
            wilson(hits, count)


def test_a_perfect_classifier_corrects_nothing():
    measured = wilson(30, 40)
    assert corrected_share(measured, 1, 0) == pytest.approx(measured)
    # Of 100 people 50 wear glasses; 45 of them are seen, and 10 of the others: 0.55 are counted.
    assert corrected_share(Interval(0.55, 0.45, 0.65), 0.9, 0.2).value == pytest.approx(0.5)
    assert corrected_share(Interval(0.95, 0.9, 1), 0.9, 0.1) == (1, 1, 1)
    with pytest.raises(ValueError, match="measures nothing"):
        corrected_share(measured, 0.3, 0.3)


def test_the_bootstrap_is_near_the_textbook_interval():
    values = np.random.RandomState(0).normal(3, 2, 200)
    found, half = bootstrap(values), 1.96 * values.std(ddof=1) / np.sqrt(200)
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.03)
    assert bootstrap(values) == found  # a seed decides
    assert bootstrap([4.0]) == (4, 4, 4)
    with pytest.raises(ValueError, match="one number a person"):
        bootstrap(values[:0])


def test_nineteen_of_twenty_intervals_hold_the_truth():
    random = np.random.RandomState(1)
    held = [low <= 1 <= high for _, low, high in (bootstrap(random.exponential(1, 60), resamples=400, seed=trial) for trial in range(400))]
    assert 0.90 < np.mean(held) < 0.98


def test_the_same_people_tell_methods_apart_that_apart_they_do_not():
    random = np.random.RandomState(2)
    person = random.normal(10, 5, 200)
    ones, others = person + random.normal(0.5, 0.5, 200), person + random.normal(0, 0.5, 200)
    together, apart = paired_bootstrap(ones, others), (bootstrap(ones), bootstrap(others))
    assert together.low > 0 and apart[0].low < apart[1].high
    assert paired_bootstrap(ones, ones) == (0, 0, 0)
    with pytest.raises(ValueError, match="same people"):
        paired_bootstrap(ones, others[:-1])


def test_mcnemar_counts_the_coins():
    """Of 12 people on whom the methods disagree, 2 speak for one: twice the chance of at most 2 heads in 12."""
    ones = np.array([True] * 60 + [True] * 10 + [False] * 2)
    others = np.array([True] * 60 + [False] * 10 + [True] * 2)
    by_hand = 2 * sum(comb(12, heads) for heads in range(3)) / 2**12
    assert mcnemar(ones, others) == pytest.approx(by_hand) == mcnemar(others, ones)
    assert mcnemar(ones, ones) == 1
    with pytest.raises(ValueError, match="same people"):
        mcnemar(ones, others[:-1])


def test_an_interval_reads_well():
    assert str(Interval(0.91234, 0.8, 0.95)) == "0.912 [0.8, 0.95]"
