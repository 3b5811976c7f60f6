"""Which pixel shows what: the segmentation map, and the alpha (透明度) of the head."""

from __future__ import annotations

import numpy as np

from .bust import build
from .fields import FLOAT, shrink, step
from .registry import Sitting
from .surface import LABELS

NOT_HEAD = ("background", "clothes")


def segments(identity, size=256, style="photo", **arguments):
    """A label for every pixel of the picture that render() draws with the same arguments: uint8 [size, size].

    The names are in portraits.LABELS. Behind clear lenses the eyes keep their label, behind dark ones they do not.
    A drawing style cuts its fringe more freely than the map shows; the other parts lie as drawn.
    """
    labels, _ = _finer(Sitting(identity, style, size, **arguments))
    nearest = ((np.arange(size) + 0.5) * len(labels) / size).astype(int)
    return labels[nearest[:, None], nearest]


def head_alpha(identity, size=256, style="photo", **arguments):
    """How much of a pixel belongs to the head: float32 [size, size], 0..1. Hair, ears and what is worn on it count, the neck does not."""
    labels, frame = _finer(Sitting(identity, style, size, **arguments))
    head = ~np.isin(labels, [LABELS.index(name) for name in NOT_HEAD])
    head &= (labels != LABELS.index("skin")) | (frame.edge <= 0)
    return np.clip(shrink(head.astype(FLOAT), size), 0, 1)


def person_alpha(sitting):
    """The same for the whole person, neck and clothes included."""
    labels, _ = _finer(sitting)
    return np.clip(shrink((labels > 0).astype(FLOAT), sitting.size), 0, 1)


def _finer(sitting):
    """The labels on the grid on which the picture is drawn, and that grid."""
    surface, frame, _ = build(sitting)
    labels = surface.label.copy()
    labels[(labels == LABELS.index("skin")) & _nose(sitting.shape, frame)] = LABELS.index("nose")
    return labels, frame


def _nose(shape, frame):
    """Where the nose is: from between the eyes down, ever wider, to below the nostrils."""
    side, base = np.abs(frame.u - frame.turn * 0.12), shape.nose_base
    half = 0.5 * shape.nose_width + (0.75 * shape.nose_width + 0.01) * step(frame.v, shape.eye_y, base)
    return (side < half) & (frame.v > shape.eye_y) & (frame.v < base + 0.1 - 1.2 * side * side) & (frame.edge < 0)
