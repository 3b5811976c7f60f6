"""The photographic style: the layers of a portrait under light, before the camera."""

from __future__ import annotations

from .bust import build
from .fields import encode, linear, shrink
from .photo_features import catch_lights
from .registry import DrawingStyle
from .surface import expose, illuminate


def draw_photo(sitting):
    """A Sitting as sRGB float32 [size, size, 3], before the camera."""
    surface, frame, _ = build(sitting)
    image = illuminate(surface, sitting.light)
    image = image + catch_lights(sitting, frame, surface)[..., None]
    return encode(shrink(expose(surface, image, linear(sitting.shape.skin)), sitting.size))


PHOTO = DrawingStyle("photo", draw_photo, {}, True)
