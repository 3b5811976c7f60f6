"""Tileable noise textures, made once from fixed seeds, and how to look them up."""

from __future__ import annotations

import functools

import cv2
import numpy as np

SIDE = 512
# name: (seed, sigma across, sigma along) in texels for Gaussian noise
GAUSSIAN = {
    "grain": (1, 1.0, 1.0),
    "fine": (2, 2.2, 2.2),
    "patch": (3, 6.0, 6.0),
    "cloud": (4, 16.0, 16.0),
    "wide": (5, 40.0, 40.0),
    "strand": (8, 1.0, 14.0),
    "lock": (9, 2.5, 30.0),
}
# name: (seed, exponent) for 1/f noise
FRACTAL = {"pink": (6, 1.0), "brown": (7, 1.5)}
# name: (seed, frequency, width of the band) in cycles per texel for noise of one grain size
BAND = {"hatch": (10, 0.2, 0.05)}


@functools.lru_cache(maxsize=None)
def texture(name):
    """A float32 [512, 512] texture that repeats without a seam; mean 0, standard deviation 1."""
    frequency = np.fft.fftfreq(SIDE)
    fy, fx = np.meshgrid(frequency, frequency, indexing="ij")
    if name in GAUSSIAN:
        seed, across, along = GAUSSIAN[name]
        gain = np.exp(-2 * np.pi**2 * ((fx * across) ** 2 + (fy * along) ** 2))
    elif name in BAND:
        seed, middle, width = BAND[name]
        gain = np.exp(-(((np.hypot(fx, fy) - middle) / width) ** 2))
    else:
        seed, exponent = FRACTAL[name]
        radius = np.hypot(fx, fy)
        radius[0, 0] = 1
        gain = radius**-exponent
        gain[0, 0] = 0
    white = np.random.RandomState(seed).standard_normal((SIDE, SIDE))
    made = np.fft.ifft2(np.fft.fft2(white) * gain).real
    return (made / made.std()).astype(np.float32)


def look_up(name, x, y):
    """The texture's values at coordinates x, y (1 is one whole tile); float32 like x."""
    x, y = np.broadcast_arrays(np.asarray(x, np.float32), np.asarray(y, np.float32))
    if not x.size:  # a part of the face that lies outside the picture
        return np.zeros(x.shape, np.float32)
    return cv2.remap(_tile(name), _texels(x), _texels(y), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


@functools.lru_cache(maxsize=None)
def _tile(name):
    """The texture with its first row and column once more at the end."""
    return np.pad(texture(name), ((0, 1), (0, 1)), "wrap")


def _texels(x):
    """Coordinates in texels of the one tile: remap could wrap by itself, at more than twice the time."""
    return (x - np.floor(x)) * np.float32(SIDE)
