"""What a camera does to a picture."""

from __future__ import annotations

import cv2
import numpy as np

from .fields import FLOAT, blur


def grade(picture, camera):
    """Exposure, cast, saturation and contrast of an sRGB picture 0..1. The neutral camera changes nothing."""
    gain = np.array([1 + camera.cast_red, 1, 1 + camera.cast_blue], FLOAT)
    out = np.asarray(picture, FLOAT) * gain * 2 ** (camera.exposure / 2.2)  # stops act on linear light
    grey = (out @ np.array([0.3, 0.59, 0.11], FLOAT))[..., None]
    out = grey + (out - grey) * camera.saturation
    return np.clip((out - 0.45) * camera.contrast + 0.45, 0, 1).astype(FLOAT)


def develop(picture, camera):
    """Vignette, blur, noise and JPEG: float 0..1 to RGB uint8."""
    size = len(picture)
    yy, xx = np.mgrid[0:size, 0:size].astype(FLOAT) / size - 0.5
    out = picture * (1 - camera.vignette * 1.2 * (xx * xx + yy * yy))[..., None]
    out = blur(out, camera.blur * size / 128)
    if camera.noise > 0:
        white = np.random.RandomState(int(camera.seed)).standard_normal((size, size, 3)).astype(FLOAT)
        out = out + camera.noise * (0.6 * white + 0.8 * blur(white, 0.8))
    image = np.clip(out * 255 + 0.5, 0, 255).astype(np.uint8)
    if camera.jpeg >= 100:
        return image
    _, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(camera.jpeg)])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])
