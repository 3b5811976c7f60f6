"""What measures of two sides ask of both."""

from __future__ import annotations

import numpy as np


def same_shape(one, other) -> None:
    """Raise ValueError unless both arrays have the same shape."""
    if np.shape(one) != np.shape(other):
        raise ValueError(f"Both sides must have the same shape, not {np.shape(one)} and {np.shape(other)}.")
