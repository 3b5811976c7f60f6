"""How sure a number is: intervals (置信区间) for shares and means, and tests of whether two methods differ on the same people.

Shares of people: wilson, corrected_share; two methods' shares: mcnemar. Means over people: bootstrap; two methods' means:
paired_bootstrap. Not for distances between two sets of pictures: see helpers.metrics.distributions, which says why.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import binom, norm

LEVEL = 0.95  # share of the intervals that hold the true value, over many repetitions of the whole experiment
RESAMPLES = 2000


class Interval(NamedTuple):
    """A measured value and the interval round it."""

    value: float
    low: float
    high: float

    def __str__(self):
        return f"{self.value:.3g} [{self.low:.3g}, {self.high:.3g}]"


def wilson(hits, count, level=LEVEL) -> Interval:
    """Share of hits, 0 to 1, with Wilson's score interval, which stays inside 0 and 1 and is not empty at 0 of n.

    hits, count: whole numbers. At n = 200 and a share of 0.9 it is 0.085 wide. Raises ValueError unless 0 <= hits <= count and count > 0.
    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927; Brown, Cai and DasGupta, 2001, section 3.
    """
    if not 0 <= hits <= count or count == 0:
        raise ValueError(f"{hits} hits of {count}: give a number of hits from 0 to a count above 0.")
    z, share = norm.ppf((1 + level) / 2), hits / count
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return Interval(share, float(max(0, middle - half)), float(min(1, middle + half)))


def corrected_share(measured: Interval, sensitivity, false_alarms) -> Interval:
    """What a share would be if the classifier that counted it made no mistakes: each number cut to 0 and 1.

    sensitivity: share of what is there that it sees. false_alarms: share of what is not there that it sees as well. Both are taken as
    exact, so the interval is a little too narrow; it is empty of meaning as they come near each other. Raises ValueError if the
    classifier is no better than a coin. Source: Rogan and Gladen, Estimating Prevalence from the Results of a Screening Test, 1978.
    """
    if sensitivity <= false_alarms:
        raise ValueError(
            f"A classifier that sees {sensitivity:.2f} of what is there and {false_alarms:.2f} of what is not measures nothing."
        )
    return Interval(*(float(np.clip((share - false_alarms) / (sensitivity - false_alarms), 0, 1)) for share in measured))


def bootstrap(values, level=LEVEL, resamples=RESAMPLES, seed=0) -> Interval:
    """Mean of one number a person, with the percentile interval of the bootstrap (自助法): people are drawn again with replacement.

    values: [N]. People are what is drawn, so average over a person's pictures first. For n below 20 or so the interval is too narrow.
    Raises ValueError without people. Source: Efron, Bootstrap Methods: Another Look at the Jackknife, 1979.
    """
    values = np.asarray(values, float)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"The bootstrap needs one number a person, [N], not {list(values.shape)}.")
    drawn = np.random.RandomState(seed).randint(len(values), size=(resamples, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def paired_bootstrap(ones, others, level=LEVEL, resamples=RESAMPLES, seed=0) -> Interval:
    """Mean of ones - others over the same people, [N] each: the two methods differ where the interval does not hold 0.

    What makes a person easy or hard for both falls out, so this is much narrower than two intervals side by side.
    Raises ValueError if the shapes differ.
    """
    ones, others = np.asarray(ones, float), np.asarray(others, float)
    if ones.shape != others.shape:
        raise ValueError(f"Both methods need the same people: {list(ones.shape)} and {list(others.shape)} are different shapes.")
    return bootstrap(ones - others, level, resamples, seed)


def mcnemar(ones, others) -> float:
    """How likely so unequal an outcome is if two methods succeed equally often: p-value, 0 to 1, exact and two-sided.

    ones, others: success of each method on the same people, bool [N]. Only people on whom they disagree count. Raises ValueError if the
    shapes differ. Source: McNemar, Note on the Sampling Error of the Difference between Correlated Proportions, 1947.
    """
    ones, others = np.asarray(ones, bool), np.asarray(others, bool)
    if ones.shape != others.shape:
        raise ValueError(f"Both methods need the same people: {list(ones.shape)} and {list(others.shape)} are different shapes.")
    only_one, only_other = int((ones & ~others).sum()), int((others & ~ones).sum())
    return float(min(1, 2 * binom.cdf(min(only_one, only_other), only_one + only_other, 0.5)))
