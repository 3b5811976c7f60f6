"""Pictures and answers for the judge: aligned heads in every style, what is true of them, and what may happen to a picture.

Generated pictures are shifted, soft, noisy or off in colour. The judge sees true ones with such faults: it must answer all the same, and
say how blurred and noisy they are, so that its features know good pictures from bad ones.
"""

from __future__ import annotations

from helpers import portraits
from helpers.metrics import judge

import cv2
import numpy as np

PEOPLE, TEST_FROM = portraits.JUDGE_PEOPLE, portraits.JUDGE_PEOPLE[-10_000]  # the last ten thousand are for measuring
STYLES = judge.QUESTIONS["style"]
UNKNOWN = -1  # an answer that cannot be given: the mouth behind a mask, the hair under a hat, a beard of two days
BLUR, NOISE = 2.0, 30.0  # px and levels that count as 1
OF_THE_PICTURE = 3  # the last NUMBERS: blur, noise, jpeg
SOFT, GRAINY = (0.3, 1.0), (3.0, 12.0)  # px and levels from which the answers about sharpness and grain change
ABOUT_PEOPLE = tuple(judge.QUESTIONS)[1:-2]  # all questions but style, sharpness and grain
YAW = judge.NUMBERS.index("yaw")


def every_style(seed):
    """For people who are measured."""
    return STYLES


