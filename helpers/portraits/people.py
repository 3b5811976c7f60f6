"""Who is drawn: Identity, and what the face does: Pose and Expression.

Lengths are in head units: the chin is at about +1, the top of the skull at about -1.15,
x points right and y down. Every range is checked when the object is made.
"""

from __future__ import annotations

import dataclasses

from .parameters import Parameters, choice, colour, number

HAIR_STYLES = ("short", "buzz", "spiky", "bob", "long", "wavy", "curtain", "bun", "afro", "bald")
FRINGES = ("none", "blunt", "swept", "spiky")
COLLARS = ("round", "v", "shirt", "turtle", "hood", "tank")


@dataclasses.dataclass(frozen=True)
class Identity(Parameters):
    """One person who never existed. Identity.sample(seed) draws a balanced random one."""

    femininity: float = number(0.5, 0, 1, "how feminine the face is")
    age: float = number(30, 18, 85, "years")
    skin: tuple = colour((224, 174, 142), "sRGB")
    freckles: float = number(0, 0, 1, "amount")
    blush: float = number(0.3, 0, 1, "amount")
    face_width: float = number(0.745, 0.68, 0.82, "half width, head units")
    skull_height: float = number(1.14, 1.05, 1.22, "head units")
    chin_length: float = number(1.01, 0.95, 1.07, "head units")
    jaw_taper: float = number(0.32, 0.20, 0.46, "how much the jaw narrows")
    jaw_roundness: float = number(2.3, 1.8, 2.8, "exponent; larger is squarer")
    eye_distance: float = number(0.335, 0.30, 0.37, "half distance between the eyes, head units")
    eye_y: float = number(-0.075, -0.13, -0.02, "head units")
    eye_width: float = number(0.162, 0.14, 0.185, "half width, head units")
    upper_lid: float = number(0.08, 0.06, 0.10, "head units")
    lower_lid: float = number(0.043, 0.03, 0.055, "head units")
    eye_tilt: float = number(0.06, -0.06, 0.18, "radians, outer corner up")
    iris_radius: float = number(0.068, 0.06, 0.075, "head units")
    eye_colour: tuple = colour((84, 52, 30), "sRGB")
    brow_height: float = number(0.21, 0.17, 0.25, "above the eye, head units")
    brow_thickness: float = number(0.036, 0.02, 0.06, "head units")
    brow_arch: float = number(0.03, 0, 0.06, "head units")
    brow_tilt: float = number(0, -0.15, 0.15, "slope")
    brow_width: float = number(0.19, 0.16, 0.23, "half width, head units")
    brow_darkness: float = number(0.75, 0.4, 1, "opacity")
    nose_width: float = number(0.11, 0.075, 0.15, "half width, head units")
    nose_length: float = number(0.39, 0.33, 0.45, "head units")
    nose_height: float = number(0.17, 0.12, 0.23, "how far it stands out, head units")
    ear_size: float = number(1, 0.8, 1.25, "1 is usual")
    mouth_y: float = number(0.625, 0.58, 0.67, "head units")
    mouth_width: float = number(0.24, 0.20, 0.29, "half width, head units")
    upper_lip: float = number(0.05, 0.03, 0.075, "head units")
    lower_lip: float = number(0.073, 0.045, 0.10, "head units")
    lip_colour: float = number(0.35, 0, 1, "0 pale, 1 red")
    hair_style: str = choice(HAIR_STYLES, "how the hair is cut")
    fringe: str = choice(FRINGES, "hair over the forehead")
    hair_colour: tuple = colour((72, 48, 36), "sRGB")
    hairline: float = number(-0.74, -0.82, -0.64, "head units")
    hair_parting: float = number(0.2, -0.5, 0.5, "head units")
    hair_thickness: float = number(0.13, 0.07, 0.20, "head units")
    hair_length: float = number(1.4, 0.9, 2.0, "end of long hair, head units")
    hair_wave: float = number(0.02, 0, 0.06, "head units")
    hair_seed: float = number(7, 0, 50, "which strands")
    beard: float = number(0, 0, 1, "0 none, 0.35 stubble, 1 full")
    moustache: float = number(0, 0, 1, "amount")
    eyewear: str = choice(("none", "glasses", "sunglasses"), "what is worn on the nose")
    frame_roundness: float = number(3, 2, 6, "exponent: 2 round, 6 square")
    frame_width: float = number(0.225, 0.19, 0.26, "half width of a lens, head units")
    frame_height: float = number(0.17, 0.14, 0.20, "half height of a lens, head units")
    frame_thickness: float = number(0.02, 0.01, 0.035, "head units")
    frame_colour: tuple = colour((20, 20, 22), "sRGB")
    face_mask: str = choice(("none", "mask"), "a mask over nose and mouth")
    mask_colour: tuple = colour((120, 170, 205), "sRGB")
    hat: str = choice(("none", "cap", "beanie"), "what is worn on the head")
    hat_colour: tuple = colour((190, 60, 56), "sRGB")
    collar: str = choice(COLLARS, "cut of the clothes")
    clothes: tuple = colour((70, 110, 160), "sRGB")
    stripes: str = choice(("none", "stripes"), "pattern of the clothes")
    stripe_colour: tuple = colour((236, 234, 228), "sRGB")
    shoulder_width: float = number(1.6, 1.3, 1.9, "half width, head units")
    neck_width: float = number(0.38, 0.30, 0.46, "half width, head units")
    texture_seed: float = number(3, 0, 50, "which pores and folds")
    age_lines: float = number(1, 0, 1.5, "how much the age shows; 1 is usual")

    @property
    def ageing(self):
        """How deep folds and wrinkles are: 0 as at 18 years, 1 as at 85 years."""
        return min(1.0, self.age_lines * (self.age - 18) / 67.0)


@dataclasses.dataclass(frozen=True)
class Pose(Parameters):
    """Where the head is and how it is turned."""

    yaw: float = number(0, -35, 35, "degrees, positive looks to the right of the picture")
    pitch: float = number(0, -20, 20, "degrees, positive lifts the chin")
    roll: float = number(0, -30, 30, "degrees, clockwise")
    size: float = number(0.72, 0.15, 1.0, "height of the head as a part of the picture")
    x: float = number(0, -0.4, 0.4, "shift of the head to the right, parts of the picture")
    y: float = number(0.01, -0.4, 0.4, "shift of the head down, parts of the picture")


@dataclasses.dataclass(frozen=True)
class Expression(Parameters):
    """What the face does."""

    smile: float = number(0.15, -0.3, 1, "negative: corners down")
    mouth_open: float = number(0, 0, 1, "amount")
    teeth: float = number(1, 0, 1, "how much of the teeth an open mouth shows")
    eye_open: float = number(1, 0.1, 1, "amount")
    gaze_x: float = number(0, -0.3, 0.3, "parts of the eye's half width")
    gaze_y: float = number(0, -0.15, 0.15, "parts of the eye's half width")
    brow_mood: float = number(0, -0.4, 0.4, "positive: inner ends up")
