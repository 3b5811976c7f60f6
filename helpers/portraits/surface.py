"""A picture as layers of material over a relief, and the light that falls on it."""

from __future__ import annotations

import copy

import cv2
import numpy as np

from .fields import FLOAT, blur, box_of, mix, over

LABELS = ("background", "skin", "clothes", "hair", "eyes", "brows", "mouth", "ears", "glasses", "mask", "hat", "nose")


class Surface:
    """Colour (linear), height, normal, gloss and label of every pixel."""

    def __init__(self, background, pixel, fine=1.0):
        side = background.shape[0]
        self.background, self.pixel, self.fine = background, pixel, fine
        self.colour = background.copy()
        self.height = np.full((side, side), -1.6, FLOAT)
        self.normal = np.zeros((side, side, 3), FLOAT)
        self.normal[..., 2] = 1
        self.specular = np.zeros((side, side), FLOAT)
        self.scatter = np.zeros((side, side), FLOAT)  # light that travels under skin
        self.lit = np.zeros((side, side), FLOAT)  # 0: the background, which brings its own light
        self.label = np.zeros((side, side), np.uint8)

    def crop(self, part):
        """A part of the same surface: what is put there is put here."""
        smaller = copy.copy(self)
        for name in ("background", "colour", "height", "normal", "specular", "scatter", "lit", "label"):
            setattr(smaller, name, getattr(self, name)[part])
        return smaller

    def normals(self, height):
        """Unit normals of a relief."""
        scale = 8 * self.pixel
        dx = cv2.Sobel(height.astype(FLOAT), cv2.CV_32F, 1, 0, ksize=3) / scale
        dy = cv2.Sobel(height.astype(FLOAT), cv2.CV_32F, 0, 1, ksize=3) / scale
        length = np.sqrt(dx * dx + dy * dy + 1)
        return np.stack([-dx / length, -dy / length, 1 / length], -1)

    def put(self, mask, colour, height, label, specular=0.03, scatter=0.0):
        """Lay a material over the picture."""
        part = box_of(mask, margin=1)  # one more for the slopes
        mask, height = mask[part], height[part]
        if not mask.size:
            return
        self.colour[part] = over(self.colour[part], colour if np.ndim(colour) < 3 else colour[part], mask)
        self.normal[part] = over(self.normal[part], self.normals(height), mask)
        self.specular[part] = mix(self.specular[part], specular if np.ndim(specular) < 2 else specular[part], mask)
        self.scatter[part] = mix(self.scatter[part], scatter, mask)
        self.lit[part] = np.maximum(self.lit[part], mask)
        self.height[part] = np.where(mask > 0.5, height, self.height[part])
        self.label[part][mask > 0.5] = LABELS.index(label)


def direction(light):
    """Unit vector from the face to the key light: right, down, towards the viewer."""
    azimuth, elevation = np.deg2rad(light.azimuth), np.deg2rad(light.elevation)
    vector = np.array([np.sin(azimuth) * np.cos(elevation), -np.sin(elevation), max(0.25, np.cos(azimuth) * np.cos(elevation))], FLOAT)
    return vector / np.linalg.norm(vector)


def illuminate(surface, light):
    """Linear light that reaches the camera: key with soft shadows, fill with ambient occlusion, rim, gloss."""
    key = direction(light)
    shadow, open_sky = shadow_and_occlusion(surface, key)
    warm = light.warmth
    key_colour = np.array([1 + 0.06 * warm, 1, 1 - 0.08 * warm], FLOAT) * light.key * 1.35
    fill_colour = np.array([1 - 0.05 * warm, 1, 1 + 0.06 * warm], FLOAT) * light.fill * 0.75
    wrap = surface.scatter[..., None] * np.array([0.34, 0.14, 0.09], FLOAT) + FLOAT(0.03)
    diffuse = np.clip(((surface.normal @ key)[..., None] + wrap) / (1 + wrap), 0, 1)
    diffuse *= 1 - 0.7 * shadow[..., None] * np.array([0.86, 0.97, 1.0], FLOAT)
    sky = (0.66 - 0.24 * surface.normal[..., 1] + 0.12 * surface.normal[..., 2]) * open_sky
    half = key + np.array([0, 0, 1], FLOAT)
    shine = np.clip(surface.normal @ (half / np.linalg.norm(half)), 0, 1) ** 13
    shine = surface.specular * shine * (1 - shadow) * light.key
    side = np.clip(0.25 - surface.normal[..., 0] * np.sign(light.azimuth or 1), 0, 1)
    rim = light.rim * (1 - np.clip(surface.normal[..., 2], 0, 1)) ** 2.2 * side
    image = surface.colour * (diffuse * key_colour + sky[..., None] * fill_colour)
    image += shine[..., None] * key_colour * 0.75 + rim[..., None] * (0.25 + 0.6 * surface.colour) * fill_colour
    return image


def shadow_and_occlusion(surface, key, reach=0.62, steps=10):
    """Soft cast shadow 0..1 (march over the relief to the light) and ambient occlusion, at half resolution."""
    side = len(surface.height)
    small = cv2.resize(surface.height, (side // 2, side // 2), interpolation=cv2.INTER_AREA)
    pixel, shadow = surface.pixel * 2, np.zeros_like(small)
    dx, dy = key[0] / key[2], key[1] / key[2]
    for i in range(1, steps + 1):
        rise = reach * (i / steps) ** 1.5 / max(float(np.hypot(dx, dy)), 0.5)
        move = np.array([[1, 0, -dx * rise / pixel], [0, 1, -dy * rise / pixel]], FLOAT)
        seen = cv2.warpAffine(small, move, small.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        shadow = np.maximum(shadow, (seen - small - rise - 0.02) / (0.09 + 0.5 * rise))
    shadow = blur(np.clip(shadow, 0, 1), 0.02 / pixel)
    near = blur(small, 0.06 / pixel)
    coarse = cv2.resize(small, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    far = cv2.resize(blur(coarse, 0.22 / (pixel * 4)), small.shape[::-1])
    sky = np.clip(1 - 2.0 * np.clip(near - small, 0, 0.25) - 0.7 * np.clip(far - small, 0, 0.5), 0.3, 1)
    grow = lambda a: cv2.resize(a.astype(FLOAT), (side, side), interpolation=cv2.INTER_LINEAR)  # noqa: E731
    return grow(shadow), grow(sky)


def expose(surface, image, skin):
    """Film curve, with the exposure that shows the skin's colour as the identity says: photo and cartoon stay tied."""
    face = (surface.label == LABELS.index("skin")) & (surface.lit > 0.9)
    target = -np.log(1 - np.clip(skin * FLOAT(0.93), 0.02, 0.93)) / 1.55
    seen = np.maximum(np.median(image[face], 0), 1e-3) if face.any() else target
    gain = target.mean() / seen.mean()
    gain = np.clip(mix(gain, target / seen, 0.75), 0.6, 1.9).astype(FLOAT)  # mostly white-balanced
    lit = surface.lit[..., None]
    film = 1 - np.exp(-1.55 * np.maximum(image * gain, 0))
    return film * lit + surface.background * (1 - lit)
