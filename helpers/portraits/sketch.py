"""The sketch style: a pencil drawing, lines on edges and hatching over form, on paper."""

from __future__ import annotations

import numpy as np

from . import accessories
from .bust import build
from .clay_features import paint_eyes
from .fields import FLOAT, blur, bump, cover, mix, shrink, step
from .registry import DrawingStyle
from .sketch_hatching import across_form, along_strands, on_paper, spacing_of, streaks, strokes
from .sketch_lines import Pencil, draw_features
from .surface import LABELS, direction, shadow_and_occlusion

CHANGES = {
    "eye_width": (1.06, 0),
    "upper_lid": (1.2, 0),
    "lower_lid": (1.15, 0),
    "iris_radius": (1.2, 0),
    "brow_height": (1, 0.015),
    "nose_width": (0.95, 0),
    "jaw_taper": (1, 0.03),
    "ageing": (0.8, 0),
}
HAIR = LABELS.index("hair")


def draw_sketch(sitting):
    """A Sitting as sRGB float32 [size, size, 3], before the camera."""
    surface, frame, hair = build(sitting, fine=0.0, eyes=paint_eyes)
    spacing = spacing_of(frame.size)
    dark = _darkness(surface, hair, sitting.light, spacing)
    ink = _hatch(surface, hair, dark, spacing, sitting.shape.hair_style)
    lines = _lines(sitting.shape, frame, hair)
    return np.clip(shrink(on_paper(1 - (1 - ink) * (1 - lines)), sitting.size), 0, 1)


def _darkness(surface, hair, light, spacing):
    """How dark the pencil must make each place: shade of the form, and the local colour, which paper softens."""
    key = direction(light.replace(elevation=min(light.elevation, 35.0)))
    shadow, open_sky = shadow_and_occlusion(surface, key)
    lit = np.clip((surface.normal @ key + 0.15) / 1.15, 0, 1) * (1 - 0.6 * shadow)
    shade = 0.60 * lit + 0.52 * open_sky * (0.6 + 0.4 * surface.normal[..., 2])
    luma = np.clip(surface.colour @ np.array([0.3, 0.59, 0.11], FLOAT), 0.004, 1)
    skin = surface.scatter
    local = np.clip(luma * (1.2 + 0.3 * skin), 0, 0.75 + 0.1 * (1 - skin)) ** (0.34 - 0.09 * skin)  # skin stays paper longest
    tone = np.clip(shade * local * FLOAT(1.12), 0, 1)
    dark = np.clip((0.88 - tone) / 0.72, 0, 1) * surface.lit
    strands = (0.06 + 0.2 * bump(hair.lock + 0.4, 0.6)) * (surface.label == HAIR)  # fair hair still shows its locks
    dark = np.clip(dark + strands, 0, 1)
    return blur(dark, spacing * 0.35)


def _hatch(surface, hair, dark, spacing, hair_style):
    """Three layers: strokes around the form, strokes across them in the dark, a rubbed tone in the darkest."""
    form = across_form(surface.height, surface.pixel, spacing * 2.4)
    if hair_style not in ("afro", "buzz", "bald"):
        is_hair = blur((surface.label == HAIR).astype(FLOAT), spacing * 0.4)[..., None]
        form = mix(form, along_strands(hair.across, spacing * 0.5), is_hair)
        cross = mix(FLOAT(1.15), FLOAT(0.16), is_hair[..., 0])
    else:
        cross = FLOAT(1.15)
    first = strokes(streaks(form, spacing), np.clip(dark * 1.15, 0, 0.86)) * (0.30 + 0.42 * dark)
    second = strokes(streaks(form, spacing, cross, 0.37), np.clip(dark * 1.3 - 0.45, 0, 0.8)) * (0.30 + 0.40 * dark)
    rubbed = 0.10 * dark + 0.45 * step(dark, 0.62, 1.05)
    return 1 - (1 - first) * (1 - second) * (1 - rubbed)


def _lines(shape, frame, hair):
    """Edges of all parts, back to front: what lies in front hides the lines behind it."""
    pencil = Pencil(frame)
    if hair.back is not None:
        pencil.outline(hair.back)
    neck, clothes = accessories.body(shape, frame)
    pencil.outline(neck, 0.8)
    pencil.outline(clothes)
    pencil.outline(accessories.ears(shape, frame), 0.8)
    pencil.outline(frame.edge)
    draw_features(pencil, shape, frame)
    if shape.face_mask == "mask":
        cloth, strap = accessories.face_mask(shape, frame)
        pencil.outline(strap, 0.5)
        pencil.outline(cloth)
    if hair.front is not None:
        pencil.outline(hair.front, 0.45 if shape.hair_style == "buzz" else 0.9)
    if shape.eyewear != "none":
        rim, lens = accessories.glasses(shape, frame)
        pencil.hide(cover(lens, frame.pixel) * (0.9 if shape.eyewear == "sunglasses" else 0.0))
        pencil.mark(cover(rim - 0.004, frame.pixel) * (frame.edge < 0.04), 0.95)
    if shape.hat != "none":
        whole, brim = accessories.hat(shape, frame)
        pencil.outline(whole)
        pencil.mark(cover(np.abs(brim) - 0.007, frame.pixel), 0.7)
    return pencil.ink


SKETCH = DrawingStyle("sketch", draw_sketch, CHANGES, False, False)
