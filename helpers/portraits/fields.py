"""Small functions of arrays: steps, bumps, coverage, blending, colour spaces."""

from __future__ import annotations

import cv2
import numpy as np

FLOAT = np.float32


def step(x, low, high):
    """0 below low, 1 above high, smooth between."""
    t = _limit((x - low) / (high - low))
    return t * t * (3 - 2 * t)


def bump(x, width):
    """A Gaussian bump, 1 at x = 0."""
    return _exp(-np.square(x / width))


def spot(x, width, y, height):
    """A Gaussian spot, 1 where x and y are 0: the product of two bumps for the price of one."""
    return _exp(-np.square(x / width) - np.square(y / height))


def _exp(power):
    return cv2.exp(power) if _is_picture(power) else np.exp(power)


def _limit(x):
    return cv2.min(cv2.max(x, 0), 1) if _is_picture(x) else np.clip(x, 0, 1)


def _is_picture(x):
    """Whether OpenCV can take it: its exponential is eight times faster than that of numpy 1.18, its limits three times."""
    return np.ndim(x) == 2 and np.size(x) > 0


def cover(distance, pixel):
    """How much of a pixel lies inside a shape: 1 where the signed distance is negative."""
    return _limit(0.5 - distance / pixel).astype(FLOAT)


def mix(a, b, amount):
    """a where amount is 0, b where it is 1."""
    return a + (b - a) * amount


def over(image, colour, mask):
    """Lay a colour, or a picture, over a picture through a mask [H, W]: a new picture."""
    mask, out = np.asarray(mask, FLOAT), np.array(image, FLOAT)
    part = box_of(mask)
    mask, here = mask[part], out[part]
    colour = np.asarray(colour, FLOAT)
    colour = colour if colour.ndim < 3 else np.broadcast_to(colour, out.shape)[part]
    for channel in range(3):  # numpy is slow where the last axis is short
        plane = here[..., channel]
        plane += (colour[..., channel] - plane) * mask
    return out


def box_of(mask, margin=0):
    """The slices of the smallest box that holds all of a mask that is not 0."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(max(rows[0] - margin, 0), rows[-1] + 1 + margin), slice(max(columns[0] - margin, 0), columns[-1] + 1 + margin)


def blur(image, sigma):
    """Gaussian blur; sigma in pixels."""
    image = np.ascontiguousarray(image, FLOAT)
    return image if sigma <= 0.3 else cv2.GaussianBlur(image, (0, 0), float(sigma), borderType=cv2.BORDER_REPLICATE)


def linear(colour):
    """sRGB 0..255 to linear light 0..1."""
    c = np.asarray(colour, FLOAT) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(FLOAT)


def encode(light):
    """Linear light 0..1 to sRGB 0..1."""
    c = np.clip(light, 0, 1)
    return np.where(c <= 0.0031308, c * 12.92, 1.055 * np.power(np.maximum(c, 1e-6), 1 / 2.4) - 0.055).astype(FLOAT)


def richer(colour, saturation, gain=1.0):
    """An sRGB colour 0..1 with more saturation."""
    c = np.asarray(colour, FLOAT)
    return np.clip((c.mean() + (c - c.mean()) * saturation) * gain, 0, 1).astype(FLOAT)


def shrink(image, size):
    """Area-average to [size, size]."""
    return cv2.resize(np.ascontiguousarray(image, FLOAT), (size, size), interpolation=cv2.INTER_AREA)
