"""How far two sets of pictures are from each other, measured in features of a network: helpers.metrics.judge's, if nothing else is said.

A distance of this kind never reads 0 on two sets of the same kind, so it means nothing by itself: print `real_against_real` of the same
number of pictures beside it. Features are [N, D], a picture a row. The numbers depend on the network: "Fréchet distance in our embedding"
is not the FID (Fréchet Inception Distance) that papers print, and cannot be compared with it.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from helpers.metrics.intervals import Interval


def frechet_distance(real, made) -> float:
    """Fréchet distance (弗雷歇距离) of the two Gaussians that have the sets' means and covariances: 0 or more, squared feature units.

    Too large for few pictures, by about a constant over n: in 96 dimensions of equal spread and total variance 1, two sets of the same
    kind are 0.51 apart at n = 100, 0.25 at 200, 0.10 at 500. So compare only equal n, have 500 or more, and draw no percentile bootstrap
    from it: pictures drawn twice make it larger still. Source: Heusel et al., GANs Trained by a Two Time-Scale Update Rule, 2017, section
    4; the bias: Chong and Forsyth, Effectively Unbiased FID and Inception Score, 2020.
    """
    real, made = _features(real, made)
    apart = ((real.mean(axis=0) - made.mean(axis=0)) ** 2).sum()
    first, second = (np.atleast_2d(np.cov(rows, rowvar=False)) for rows in (real, made))
    # The trace of (first second)^(1/2) is that of (r second r)^(1/2), r the root of `first`: symmetric, so never complex.
    root = _root(first)
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()
    return float(max(0, apart + np.trace(first) + np.trace(second) - 2 * shared))


def kernel_distance(real, made) -> float:
    """Kernel distance (KID): squared maximum mean discrepancy with the kernel (x.y / D + 1)^3, about 0 for two sets of the same kind.

    Unbiased at any n: it may come out below 0. It is the number to read where there are less than 500 pictures a side. Takes n^2 memory:
    up to a few thousand pictures. Source: Binkowski et al., Demystifying MMD GANs, 2018, section 3; the estimator: Gretton et al., 2012,
    lemma 6.
    """
    real, made = _features(real, made)
    inside = [_mean_of_pairs(_kernel(rows, rows)) for rows in (real, made)]
    return float(sum(inside) - 2 * _kernel(real, made).mean())


def kernel_distance_interval(real, made, level=0.95) -> Interval:
    """The kernel distance with an interval by the jackknife (刀切法): each picture is left out once, on its side.

    For two independent sets and 50 or more pictures a side. It is too wide where the sets hardly differ, and a little where they share
    people. Source: Efron and Stein, The Jackknife Estimate of Variance, 1981.
    """
    real, made = _features(real, made)
    value, variance = kernel_distance(real, made), 0.0
    across = _kernel(real, made)
    for rows, between in ((real, across), (made, across.T)):
        within, count = _kernel(rows, rows), len(rows)
        own = (within.sum(axis=1) - np.diag(within)) * 2 / ((count - 1) * (count - 2))
        left_out = 2 * between.mean(axis=1) / (count - 1) - own  # what it changes to leave each picture out, but for a constant
        variance += (count - 1) / count * ((left_out - left_out.mean()) ** 2).sum()
    half = norm.ppf((1 + level) / 2) * np.sqrt(variance)
    return Interval(value, float(value - half), float(value + half))


def kernel_distances(real, made, subsets=50, size=100, seed=0) -> np.ndarray:
    """Kernel distances of random subsets, [subsets], as papers print them; their spread is that of a set of `size`, not an interval.

    Each subset is drawn without replacement, on both sides: a picture drawn twice would be its own twin. Raises ValueError if a side has
    fewer than `size` pictures.
    """
    real, made = _features(real, made)
    if size > min(len(real), len(made)):
        raise ValueError(f"Subsets of {size} cannot be drawn from {len(real)} and {len(made)} pictures.")
    random = np.random.RandomState(seed)
    picks = ((random.permutation(len(real))[:size], random.permutation(len(made))[:size]) for _ in range(subsets))
    return np.array([kernel_distance(real[one], made[other]) for one, other in picks])


def real_against_real(measure, real, size, repeats=20, level=0.95, seed=0) -> Interval:
    """What a measure says of two sets of the same kind, `size` pictures each: the mean, and the range of most repeats.

    measure: a function of two sets of features, e.g. frechet_distance. real: [N, D], N at least twice the size; halves never share a
    picture. A method whose distance lies inside the range cannot be told from the real thing with so many pictures. Raises ValueError.
    """
    real = np.asarray(real)
    if 2 * size > len(real):
        raise ValueError(f"Two sets of {size} need {2 * size} real pictures, not {len(real)}.")
    random, found = np.random.RandomState(seed), []
    for _ in range(repeats):
        order = random.permutation(len(real))
        found.append(measure(real[order[:size]], real[order[size : 2 * size]]))
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(np.mean(found)), float(low), float(high))


def _features(*sets):
    """The sets as float64 [N, D], checked."""
    sets = [np.asarray(rows, float) for rows in sets]
    if any(rows.ndim != 2 or len(rows) < 2 for rows in sets) or len({rows.shape[1] for rows in sets}) > 1:
        shapes = " and ".join(str(list(rows.shape)) for rows in sets)
        raise ValueError(f"Features are [N, D] with N of 2 or more and one D for both sides, not {shapes}.")
    return sets


def _root(covariance):
    """The symmetric root of a covariance [D, D]."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T


def _kernel(rows, columns):
    return (rows @ columns.T / rows.shape[1] + 1) ** 3


def _mean_of_pairs(kernel):
    """Mean of a kernel matrix [N, N] without its diagonal."""
    count = len(kernel)
    return (kernel.sum() - np.trace(kernel)) / (count * (count - 1))
