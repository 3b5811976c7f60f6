"""Style pictures (风格图) for neural style transfer, painted by programs: nothing is downloaded, and a seed repeats a picture.

night: brush strokes that follow swirls, blue and gold. window: stained glass, jewel colours between lead. woodcut: carved waves,
indigo ink on cream paper. Each is RGB uint8 [size, size, 3]; it is painted at twice the size and averaged down.
"""

from __future__ import annotations

import cv2
import numpy as np

FINER = 2  # pictures are painted this many times larger
BASE = 256  # lengths below are in pixels of a picture of this size


def style_picture(name: str, size: int = 256, seed: int = 0):
    """One of STYLE_PICTURES by name, RGB uint8 [size, size, 3]. Raises ValueError that lists the names."""
    if name not in STYLE_PICTURES:
        raise ValueError(f"style picture {name!r} is not known: choose one of {', '.join(STYLE_PICTURES)}.")
    painted = STYLE_PICTURES[name](size * FINER, np.random.RandomState(seed))
    return cv2.resize(np.clip(painted, 0, 255).astype(np.uint8), (size, size), interpolation=cv2.INTER_AREA)


def paint_night(size, random):
    """Brush strokes along a swirling sky with glowing lights, over dark hills. (The idea: flow-guided strokes, Litwinowicz 1997)"""
    lights = _night_lights(random)
    scene, flow = _night_scene(size, lights)
    picture, relief = scene.copy(), np.zeros((size, size), np.float32)
    for length, width, share in ((56, 12, 0.5), (34, 7, 0.5), (20, 4, 0.3)):  # broad strokes first
        _brush(picture, relief, scene, flow, random, length, width, share)
    return picture * _lit(relief)


def paint_window(size, random):
    """Stained glass (彩色玻璃): cells of coloured glass between dark lead, brighter towards the middle of each cell."""
    points = _even_points(random, 130)
    nearest, gap = _cells(size, points)
    swirl = np.arctan2(points[:, 1] - 0.46, points[:, 0] - 0.5) / (2 * np.pi) + 1.6 * np.hypot(*(points - [0.5, 0.46]).T)
    place = (len(GLASS) * swirl + random.normal(0, 0.55, len(points))).astype(int) % len(GLASS)
    colours = GLASS[place] * random.uniform(0.75, 1.15, (len(points), 1))
    streaks = 0.82 + 0.18 * _noise(size, random, 5, 1.5) + 0.1 * _noise(size, random, 40, 40)
    glow = 0.55 + 0.6 * np.clip(gap / (0.05 * size), 0, 1) ** 0.6
    glass = colours[nearest] * (streaks * glow)[..., None]
    lead = np.clip((gap - 0.006 * size) / (0.004 * size), 0, 1)[..., None]
    shine = 26 + 26 * np.exp(-(((gap - 0.003 * size) / (0.0016 * size)) ** 2))[..., None]
    return glass * lead + shine * np.float32([0.9, 0.95, 1.1]) * (1 - lead)


