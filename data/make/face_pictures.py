"""Training pictures for the face networks: rendered faces, everything that is no face, bad cameras. face_warps.py bends the faces."""

from __future__ import annotations

from helpers import portraits

import cv2
import numpy as np
from face_nets import MIRROR

SIDE = 288  # px of a rendered portrait


def portrait(seed):
    """Render one person: RGB uint8 [288, 288, 3] and 68 points, px, float32 [68, 2]."""
    person = portraits.Identity.sample(seed)
    parts = {
        "pose": portraits.Pose.sample(seed),
        "expression": portraits.Expression.sample(seed),
        "light": portraits.Light.sample(seed),
        "background": portraits.Background.sample(seed),
        "camera": portraits.Camera.sample(seed),
    }
    picture = portraits.render(person, style="photo", size=SIDE, **parts)
    marks = portraits.landmarks(person, style="photo", size=SIDE, **parts)
    return picture, np.asarray(marks.points68, np.float32)


def noise(rng, side):
    """Cloudy noise, float32 [side, side], of several grain sizes."""
    out, weight = np.zeros((side, side), np.float32), 1.0
    for n in (3, 6, 12, 24, 48):
        grid = rng.standard_normal((n, n)).astype(np.float32)
        out += weight * cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
        weight *= rng.uniform(0.35, 0.9)
    return out


def texture(rng, side):
    """Two colours mixed by cloudy noise, uint8 [side, side, 3]."""
    one, two = rng.uniform(0, 255, (2, 3))
    mix = (1 / (1 + np.exp(-noise(rng, side) * rng.uniform(0.5, 6))))[..., None]
    return np.clip(one * (1 - mix) + two * mix + rng.normal(0, rng.uniform(0, 20), (side, side, 1)), 0, 255).astype(np.uint8)


def shapes(rng, side):
    """Discs, polygons, strokes and letters over a texture: "dead leaves" and drawings."""
    out = texture(rng, side)
    for _ in range(int(rng.integers(5, 90))):
        colour, kind = rng.uniform(0, 255, 3).tolist(), rng.integers(4)
        thick = int(rng.integers(1, 5)) if rng.random() < 0.3 else -1
        x, y, u, v = (int(t) for t in rng.uniform(0, side, 4))
        if kind == 0:
            axes = tuple(int(t) for t in rng.uniform(2, side * rng.uniform(0.05, 0.4), 2))
            cv2.ellipse(out, (x, y), axes, rng.uniform(0, 180), 0, 360, colour, thick, cv2.LINE_AA)
        elif kind == 1:
            cv2.fillPoly(out, [(np.array([x, y]) + rng.normal(0, side * 0.08, (5, 2))).astype(np.int32)], colour, cv2.LINE_AA)
        elif kind == 2:
            cv2.line(out, (x, y), (u, v), colour, abs(thick), cv2.LINE_AA)
        else:
            cv2.putText(out, "".join(chr(c) for c in rng.integers(48, 122, 4)), (x, y), 0, rng.uniform(0.3, 1.5), colour, abs(thick))
    return cv2.GaussianBlur(out, (0, 0), rng.uniform(0.3, 4)) if rng.random() < 0.5 else out


def shuffled(rng, picture, side):
    """A portrait cut into tiles and put together wrongly: skin and eyes, but no face."""
    n = int(rng.integers(5, 11))
    tile = side // n
    source = cv2.resize(picture, (tile * n, tile * n), interpolation=cv2.INTER_AREA)
    tiles = [source[i * tile : (i + 1) * tile, j * tile : (j + 1) * tile] for i in range(n) for j in range(n)]
    tiles = [np.rot90(tiles[k], int(rng.integers(4))) for k in rng.permutation(len(tiles))]
    return cv2.resize(np.vstack([np.hstack(tiles[i * n : (i + 1) * n]) for i in range(n)]), (side, side))


def faceless(rng, picture, points, side):
    """A portrait whose face is a blur: hair and shoulders alone are no face."""
    (x, y), (w, h) = points.mean(0), np.ptp(points, axis=0)
    mask = np.zeros(picture.shape[:2], np.float32)
    cv2.ellipse(mask, (int(x), int(y)), (int(w * 0.44), int(h * 0.52)), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 4)[..., None]
    other = cv2.GaussianBlur(picture, (0, 0), w * 0.22) if rng.random() < 0.6 else texture(rng, picture.shape[0])
    return cv2.resize((picture * (1 - mask) + other * mask).astype(np.uint8), (side, side), interpolation=cv2.INTER_AREA)


def turned(rng, picture, side):
    """A portrait on its side or upside down: upright faces only are promised."""
    matrix = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), rng.uniform(75, 285), 1.0)
    picture = cv2.warpAffine(picture, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)


