"""Random people, and everything around them: poses, expressions, lights, backgrounds, cameras.

numpy's RandomState is frozen: it gives the same numbers in every numpy, so the same seed is the same person. What people
are balanced over (skin tone, age, gender, haircut) is spread evenly instead: any run of consecutive seeds, even a short
one, holds all of them in all combinations.
"""

from __future__ import annotations

import numpy as np

from .parameters import sampler
from .people import COLLARS, FRINGES, HAIR_STYLES, Expression, Identity, Pose
from .studio import Background, Camera, Light

SKIN = np.array([(246, 214, 194), (238, 196, 170), (224, 174, 142), (198, 144, 110), (172, 118, 84), (136, 90, 64), (98, 64, 48)], float)
HAIR = [(22, 19, 20), (44, 32, 28), (72, 48, 36), (104, 66, 42), (134, 70, 40), (168, 122, 76), (206, 168, 112), (226, 206, 168)]
GREY = (165, 163, 162)
EYES = [(84, 52, 30), (60, 38, 26), (110, 76, 40), (92, 112, 70), (70, 110, 150), (96, 100, 108)]
CLOTHES = [
    (40, 44, 60),
    (190, 60, 56),
    (236, 234, 228),
    (70, 110, 160),
    (60, 120, 84),
    (220, 176, 70),
    (120, 80, 130),
    (90, 90, 94),
    (230, 150, 150),
    (30, 30, 34),
    (200, 110, 60),
]
FRAMES = [(20, 20, 22), (70, 40, 25), (150, 120, 60), (120, 30, 40), (160, 160, 165)]
MASKS = [(225, 235, 240), (120, 170, 205), (30, 32, 36), (200, 160, 170)]
# chances of HAIR_STYLES: (short, buzz, spiky, bob, long, wavy, curtain, bun, afro, bald)
FEMININE = [0.12, 0.04, 0.06, 0.14, 0.17, 0.15, 0.10, 0.12, 0.09, 0.01]
MASCULINE = [0.25, 0.14, 0.15, 0.06, 0.07, 0.06, 0.06, 0.05, 0.09, 0.07]

# plain numbers, each drawn from the inner part of its range
FACE_FIELDS = (
    "face_width",
    "skull_height",
    "chin_length",
    "jaw_taper",
    "jaw_roundness",
    "eye_distance",
    "eye_y",
    "eye_width",
    "upper_lid",
    "lower_lid",
    "eye_tilt",
    "iris_radius",
    "brow_height",
    "brow_thickness",
    "brow_arch",
    "brow_tilt",
    "brow_width",
    "brow_darkness",
    "nose_width",
    "nose_length",
    "nose_height",
    "mouth_y",
    "mouth_width",
    "upper_lip",
    "lower_lip",
    "hairline",
    "hair_parting",
    "hair_thickness",
    "hair_length",
    "hair_wave",
    "hair_seed",
    "frame_roundness",
    "frame_width",
    "frame_height",
    "frame_thickness",
    "shoulder_width",
    "neck_width",
)


def spread(seed):
    """Four numbers from 0 to 1 that fill the unit cube evenly as the seed counts up (Richtmyer's sequence)."""
    return [(0.5 + (int(seed) % 2**32) * root) % 1 for root in np.sqrt([13.0, 3.0, 2.0, 7.0])]


class Dice:
    """A random generator with the few throws that portraits need."""

    def __init__(self, seed, salt):
        self.random = np.random.RandomState([int(seed) % 2**32, salt])

    def between(self, low, high):
        return float(self.random.uniform(low, high))

    def normal(self, deviation, low, high):
        return float(np.clip(self.random.normal(0, deviation), low, high))

    def chance(self, probability):
        return bool(self.random.uniform() < probability)

    def pick(self, options, chances=None):
        return options[int(self.random.choice(len(options), p=chances))]

    def tint(self, colour, spread):
        """The colour, a little lighter or darker and a little off."""
        value = np.asarray(colour, float) * self.between(1 - spread, 1 + spread) * (1 + self.random.normal(0, spread / 4, 3))
        return tuple(float(v) for v in np.clip(value, 4, 250))


@sampler(Identity)
def sample_identity(seed):
    """A random Identity, balanced over skin, age, hair and gender."""
    dice = Dice(seed, 1)
    tone, years, gender, cut = spread(seed)
    fields = _person(dice, tone, years, gender)
    fields.update(_face(dice))
    fields.update(_hair(dice, fields, cut))
    fields.update(_things(dice))
    more = Dice(seed, 8)  # fields that came later have dice of their own, so that earlier ones keep their numbers
    return Identity(ear_size=more.between(0.85, 1.2), age_lines=more.between(0.5, 1.3), **fields)


def _person(dice, tone, years, gender):
    tone = tone * (len(SKIN) - 1.001)
    i = int(tone)
    skin = SKIN[i] + (SKIN[i + 1] - SKIN[i]) * (tone - i)
    femininity = float(np.sin(np.pi / 2 * gender) ** 2)  # most faces are clearly one or the other
    return dict(
        femininity=femininity,
        age=18 + 67 * years,
        skin=dice.tint(skin, 0.04),
        freckles=dice.between(0.3, 1) if dice.chance(0.12) else 0,
        blush=dice.between(0.1, 0.6),
        lip_colour=float(np.clip(dice.between(0.15, 0.5) + 0.35 * femininity * dice.chance(0.5), 0, 1)),
        texture_seed=dice.between(0, 50),
    )