def paint_woodcut(size, random):
    """A woodcut (木刻): carved lines that follow rolling waves, swelling with the shade; indigo on cream, a red sun."""
    y, x = np.mgrid[:size, :size] / np.float32(size)
    height = 0.055 * np.sin(2 * np.pi * (1.5 * x + 0.25 * np.sin(7 * y))) + 0.02 * np.sin(2 * np.pi * (4 * x + y))
    height += 0.035 * _noise(size, random, 60, 60)
    phase = 17 * (y + height * (0.35 + y))
    shade = 0.5 + 0.32 * np.sin(2 * np.pi * (phase / 5.7 + 0.6 * x)) + 0.1 * _noise(size, random, 25, 25)
    cut = np.abs((phase + 0.03 * _noise(size, random, 3, 12)) % 1 - 0.5) * 2  # 0 in the middle of a line, 1 between two
    ink = np.clip(0.5 + (np.clip(shade, 0.12, 0.88) - cut) * size / 60, 0, 1)
    paper = np.float32([243, 230, 203]) * (1 + 0.03 * _noise(size, random, 1.5, 20))[..., None]
    tint = np.clip(0.5 + (shade - 0.62) * 8, 0, 1)[..., None] * 0.55
    paper = paper * (1 - tint) + np.float32([120, 170, 182]) * tint
    sun = np.clip((0.13 - np.hypot(x - 0.7, y - 0.22)) * size / 2, 0, 1)[..., None]
    paper = paper * (1 - sun) + np.float32([206, 62, 44]) * sun
    blue = np.float32([28, 42, 84]) * (1 + 0.25 * _noise(size, random, 1.2, 8))[..., None]
    ink = (ink * (1 - 0.75 * sun[..., 0]))[..., None]
    return paper * (1 - ink) + blue * ink


STYLE_PICTURES = {"night": paint_night, "window": paint_window, "woodcut": paint_woodcut}

GLASS = np.float32([[178, 28, 40], [232, 130, 30], [250, 204, 70], [54, 138, 74], [28, 126, 158], [38, 60, 158], [110, 44, 130]])
SKY = np.float32([[14, 24, 74], [26, 58, 138], [66, 120, 186], [128, 176, 206]])
GOLD = np.float32([[250, 210, 90], [255, 240, 176]])
HILL = np.float32([[10, 20, 40], [22, 52, 58], [44, 84, 72]])


def _night_lights(random):
    """Swirls of the sky: x, y, radius (all as a share of the picture's side), direction of turning."""
    places = [(0.76, 0.2, 0.17), (0.24, 0.3, 0.2), (0.52, 0.1, 0.1), (0.55, 0.5, 0.16), (0.9, 0.55, 0.1), (0.08, 0.6, 0.1)]
    return [(x + random.normal(0, 0.02), y + random.normal(0, 0.02), r, 1 if i % 2 else -1) for i, (x, y, r) in enumerate(places)]


def _night_scene(size, lights):
    """What is painted (float32 [size, size, 3]), and the direction of the brush (angle, float32 [size, size])."""
    y, x = np.mgrid[:size, :size] / np.float32(size)
    bands = 0.5 + 0.5 * np.sin(2 * np.pi * (2.2 * y + 0.35 * np.sin(4 * x + 1)))
    across, down = np.ones_like(x), 0.35 * np.cos(2 * np.pi * (1.3 * x + 0.4 * y))
    scene = _ramp(SKY, 0.15 + 0.6 * bands)
    for left, top, radius, turn in lights:
        dx, dy = x - left, y - top
        distance = np.hypot(dx, dy)
        pull = 6 * np.exp(-((distance / radius) ** 2))
        across, down = across - turn * pull * dy / (distance + 1e-3), down + turn * pull * dx / (distance + 1e-3)
        ring = 0.5 + 0.5 * np.cos(2 * np.pi * distance / (0.42 * radius))
        glow = np.exp(-((distance / (0.75 * radius)) ** 2))[..., None]
        halo = np.clip(glow * (0.45 + 0.55 * ring[..., None]), 0, 1)
        scene = scene * (1 - halo) + _ramp(GOLD, np.clip(1.2 - 2 * distance / radius, 0, 1)) * halo
    crest = 0.78 + 0.05 * np.sin(5 * x + 0.5) + 0.025 * np.sin(13 * x)
    hill = np.clip((y - crest) * size / 4, 0, 1)[..., None]
    fields = 0.5 + 0.5 * np.sin(2 * np.pi * (5 * (y - crest) + 0.6 * np.sin(5 * x)))
    slope = np.cos(5 * x + 0.5) * 0.25
    angle = np.where(y > crest, np.arctan2(slope, 1), np.arctan2(down, across))
    return (scene * (1 - hill) + _ramp(HILL, fields) * hill).astype(np.float32), angle.astype(np.float32)


