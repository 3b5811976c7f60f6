"""How the learning rate (学习率) moves during a training: up in a warm-up, down along a cosine (Loshchilov and Hutter, 2017)."""

from __future__ import annotations

import numpy as np


def cosine_rate(peak, since_start, done, warm_up=100, floor=0.02):
    """The rate after `since_start` steps of this sitting, `done` (0 to 1) being the share of all steps.

    warm_up: steps in which it rises to `peak`; the optimizer's averages start from nothing in each sitting. floor: what is
    left at the end, a share of `peak`.
    """
    return peak * min(1, (since_start + 1) / warm_up) * (floor + (1 - floor) / 2 * (1 + np.cos(np.pi * done)))