def animal(rng, side):
    """A furry head with pointed ears, round slit eyes, a small nose: two eyes do not make a person."""
    fur, out = texture(rng, side), shapes(rng, side)
    x, y, r = side * rng.uniform(0.4, 0.6), side * rng.uniform(0.45, 0.6), side * rng.uniform(0.22, 0.34)
    mask = np.zeros((side, side), np.uint8)
    cv2.ellipse(mask, (int(x), int(y)), (int(r), int(r * 0.9)), 0, 0, 360, 255, -1)
    for way in (-1, 1):
        ear = [[x + way * r * 0.3, y - r * 0.7], [x + way * r, y - r * 0.3], [x + way * r * 0.9, y - r * 1.4]]
        cv2.fillPoly(mask, [np.array(ear, np.int32)], 255)
    out = np.where(mask[..., None] > 0, fur, out)
    iris, eye = rng.uniform(60, 230, 3).tolist(), r * rng.uniform(0.13, 0.24)
    for way in (-1, 1):
        at = (int(x + way * r * 0.42), int(y - r * 0.1))
        cv2.circle(out, at, int(eye * 1.15), (20, 15, 12), -1, cv2.LINE_AA)
        cv2.circle(out, at, int(eye), iris, -1, cv2.LINE_AA)
        cv2.ellipse(out, at, (int(eye * rng.uniform(0.1, 0.6)) + 1, int(eye * 0.7)), 0, 0, 360, (8, 8, 8), -1, cv2.LINE_AA)
        for _ in range(3):
            tip = (int(x + way * r * 1.3), int(y + r * rng.uniform(0.1, 0.7)))
            cv2.line(out, (int(x + way * r * 0.2), int(y + r * 0.4)), tip, (235, 235, 230), 1, cv2.LINE_AA)
    nose = np.array([[x - r * 0.15, y + r * 0.3], [x + r * 0.15, y + r * 0.3], [x, y + r * 0.45]], np.int32)
    cv2.fillPoly(out, [nose], (170, 110, 105), cv2.LINE_AA)
    return out


def no_face(rng, faces, marks, side=160):
    """One picture without an upright face, uint8 [side, side, 3]."""
    i = int(rng.integers(len(faces)))
    makers = (
        lambda: texture(rng, side),
        lambda: shapes(rng, side),
        lambda: shuffled(rng, faces[i], side),
        lambda: faceless(rng, faces[i], marks[i], side),
        lambda: turned(rng, faces[i], side),
        lambda: animal(rng, side),
    )
    return makers[int(rng.choice(6, p=[0.18, 0.32, 0.15, 0.11, 0.08, 0.16]))]()


def camera(rng, picture, strength=1.0):
    """Gamma, colour cast, light from a side, contrast, blur or low resolution, noise, JPEG; uint8 in and out."""
    side, f = picture.shape[0], picture.astype(np.float32) / 255
    if rng.random() < 0.5:
        f = f ** float(np.exp(rng.normal(0, 0.3)))
    f = f * (np.exp(rng.normal(0, 0.1 * strength, 3)) * np.exp(rng.normal(0, 0.28 * strength))).astype(np.float32)
    if rng.random() < 0.5:
        gray = f.mean(2, keepdims=True)
        f = gray + (f - gray) * np.float32(rng.uniform(0, 1.5))
    if rng.random() < 0.5:
        t, angle = np.linspace(-1, 1, side, dtype=np.float32), rng.uniform(0, 2 * np.pi)
        f = f * np.exp(rng.uniform(0, 0.8) * (np.cos(angle) * t[None] + np.sin(angle) * t[:, None])).astype(np.float32)[..., None]
    if rng.random() < 0.4:
        f = f.mean() + (f - f.mean()) * np.float32(rng.uniform(0.6, 1.5))
    kind = rng.random()
    if kind < 0.3:
        f = cv2.GaussianBlur(f, (0, 0), rng.uniform(0.4, 0.013 * side + 0.4))
    elif kind < 0.5:
        small = int(side * rng.uniform(0.25, 0.8))
        f = cv2.resize(cv2.resize(f, (small, small), interpolation=cv2.INTER_AREA), (side, side))
    if rng.random() < 0.4:
        f = f + rng.normal(0, rng.uniform(0.005, 0.05), f.shape)
    out = (np.clip(f, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.35:
        _, code = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
        out = cv2.imdecode(code, cv2.IMREAD_COLOR)
    return out


def cover(rng, picture, least=0.08, most=0.45):
    """Hide a block of the picture behind a texture: hands, cups, other people's shoulders."""
    side = picture.shape[0]
    h, w = (int(side * rng.uniform(least, most)) + 1 for _ in range(2))
    y, x = int(rng.integers(0, side - h)), int(rng.integers(0, side - w))
    picture[y : y + h, x : x + w] = texture(rng, max(h, w))[:h, :w]
    return picture


def random_turn(rng):
    """Rotation (about 13 degrees, 32 at most), a little stretch and shear, perhaps mirrored; matrix [2, 2], flag."""
    a = np.deg2rad(np.clip(rng.normal(0, 13), -32, 32))
    stretch, shear, mirrored = np.exp(rng.normal(0, 0.08)), rng.normal(0, 0.05), rng.random() < 0.5
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ np.array([[stretch, shear], [0, 1 / stretch]])
    return turn @ np.diag([-1.0 if mirrored else 1.0, 1.0]), mirrored


def place(rng, canvas, face, points, x, y, width, fill):
    """Draw `face` on `canvas` so that its box is `width` px wide and centred at (x, y).

    fill: the portrait's background covers the canvas; else only the portrait's own square is pasted.
    Returns the points on the canvas [68, 2], in px from the canvas's corner.
    """
    turn, mirrored = random_turn(rng)
    centre = (points.min(0) + points.max(0)) / 2
    moved = (points - centre) @ turn.T
    scale = width / np.ptp(moved[:, 0])
    shift = np.array([x, y]) - scale * (moved.min(0) + moved.max(0)) / 2
    matrix = np.c_[scale * turn, shift - scale * turn @ centre]
    # Points count from the picture's corner, OpenCV from the first pixel's centre.
    matrix[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5
    size = canvas.shape[1::-1]
    drawn = cv2.warpAffine(face, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    inside = np.full(face.shape[:2], 255, np.uint8) if not fill else None
    mask = cv2.warpAffine(inside, matrix, size) > 127 if not fill else np.ones(canvas.shape[:2], bool)
    canvas[mask] = drawn[mask]
    moved = scale * moved + shift
    return moved[MIRROR] if mirrored else moved


def box(points):
    """Return the points' bounding box, y1 x1 y2 x2."""
    return np.r_[points.min(0)[::-1], points.max(0)[::-1]].astype(np.float32)
