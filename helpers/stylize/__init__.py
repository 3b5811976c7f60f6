"""The model in use: a portrait becomes a cartoon.

graphs: a network in a file becomes a function, in the formats of other engines too. faces: who is in the picture, by the model's
graphs; real_faces: by a library's networks; finders: which of them a model gets. alignment: a face is brought to the model's pose.
bfloat16: networks in 16 bits. cartoonizer: all of it together.

Names are looked up when they are first used: who writes or opens a graph needs no face finder.
"""

from __future__ import annotations

import importlib

_HOMES = {
    "Cartoonizer": "cartoonizer",
    "Face": "faces",
    "FaceFinder": "faces",
    "Steps": "cartoonizer",
    "align": "alignment",
    "face_finder": "finders",
    "five_points": "alignment",
    "load_graph": "graphs",
}
__all__ = list(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module 'helpers.stylize' has no attribute {name!r}")
    return getattr(importlib.import_module(f"helpers.stylize.{_HOMES[name]}"), name)


def __dir__():
    return sorted([*globals(), *_HOMES])
