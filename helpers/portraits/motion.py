"""People who move: a short performance, and where every point of the face was a frame before."""

from __future__ import annotations

import numpy as np

from .geometry import Frame, outline_ratio, rotate, shape_of
from .people import Expression, Pose
from .registry import render

STEPS = 25  # of the fixed-point iteration
ON_THE_FACE = 0.93  # of the way from the middle of the head to its outline; further out the surface turns away
EXACT = 0.25  # pixels


def perform(identity, count, size=256, **arguments):
    """A person who turns the head and talks: `count` pictures, RGB uint8 [size, size, 3], and the `count` - 1 motions between.

    arguments: as for render(), but pose and expression. For the motions see motion().
    """
    poses = [_pose(i) for i in range(count)]
    pictures = [render(identity, size=size, pose=pose, expression=_words(i), **arguments) for i, pose in enumerate(poses)]
    return pictures, [motion(identity, before, after, size) for before, after in zip(poses, poses[1:])]


def motion(identity, before, after, size=256) -> np.ndarray:
    """For each pixel of the later picture its place x, y in the earlier one: float32 [size, size, 2], NaN off the face.

    before, after: Pose. The place is that of the same point of the head's surface; what an expression moves on it is left
    out.
    """
    shape = shape_of(identity, Expression(), {}, 0)
    later = Frame(shape, after, size)
    x, y = _surface_point(shape, before, later.u.astype(float), later.v.astype(float))
    earlier = _angles(shape, before, x, y)
    view = later.pixel * size * after.size / before.size
    error = np.hypot(earlier[0] - later.u, earlier[1] - later.v) / (view / size)
    column, row = rotate(x, y, -np.deg2rad(before.roll))
    places = np.stack([column + before.x * view, row + before.y * view], axis=2) / view * size + size / 2 - 0.5
    seen = (later.inside < ON_THE_FACE) & (outline_ratio(shape, x, y) < ON_THE_FACE) & (error < EXACT)
    return np.where(seen[..., None], places, np.nan).astype(np.float32)


def _pose(i) -> Pose:
    """A slow turn with a nod; two seconds a turn at 25 frames a second."""
    turn = 2 * np.pi * i / 50
    return Pose(yaw=18 * np.sin(turn), pitch=5 * np.sin(2 * turn), roll=4 * np.sin(turn + 1), size=0.62, x=0.03 * np.sin(turn), y=0.02)


def _words(i) -> Expression:
    """About four syllables a second, and a blink every two seconds."""
    opened = max(0.0, np.sin(2 * np.pi * i / 6)) * (0.5 + 0.5 * np.sin(i / 9))
    blink = 0.15 if i % 50 in (30, 31, 32) else 1.0
    return Expression(mouth_open=float(0.7 * opened), eye_open=blink, smile=0.2)


def _depth(shape, x, y):
    return 0.8 * np.sqrt(np.clip(1 - outline_ratio(shape, x, y).astype(float) ** 2.2, 0, 1))


def _angles(shape, pose, x, y):
    """The turned face's u, v of a point x, y of the head in its plane: as Frame has it."""
    turn, nod, depth = np.deg2rad(pose.yaw), -np.deg2rad(pose.pitch), _depth(shape, x, y)
    forward = x * np.sin(turn) + depth * np.cos(turn)
    return x * np.cos(turn) - depth * np.sin(turn), y * np.cos(nod) - forward * np.sin(nod)


def _surface_point(shape, pose, u, v):
    """The inverse of _angles: x, y for u, v, by fixed-point iteration (不动点迭代), damped."""
    x, y = u.copy(), v.copy()
    for _ in range(STEPS):
        now_u, now_v = _angles(shape, pose, x, y)
        x, y = x + 0.7 * (u - now_u), y + 0.7 * (v - now_v)
    return x, y
