"""How much larger the eyes of a picture are than the eyes of the photo that it was made from, whatever its colours and lines.

The ruler enlarges the eyes of the photo by many factors and takes the one whose edges fit those of the result best. It needs the photo's
landmarks and a result that is drawn over the photo: it reads no picture in which the face has moved. On drawings it is rougher than on
photos (deviation about 0.3), since lashes and brows are drawn anew.
"""

from __future__ import annotations

import cv2
import numpy as np

FACTORS = np.round(np.arange(0.7, 2.05, 0.05), 2)  # that are tried
FADES = 1.5  # eye widths from an eye's centre at which an enlargement has faded out
LOOKED_AT = 0.9  # eye widths within which edges are compared


def enlarge_eyes(photo, points68, factor: float):
    """The photo with its eyes enlarged about their centres: RGB uint8 [H, W, 3]. points68: float [68, 2], pixels of the photo."""
    y, x = np.mgrid[: photo.shape[0], : photo.shape[1]].astype(np.float32)
    from_x, from_y = x.copy(), y.copy()
    for (left, top), away in _near_eyes(photo.shape, points68, FADES):
        pull = (1 / factor - 1) * np.clip(1 - away**2, 0, 1)
        from_x += (x - left) * pull
        from_y += (y - top) * pull
    return cv2.remap(photo, from_x, from_y, cv2.INTER_LINEAR)


def eye_growth(result, photo, points68, factors=FACTORS) -> float:
    """The factor by which the eyes grew from the photo to the result: 1 for none. RGB uint8 [H, W, 3] each."""
    around = np.any([away < 1 for _, away in _near_eyes(photo.shape, points68, LOOKED_AT)], axis=0)
    target = _edges(result)[around]
    fits = [np.corrcoef(_edges(enlarge_eyes(photo, points68, factor))[around], target)[0, 1] for factor in factors]
    return float(factors[int(np.argmax(fits))])


def _near_eyes(shape, points68, reach):
    """For each eye its centre, and the distance of each pixel from it as a share of `reach` eye widths."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    for eye in (points68[36:42], points68[42:48]):
        centre, width = eye.mean(axis=0), np.linalg.norm(eye[0] - eye[3])
        yield centre, np.hypot(x - centre[0], y - centre[1]) / (reach * width)


def _edges(image):
    """Strength of edges, whatever their colours: float32 [H, W]."""
    gray = cv2.GaussianBlur(image.mean(axis=2).astype(np.float32), (0, 0), len(image) / 64)
    return np.hypot(cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
