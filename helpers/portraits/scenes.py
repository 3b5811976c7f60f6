"""Whole pictures without faces, as a photo or as the matching cartoon: flat colours, ink on strong edges."""

from __future__ import annotations

import cv2
import numpy as np

from .backgrounds import dead_leaves, palette_of
from .fields import FLOAT, blur, shrink
from .noise import GAUSSIAN, texture
from .registry import find_style


def scene(seed, style="photo", size=256):
    """A picture of things, no people: RGB uint8 [size, size, 3].

    All styles of one seed show the same things. Photos have texture, shade, blur and noise; cartoons have flat
    colours with lines. Raises ValueError for an unknown style.
    """
    photographic = find_style(style).photographic
    random = np.random.RandomState([int(seed) % 2**32, 7])
    smallest = float(random.choice([0.02, 0.04, 0.08]))
    flat = dead_leaves(random, 2 * size, int(random.choice([30, 80, 200])), palette_of(random, 9), smallest, 0.5)
    picture = _photo(random, flat) if photographic else _inked(flat)
    return np.clip(shrink(picture, size) * 255 + 0.5, 0, 255).astype(np.uint8)


def _photo(random, flat):
    """Texture on things, wide shade, a little blur and noise."""
    side = len(flat)
    name = sorted(GAUSSIAN)[random.randint(len(GAUSSIAN))]
    tile = np.roll(cv2.resize(texture(name), (max(side, 512),) * 2), tuple(random.randint(0, 512, 2)), (0, 1))[:side, :side]
    shade = cv2.resize(np.roll(texture("wide"), tuple(random.randint(0, 512, 2)), (0, 1)), (side, side))
    image = flat * (1 + random.uniform(0.01, 0.08) * tile + random.uniform(0, 0.12) * shade)[..., None]
    image = blur(image, random.uniform(0.3, 2.2))
    return image + (random.standard_normal(image.shape) * random.uniform(0, 0.03)).astype(FLOAT)


def _inked(flat):
    """Dark lines where the colour jumps."""
    soft, strength = blur(flat, 1.0), np.zeros(flat.shape[:2], FLOAT)
    for channel in cv2.split(soft):
        strength += cv2.Sobel(channel, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(channel, cv2.CV_32F, 0, 1) ** 2
    ink = np.clip((np.sqrt(strength) - 0.5) / 0.8, 0, 1)[..., None]
    dark = blur(cv2.erode(flat, np.ones((5, 5), np.uint8)), 1) * FLOAT(0.45)
    return np.clip(0.03 + (flat * (1 - 0.75 * ink) + dark * 0.75 * ink), 0, 1)
