"""Which face finder a model directory gets: its own graphs, as upstream does it, or a library's networks first and the graphs after them.

The graphs of the embedded models learnt from drawn faces and overlook many a real one; their configuration.json asks for "mediapipe".
The official models say nothing of the kind and keep their own graphs.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from helpers.stylize.faces import FaceFinder
from helpers.stylize.real_faces import RealFaceFinder


def face_finder(directory):
    """The face finder of a model directory: an object with `find`, `boxes` and `landmarks`. Raises ModelError."""
    graphs = FaceFinder(directory)
    if course_options(directory).get("faces") != "mediapipe":
        return graphs
    try:
        return PhotosFirst(RealFaceFinder(), graphs)
    except (ImportError, AttributeError):  # no package, or a TensorFlow that has given up its Lite interpreter
        return graphs


class PhotosFirst:
    """Asks the finder of real faces; where it sees none, the graphs of the model. photos, graphs: face finders.

    A picture in which neither sees a face may lie on its side or on its head, as from a camera that did not note how it was held: it is
    turned, and the finder of real faces asked again.
    """

    def __init__(self, photos, graphs):
        self.photos, self.graphs = photos, graphs
        self.smallest = photos.smallest

    def find(self, image) -> list:
        """Faces in RGB uint8 [H, W, 3], largest first: a list of Face."""
        return self.photos.find(image) or self.graphs.find(image) or self._turned(image)

    def _turned(self, image) -> list:
        """Faces that are seen in the picture after quarter turns, in the pixels of the picture as it is."""
        for turns in (1, 3, 2):
            faces = self.photos.find(np.ascontiguousarray(np.rot90(image, turns)))
            if faces:
                return [face.turned_back(turns, image.shape) for face in faces]
        return []

    def boxes(self, image):
        """Boxes of the faces: float32 [N, 4], left, top, right, bottom, in pixels."""
        boxes = self.photos.boxes(image)
        return boxes if len(boxes) else self.graphs.boxes(image)

    def landmarks(self, image, box):
        """68 points of the face in `box`, float32 [68, 2] in pixels, or None where it is too small."""
        points = self.photos.landmarks(image, box)
        return self.graphs.landmarks(image, box) if points is None else points


def course_options(directory) -> dict:
    """The part "course" of a model's configuration.json, which our engine alone reads; empty where there is none that can be read."""
    try:
        asked = json.loads((Path(directory) / "configuration.json").read_text(encoding="utf-8"))["course"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return asked if isinstance(asked, dict) else {}
