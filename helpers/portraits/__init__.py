"""People that never existed, drawn by us: as photos and as cartoons, with everything about them known.

>>> from helpers import portraits
>>> person = portraits.Identity.sample(7)
>>> photo = portraits.render(person, "photo", size=64)
>>> points = portraits.landmarks(person, size=64).points68
>>> photo.shape, points.shape
((64, 64, 3), (68, 2))

Every part is a file: people -> geometry -> photo, anime, sketch or 3d (clay); then landmarks,
segmentation, groups of people, scenes without any, a cache for many pictures, aligned heads for training (faces). See
registry.py to add a style.
"""

from __future__ import annotations

from . import anime, clay, photo, sketch
from .alignment import align
from .cache import random_portrait, random_portraits
from .face_people import DRAWN_PEOPLE, JUDGE_PEOPLE, PHOTO_PEOPLE, attributes, exemplar_seeds, held_out_seeds
from .faces import aligned_sitting, faces
from .groups import Group, Member, group, sample_members
from .landmarks import Landmarks, landmarks
from .motion import motion, perform
from .people import Expression, Identity, Pose
from .registry import STYLES, DrawingStyle, Sitting, find_style, register, render
from .sampling import sample_sitting
from .scenes import scene
from .segmentation import head_alpha, segments
from .studio import Background, Camera, Light
from .surface import LABELS

for _style in (photo.PHOTO, anime.ANIME, sketch.SKETCH, clay.CLAY):
    register(_style)

__all__ = [
    "DRAWN_PEOPLE",
    "JUDGE_PEOPLE",
    "LABELS",
    "PHOTO_PEOPLE",
    "STYLES",
    "Background",
    "Camera",
    "DrawingStyle",
    "Expression",
    "Group",
    "Identity",
    "Landmarks",
    "Light",
    "Member",
    "Pose",
    "Sitting",
    "align",
    "aligned_sitting",
    "attributes",
    "exemplar_seeds",
    "faces",
    "find_style",
    "group",
    "head_alpha",
    "held_out_seeds",
    "landmarks",
    "motion",
    "perform",
    "random_portrait",
    "random_portraits",
    "register",
    "render",
    "sample_members",
    "sample_sitting",
    "scene",
    "segments",
]
