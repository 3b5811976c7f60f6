"""Training pairs for the cartoon networks: the same person, or the same scene, as a photo and in a style.

Pairs are read from render_pairs.py's files; batches of crops are drawn from them, as the background network or as the head
network will see them.
"""

from __future__ import annotations

import cv2
import numpy as np

from helpers.stylize.alignment import align

HEAD_CROP = 288  # pixels: the size of the aligned head crop
OF_PAPER = ("sketch",)  # styles whose colours are those of their paper, whatever light the photo was taken in
SHARED_FACES = (0.25, 1.1)  # of HEAD_CROP's scale: how large the background network meets faces


def read_pairs(style, paths):
    """The pairs of one style from some npz files: a dict of arrays, `photo`, `cartoon` and, of people, `points`."""
    files = [np.load(path) for path in paths]
    names = {"photo": "photo", "cartoon": style, "points": "points"}
    return {side: np.concatenate([file[name] for file in files]) for side, name in names.items() if name in files[0].files}


def background_batches(people, scenes, size, count, seed, own_colours=False, share_of_scenes=0.4):
    """Endless batches of crops at many scales: two float32 arrays [count, size, size, 3] in [-1, 1], photos and cartoons.

    people, scenes: what `read_pairs` returns. own_colours: the cartoon keeps its colours when the photo's change (see OF_PAPER).
    """

    def crop(random):
        is_scene = random.rand() < share_of_scenes
        source = scenes if is_scene else people
        index, side = random.randint(len(source["photo"])), source["photo"].shape[1]
        scales = np.array((0.6, 1.3) if is_scene else SHARED_FACES) * HEAD_CROP / side
        scale = np.exp(random.uniform(*np.log(scales)))
        matrix = _turn(random, [side / 2, side / 2], scale, 45 if is_scene else 9)
        slack = max(0, (side * scale - size) / 2) + 0.06 * size
        matrix[:, 2] += size / 2 + 0.8 * slack * random.uniform(-1, 1, 2)
        return source, index, matrix

    return _batches(crop, people, size, count, seed, own_colours)


def head_batches(people, size, count, seed, own_colours=False):
    """The same of aligned heads: windows of the 288 px crop, nearly as the head network will see it."""

    def crop(random):
        index = random.randint(len(people["photo"]))
        to_image = align(people["photo"][index], people["points"][index])[1]
        to_crop = cv2.invertAffineTransform(to_image)
        jitter = _turn(random, [HEAD_CROP / 2, HEAD_CROP / 2], np.exp(random.normal(0, 0.07)), 4)
        jitter[:, 2] += HEAD_CROP / 2 + random.normal(0, 5, 2)
        corner = random.triangular(0, (HEAD_CROP - size) / 2, HEAD_CROP - size + 1, 2)  # the face more often than the rim
        matrix = (np.vstack([jitter, [0, 0, 1]]) @ np.vstack([to_crop, [0, 0, 1]]))[:2]
        matrix[:, 2] -= corner
        return people, index, matrix

    return _batches(crop, people, size, count, seed, own_colours)


def _batches(crop, people, size, count, seed, own_colours):
    random = np.random.RandomState(seed)
    while True:
        pairs = []
        for _ in range(count):
            source, index, matrix = crop(random)
            recolour = _shared_colour(random)
            photo, cartoon = (_warp(source[side][index], matrix, size) for side in ("photo", "cartoon"))
            if source is people:
                photo = _folds(random, photo)
            if not own_colours:  # a pencil draws strands, so it must see them
                photo = _strands(random, photo)
            pairs.append((_camera(random, recolour(photo)), cartoon if own_colours else recolour(cartoon)))
        yield tuple(np.stack(side).astype(np.float32) * 2 - 1 for side in zip(*pairs))


def _turn(random, middle, scale, degrees):
    """A 2x3 matrix that scales, rotates and perhaps mirrors about a point, which goes to the origin."""
    angle, mirror = np.deg2rad(random.normal(0, degrees)), random.choice([-1, 1])
    turn = scale * np.array([[mirror * np.cos(angle), -np.sin(angle)], [mirror * np.sin(angle), np.cos(angle)]])
    return np.column_stack([turn, -turn @ middle])


def _warp(image, matrix, size):
    scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
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


def _folds(random, photo):
    """Uneven light of uneven colour and soft folds on the photo alone: real skin has them, a cartoon must not paint them as smudges."""
    size = len(photo)
    if random.rand() < 0.75:
        light = random.normal(0, random.uniform(0, 0.2), (4, 4, 1)) + random.normal(0, random.uniform(0, 0.06), (4, 4, 3))
        photo = photo * np.exp(_spread(light, size))
    folds = np.zeros((size, size), np.float32)
    for _ in range(random.randint(5)):
        start, bend, end = random.uniform(0, size, 2), *random.normal(0, 0.12 * size, (2, 2))
        t = np.linspace(0, 1, 12)[:, None]
        curve = start + 2 * t * (1 - t) * bend + t**2 * end
        depth = float(random.choice([-0.5, 1]) * random.uniform(0.2, 1.6))  # a fold more often than a shine
        cv2.polylines(folds, [np.int32(curve)], False, depth, int(random.randint(1, 4)), cv2.LINE_AA)
    for _ in range(random.randint(5)):  # dimples and shines, and shadows on a cheek, which are no beard
        depth = float(random.choice([-0.6, 1]) * random.uniform(0.1, 0.6))
        radius = int(np.exp(random.uniform(np.log(2), np.log(0.22 * size))))
        cv2.circle(folds, tuple(random.randint(0, size, 2).tolist()), radius, depth, -1, cv2.LINE_AA)
    folds = cv2.GaussianBlur(folds, (0, 0), random.uniform(1.2, 3.5))[..., None]
    return np.clip(photo * (1 - np.clip(folds, -0.6, 0.6) * np.float32([0.8, 1, 1])), 0, 1)


def _strands(random, photo):
    """Hair, fur and grain on part of the photo alone: real hair has more strands and shine than drawn hair, a cartoon paints tones."""
    if random.rand() < 0.5:
        return photo
    size, length, width = len(photo), random.uniform(4, 14), random.uniform(0.5, 1.6)
    strands = cv2.GaussianBlur(random.normal(0, 1, (size, size)), (0, 0), sigmaX=length, sigmaY=width)
    # Turned everywhere into one direction, then bent by waves that are longer than a strand.
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), random.uniform(0, 180), 1.5)
    strands = cv2.warpAffine(strands, turn, (size, size), borderMode=cv2.BORDER_REFLECT_101).astype(np.float32)
    rows, columns = np.indices((size, size), np.float32)
    waves = [_spread(wave, size) for wave in random.normal(0, 5, (2, 4, 4))]
    strands = cv2.remap(strands, columns + waves[0], rows + waves[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    where = _spread(random.normal(0, 1, (3, 3)), size)
    depth = random.uniform(0.05, 0.22) / strands.std() / (1 + np.exp(-6 * where))
    return np.clip(photo * np.exp(strands * depth)[..., None], 0, 1)


def _spread(coarse, size):
    """A few random numbers as a smooth field: float32 [size, size, ...]."""
    return cv2.resize(coarse.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)


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
