"""Training pairs for the cartoon networks: a photo as a camera sees it, and its cartoon.

`read_pairs` reads what render_pairs.py drew. From that a bank (样本库) is painted once: photos in many sizes, colours and lights, and the
cartoon of each (face_parts.py, looks.py). Batches are windows of the bank; only there does the photo suffer from a camera.
"""

from __future__ import annotations

from typing import NamedTuple

from helpers.stylize.alignment import align

import cv2
import looks
import numpy as np
from tqdm import tqdm

HEAD_CROP = 288  # pixels: the size of the aligned head crop
SHARED_FACES = (0.25, 1.1)  # of HEAD_CROP's scale: how large the background network meets faces
SCENES = (0.5, 1.4)  # the same of pictures without faces
SLACK = 48  # px: how much larger the bank's backgrounds are than a window
LEAST_ALPHA = 0.02


class Bank(NamedTuple):
    """Photos and their cartoons: two uint8 arrays [N, side, side, 3], RGB. middle: whether windows prefer the middle."""

    photo: np.ndarray
    cartoon: np.ndarray
    middle: bool = False


def read_pairs(style, paths):
    """What a style learns from, from some npz files: a dict of arrays, `photo`, and of people `points` and, if it draws any, `parts`."""
    files = [np.load(path) for path in paths]
    names = {"photo": "photo", "parts": style, "points": "points"}
    return {side: np.concatenate([file[name] for file in files]) for side, name in names.items() if name in files[0].files}


def background_bank(style, people, scenes, size, count, seed, share_of_scenes=0.45):
    """Pictures at many scales, larger than a window of `size` px. people, scenes: what `read_pairs` returns."""
    side = size + SLACK

    def place(random):
        is_scene = random.rand() < share_of_scenes
        source = scenes if is_scene else people
        index, drawn = random.randint(len(source["photo"])), source["photo"].shape[1]
        scale = np.exp(random.uniform(*np.log(np.array(SCENES if is_scene else SHARED_FACES) * HEAD_CROP / drawn)))
        matrix = _turn(random, [drawn / 2, drawn / 2], scale, 45 if is_scene else 9)
        slack = max(0, (drawn * scale - side) / 2) + 0.06 * side
        matrix[:, 2] += side / 2 + 0.8 * slack * random.uniform(-1, 1, 2)
        return source, index, matrix

    return Bank(*_paint(style, place, side, count, seed))


def head_bank(style, people, count, seed):
    """Heads nearly as the head network will see them: aligned crops of 288 px."""

    def place(random):
        index = random.randint(len(people["photo"]))
        to_crop = cv2.invertAffineTransform(align(people["photo"][index], people["points"][index])[1])
        jitter = _turn(random, [HEAD_CROP / 2, HEAD_CROP / 2], np.exp(random.normal(0, 0.07)), 4)
        jitter[:, 2] += HEAD_CROP / 2 + random.normal(0, 5, 2)
        return people, index, (np.vstack([jitter, [0, 0, 1]]) @ np.vstack([to_crop, [0, 0, 1]]))[:2]

    return Bank(*_paint(style, place, HEAD_CROP, count, seed), middle=True)


def batches(bank, size, count, seed):
    """Endless batches of windows of a bank: two float32 arrays [count, size, size, 3] in [-1, 1], photos and cartoons."""
    random = np.random.RandomState(seed)
    most = bank.photo.shape[1] - size
    while True:
        pairs = []
        for _ in range(count):
            index = random.randint(len(bank.photo))
            corner = random.triangular(0, most / 2, most, 2) if bank.middle and most else random.uniform(0, most + 1, 2)
            top, left = np.minimum(corner.astype(int), most)
            window = slice(top, top + size), slice(left, left + size)
            photo, cartoon = (side[index][window] for side in bank[:2])
            if random.rand() < 0.5:
                photo, cartoon = photo[:, ::-1], cartoon[:, ::-1]
            pairs.append((_camera(random, photo), cartoon / np.float32(255)))
        yield tuple(np.stack(side).astype(np.float32) * 2 - 1 for side in zip(*pairs))


