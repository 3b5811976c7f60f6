"""What a style draws over the abstraction of a photo (`looks.py`): the anime's eyes, the clay's face, each with its alpha (透明度).

The drawing keeps the photo's outlines and moves the eyes alone, so that it fits on the photo. A sketch needs no such parts.
"""

from __future__ import annotations

from helpers import portraits
from helpers.portraits.anime import skin_tones
from helpers.portraits.anime_features import draw_eyes
from helpers.portraits.fields import FLOAT, blur, shrink

import numpy as np

EYES = ("eye_width", "upper_lid", "lower_lid", "iris_radius")
SKIN = ("ageing", "freckles", "lip_colour", "nose_height")
FACE = [portraits.LABELS.index(name) for name in ("skin", "ears", "eyes", "brows", "mouth", "nose")]
ON_FACE = [portraits.LABELS.index(name) for name in ("skin", "eyes", "brows", "nose")]


def _keep(style, names):
    """A style like another, which changes these fields only."""
    found = portraits.find_style(style)
    return found._replace(changes={name: change for name, change in found.changes.items() if name in names})


ANIME, CLAY = _keep("anime", EYES), _keep("3d", EYES + SKIN)


def anime_parts(person, size, exaggeration, sitting):
    """The anime's eyes: RGBA uint8 [size, size, 4], colours multiplied by alpha."""
    drawn = portraits.Sitting(person, ANIME, size, exaggeration=exaggeration, **sitting)
    frame, ink = drawn.frame(2), skin_tones(drawn.shape)[2]
    light_side = 1.0 if drawn.light.azimuth > 0 else -1.0
    black, white = (
        shrink(draw_eyes(np.full((frame.size, frame.size, 3), shade, FLOAT), drawn.shape, frame, ink, light_side), size) for shade in (0, 1)
    )
    alpha = 1 - (white - black).mean(-1)
    uncovered = blur(np.isin(portraits.segments(person, size, "photo", **sitting), ON_FACE).astype(FLOAT), 0.6)
    return to_bytes(np.dstack([black * uncovered[..., None], alpha * uncovered]))


def clay_parts(person, size, exaggeration, sitting):
    """The face and neck of clay: RGBA uint8 [size, size, 4], colours multiplied by alpha."""
    picture = portraits.render(person, CLAY, size, exaggeration=exaggeration, **sitting).astype(FLOAT) / 255
    labels = portraits.segments(person, size, CLAY, exaggeration=exaggeration, **sitting)
    alpha = blur(np.isin(labels, FACE).astype(FLOAT), 0.8)
    return to_bytes(np.dstack([picture * alpha[..., None], alpha]))


PARTS = {"anime": anime_parts, "3d": clay_parts}


def to_bytes(picture):
    """Floats, 0 to 1, as uint8."""
    return np.clip(255 * picture + 0.5, 0, 255).astype(np.uint8)
