"""Pictures and answers for the perceptual network: people as photos and in drawn styles, their attributes and landmarks."""

from __future__ import annotations

from helpers import portraits
from helpers.files import write_arrays
from helpers.portraits.people import HAIR_STYLES

import cv2
import numpy as np
from face_nets import MIRROR
from tqdm import tqdm

FIRST_SEED = 200_000  # far from the seeds of tests, lessons and the cartoon network's training
DRAWN, SIDE = 128, 80  # px of a drawn picture and of a training picture
CHUNK = 30  # people a file
HELD_OUT = 90  # people that are measured, never trained on
DRAWINGS = ("anime", "sketch", "3d")  # each person is drawn as a photo and in one of these
VIEWS = 2

# What one may ask about a person: the attribute and its possible values.
CLASSES = {
    "hair_style": HAIR_STYLES,
    "eyewear": ("none", "glasses", "sunglasses"),
    "face_mask": ("none", "mask"),
    "hat": ("none", "cap", "beanie"),
    "background": ("gradient", "flat", "bokeh", "leaves", "fractal", "rooms"),
    "feminine": (False, True),
    "bearded": (False, True),
    "smiling": (False, True),
    "mouth_open": (False, True),
}
NUMBERS = ("skin_red", "skin_green", "skin_blue", "hair_red", "hair_green", "hair_blue", "yaw")


def sitting(seed):
    """The person of a seed, and how that person sits: a dict of pose, expression, light and background."""
    parts = (portraits.Pose, portraits.Expression, portraits.Light, portraits.Background)
    return portraits.Identity.sample(seed), {part.__name__.lower(): part.sample(seed) for part in parts}


def truth(seed):
    """The right answers: whole numbers [len(CLASSES)] and numbers [len(NUMBERS)], colours 0 to 1, yaw about -1 to 1."""
    person, seen = sitting(seed)
    pose, expression, background = seen["pose"], seen["expression"], seen["background"]
    values = dict(
        hair_style=person.hair_style,
        eyewear=person.eyewear,
        face_mask=person.face_mask,
        hat=person.hat,
        background=background.kind,
        feminine=person.femininity > 0.5,
        bearded=person.beard >= 0.35,
        smiling=expression.smile > 0.35,
        mouth_open=expression.mouth_open > 0,
    )
    classes = [options.index(values[name]) for name, options in CLASSES.items()]
    numbers = np.r_[np.asarray(person.skin) / 255, np.asarray(person.hair_colour) / 255, pose.yaw / 30]
    return np.int32(classes), numbers.astype(np.float32)


def draw(people, folder):
    """Draw so many people in both styles, into files of CHUNK people each; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in tqdm(range(0, people, CHUNK)):
        path = folder / f"people_{first:05d}.npz"
        if not path.exists():
            seeds = range(FIRST_SEED + first, FIRST_SEED + first + CHUNK)
            drawn = [_draw(seed, style) for seed in seeds for style in ("photo", DRAWINGS[seed % len(DRAWINGS)])]
            pictures, points = (np.stack(part).reshape(CHUNK, VIEWS, *part[0].shape) for part in zip(*drawn))
            classes, numbers = map(np.stack, zip(*map(truth, seeds)))
            write_arrays(path, dict(pictures=pictures, landmarks=points, classes=classes, numbers=numbers))


def _draw(seed, style):
    person, seen = sitting(seed)
    picture = portraits.render(person, style, DRAWN, **seen)
    return picture, portraits.landmarks(person, DRAWN, style, **seen).points68


class People:
    """What `draw` stored. The last HELD_OUT people are kept apart."""

    def __init__(self, folder):
        files = [np.load(path) for path in sorted(folder.glob("people_*.npz"))]
        self.pictures = np.concatenate([file["pictures"] for file in files])  # uint8 [people, VIEWS, DRAWN, DRAWN, 3], RGB
        self.landmarks = np.concatenate([file["landmarks"] for file in files])  # px [people, VIEWS, 68, 2]
        self.classes = np.concatenate([file["classes"] for file in files])  # as `truth` gives them
        self.numbers = np.concatenate([file["numbers"] for file in files])
        self.trained = len(self.pictures) - HELD_OUT

    def batch(self, random, count):
        """A dict of arrays for training, one row a picture.

        picture: BGR float32 [SIDE, SIDE, 3]. whole: 1, or 0 for a close-up. inside: 1 for each of the 68 landmarks that is seen.
        """
        samples = [self._sample(random) for _ in range(count)]
        return {name: np.stack([sample[name] for sample in samples]) for name in samples[0]}

    def _sample(self, random):
        person, view = random.randint(self.trained), random.randint(VIEWS)
        whole = random.rand() < 0.6
        picture, points = _crop(random, self.pictures[person, view], self.landmarks[person, view], whole)
        inside = ((points > 0) & (points < 1)).all(1).astype(np.float32)
        classes, numbers = self.classes[person], self.numbers[person]
        if random.rand() < 0.5:
            picture, points, inside = picture[:, ::-1], (points * [-1, 1] + [1, 0])[MIRROR], inside[MIRROR]
            numbers = numbers * ([1] * 6 + [-1])
        sample = dict(picture=_camera(random, picture), landmarks=points, inside=inside, classes=classes, numbers=numbers)
        sample["whole"] = float(whole)
        return {name: np.asarray(value, np.int32 if name == "classes" else np.float32) for name, value in sample.items()}

    def held_out(self, count=40):
        """The held-out pictures, whole, in batches: BGR float32 [n, SIDE, SIDE, 3]."""
        shown = self.pictures[self.trained :].reshape(-1, DRAWN, DRAWN, 3)
        for first in range(0, len(shown), count):
            small = [cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for picture in shown[first : first + count]]
            yield np.stack(small)[..., ::-1].astype(np.float32) / 127.5 - 1

    def held_out_answers(self):
        """Their right answers: classes [n, len(CLASSES)], numbers [n, len(NUMBERS)], landmarks as fractions [n, 68, 2]."""
        classes, numbers = (np.repeat(each[self.trained :], VIEWS, axis=0) for each in (self.classes, self.numbers))
        return classes, numbers, self.landmarks[self.trained :].reshape(-1, 68, 2) / DRAWN


def _crop(random, picture, points, whole):
    """A square of the picture, brought to SIDE px: nearly all of it, or a close-up. Points become fractions of it."""
    width = DRAWN * (random.uniform(0.92, 1.1) if whole else random.uniform(0.35, 0.85))
    room = abs(DRAWN - width) / 2
    left, top = (DRAWN - width) / 2 + room * random.uniform(-1, 1, 2)
    scale = SIDE / width
    # Points count from the picture's corner, OpenCV from the first pixel's centre.
    matrix = np.float32([[scale, 0, (0.5 - left) * scale - 0.5], [0, scale, (0.5 - top) * scale - 0.5]])
    cropped = cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return cropped, (points - [left, top]) / width


def _camera(random, picture):
    """RGB uint8 to BGR float32 in [-1, 1], a little brighter or darker, softer or noisier. Colours stay: they are asked for."""
    values = picture[..., ::-1].astype(np.float32) / 127.5 - 1
    values = values * random.uniform(0.9, 1.1) + random.uniform(-0.08, 0.08)
    if random.rand() < 0.3:
        values = cv2.GaussianBlur(values, (0, 0), random.uniform(0.3, 0.9))
    if random.rand() < 0.3:
        values = values + random.normal(0, random.uniform(0, 0.06), values.shape)
    return np.clip(values, -1, 1)
