"""What a computation costs: the seconds that processors worked for it, and how they grow with its size."""

from __future__ import annotations

import time

import numpy as np


def processor_seconds(function, *arguments, repeats: int = 3) -> float:
    """The least processor time (处理器时间) of several calls, in seconds, summed over threads: what other programs do hardly counts."""
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        function(*arguments)
        spent.append(time.process_time() - start)
    return min(spent)


def exponent(sizes, seconds) -> float:
    """The e for which seconds grow like size ** e: the slope of a straight line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
