"""What nearest neighbours (最近邻) in feature space tell of a set of generated pictures: good, varied, or copied.

Features are [N, D], a picture a row, of helpers.metrics.judge or another network.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from helpers.metrics.intervals import LEVEL, RESAMPLES, Interval

NEIGHBOURS = 3


def precision(real, made, k=NEIGHBOURS) -> float:
    """Share of the made pictures that lie where real ones are (精确率): quality, 0 to 1.

    Where real ones are: in a ball round any of them that reaches to its k-th nearest real neighbour. Two sets of the same kind do not
    score 1 but 0.6 to 0.8, and it changes with n: print `real_against_real` beside it. Source: Kynkäänniemi et al., Improved Precision
    and Recall Metric for Assessing Generative Models, 2019, section 2.
    """
    if len(real) <= k:
        raise ValueError(f"{len(real)} pictures have no {k}-th neighbour.")
    among = np.sort(distances(real, real), axis=1)[:, k]  # place 0 is the picture itself
    return float((distances(made, real) <= among).any(axis=1).mean())


def recall(real, made, k=NEIGHBOURS) -> float:
    """Share of the real pictures that lie where made ones are (召回率): variety, 0 to 1. Everything else as for precision."""
    return precision(made, real, k)


def nearest(features, exemplars) -> np.ndarray:
    """Distance of each row to its nearest exemplar: float [N]."""
    return distances(features, exemplars).min(axis=1)


def nearest_exemplar_ratio(made, exemplars, fresh, level=LEVEL, resamples=RESAMPLES, seed=0) -> Interval:
    """How far made pictures keep from the exemplars a network learned from, over how far fresh real ones do: memorisation (记忆).

    1: as new as people nobody has seen. Far below 1: copied. Medians, so that a few odd pictures do not decide. fresh: real pictures of
    the same style of other people than the exemplars. The interval is a bootstrap over made and fresh pictures, the exemplars stay. Needs
    the truth about the style, which here the renderer has. After: Meehan et al., A Non-Parametric Test to Detect Data-Copying in
    Generative Models, 2020.
    """
    copied, new = nearest(made, exemplars), nearest(fresh, exemplars)
    random = np.random.RandomState(seed)
    drawn = [np.median(side[random.randint(len(side), size=(resamples, len(side)))], axis=1) for side in (copied, new)]
    low, high = np.quantile(drawn[0] / drawn[1], [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(np.median(copied) / np.median(new)), float(low), float(high))


def distances(rows, columns) -> np.ndarray:
    """Euclidean distance of each row with each row: float64 [N, M]. Equal rows are exactly 0 apart."""
    rows, columns = np.asarray(rows, float), np.asarray(columns, float)
    if rows.ndim != 2 or columns.ndim != 2 or rows.shape[1] != columns.shape[1]:
        raise ValueError(f"Features are [N, D] with one D for both sides, not {list(rows.shape)} and {list(columns.shape)}.")
    return cdist(rows, columns)