def two_styles(seed):
    """For people who are trained on: many people matter more than many pictures of each. Four people in a row have each style twice."""
    first = seed % 4
    return STYLES[first], STYLES[(first + 1 + seed // 4 % 3) % 4]


class People:
    """Heads of some seeds, each in some styles.

    pictures: uint8 [rows, 64, 64, 3], a picture a row. person, style: int [rows], whose and in which of STYLES. classes: int [people, 8],
    as `truth` gives them. numbers: float32 [people, 8].
    """

    def __init__(self, seeds, drawn=every_style):
        rows = [(person, STYLES.index(style)) for person, seed in enumerate(seeds) for style in drawn(seed)]
        self.person, self.style = np.array(rows).T
        self.pictures = np.zeros([len(rows), judge.SIDE, judge.SIDE, 3], np.uint8)
        for style in STYLES:
            these = self.of(style)
            self.pictures[these] = portraits.faces(style, [seeds[person] for person in self.person[these]], size=judge.SIDE)
        self.classes, self.numbers = (np.stack(part) for part in zip(*(truth(seed) for seed in seeds)))
        self.chances = _chances(self.classes)[self.person]
        self.chances /= self.chances.sum()

    def of(self, style):
        """Which rows are drawn in that style, in the order of people: indices."""
        return np.flatnonzero(self.style == STYLES.index(style))

    def batch(self, random, count):
        """A batch for training: a dict of arrays.

        picture: RGB float32 [count, 64, 64, 3] in [-1, 1]. classes: int32 [count, questions]. numbers: float32 [count, 11].
        """
        rows = random.choice(len(self.pictures), count, p=self.chances)
        pictures, faults = zip(*(spoiled(random, _moved(random, self.pictures[row])) for row in rows))
        pictures, numbers = np.stack(pictures), np.c_[self.numbers[self.person[rows]], faults].astype(np.float32)
        mirrored = random.rand(count) < 0.5
        pictures[mirrored] = pictures[mirrored, :, ::-1]
        numbers[mirrored, YAW] *= -1
        classes = np.c_[self.style[rows], self.classes[self.person[rows]], about_faults(np.array(faults))].astype(np.int32)
        return {"picture": pictures, "classes": classes, "numbers": numbers}


def about_faults(faults):
    """The right answers about sharpness and grain, int [N, 2], for faults as `spoiled` gives them, [N, 3]."""
    return np.c_[np.digitize(faults[:, 0] * BLUR, SOFT), np.digitize(faults[:, 1] * NOISE, GRAINY)]


def truth(seed):
    """The right answers to the questions about the person, int [8], and the numbers of that person, float [8]."""
    person, known = portraits.Identity.sample(seed), {name: values[0] for name, values in portraits.attributes([seed]).items()}
    masked = bool(known["mask"])
    said = {
        "eyewear": person.eyewear,
        "face_mask": person.face_mask,
        "hat": person.hat,
        "beard": _either(known["beard"], 0.1, 0.6, judge.QUESTIONS["beard"], masked),
        "hair_style": None if known["hat"] else person.hair_style,
        "gender": _either(known["femininity"], 0.4, 0.6, judge.QUESTIONS["gender"]),
        "smile": _either(known["smile"], 0.2, 0.45, judge.QUESTIONS["smile"], masked),
        "mouth": _either(known["mouth_open"], 0.1, 0.3, judge.QUESTIONS["mouth"], masked),
    }
    classes = [judge.QUESTIONS[name].index(value) if value else UNKNOWN for name, value in said.items()]
    numbers = [*known["skin"] / 255, *known["hair_colour"] / 255, known["age"] / 100, known["yaw"] / 30]
    return np.int32(classes), np.float32(numbers)


def _either(value, low, high, options, hidden=False):
    """The first option up to `low`, the second from `high` on, None between them or where it is hidden."""
    if hidden or low < value < high:
        return None
    return options[int(value >= high)]


def _chances(classes):
    """How often a person is taken: who wears something rare is taken more often, but not so often as to be as frequent."""
    worn = [tuple(row) for row in classes[:, :3]]  # eyewear, mask, hat
    return np.array([worn.count(each) ** -0.75 for each in worn])


def _moved(random, picture):
    """A head nearly where it was: generated ones are not aligned to the pixel. RGB uint8 [64, 64, 3]."""
    middle, angle, scale, shift = (judge.SIDE - 1) / 2, random.normal(0, 2.5), np.exp(random.normal(0, 0.03)), random.normal(0, 1.2, 2)
    if random.rand() < 0.3:  # by whole pixels: as sharp as it was
        angle, scale, shift = 0, 1, np.rint(shift)
    matrix = cv2.getRotationMatrix2D((middle, middle), angle, scale)
    matrix[:, 2] += shift
    return cv2.warpAffine(picture, matrix, (judge.SIDE, judge.SIDE), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)


def spoiled(random, picture):
    """RGB uint8 to float32 in [-1, 1], in other colours, and half of the time blurred, noisy or compressed. Also how much of each."""
    values, blur, noise, jpeg = _coloured(random, picture.astype(np.float32)), 0.0, 0.0, 0.0
    fault = random.choice(("none", "blur", "noise", "both", "jpeg"), p=(0.5, 0.2, 0.1, 0.1, 0.1))
    if fault in ("blur", "both"):
        blur = random.uniform(0.1, 1)
    if fault in ("noise", "both"):
        noise = random.uniform(0.05, 1)
    if fault == "jpeg":
        jpeg = random.uniform(0.1, 0.8)
    values = with_faults(values, blur, noise, jpeg, random)
    return np.clip(values, 0, 255) / 127.5 - 1, (blur, noise, jpeg)


def with_faults(values, blur, noise, jpeg, random):
    """Levels [H, W, 3], float32, blurred, then noisy, then compressed, each from 0 to 1 as NUMBERS counts them."""
    if blur:
        values = cv2.GaussianBlur(values, (0, 0), blur * BLUR)
    if noise:
        values = values + random.normal(0, noise * NOISE, values.shape)
    if jpeg:
        coded = cv2.imencode(".jpg", np.uint8(np.clip(values[..., ::-1], 0, 255)), [cv2.IMWRITE_JPEG_QUALITY, round(100 * (1 - jpeg))])[1]
        values = cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1]
    return np.float32(values)


def _coloured(random, values):
    """Levels [H, W, 3], brighter or darker, with another contrast or cast, and now and then gray: a gray photo is no sketch."""
    values = 255 * np.clip(values / 255, 0, 1) ** np.float32(np.exp(random.normal(0, 0.1)))
    values = (values - 128) * np.float32(np.exp(random.normal(0, 0.08))) + 128
    values = values * np.float32(np.exp(random.normal(0, 0.04)) * (1 + random.normal(0, 0.02, 3)))
    if random.rand() < 0.05:
        values = values.mean(axis=-1, keepdims=True).repeat(3, axis=-1)
    return np.float32(np.clip(values, 0, 255))
