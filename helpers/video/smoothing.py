"""The One-Euro filter (一欧元滤波): steady where a point rests, quick where it moves.

Source: Casiez, Roussel and Vogel, 1 Euro Filter, CHI 2012. Owns: the filter. Does not know what is filtered.
"""

from __future__ import annotations

import math

import numpy as np

MIN_CUTOFF = 1.5  # hertz, for a point at rest: lower is steadier and later
BETA = 6.0  # how much the cutoff grows with the speed, hertz a (unit a second)
SPEED_CUTOFF = 1.0  # hertz, for the speed itself; the paper's value


class OneEuroFilter:
    """Smooths an array that changes with time.

    A low-pass filter (低通滤波) whose cutoff is `min_cutoff + beta * speed`, in hertz. scale: how large one unit is in the
    array's numbers; for landmarks the width of the face, so that a face filmed from afar is smoothed like a near one.
    """

    def __init__(self, min_cutoff=MIN_CUTOFF, beta=BETA):
        self._min_cutoff, self._beta = min_cutoff, beta
        self._time = self._value = self._speed = None

    def __call__(self, value, time, scale=1.0) -> np.ndarray:
        """The smoothed array. time: seconds, later than the call before. value: float [..., 2], points."""
        value = np.asarray(value, np.float64)
        if self._time is None or time <= self._time:
            self._time, self._value, self._speed = time, value, np.zeros_like(value)
            return value
        pause = time - self._time
        speed = (value - self._value) / pause
        self._speed = self._speed + _weight(SPEED_CUTOFF, pause) * (speed - self._speed)
        # One speed for all points: a face moves as a whole, and points that lag by different times would bend it.
        pace = np.linalg.norm(self._speed, axis=-1).mean() / scale
        self._value = self._value + _weight(self._min_cutoff + self._beta * pace, pause) * (value - self._value)
        self._time = time
        return self._value


def _weight(cutoff, pause) -> float:
    """How much of a new value is taken, 0 to 1."""
    return 1 / (1 + 1 / (2 * math.pi * cutoff * pause))
