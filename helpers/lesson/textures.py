"""Textures (纹理) to synthesize more of: six drawn by a program, three photographed ones that scikit-image ships.

Each drawn texture is a function of a size and a seed. A larger size shows more of the same surface at the same scale, so a
crop can serve as a sample, and the whole as what a synthesis of that size should look like.
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

FINE = 2  # drawn at twice the size, then averaged: smooth edges
LIGHT = np.array([-0.55, -0.65, 0.75])  # direction to the light: x to the right, y down, z to the eye

THROWS = 30  # for each square as wide as the smallest distance: hardly any place is left where another point fits
PEBBLE_COLOURS = ((150, 142, 130), (112, 110, 108), (176, 164, 146), (134, 116, 98), (92, 98, 106), (196, 190, 180))
GRASS_ROOT, GRASS_TIP = (18, 42, 14), (138, 178, 62)
WARP_COLOURS = ((222, 210, 184), (168, 56, 48), (44, 60, 96))  # threads that run down: cream, red, blue
WARP_STRIPES = (0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 1, 1)
WEFT_COLOURS = ((222, 210, 184), (196, 150, 66), (44, 60, 96))  # threads that run across: cream, gold, blue
WEFT_STRIPES = (0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 1, 1)
BRICK_COLOURS = ((164, 82, 62), (148, 70, 54), (178, 98, 72), (132, 64, 52))
MORTAR = (196, 188, 174)
SENTENCE = ("a texture is a surface whose parts all look alike", "so a small sample tells how the rest of it goes on and on")
WORDS = tuple(word for line in SENTENCE for word in line.split())
INK_COLOUR, PAPER_COLOUR = (44, 38, 48), (240, 230, 208)
WOOD_COLOURS = ((212, 164, 104), (138, 84, 40))  # early and late wood


def pebbles(size: int = 192, seed: int = 0):
    """Rounded stones lying close together; about 11 pixels each. Isotropic: it looks alike in all directions. RGB uint8 [size, size, 3]."""
    random = np.random.RandomState(seed)
    side = FINE * size
    centres = _scattered(side, nearest=8 * FINE, random=random)
    first, second, stone = _nearest_two(side, centres, random)
    inside = gaussian_filter(np.clip((second - first) / (7.0 * FINE) - 0.12, 0, 1), 1.0 * FINE, mode="nearest")
    dome = np.sqrt(1 - np.square(1 - np.clip(inside, 0, 1)))
    tones = np.asarray(PEBBLE_COLOURS, float)[random.randint(len(PEBBLE_COLOURS), size=len(centres))]
    tones *= random.uniform(0.85, 1.15, (len(centres), 1))
    speckle = 1 + 0.05 * _noise(side, 0.8 * FINE, random) + 0.06 * _noise(side, 3.0 * FINE, random)
    shade = (0.25 + 0.9 * _lit(3.5 * FINE * dome)) * np.clip(2.2 * dome - 0.3, 0.12, 1)
    return _finish(tones[stone] * (shade * speckle)[..., None], size)


def grass(size: int = 192, seed: int = 0):
    """A meadow: blades that lean about, dark at the root, bright at the tip. RGB uint8 [size, size, 3]."""
    random = np.random.RandomState(seed)
    side, margin = FINE * size, 60
    image = np.full((side + 2 * margin, side + 2 * margin, 3), GRASS_ROOT, np.uint8)
    count = side * side // 60
    roots = random.uniform(0, side + 2 * margin, (count, 2))
    for layer, (x, y) in enumerate(roots):
        lean, length, bend = random.normal(0, 0.5), random.uniform(14, 30) * FINE, random.normal(0, 0.5)
        height = 0.35 + 0.65 * layer / count  # later blades lie on top, in the sun
        warm = random.uniform(-14, 14)
        _blade(image, (x, y), length, lean, bend, height, warm)
    return _finish(image[margin:-margin, margin:-margin].astype(float), size)


def weave(size: int = 192, seed: int = 0):
    """Checked twill: threads of 4 pixels pass over two and under two; stripes every 48 pixels. Structured. RGB uint8 [size, size, 3]."""
    random = np.random.RandomState(seed)
    side, width = FINE * size, 4 * FINE
    y, x = np.mgrid[:side, :side].astype(float) / width
    x += 0.06 * _noise(side, 6 * FINE, random)
    y += 0.06 * _noise(side, 6 * FINE, random)
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    warp_on_top = (column - row) % 4 < 2
    across = np.where(warp_on_top, x - column, y - row)  # 0 to 1 across the upper thread
    along = np.where(warp_on_top, np.mod(y - column + 1, 4), np.mod(x - row - 2, 4)) / 2  # 0 to 1 between two dives
    warp = np.asarray(WARP_COLOURS, float)[np.asarray(WARP_STRIPES)[column % 12]]
    weft = np.asarray(WEFT_COLOURS, float)[np.asarray(WEFT_STRIPES)[row % 12]]
    crown = np.sin(np.pi * np.clip(along, 0, 1))
    edge = 0.5 - 0.12 * (1 - crown)  # a thread is narrower where it dives under the next
    arch = np.sqrt(np.clip(1 - np.square((across - 0.5) / edge), 0, 1)) * (0.4 + 0.6 * crown)
    twist = 0.1 * np.sin(2 * np.pi * (4 * along + across)) + 0.05 * _noise(side, 0.7 * FINE, random)
    return _finish(np.where(warp_on_top[..., None], warp, weft) * (0.35 + 0.7 * arch + twist * arch)[..., None], size)


def bricks(size: int = 192, seed: int = 0):
    """A wall in running bond, bricks of 32 x 16 pixels. Structured: rows and joints must meet. RGB uint8 [size, size, 3]."""
    random = np.random.RandomState(seed)
    side, width, height, joint = FINE * size, 32 * FINE, 16 * FINE, 1.5 * FINE
    y, x = np.mgrid[:side, :side].astype(float)
    x += 0.5 * FINE * _noise(side, 5 * FINE, random)
    y += 0.5 * FINE * _noise(side, 5 * FINE, random)
    row = np.floor(y / height).astype(int)
    x = x + (row % 2) * width / 2
    column = np.floor(x / width).astype(int)
    inside = np.minimum(np.minimum(x - column * width, (column + 1) * width - x), np.minimum(y - row * height, (row + 1) * height - y))
    brick = np.clip((inside - joint) / (0.8 * FINE), 0, 1)[..., None]
    tones = np.asarray(BRICK_COLOURS, float)[random.randint(len(BRICK_COLOURS), size=(64, 64))]
    tones *= random.uniform(0.88, 1.12, (64, 64, 1))
    rough = 1 + 0.05 * _noise(side, 0.8 * FINE, random) + 0.06 * _noise(side, 4 * FINE, random)
    colour = tones[row % 64, column % 64] * brick + np.asarray(MORTAR, float) * (1 - brick)
    relief = 2.2 * FINE * np.clip((inside - joint) / (1.8 * FINE), 0, 1) + 0.35 * _noise(side, 1.2 * FINE, random)
    return _finish(colour * ((0.3 + 0.95 * _lit(relief)) * rough)[..., None], size)


def text(size: int = 192, seed: int = 0):
    """A printed page: lines of words, 16 pixels apart. Structured: lines, letters and words. RGB uint8 [size, size, 3]."""
    random = np.random.RandomState(seed)
    fine = 2 * FINE
    side, spacing = fine * size, 16 * fine
    ink = np.zeros((side, side), np.uint8)
    for baseline in range(12 * fine, side + spacing, spacing):
        start = -random.randint(40 * fine)
        while start < side:
            word = WORDS[random.randint(len(WORDS))]
            cv2.putText(ink, word, (start, baseline), cv2.FONT_HERSHEY_COMPLEX, 0.44 * fine, 255, 1, cv2.LINE_AA)
            start += cv2.getTextSize(word, cv2.FONT_HERSHEY_COMPLEX, 0.44 * fine, 1)[0][0] + 7 * fine
    amount = cv2.resize(ink, (FINE * size, FINE * size), interpolation=cv2.INTER_AREA).astype(float)[..., None] / 255
    paper = np.asarray(PAPER_COLOUR, float) * (1 + 0.012 * _noise(FINE * size, 1.5 * FINE, random))[..., None]
    return _finish(paper * (1 - amount) + np.asarray(INK_COLOUR, float) * amount, size)


def wood(size: int = 192, seed: int = 0):
    """A planed board: dark and bright growth rings that run down, with pores. Directed. RGB uint8 [size, size, 3]."""
    random = np.random.RandomState(seed)
    side = FINE * size
    x = np.mgrid[:side, :side][1] / FINE
    drift = _noise(side, (70 * FINE, 12 * FINE), random)
    phase = x / 11.0 + 0.55 * drift + 0.08 * _noise(side, (20 * FINE, 3 * FINE), random)
    ring = phase - np.floor(phase)
    late = np.clip(ring, 0, 1) ** 2.2 * np.clip((1 - ring) / 0.12, 0, 1)  # slowly darker, then a sharp end
    early_wood, late_wood = (np.asarray(tone, float) for tone in WOOD_COLOURS)
    colour = early_wood + (late_wood - early_wood) * late[..., None]
    fibre = 1 + 0.05 * _noise(side, (8 * FINE, 0.5 * FINE), random) + 0.04 * _noise(side, (40 * FINE, 2 * FINE), random)
    pores = np.clip(_noise(side, (3.5 * FINE, 0.4 * FINE), random) - 2.1, 0, 1)
    return _finish(colour * (fibre - 0.35 * pores)[..., None], size)


def photographed(name: str, size: int = 192):
    """A photographed texture: "brick", "grass" or "gravel", which scikit-image ships. RGB uint8 [size, size, 3], gray; size at most 256."""
    from skimage import data

    gray = cv2.resize(getattr(data, name)(), (256, 256), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(gray[:size, :size], cv2.COLOR_GRAY2RGB)


DRAWN = {"pebbles": pebbles, "grass": grass, "weave": weave, "bricks": bricks, "text": text, "wood": wood}


def _scattered(side, nearest, random):
    """Points, float [N, 2], thrown at random, none nearer to another than `nearest`. Some lie outside the picture: it has no border.

    No lattice lies behind them, so their pattern has no rhythm and no direction. (Cook, 1986: Poisson-disk sampling)
    """
    margin = 2 * nearest
    throws = random.uniform(-margin, side + margin, (int(THROWS * ((side + 2 * margin) / nearest) ** 2), 2))
    points = np.empty_like(throws)
    count = 0
    for throw in throws:
        if count == 0 or (np.square(points[:count] - throw).sum(axis=1)).min() >= nearest**2:
            points[count] = throw
            count += 1
    return points[:count]


def _nearest_two(side, centres, random):
    """For each pixel the distances to the nearest and to the second nearest centre, and the number of the nearest."""
    grid = np.mgrid[:side, :side].reshape(2, -1).T.astype(float)
    bent = np.stack([_noise(side, 5 * FINE, random), _noise(side, 5 * FINE, random)], axis=-1).reshape(-1, 2)
    distances, numbers = cKDTree(centres).query(grid + 1.4 * FINE * bent, k=2)
    return distances[:, 0].reshape(side, side), distances[:, 1].reshape(side, side), numbers[:, 0].reshape(side, side)


def _blade(image, root, length, lean, bend, height, warm):
    """Paint one blade of grass as a chain of short strokes that become thinner and brighter."""
    steps = 6
    place, angle = np.asarray(root, float), lean
    low, high = np.asarray(GRASS_ROOT, float), np.asarray(GRASS_TIP, float) + (warm, 0, -warm / 2)
    for step in range(steps):
        following = place + length / steps * np.array([np.sin(angle), -np.cos(angle)])
        bright = height * (0.25 + 0.75 * (step + 1) / steps)
        colour = tuple(float(c) for c in low + (high - low) * bright)
        width = max(1, int(round(1.9 * FINE * (1 - 0.75 * step / steps))))
        ends = [tuple(int(round(8 * c)) for c in end) for end in (place, following)]  # in eighths of a pixel
        cv2.line(image, ends[0], ends[1], colour, width, cv2.LINE_AA, 3)
        place, angle = following, angle + bend / steps


def _noise(side, sigma, random):
    """Smooth random numbers, float [side, side], mean 0, standard deviation 1. sigma: pixels, or (down, across)."""
    made = gaussian_filter(random.standard_normal((side, side)), sigma, mode="wrap")
    return (made - made.mean()) / made.std()


def _lit(relief):
    """How bright a relief, float [H, W] in pixels of height, is under the light, 0 to 1."""
    down, right = np.gradient(relief)
    facing = LIGHT[2] - LIGHT[0] * right - LIGHT[1] * down
    return np.clip(facing / np.sqrt(1 + right**2 + down**2) / np.linalg.norm(LIGHT), 0, 1)


def _finish(image, size):
    """Average to the size and round. image: float [H, W, 3], 0 to 255."""
    small = cv2.resize(np.clip(image, 0, 255), (size, size), interpolation=cv2.INTER_AREA)
    return np.round(small).astype(np.uint8)
