"""The styles by name, and render(): one call for all of them.

A new style is a function from a Sitting to a picture, and the changes it makes to a face:

>>> import numpy as np
>>> from helpers import portraits
>>> def poster(sitting):
...     photo = portraits.find_style("photo").draw(sitting)
...     return np.round(photo * 4) / 4                 # five levels a channel
>>> portraits.register(portraits.DrawingStyle("poster", poster, {"eye_width": (1.1, 0)}))
>>> portraits.render(portraits.Identity.sample(1), "poster", size=64).shape
(64, 64, 3)
"""

from __future__ import annotations

import collections

import numpy as np

from .camera import develop, grade
from .geometry import Frame, shape_of
from .parameters import inside
from .people import Expression, Pose
from .studio import Background, Camera, Light

# draw: Sitting -> float32 [size, size, 3] sRGB 0..1; changes: field -> (factor, offset) at exaggeration 1;
# photographic: the camera's blur, noise, vignette and JPEG apply; coloured: its colour cast applies
DrawingStyle = collections.namedtuple("DrawingStyle", "name draw changes photographic coloured")
DrawingStyle.__new__.__defaults__ = ({}, False, True)
STYLES = {}


def register(style):
    """Add a style, or replace the one of the same name."""
    STYLES[style.name] = style


def find_style(name):
    """A DrawingStyle by name; one that is no name already stays as it is. Raises ValueError that lists the known ones."""
    if isinstance(name, DrawingStyle):
        return name
    if name not in STYLES:
        raise ValueError(f"style is {name!r}: it must be one of {', '.join(STYLES)}.")
    return STYLES[name]


class Sitting:
    """One person before one camera: all that a style needs to draw a picture."""

    def __init__(
        self, identity, style="photo", size=256, pose=None, expression=None, light=None, background=None, camera=None, exaggeration=1.0
    ):
        if not inside(size, 16, 2048):
            raise ValueError(f"size is {size!r}: it must be from 16 to 2048 pixels.")
        if not inside(exaggeration, 0, 1):
            raise ValueError(f"exaggeration is {exaggeration!r}: it must be from 0 to 1.")
        self.identity, self.style, self.size = identity, find_style(style), int(size)
        self.pose, self.expression = pose or Pose(), expression or Expression()
        self.light, self.background, self.camera = light or Light(), background or Background(), camera or Camera()
        self.shape = shape_of(identity, self.expression, self.style.changes, exaggeration)

    def frame(self, finer=1.5):
        """Head coordinates on a grid that is finer than the picture."""
        return Frame(self.shape, self.pose, int(round(self.size * (finer if self.size >= 128 else 2))))


def render(identity, style="photo", size=256, pose=None, expression=None, light=None, background=None, camera=None, exaggeration=1.0):
    """Draw a person: RGB uint8 [size, size, 3].

    Whatever is None takes its default (a frontal pose, a neutral camera, ...). exaggeration from 0 (the photo's
    geometry, for pixel-aligned pairs) to 1 (the style's own). Raises ValueError that names the wrong field.
    """
    sitting = Sitting(identity, style, size, pose, expression, light, background, camera, exaggeration)
    return finish(sitting.style.draw(sitting), sitting)


def finish(picture, sitting):
    """What the camera makes of a drawn picture, float 0..1: RGB uint8."""
    lens = sitting.camera if sitting.style.coloured else sitting.camera.replace(cast_red=0, cast_blue=0)
    picture = grade(picture, lens)
    if sitting.style.photographic:
        return develop(picture, sitting.camera)
    return np.clip(picture * 255 + 0.5, 0, 255).astype(np.uint8)
