"""A face as analytic curves and fields: from parameters to head coordinates, eyes, mouth and relief."""

from __future__ import annotations

import copy
import dataclasses
import types

import numpy as np

from .fields import FLOAT, box_of, bump, spot, step
from .noise import look_up

HEAD_HEIGHT = 2.15  # skull top to chin, head units


def shape_of(identity, expression, changes, amount):
    """All numbers of a face, with a style's exaggeration.

    changes: name -> (factor, offset) of the style; amount: 0 leaves the face as it is, 1 gives the full change.
    """
    values = dict(dataclasses.asdict(identity), **dataclasses.asdict(expression))
    values["ageing"] = identity.ageing
    for name, (factor, offset) in changes.items():
        values[name] = values[name] * (1 + (factor - 1) * amount) + offset * amount
    shape = types.SimpleNamespace(**values)
    shape.iris_y = 0.55 * (shape.lower_lid - shape.upper_lid * shape.eye_open) + shape.gaze_y * shape.eye_width
    shape.nose_base = shape.nose_length - 0.05
    return shape


class Frame:
    """Head coordinates of every pixel.

    x, y: in the plane of the picture, rolled with the head; u, v: on the turned face, where features have their
    places; body_x, body_y: shoulders, which roll less. edge: signed distance to the head's outline. pixel: size of
    a pixel. All in head units, arrays float32 [size, size].
    """

    def __init__(self, shape, pose, size):
        view = HEAD_HEIGHT / pose.size
        axis = ((np.arange(size, dtype=FLOAT) + 0.5) / size - 0.5) * view
        x, y = np.meshgrid(axis - FLOAT(pose.x * view), axis - FLOAT(pose.y * view))
        self.size, self.pixel, self.shape = size, view / size, shape
        self.x, self.y = rotate(x, y, np.deg2rad(pose.roll))
        self.body_x, self.body_y = rotate(x, y, np.deg2rad(pose.roll) * 0.35)
        self.inside = outline_ratio(shape, self.x, self.y)
        radius = np.hypot(self.x, self.y)
        self.edge = (radius * (1 - 1 / np.maximum(self.inside, 0.05))).astype(FLOAT)
        self.depth = FLOAT(0.8) * np.sqrt(np.clip(1 - self.inside**2.2, 0, 1)).astype(FLOAT)
        self.turn, self.nod = np.sin(np.deg2rad(pose.yaw)), -np.sin(np.deg2rad(pose.pitch))
        turn, nod = np.deg2rad(pose.yaw), -np.deg2rad(pose.pitch)
        self.u = (self.x * np.cos(turn) - self.depth * np.sin(turn)).astype(FLOAT)
        forward = self.x * np.sin(turn) + self.depth * np.cos(turn)
        self.v = (self.y * np.cos(nod) - forward * np.sin(nod)).astype(FLOAT)

    def crop(self, part):
        """The same frame, for a part of the picture only; `size` stays that of the whole."""
        smaller = copy.copy(self)
        for name in ("x", "y", "u", "v", "body_x", "body_y", "inside", "edge", "depth"):
            setattr(smaller, name, getattr(self, name)[part])
        return smaller

    def window(self, u, v, half_width, half_height):
        """Slices of the pixels around a point of the face; empty slices if it cannot be seen."""
        near = (np.abs(self.u - u) < half_width) & (np.abs(self.v - v) < half_height) & (self.inside < 1.2)
        rows, columns = np.where(near.any(1))[0], np.where(near.any(0))[0]
        if not len(rows):
            return slice(0, 0), slice(0, 0)
        return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def rotate(x, y, angle):
    """Rotate about the neck, at y = 0.9."""
    c, s = np.cos(angle), np.sin(angle)
    return ((x * c + (y - 0.9) * s).astype(FLOAT), (-x * s + (y - 0.9) * c + 0.9).astype(FLOAT))


def outline_ratio(shape, x, y):
    """1 on the outline of the head, below 1 inside: a superellipse whose width tapers to the chin."""
    width = shape.face_width * (1 - shape.jaw_taper * np.clip(y / shape.chin_length, 0, 1.2) ** 1.7)
    height = np.where(y < 0, shape.skull_height, shape.chin_length)
    power = np.where(y < 0, 2.36, shape.jaw_roundness).astype(FLOAT)
    return ((np.abs(x / width) ** power + np.abs(y / height) ** power + 1e-9) ** (1 / power)).astype(FLOAT)


def eye_coordinates(shape, frame, side, part):
    """Coordinates along and across an eye: along grows to the outer corner, across grows down."""
    dx = (frame.u[part] - side * shape.eye_distance) * side
    dy = frame.v[part] - shape.eye_y
    c, s = np.cos(shape.eye_tilt), np.sin(shape.eye_tilt)
    return (dx * c - dy * s).astype(FLOAT), (dx * s + dy * c).astype(FLOAT)


