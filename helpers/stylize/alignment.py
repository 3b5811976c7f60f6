"""From 68 landmarks to the model's pose: pupils, five points, the similarity transform (相似变换).

The numbers follow ModelScope's pipeline, because a head network knows only heads that were aligned its way.
"""

from __future__ import annotations

import cv2
import numpy as np

from helpers.errors import ImageError

# InsightFace's five reference points in a 112x112 picture: left eye, right eye, nose tip, left and right mouth corner.
TEMPLATE = np.float32(
    np.array([[30.29459953, 51.69630051], [65.53179932, 51.50139999], [48.02519989, 71.73660278],
              [33.54930115, 92.3655014], [62.72990036, 92.20410156]]) + [9, 1]
)  # fmt: skip
TEMPLATE_SIZE = 112
# Five of the six points of each eye, as upstream has it. The outline is a little too small; the model is used to it.
LEFT_EYE, RIGHT_EYE = slice(36, 41), slice(42, 47)
NOSE_TIP, LEFT_MOUTH, RIGHT_MOUTH = 30, 48, 54


def five_points(image, points68) -> np.ndarray:
    """Pupils, nose tip and mouth corners of a face.

    image: RGB uint8 [H, W, 3]. points68: float [68, 2] in pixels, x then y. Returns float32 [5, 2]. Where a pupil cannot be
    looked for (eye closed or outside the picture), both eyes' mean points are taken.
    """
    eyes = [points68[LEFT_EYE], points68[RIGHT_EYE]]
    pupils = [_pupil(image, eye) for eye in eyes]
    if any(pupil is None for pupil in pupils):
        pupils = [eye.mean(axis=0) for eye in eyes]
    return np.float32([*pupils, points68[NOSE_TIP], points68[LEFT_MOUTH], points68[RIGHT_MOUTH]])


def align(image, points5, size=288, scale=0.75):
    """Similarity-warp a face to the model's canonical pose.

    image: RGB uint8 [H, W, 3]. points5: float [5, 2] in pixels, x then y (left pupil, right pupil, nose tip, mouth corners).
    Returns the crop, uint8 [size, size, 3] (white outside the image), and the 2x3 matrix that takes it back.
    Raises ImageError if the points coincide. Reference points: InsightFace's 112 px template, scaled about the centre.
    """
    middle = TEMPLATE_SIZE / 2
    target = (TEMPLATE - np.float32(middle)) * np.float32(scale) + np.float32(middle)
    target *= np.float32(size / TEMPLATE_SIZE)
    to_crop, to_image = _similarity(np.float32(points5), target)
    crop = cv2.warpAffine(image, to_crop, (size, size), borderValue=(255, 255, 255))
    return crop, to_image


def _pupil(image, eye):
    """The median position of the dark pixels inside the eye's outline, float (x, y), or None."""
    height, width = image.shape[:2]
    left, top = (int(value) for value in eye.min(axis=0))
    right, bottom = (int(value) for value in eye.max(axis=0))
    if top >= bottom or left >= right or top < 0 or left < 0 or bottom > height or right > width:
        return None
    gray = cv2.equalizeHist(cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_RGB2GRAY))
    outline = (eye - np.array([left, top])).astype(np.int32)
    inside = cv2.fillConvexPoly(np.zeros_like(gray), outline, 1)
    _, bright = cv2.threshold(gray, 100, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    rows, columns = np.nonzero((bright == 0) & (inside == 1))
    if len(rows) == 0:
        return left + gray.shape[1] / 2, top + gray.shape[0] / 2
    middle = len(rows) // 2
    return left + np.sort(columns)[middle], top + np.sort(rows)[middle]


def _similarity(points, target):
    """Two 2x3 matrices: from `points` to `target` and back.

    The better of a plain and a mirrored transform is taken. Upstream compares both with the *mirrored* target by mistake,
    which for a real face still picks the plain one; it is kept, so that every face is aligned as upstream would align it.
    """
    mirrored = target * np.float32([-1, 1])
    forward, back = _fit(points, target)
    try:
        other = _fit(points, mirrored)[0] @ np.diag([-1.0, 1.0, 1.0])
        if _distance(points, forward, mirrored) > _distance(points, other, mirrored):
            forward, back = other, np.linalg.inv(other)
    except ImageError:
        pass  # a mirrored face cannot be made of these points, so the plain one is right
    return forward[:, :2].T, back[:, :2].T


def _fit(points, target):
    """Least-squares similarity as a 3x3 matrix for rows [x, y, 1], and its inverse (the inverse is what is fitted)."""
    x, y = np.float64(target[:, 0]), np.float64(target[:, 1])
    one, zero = np.ones_like(x), np.zeros_like(x)
    equations = np.vstack([np.stack([x, y, one, zero], 1), np.stack([y, -x, zero, one], 1)])
    solution = np.linalg.lstsq(equations, np.concatenate([points[:, 0], points[:, 1]]), rcond=-1)[0]
    cosine, sine, shift_x, shift_y = solution
    back = np.array([[cosine, -sine, 0], [sine, cosine, 0], [shift_x, shift_y, 1]])
    if abs(np.linalg.det(back)) < 1e-9:
        raise ImageError("The five points of a face coincide: the face cannot be aligned.")
    return np.linalg.inv(back), back


def _distance(points, matrix, target) -> float:
    moved = np.hstack([points, np.ones((len(points), 1))]) @ matrix
    return np.linalg.norm(moved[:, :2] - target)