def _face(dice):
    """Plain numbers are drawn from the inner part of their range: extremes stay rare."""
    values = {}
    for name in FACE_FIELDS:
        low, high = Identity.__dataclass_fields__[name].metadata["range"]
        middle, half = (low + high) / 2, (high - low) / 2
        values[name] = middle + half * dice.between(-0.75, 0.75)
    values["eye_colour"] = dice.tint(dice.pick(EYES, [0.3, 0.22, 0.16, 0.12, 0.12, 0.08]), 0.15)
    return values


def _hair(dice, person, cut):
    chances = np.cumsum(FEMININE if person["femininity"] > 0.5 else MASCULINE)
    style = HAIR_STYLES[min(int(np.searchsorted(chances, cut)), len(HAIR_STYLES) - 1)]
    fringe = dice.pick(FRINGES, [0.2, 0.27, 0.38, 0.15])
    if style == "short" and dice.chance(0.6):
        fringe = "none"
    grey = person["age"] > 58 and dice.chance(0.6)
    beard = 0 if person["femininity"] > 0.45 else dice.pick([0, 0.35, 0.7, 1], [0.5, 0.2, 0.15, 0.15])
    return dict(
        hair_style=style,
        fringe=fringe,
        beard=beard,
        moustache=float(person["femininity"] < 0.45 and dice.chance(0.25)),
        hair_colour=dice.tint(GREY if grey else dice.pick(HAIR), 0.15),
    )


def _things(dice):
    worn = dice.pick(["nothing", "glasses", "sunglasses", "mask", "cap", "beanie"], [0.58, 0.19, 0.06, 0.07, 0.05, 0.05])
    return dict(
        eyewear=worn if "glasses" in worn else "none",
        frame_colour=dice.pick(FRAMES),
        face_mask="mask" if worn == "mask" else "none",
        mask_colour=dice.pick(MASKS),
        hat=worn if worn in ("cap", "beanie") else "none",
        hat_colour=dice.pick(CLOTHES),
        collar=dice.pick(COLLARS),
        clothes=dice.tint(dice.pick(CLOTHES), 0.1),
        stripes="stripes" if dice.chance(0.2) else "none",
        stripe_colour=dice.pick(CLOTHES),
    )


@sampler(Pose)
def sample_pose(seed):
    """A random Pose: seven in ten are portraits, two half-bodies, one so close that the head fills the picture."""
    dice = Dice(seed, 2)
    size = dice.between(*dice.pick([(0.6, 0.85), (0.2, 0.6), (0.85, 1.0)], [0.7, 0.2, 0.1]))
    room = max(0.0, (1 - size) / 2)
    return Pose(
        yaw=dice.normal(11, -30, 30),
        pitch=dice.normal(5, -15, 15),
        roll=dice.normal(5, -25, 25),
        size=size,
        x=dice.between(-0.35, 0.35) * room,
        y=-dice.between(0.1, 0.6) * room,
    )


@sampler(Expression)
def sample_expression(seed):
    """A random Expression; about a third are smiles that show teeth."""
    dice = Dice(seed, 3)
    smile = dice.between(-0.25, 1)
    opened = dice.between(0.3, 0.85) if dice.chance(0.65 if smile > 0.35 else 0.12) else 0
    return Expression(
        smile=smile,
        mouth_open=opened,
        teeth=float(dice.chance(0.85)),
        eye_open=0.15 if dice.chance(0.03) else dice.between(0.85, 1),
        gaze_x=dice.between(-0.2, 0.2),
        gaze_y=dice.between(-0.1, 0.1),
        brow_mood=dice.between(-0.3, 0.3),
    )


@sampler(Light)
def sample_light(seed):
    """A random Light."""
    dice = Dice(seed, 4)
    return Light(
        azimuth=dice.normal(33, -62, 62),
        elevation=dice.between(8, 52),
        key=dice.between(0.6, 1.25),
        fill=dice.between(0.3, 0.75),
        warmth=dice.between(-1, 1),
        rim=max(0, dice.between(-0.6, 0.7)),
    )


@sampler(Background)
def sample_background(seed):
    """A random Background."""
    dice = Dice(seed, 5)
    return Background(kind=dice.pick(["gradient", "flat", "bokeh", "leaves", "fractal", "rooms"]), seed=int(dice.random.randint(2**30)))


@sampler(Camera)
def sample_camera(seed):
    """A random Camera, from a studio's to a telephone's."""
    dice = Dice(seed, 6)
    return Camera(
        exposure=dice.normal(0.16, -0.5, 0.5),
        cast_red=dice.normal(0.035, -0.1, 0.1),
        cast_blue=dice.normal(0.035, -0.1, 0.1),
        saturation=dice.between(0.8, 1.2),
        contrast=dice.between(0.9, 1.15),
        vignette=dice.between(0, 0.3),
        blur=max(0, dice.between(-0.5, 0.7)),
        noise=dice.between(0.002, 0.02),
        jpeg=dice.pick([100, 92, 80, 65]),
        seed=int(dice.random.randint(2**30)),
    )


def sample_sitting(seed):
    """Everything around a person, by the names that render() and landmarks() take: a dict of five."""
    return dict(
        pose=sample_pose(seed),
        expression=sample_expression(seed),
        light=sample_light(seed),
        background=sample_background(seed),
        camera=sample_camera(seed),
    )
