"""How much a video trembles beyond what its own motion explains: flicker."""

from __future__ import annotations

import cv2
import numpy as np


def flicker(outputs, inputs, motions) -> float:
    """How much a stylised video changes from frame to frame beyond its input, in levels (0 to 255).

    The warped difference (帧间差) of the outputs minus that of the inputs, see warped_difference. 0: what changes is what
    changed in the input as well. Larger: the painting trembles by itself. Negative: it is calmer than the input, for
    instance since it drops noise.
    """
    return warped_difference(outputs, motions) - warped_difference(inputs, motions)


def warped_difference(pictures, motions) -> float:
    """Mean difference of neighbouring frames after the motion between them is undone, in levels.

    pictures: RGB uint8 [H, W, 3], N of them. motions: N - 1 arrays float32 [H, W, 2]: for each pixel of the later frame, its
    place x, y in the earlier one; NaN where that is not known, and such pixels do not count. Raises ValueError if there
    is nothing to compare. Source: Lai et al., Learning Blind Video Temporal Consistency, ECCV 2018 (warping error), with
    known motion in place of estimated one, and absolute differences.
    """
    if len(motions) != len(pictures) - 1 or not motions:
        raise ValueError(f"{len(pictures)} pictures need {len(pictures) - 1} motions between them, not {len(motions)}.")
    differences = [_difference(*trio) for trio in zip(pictures, pictures[1:], motions)]
    return float(np.concatenate(differences).mean())


def _difference(before, after, motion) -> np.ndarray:
    """Absolute differences of the pixels whose motion is known: float32 [N, 3]."""
    known = np.isfinite(motion).all(axis=2)
    height, width = known.shape
    x, y = np.nan_to_num(motion[..., 0], nan=-9), np.nan_to_num(motion[..., 1], nan=-9)
    known &= (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    if not known.any():
        raise ValueError("No pixel's motion is known: there is nothing to compare.")
    # Both frames lose a little sharpness: the warp blurs the earlier one by parts of a pixel, so the later one is blurred, too.
    warped = cv2.remap(_soft(before), np.float32(x), np.float32(y), cv2.INTER_LINEAR)
    return np.abs(warped - _soft(after))[known]


def _soft(image) -> np.ndarray:
    return cv2.GaussianBlur(image.astype(np.float32), (0, 0), 1.0)
