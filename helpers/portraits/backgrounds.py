"""Backgrounds without people: gradients, bokeh, dead leaves, 1/f clouds, rooms. sRGB float32 0..1."""

from __future__ import annotations

import cv2
import numpy as np

from .fields import FLOAT, blur
from .noise import texture


def dead_leaves(random, size, count, palette, smallest=0.02, largest=0.35):
    """Overlapping discs, ellipses and polygons with a power law of sizes, as in natural pictures."""
    image = np.empty((size, size, 3), FLOAT)
    image[:] = palette[0]
    radii = np.sort(1 / np.sqrt(random.uniform(1 / largest**2, 1 / smallest**2, count)))[::-1] * size
    for radius in np.maximum(radii, 2):
        colour = np.clip(palette[random.randint(len(palette))] + random.normal(0, 0.04, 3), 0, 1).tolist()
        centre, kind = random.uniform(-0.1, 1.1, 2) * size, random.randint(3)
        if kind < 2:
            axes = (int(radius * 16), int(radius * (1 if kind == 0 else random.uniform(0.2, 0.8)) * 16))
            cv2.ellipse(image, tuple(int(c * 16) for c in centre), axes, random.uniform(0, 360), 0, 360, colour, -1, cv2.LINE_AA, 4)
        else:
            angles = np.sort(random.uniform(0, 2 * np.pi, random.randint(3, 7)))
            corners = centre + radius * np.stack([np.cos(angles), np.sin(angles)], 1)
            cv2.fillPoly(image, [np.round(corners * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)
    return image


def palette_of(random, count=6, vivid=1.0):
    """A few colours that belong together; vivid: how far they are from grey."""
    base = random.uniform(0.1, 0.9, 3)
    base = base.mean() + (base - base.mean()) * random.choice([0.2, 0.45, 0.8]) * vivid
    return np.clip(base * random.uniform(0.4, 1.5, (count, 1)) + random.normal(0, 0.10 * vivid, (count, 3)), 0.03, 0.97)


def draw_background(background, size):
    """The background as sRGB float32 [size, size, 3], 0..1; drawn at 128 pixels, since it is out of focus."""
    random, side = np.random.RandomState(int(background.seed)), 128
    colours = palette_of(random, vivid=0.5)  # walls and gardens are duller than things
    first, second = colours[0], colours[1]
    yy, xx = np.mgrid[0:side, 0:side].astype(FLOAT) / side
    angle = random.uniform(0, 2 * np.pi)
    t = np.clip(0.5 + (xx - 0.5) * np.cos(angle) + (yy - 0.5) * np.sin(angle), 0, 1)[..., None]
    image = (first * (1 - t) + second * t).astype(FLOAT)
    if background.kind == "flat":
        image = (0.15 * image + 0.85 * first).astype(FLOAT)
    elif background.kind == "bokeh":
        image = image * 0.6 + 0.6 * _bokeh(random, side, colours)
    elif background.kind == "leaves":
        image = blur(0.4 * image + 0.6 * dead_leaves(random, side, 70, colours), side * random.uniform(0.004, 0.03))
    elif background.kind == "fractal":
        cloud = np.roll(texture("brown"), tuple(random.randint(0, 512, 2)), (0, 1))[: side * 2 : 2, : side * 2 : 2]
        image = image + 0.1 * cloud[..., None] * random.uniform(0.4, 1.2, 3)
    elif background.kind == "rooms":
        image = blur(_rooms(random, image, colours), side * random.uniform(0.005, 0.02))
    return cv2.resize(np.clip(image, 0, 1).astype(FLOAT), (size, size), interpolation=cv2.INTER_LINEAR)


def _bokeh(random, side, colours):
    """Discs of light, out of focus."""
    lights = np.zeros((side, side, 3), FLOAT)
    for _ in range(30):
        disc = np.zeros((side, side), FLOAT)
        cv2.circle(disc, tuple(int(c) for c in random.uniform(0, side, 2)), int(side * random.uniform(0.02, 0.09)), 1.0, -1, cv2.LINE_AA)
        lights += disc[..., None] * (colours[random.randint(len(colours))] * random.uniform(0.1, 0.6)).astype(FLOAT)
    return blur(lights, 1.4)


def _rooms(random, image, colours):
    """Walls, windows and shelves as rectangles."""
    side = len(image)
    for _ in range(random.randint(3, 9)):
        x, y, width, height = random.uniform(0, side, 2).tolist() + (random.uniform(0.08, 0.5, 2) * side).tolist()
        cv2.rectangle(image, (int(x), int(y)), (int(x + width), int(y + height)), colours[random.randint(len(colours))].tolist(), -1)
    return image
