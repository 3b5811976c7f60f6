"""How good a synthesized texture is: the error across its seams, and how much of its long-range order it keeps."""

from __future__ import annotations

import numpy as np

NEAR = 48  # pixels: shifts from here to FAR count as distant
FAR = 96


def seam_error(source, sample) -> float:
    """Mean distance, in levels, of the pixels beyond the seams from those that the sample has there; 0 if there is no seam.

    source: each pixel's place in the sample, int [H, W, 2], row and column. sample: uint8 [h, w, 3].
    """
    errors = []
    for axis, step in enumerate([(1, 0), (0, 1)]):
        expected = np.minimum(np.delete(source, -1, axis) + step, np.array(sample.shape[:2]) - 1)
        actual = np.delete(source, 0, axis)
        seam = (expected != actual).any(axis=2)
        difference = _colours(sample, expected[seam]) - _colours(sample, actual[seam])
        errors.append(np.abs(difference).mean(axis=1))
    errors = np.concatenate(errors)
    return float(errors.mean()) if len(errors) else 0.0


def self_match(picture):
    """Autocorrelation (自相关) of the brightness of a square picture [N, N, 3]: float [2 N, 2 N], shift 0 in the middle."""
    gray = picture.astype(float).mean(axis=2)
    gray = gray - gray.mean()
    size = (2 * len(gray), 2 * len(gray))  # room, so that nothing wraps round

    def sums(image):
        return np.fft.fftshift(np.fft.irfft2(np.abs(np.fft.rfft2(image, size)) ** 2, size))

    return sums(gray) / np.maximum(sums(np.ones_like(gray)), 1) / gray.var()


def long_range_order(picture) -> float:
    """The autocorrelation that 1 % of all shifts between NEAR and FAR exceed: near 0 without a rhythm, near 1 for a lattice.

    The largest of them would be luck. picture: uint8 [N, N, 3], N above FAR.
    """
    down, right = np.abs(np.indices((2 * len(picture),) * 2) - len(picture))
    shift = np.maximum(down, right)
    return float(np.percentile(self_match(picture)[(shift >= NEAR) & (shift <= FAR)], 99))


def _colours(sample, places):
    return sample[places[:, 0], places[:, 1]].astype(float)
