"""How the learning rate (学习率) moves during a training: functions of the part that is done, 0 to 1, to a share of the rate."""

from __future__ import annotations

import numpy as np


def constant(part: float) -> float:
    """The whole rate, always."""
    return 1.0


def cosine(part: float, floor: float = 0.02) -> float:
    """From the whole rate down to `floor` of it along a cosine. (Loshchilov and Hutter, 2017, eq. 5)"""
    return floor + (1 - floor) / 2 * (1 + np.cos(np.pi * min(part, 1)))