def lids(shape, along, roundness=0.8):
    """Upper and lower lid as curves over the eye, and the lens shape (0 at both corners)."""
    t = along / shape.eye_width
    lens = np.clip(1 - np.abs(t) ** 2.2, 0, 1)
    upper = -shape.upper_lid * shape.eye_open * lens**roundness * (1 - 0.16 * t)
    lower = shape.lower_lid * lens**0.8 * (1 + 0.18 * t) * (0.6 + 0.4 * shape.eye_open)
    return upper, lower * (1 - 0.25 * max(0, shape.smile - 0.4)), lens


def brow(shape, along):
    """Height and half thickness of a brow over its length; t runs from 0 (inner end) to 1."""
    t = np.clip((along + shape.brow_width * 0.95) / (2 * shape.brow_width), -0.2, 1.2)
    centre = (
        shape.eye_y
        - shape.brow_height
        - shape.brow_arch * np.sin(np.clip(t, 0, 1) * 2.6)
        - (shape.brow_tilt + 0.12 * -shape.brow_mood) * along
    )
    return t, centre, shape.brow_thickness * np.interp(t, [0, 0.12, 0.5, 1], [0.7, 1.0, 0.85, 0.2])


def mouth(shape, u):
    """The mouth's curves over u: t (-1..1), lens shape, upper and lower inner line, upper and lower outer line."""
    t = u / (shape.mouth_width * (1 + 0.14 * max(0, shape.smile)))
    lens = np.clip(1 - t * t, 0, 1)
    base = shape.mouth_y - 0.06 * shape.smile * t * t + 0.014 * shape.smile
    gap = shape.mouth_open * 0.15 * lens**0.7
    upper, lower = base - gap * 0.3, base + gap * 0.85
    bow = 1 - 0.3 * np.exp(-((t / 0.13) ** 2))
    return (t, lens, upper, lower, upper - shape.upper_lip * lens**0.65 * bow, lower + shape.lower_lip * lens**0.75)


def nose_relief(shape, frame):
    """The nose as a height over the face: a wide soft bridge, a round tip and two wings."""
    x, v, base = frame.u - frame.turn * 0.12, frame.v, shape.nose_base
    along = step(v, shape.eye_y - 0.22, base + 0.06)
    under = np.clip(1 - step(v, base - 0.05 - 0.8 * x * x, base + 0.11 - 0.8 * x * x), 0, 1)  # round towards the lip
    width = 0.085 + (0.50 * shape.nose_width + 0.035) * along
    bridge = (0.12 + 0.62 * along**1.4) * np.exp(-((np.abs(x) / width) ** 2)) * step(v, -0.6, -0.15)
    tip = 0.36 * spot(x, 0.105, v - base + 0.005, 0.10)
    wings = 0.048 * spot(np.abs(x) - shape.nose_width * 0.80, 0.055, v - base - 0.012, 0.062)
    return shape.nose_height * (bridge + tip) * under + wings


def face_relief(shape, frame):
    """Height of the head's surface above the picture's plane, head units; beyond the face that of the bare head."""
    height, face = frame.depth.copy(), frame.inside < 1.05
    part = box_of(face)
    height[part] = np.where(face[part], _modelled_face(shape, frame.crop(part)), height[part])
    return height


def _modelled_face(shape, frame):
    u, v, side = frame.u, frame.v, np.abs(frame.u)
    eye_x, eye_y, mouth_y, base = shape.eye_distance, shape.eye_y, shape.mouth_y, shape.nose_base
    height = frame.depth + nose_relief(shape, frame)
    height = height + 0.04 * spot(v - eye_y + shape.brow_height, 0.09, side - 0.3, 0.24) * (1 - 0.5 * shape.femininity)
    height -= 0.08 * spot(side - eye_x + 0.02, 0.19, v - eye_y + 0.01, 0.125)  # socket
    height += 0.045 * spot(side - eye_x, 0.13, v - eye_y, 0.085)  # eyeball
    height += 0.05 * spot(side - 0.46, 0.2, v - 0.2, 0.17)  # cheek
    height += 0.045 * spot(u, 0.3, v - mouth_y, 0.17) + 0.05 * spot(u, 0.17, v - 0.9, 0.09)
    height -= 0.018 * spot(v - mouth_y - shape.lower_lip - 0.07, 0.04, u, 0.14)
    height -= 0.014 * spot(u, 0.024, v - base - 0.12, 0.055)  # philtrum
    t = np.clip((v - base) / (mouth_y - base + 0.02), 0, 1)
    fold = side - (shape.nose_width + 0.06 + t * (shape.mouth_width * 1.08 - shape.nose_width))
    depth = 0.002 + 0.010 * max(0, shape.smile) + 0.012 * shape.ageing
    height -= depth * bump(fold, 0.055) * step(v, base - 0.02, base + 0.1) * (1 - step(v, mouth_y - 0.08, mouth_y + 0.06))
    wrinkle = bump(np.mod(v * 14 + 0.25 * np.sin(u * 3), 1) - 0.5, 0.14) * spot(u, 0.45, v + 0.5, 0.16)
    height -= 0.006 * max(0, shape.ageing - 0.4) * wrinkle
    return height + 0.0009 * look_up("patch", u * 0.5, v * 0.5)
