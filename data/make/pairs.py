"""Training pairs for the cartoon network: the same person, or the same scene, as a photo and in a style.

Pairs are read from npz files with two uint8 arrays [N, S, S, 3], `photo` and `cartoon`; batches of crops are drawn from them.
"""

from __future__ import annotations

import cv2
import numpy as np

HEAD_CROP = 288  # pixels: the size of the aligned head crop; a face fills it as it fills a rendered picture


def read_pairs(paths):
    """All pairs of some npz files: two uint8 arrays [N, S, S, 3], photos and cartoons."""
    files = [np.load(path) for path in paths]
    return tuple(np.concatenate([file[side] for file in files]) for side in ("photo", "cartoon"))


def batches(people, scenes, size, count, seed, share_of_scenes=0.3):
    """Endless batches of crops: two float32 arrays [count, size, size, 3] in [-1, 1], photos and cartoons.

    people, scenes: what `read_pairs` returns. A face is drawn 0.5 to 1.15 times as large as the head network will see it.
    """
    random = np.random.RandomState(seed)
    while True:
        crops = []
        for _ in range(count):
            is_scene = random.rand() < share_of_scenes
            photos, cartoons = scenes if is_scene else people
            index = random.randint(len(photos))
            side_length = photos.shape[1]
            scales = np.array((0.8, 1.3) if is_scene else (0.5, 1.15)) * HEAD_CROP / side_length
            matrix = _random_warp(random, side_length, size, scales, 45 if is_scene else 9)
            recolour = _shared_colour(random)
            photo, cartoon = (recolour(_warp(side[index], matrix, size)) for side in (photos, cartoons))
            crops.append((_camera(random, photo), cartoon))
        yield tuple(np.stack(side).astype(np.float32) * 2 - 1 for side in zip(*crops))


def _random_warp(random, source, size, scales, degrees):
    """A 2x3 matrix from a square of `source` pixels to one of `size`: scale, rotate, mirror, shift."""
    scale = np.exp(random.uniform(*np.log(scales)))
    angle = np.deg2rad(random.normal(0, degrees))
    mirror = random.choice([-1, 1])
    turn = scale * np.array([[mirror * np.cos(angle), -np.sin(angle)], [mirror * np.sin(angle), np.cos(angle)]])
    slack = max(0, (source * scale - size) / 2) + 0.06 * size
    shift = size / 2 - turn @ [source / 2, source / 2] + 0.8 * slack * random.uniform(-1, 1, 2)
    return np.column_stack([turn, shift]).astype(np.float32)


def _warp(image, matrix, size):
    scale = np.hypot(matrix[0, 0], matrix[1, 0])
    if scale < 0.8:  # no moire when made smaller
        image = cv2.GaussianBlur(image, (0, 0), 0.35 / scale)
    return cv2.warpAffine(image, matrix, (size, size), borderMode=cv2.BORDER_REFLECT_101) / np.float32(255)


def _shared_colour(random):
    """One change of colour for both sides of a pair, so that the network learns to keep colours."""
    gamma, contrast, offset = np.exp(random.normal(0, 0.16)), random.uniform(0.85, 1.15), random.normal(0, 0.04)
    cast, saturation = 1 + random.normal(0, 0.045, 3), random.uniform(0.6, 1.25)

    def recolour(image):
        image = ((np.clip(image, 0, 1) ** gamma - 0.5) * contrast + 0.5 + offset) * cast
        gray = image.mean(-1, keepdims=True)
        return np.clip(gray + (image - gray) * saturation, 0, 1)

    return recolour


def _camera(random, photo):
    """What only the photo suffers: blur or sharpening, noise, a little exposure and cast."""
    photo = np.clip(photo, 0, 1) ** np.exp(random.normal(0, 0.08)) * (1 + random.normal(0, 0.015, 3))
    kind = random.rand()
    if kind < 0.3:
        photo = cv2.GaussianBlur(photo, (0, 0), random.uniform(0.3, 0.9))
    elif kind < 0.5:
        photo = photo + 0.6 * (photo - cv2.GaussianBlur(photo, (0, 0), 1.0))
    if random.rand() < 0.4:
        photo = photo + random.normal(0, random.uniform(0, 0.025), photo.shape)
    return np.clip(photo, 0, 1)
