"""How good a picture is: beside a target, absolute_error and structural_similarity; without one, stray_colours."""

from __future__ import annotations

import cv2
import numpy as np
from skimage import metrics

from helpers.metrics.shapes import same_shape

STRAY_LEVELS = 20  # of Cb or Cr, from the median around
BESIDE_EDGES = 5  # pixels: the side of that median's window


def absolute_error(picture, target) -> float:
    """Mean absolute difference (L1) in levels, 0 to 255. Both RGB uint8 [H, W, 3]; raises ValueError if their sizes differ."""
    same_shape(picture, target)
    return float(np.abs(picture.astype(np.float32) - target).mean())


def structural_similarity(picture, target) -> float:
    """SSIM (结构相似性) of two RGB uint8 pictures [H, W, 3], mean of the channels: 1 for equal ones, about 0 for unrelated ones.

    Sides of 7 pixels or more; raises ValueError if the sizes differ. Source: Wang et al., Image Quality Assessment, 2004.
    """
    same_shape(picture, target)
    return float(metrics.structural_similarity(picture, target, channel_axis=2, data_range=255))


def stray_colours(picture, source) -> float:
    """Share of pixels whose colour a painter invented: 0 to 1. picture, source: RGB uint8 [H, W, 3], the source unpainted.

    A pixel counts if its Cb or Cr lies more than 20 levels from the median of the 5x5 pixels around, where the source's does
    not. Such speckles and fringes are what an untrained eye sees first.
    """
    same_shape(picture, source)
    return float((_speckles(picture) & ~_speckles(source)).mean())


def _speckles(picture) -> np.ndarray:
    """Where the colour differs from its surroundings: bool [H, W]."""
    colours = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)[..., 1:]
    around = np.dstack([cv2.medianBlur(np.ascontiguousarray(channel), BESIDE_EDGES) for channel in np.moveaxis(colours, 2, 0)])
    return (np.abs(colours.astype(int) - around) > STRAY_LEVELS).any(axis=2)