def _paint(style, place, side, count, seed):
    """So many photos and cartoons: two uint8 arrays [count, side, side, 3]."""
    random = np.random.RandomState(seed)
    photos, cartoons = (np.empty((count, side, side, 3), np.uint8) for _ in range(2))
    for number in tqdm(range(count), f"{style} bank", mininterval=10):
        source, index, matrix = place(random)
        recolour = _colours(random)
        photo = _strands(random, _folds(random, recolour(_warp(source["photo"][index], matrix, side))))
        parts = _warp(source["parts"][index], matrix, side) if "parts" in source else None
        if parts is not None:
            alpha = parts[..., 3:]
            parts = np.dstack([alpha * recolour(parts[..., :3] / np.maximum(alpha, LEAST_ALPHA)), alpha])
        cartoon = looks.cartoon(style, np.float32(photo), parts)
        photos[number], cartoons[number] = (np.clip(255 * picture + 0.5, 0, 255) for picture in (photo, cartoon))
    return photos, cartoons


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


def _colours(random):
    """One change of colour for a photo and what is drawn over it."""
    gamma, contrast, offset = np.exp(random.normal(0, 0.22)), random.uniform(0.8, 1.2), random.normal(0, 0.05)
    cast, saturation = 1 + random.normal(0, 0.05, 3), random.uniform(0.5, 1.4)

    def recolour(image):
        image = ((np.clip(image, 0, 1) ** gamma - 0.5) * contrast + 0.5 + offset) * cast
        gray = image.mean(-1, keepdims=True)
        return np.clip(gray + (image - gray) * saturation, 0, 1)

    return recolour


def _folds(random, photo):
    """Uneven light of uneven colour, soft folds, dimples and shines: real skin and cloth have them."""
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
    for _ in range(random.randint(5)):
        depth = float(random.choice([-0.6, 1]) * random.uniform(0.1, 0.6))
        radius = int(np.exp(random.uniform(np.log(2), np.log(0.22 * size))))
        cv2.circle(folds, tuple(random.randint(0, size, 2).tolist()), radius, depth, -1, cv2.LINE_AA)
    folds = cv2.GaussianBlur(folds, (0, 0), random.uniform(1.2, 3.5))[..., None]
    return np.clip(photo * (1 - np.clip(folds, -0.6, 0.6) * np.float32([0.8, 1, 1])), 0, 1)


def _strands(random, photo):
    """Hair, fur, wood and grain on part of the photo: there are more of them in real pictures than in drawn ones."""
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
    depth = random.uniform(0.05, 0.3) / strands.std() / (1 + np.exp(-6 * where))
    return np.clip(photo * np.exp(strands * depth)[..., None], 0, 1)


def _spread(coarse, size):
    """A few random numbers as a smooth field: float32 [size, size, ...]."""
    return cv2.resize(coarse.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)


def _camera(random, photo):
    """What only the photo suffers, uint8 to float 0 to 1: blur or sharpening, noise, JPEG."""
    photo = photo / np.float32(255)
    kind = random.rand()
    if kind < 0.3:
        photo = cv2.GaussianBlur(photo, (0, 0), random.uniform(0.3, 0.9))
    elif kind < 0.5:
        photo = photo + 0.6 * (photo - cv2.GaussianBlur(photo, (0, 0), 1.0))
    if random.rand() < 0.4:
        photo = photo + random.normal(0, random.uniform(0, 0.025), photo.shape)
    if random.rand() < 0.4:
        bgr = np.clip(255 * photo[..., ::-1] + 0.5, 0, 255).astype(np.uint8)
        stored = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, random.randint(50, 96)])[1]
        photo = cv2.imdecode(stored, cv2.IMREAD_COLOR)[..., ::-1] / np.float32(255)
    return np.clip(photo, 0, 1)
