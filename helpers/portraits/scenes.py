"""Whole pictures without faces: as a photo, and as the matching cartoon of each style."""

from __future__ import annotations

import cv2
import numpy as np

from .backgrounds import dead_leaves, palette_of
from .clay import graded
from .fields import FLOAT, blur, encode, linear, shrink
from .noise import GAUSSIAN, texture
from .registry import find_style
from .sketch_hatching import on_paper, spacing_of, streaks, strokes


def scene(seed, style="photo", size=256):
    """A picture of things, no people: RGB uint8 [size, size, 3].

    All styles of one seed show the same things. Photos have texture, shade, blur and noise; anime has flat colours
    with lines, sketch hatching and lines, 3d round edges under soft light. A style that is not photographic and has
    no way of its own is drawn as anime is. Raises ValueError for an unknown style.
    """
    found = find_style(style)
    random = np.random.RandomState([int(seed) % 2**32, 7])
    smallest = float(random.choice([0.02, 0.04, 0.08]))
    flat = dead_leaves(random, 2 * size, int(random.choice([30, 80, 200])), palette_of(random, 9), smallest, 0.5)
    draw = {"sketch": _pencilled, "3d": _modelled}.get(found.name, _inked)
    picture = _photo(random, flat) if found.photographic else draw(flat)
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


def _jumps(flat):
    """How strongly the colour jumps at each pixel."""
    soft, strength = blur(flat, 1.0), np.zeros(flat.shape[:2], FLOAT)
    for channel in cv2.split(soft):
        strength += cv2.Sobel(channel, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(channel, cv2.CV_32F, 0, 1) ** 2
    return np.sqrt(strength)


def _inked(flat):
    """Dark lines where the colour jumps."""
    ink = np.clip((_jumps(flat) - 0.5) / 0.8, 0, 1)[..., None]
    dark = blur(cv2.erode(flat, np.ones((5, 5), np.uint8)), 1) * FLOAT(0.45)
    return np.clip(0.03 + (flat * (1 - 0.75 * ink) + dark * 0.75 * ink), 0, 1)


def _pencilled(flat):
    """A line on every edge; hatching that runs with the edges near by, as dense as the colour is dark."""
    side, spacing = len(flat), spacing_of(len(flat))
    grey = flat @ np.array([0.3, 0.59, 0.11], FLOAT)
    dx, dy = cv2.Sobel(blur(grey, 2), cv2.CV_32F, 1, 0), cv2.Sobel(blur(grey, 2), cv2.CV_32F, 0, 1)
    along_edges = blur(np.stack([dy * dy - dx * dx, -2 * dx * dy], -1), side * 0.04)
    along_edges += FLOAT(1e-3) * np.array([-0.24, -0.97], FLOAT)  # the diagonal of a right hand
    dark = blur(np.clip(0.92 - grey, 0, 1), spacing * 0.3)
    first = strokes(streaks(along_edges, spacing), np.clip(dark, 0, 0.86)) * (0.30 + 0.42 * dark)
    second = strokes(streaks(along_edges, spacing, 1.15, 0.37), np.clip(dark * 1.3 - 0.5, 0, 0.8)) * (0.30 + 0.40 * dark)
    line = np.clip((_jumps(flat) - 0.25) / 0.7, 0, 1) * FLOAT(0.75)
    return np.clip(on_paper(1 - (1 - first) * (1 - second) * (1 - 0.1 * dark) * (1 - line)), 0, 1)


def _modelled(flat):
    """Every thing a slab of clay with round edges; soft light from above on the left, shade where things meet."""
    side = len(flat)
    away = cv2.distanceTransform((_jumps(flat) < 0.3).astype(np.uint8), cv2.DIST_L2, 5) / FLOAT(side)
    rise = np.clip(away / FLOAT(0.03), 0, 1)
    height = blur(np.sqrt(1 - np.square(1 - rise)) * FLOAT(0.022 * side), side * 0.004)
    dx, dy = cv2.Sobel(height, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(height, cv2.CV_32F, 0, 1) / 8
    up = 1 / np.sqrt(1 + dx * dx + dy * dy)
    light = np.clip((0.42 * dx + 0.56 * dy + 0.71) * up, 0, 1) * FLOAT(0.95) + FLOAT(0.38) * up
    meeting = 1 - FLOAT(0.45) * np.exp(-blur(away, side * 0.003) / FLOAT(0.012))
    gloss = np.clip((0.25 * dx + 0.34 * dy + 0.91) * up, 0, 1) ** 30 * FLOAT(0.05)
    return graded(encode(linear(blur(flat, 1.0) * 255) * (light * meeting)[..., None] + gloss[..., None]))
