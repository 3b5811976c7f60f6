"""HDR pictures (高动态范围) made into ordinary ones, which is what the networks were trained on and what every screen shows.

Telephones film in HDR: brightness in PQ or HLG instead of a gamma, colours wider than a screen's. Taken as they are stored, such
pictures look grey. Sources: ITU-R BT.2100 (PQ, HLG), BT.2087 (colours), BT.2408 (white at 203 cd/m2), BT.1886 (screens).
"""

from __future__ import annotations

import functools

import cv2
import numpy as np

PQ, HLG = 16, 18  # ffmpeg's numbers for how a video stores brightness
BT709 = 1
ORDINARY = {"colorspace": BT709, "color_primaries": BT709, "color_trc": BT709}
WHITE = 203.0  # cd/m2 of a sheet of paper; lamps and reflections are brighter
PEAK = 1000.0  # cd/m2 of the screen that HLG is made for
KNEE = 0.8  # of the ordinary white: up to here brightness stays, above it is pressed together
GAMMA = 2.4  # of an ordinary screen
TO_BT709 = np.float32([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
BT2020_LUMINANCE = np.float32([0.2627, 0.6780, 0.0593])


def is_hdr(colour) -> bool:
    """Whether a video's colour names, see Clip, say PQ or HLG."""
    return colour.get("color_trc") in (PQ, HLG)


def to_ordinary(picture, transfer) -> np.ndarray:
    """An HDR picture for ordinary screens. picture: RGB uint16 [H, W, 3], BT.2020. transfer: PQ or HLG. Returns RGB uint8, BT.709."""
    light = _light_table(transfer)[picture]
    if transfer == HLG:  # its numbers are light before the camera; what a screen shows has more contrast
        light *= np.power(np.maximum(light @ BT2020_LUMINANCE, 1e-6), 0.2)[..., None] * np.float32(PEAK / WHITE)
    light = np.maximum(cv2.transform(light, TO_BT709), 0)
    brightest = light.max(axis=2, keepdims=True)
    light *= _pressed(brightest) / np.maximum(brightest, 1e-6)  # all three alike, so that hues stay
    return (255 * light ** np.float32(1 / GAMMA) + 0.5).astype(np.uint8)


def _pressed(value):
    """Brightness, 1 for white, below 1: the same up to the knee, then towards 1 without a bend."""
    above = np.maximum(value - KNEE, 0) / (1 - KNEE)
    return np.minimum(value, KNEE) + (1 - KNEE) * (1 - np.exp(-above))


@functools.lru_cache(maxsize=None)
def _light_table(transfer) -> np.ndarray:
    """For each stored number 0..65535 its light, float32: in units of WHITE for PQ, 0 to 1 for HLG."""
    stored = np.arange(65536) / 65535
    return np.float32(_pq(stored) / WHITE if transfer == PQ else _hlg(stored))


def _pq(stored):
    """cd/m2 on the screen. (BT.2100, table 4)"""
    root = stored ** (32 / 2523)
    return 10000 * (np.maximum(root - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * root)) ** (16384 / 2610)


def _hlg(stored):
    """Light before the camera, 0 to 1. (BT.2100, table 5)"""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    return np.where(stored <= 0.5, stored**2 / 3, (np.exp((stored - c) / a) + b) / 12)
