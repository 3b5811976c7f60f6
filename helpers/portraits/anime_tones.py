"""The few tones of anime's skin and hair, each made from a person's one colour."""

from __future__ import annotations

import numpy as np

from .fields import FLOAT, richer


def skin_tones(shape):
    """Light, shade and line colour of skin."""
    skin = np.clip(richer(np.asarray(shape.skin) / 255, 1.12) + np.array([0.03, 0.025, 0.025]), 0, 1).astype(FLOAT)
    return skin, skin * np.array([0.86, 0.72, 0.72], FLOAT), skin * np.array([0.50, 0.31, 0.31], FLOAT)


def hair_tones(shape):
    """Base, shade, light and line colour of hair."""
    base = np.clip(richer(np.clip(np.asarray(shape.hair_colour) / 255, 0.05, 0.95), 1.35, 1.1) + 0.045, 0, 1).astype(FLOAT)
    shade = base * np.array([0.66, 0.60, 0.70], FLOAT)
    return base, shade, np.clip(base * 1.15 + 0.2, 0, 1).astype(FLOAT), shade * FLOAT(0.45)
