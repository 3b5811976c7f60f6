"""How steady a video is when the motion in it is known: flicker of its pictures, trembling of points that were found in them."""

from __future__ import annotations

import cv2
import numpy as np

WAVELENGTHS = (64, 32, 16, 8, 4)  # pixels: neighbours bound an octave (八度) of detail
FADE = 5  # pixels: standard deviation of the blur by which a picture fades out towards where its motion is not known
ROUNDING = 1 / 12  # levels squared: the power of rounding to whole levels


def flicker(pictures, motions) -> float:
    """How much of a video's detail is new in each frame: 0 where all of it moves with the scene, 1 where each frame is another picture.

    pictures: RGB uint8 [H, W, 3], N of them. motions: as in warped_difference. The mean of flicker_by_octave. Raises ValueError.
    """
    return float(np.mean(flicker_by_octave(pictures, motions)))


def flicker_by_octave(pictures, motions) -> list:
    """The flicker in each octave of WAVELENGTHS, from coarse to fine. A: a frame, B: the one before it, with the motion undone.

    In each ring of spatial frequencies of their Fourier transforms: the sum of |A - B|^2 over that of |A|^2 + |B|^2; then the root
    of the mean over the rings. That is the root of 1 minus the Fourier ring correlation (傅里叶环相关; Saxton and Baumeister 1982)
    where A and B are equally strong. A blur takes as much from A - B as from A and B, so it gains nothing, and what it
    leaves to rounding counts as new. Raises ValueError for a video without any detail, such as a blank one.
    """
    _check(pictures, motions)
    new = whole = 0
    for before, after, motion in zip(pictures, pictures[1:], motions):
        warped, known = warp(before.astype(np.float32), motion)
        window = soft_window(known)[..., None]
        mean = (window * after).sum((0, 1)) / window.sum()
        a, b = (np.fft.fft2(window * (image - mean), axes=(0, 1)) for image in (after, warped))
        new = new + _rings(a - b)
        whole = whole + _rings(a) + _rings(b)
        if _is_blank(whole, window):
            raise ValueError("A blank video has no detail: it can neither flicker nor be steady.")
    starts = [min(known.shape) // length for length in WAVELENGTHS]
    return [float(np.sqrt((new[i:j] / whole[i:j]).mean())) for i, j in zip(starts, starts[1:])]


def warped_difference(pictures, motions) -> float:
    """Mean difference of neighbouring frames after the motion between them is undone, in levels: small for a blank video, too.

    pictures: RGB uint8 [H, W, 3], N of them. motions: N - 1 arrays float32 [H, W, 2]: for each pixel of the later frame, its
    place x, y in the earlier one; NaN where that is not known, and such pixels do not count. Raises ValueError if there
    is nothing to compare. Source: Lai et al., Learning Blind Video Temporal Consistency, ECCV 2018 (warping error), with
    known motion in place of estimated one, and absolute differences.
    """
    _check(pictures, motions)
    differences = []
    for before, after, motion in zip(pictures, pictures[1:], motions):
        # Both frames lose a little sharpness: the warp blurs the earlier one by parts of a pixel, so the later one is blurred, too.
        before, after = (cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 1.0) for picture in (before, after))
        warped, known = warp(before, motion)
        differences.append(np.abs(warped - after)[known])
    return float(np.concatenate(differences).mean())


def trembling(points, truth) -> float:
    """How much points that were found in a video jump about their true paths, in pixels. points, truth: float [N, P, 2], N >= 3 frames.

    Mean length of the second difference of the error over time. An error that stays or grows evenly counts nothing: a filter that
    lags is not punished here, see lag.
    """
    error = np.subtract(points, truth)
    return float(np.linalg.norm(np.diff(error, 2, axis=0), axis=-1).mean())


def lag(points, truth) -> float:
    """How far points are from their true paths beyond each point's own mean error, in pixels. points, truth: float [N, P, 2]."""
    error = np.subtract(points, truth)
    return float(np.linalg.norm(error - error.mean(axis=0), axis=-1).mean())


def _check(pictures, motions) -> None:
    if len(motions) != len(pictures) - 1 or not len(motions):
        raise ValueError(f"{len(pictures)} pictures need {len(pictures) - 1} motions between them, not {len(motions)}.")


def warp(before, motion):
    """An earlier frame, float32 [H, W, 3], moved to the later one's places, and where that is known: bool [H, W]."""
    known = np.isfinite(motion).all(axis=2)
    height, width = known.shape
    x, y = (np.where(known, motion[..., axis], -9).astype(np.float32) for axis in (0, 1))
    known &= (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    if not known.any():
        raise ValueError("No pixel's motion is known: there is nothing to compare.")
    return cv2.remap(before, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), known


def soft_window(known):
    """1 well inside the known pixels, fading to 0 at their edge and at the picture's, so softly that no ring gets another's power."""
    inside = cv2.distanceTransform(np.pad(known, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    return cv2.GaussianBlur((inside > 2.5 * FADE).astype(np.float32), (0, 0), FADE, borderType=cv2.BORDER_CONSTANT)


def _is_blank(rings, window) -> bool:
    """Whether two pictures together have no more power than rounding gives them."""
    return rings.sum() < 2 * 3 * ROUNDING * np.square(window).sum() * window.size


def _rings(spectrum):
    """The power of a spectrum, complex [H, W, 3], summed over rings one step of the shorter side's frequency wide."""
    height, width = spectrum.shape[:2]
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width))  # cycles a pixel
    ring = np.rint(frequency * min(height, width)).astype(int)
    return np.bincount(ring.ravel(), (np.abs(spectrum) ** 2).sum(axis=2).ravel())
