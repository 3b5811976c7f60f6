"""Numbers that say how good a result is, each named as what it is.

Beside a target: absolute_error and structural_similarity. Without one: stray_colours. Of the person: rank_one and
separability, both from embeddings. Of a video: flicker, how much it trembles beyond what its own motion explains.
"""

from __future__ import annotations

import cv2
import numpy as np
from skimage import metrics

STRAY_LEVELS = 20  # of Cb or Cr, from the median around
BESIDE_EDGES = 5  # pixels: the side of that median's window


def absolute_error(picture, target) -> float:
    """Mean absolute difference (L1) in levels, 0 to 255. Both RGB uint8 [H, W, 3]; raises ValueError if their sizes differ."""
    _same_size(picture, target)
    return float(np.abs(picture.astype(np.float32) - target).mean())


def structural_similarity(picture, target) -> float:
    """SSIM (结构相似性) of two RGB uint8 pictures [H, W, 3], mean of the channels: 1 for equal ones, about 0 for unrelated ones.

    Sides of 7 pixels or more; raises ValueError if the sizes differ. Source: Wang et al., Image Quality Assessment, 2004.
    """
    _same_size(picture, target)
    return float(metrics.structural_similarity(picture, target, channel_axis=2, data_range=255))


def stray_colours(picture, source) -> float:
    """Share of pixels whose colour a painter invented: 0 to 1. picture, source: RGB uint8 [H, W, 3], the source unpainted.

    A pixel counts if its Cb or Cr lies more than 20 levels from the median of the 5x5 pixels around, where the source's does
    not. Such speckles and fringes are what an untrained eye sees first.
    """
    _same_size(picture, source)
    return float((_speckles(picture) & ~_speckles(source)).mean())


def _speckles(picture) -> np.ndarray:
    """Where the colour differs from its surroundings: bool [H, W]."""
    colours = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)[..., 1:]
    around = np.dstack([cv2.medianBlur(np.ascontiguousarray(channel), BESIDE_EDGES) for channel in np.moveaxis(colours, 2, 0)])
    return (np.abs(colours.astype(int) - around) > STRAY_LEVELS).any(axis=2)


def rank_one(queries, gallery) -> float:
    """Share of people who find themselves first: 0 to 1. queries, gallery: embeddings float32 [N, D], row i of both is person i.

    The nearest in the gallery by cosine similarity counts. A guess would score 1 / N. Raises ValueError if the shapes differ.
    """
    return float(found_first(queries, gallery).mean())


def found_first(queries, gallery) -> np.ndarray:
    """Who finds himself first, as rank_one counts: bool [N]."""
    _same_size(queries, gallery)
    return cosines(queries, gallery).argmax(axis=1) == np.arange(len(queries))


def separability(queries, gallery) -> float:
    """Area under the ROC curve (AUC) of "is this the same person?": 0.5 for a guess, 1 if every right pair beats every wrong one.

    queries, gallery: embeddings float32 [N, D], row i of both is person i. It is the share of (right pair, wrong pair) in
    which the right one is more similar; a tie counts half. Source: Hanley and McNeil, 1982. Raises ValueError if the shapes differ.
    """
    _same_size(queries, gallery)
    similar = cosines(queries, gallery)
    same = np.eye(len(similar), dtype=bool)
    right, wrong = similar[same], np.sort(similar[~same])
    below, up_to = (np.searchsorted(wrong, right, side) for side in ("left", "right"))
    return float((below + up_to).mean() / (2 * len(wrong)))


def cosines(queries, gallery) -> np.ndarray:
    """Cosine similarity of each row with each row: float32 [N, M]."""
    queries, gallery = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (queries, gallery))
    return queries @ gallery.T


def _same_size(one, other):
    if np.shape(one) != np.shape(other):
        raise ValueError(f"Both sides must have the same shape, not {np.shape(one)} and {np.shape(other)}.")


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