def _brush(picture, relief, scene, angle, random, length, width, share):
    """Paint strokes in place, in random order, each in one colour of the scene, a little off."""
    size = len(picture)
    scale = size / (BASE * FINER) * FINER / 2
    count = int(share * 2.2 * size * size / (length * width * scale * scale))
    for x, y in random.uniform(0, size - 1, (count, 2)):
        colour = scene[int(y), int(x)] * random.uniform(0.86, 1.14) + random.normal(0, 12, 3)
        path = _follow(angle, x, y, length * scale * random.uniform(0.7, 1.3))
        thickness = max(1, int(round(width * scale * random.uniform(0.7, 1.3))))
        cv2.polylines(picture, [path], False, colour.tolist(), thickness, cv2.LINE_AA)
        cv2.polylines(relief, [path], False, float(random.uniform(0, 1)), thickness, cv2.LINE_AA)
        cv2.polylines(relief, [path], False, float(random.uniform(0, 1)), max(1, thickness // 3), cv2.LINE_AA)


def _follow(angle, x, y, length, steps=7):
    """A path of a stroke through x, y along the field of angles: int32 [steps, 2]."""
    size, path = len(angle), [(x, y)]
    for _ in range(steps - 1):
        turn = angle[int(np.clip(y, 0, size - 1)), int(np.clip(x, 0, size - 1))]
        x, y = x + np.cos(turn) * length / steps, y + np.sin(turn) * length / steps
        path.append((x, y))
    return np.round(path).astype(np.int32)


def _lit(relief):
    """Light from the upper left on thick paint: a factor for each pixel, about 1."""
    relief = cv2.GaussianBlur(relief, (0, 0), 1.2)
    slope = cv2.Sobel(relief, cv2.CV_32F, 1, 0) + cv2.Sobel(relief, cv2.CV_32F, 0, 1)
    return np.clip(1 + 0.07 * slope, 0.7, 1.3)[..., None]


def _even_points(random, count):
    """Points that keep a distance from each other, float [count, 2] in 0..1: the best of some candidates each."""
    points = [random.uniform(0, 1, 2)]
    while len(points) < count:
        candidates = random.uniform(-0.03, 1.03, (24, 2))
        away = np.hypot(*(candidates[:, None] - np.array(points)[None]).transpose(2, 0, 1)).min(axis=1)
        points.append(candidates[away.argmax()])
    return np.array(points)


def _cells(size, points):
    """Of each pixel: the nearest point (int [size, size]), and how much further the second is (pixels)."""
    y, x = np.mgrid[:size, :size] / np.float32(size)
    first, second = np.full((size, size), np.inf, np.float32), np.full((size, size), np.inf, np.float32)
    nearest = np.zeros((size, size), int)
    for index, (left, top) in enumerate(points):
        distance = np.hypot(x - left, y - top).astype(np.float32)
        second = np.minimum(second, np.maximum(first, distance))
        nearest[distance < first] = index
        first = np.minimum(first, distance)
    return nearest, (second - first) * size


def _noise(size, random, across, along):
    """Smooth noise, float32 [size, size], mean 0, standard deviation 1. across, along: grain in pixels of a 512 px picture."""
    white = random.standard_normal((size, size)).astype(np.float32)
    scale = size / 512
    smooth = cv2.GaussianBlur(white, (0, 0), sigmaX=along * scale, sigmaY=across * scale, borderType=cv2.BORDER_REFLECT)
    return (smooth - smooth.mean()) / smooth.std()


def _ramp(colours, t):
    """Colours [K, 3] read at t in 0..1, in between mixed: float32 [H, W, 3]."""
    place = np.clip(t, 0, 1) * (len(colours) - 1)
    return np.stack([np.interp(place, np.arange(len(colours)), channel) for channel in colours.T], -1).astype(np.float32)
