"""How well a model directory's face graphs do, and the finder that the Cartoonizer uses.

Measured on held-out rendered people, on a real portrait in many forms, and on pictures without faces.
"""

from __future__ import annotations

from pathlib import Path

from helpers.files import write_arrays
from helpers.stylize.faces import FaceFinder
from helpers.stylize.finders import face_finder

import cv2
import numpy as np
from face_pictures import portrait
from skimage import data

FIRST = 9_000_000  # the first held-out person's seed: training starts at 0
PEOPLE = 100
HEIGHT = 120.0  # px from the hairline to the chin of data.astronaut(), roughly
# Pupils, nose tip, mouth corners of data.astronaut(), marked by hand on a six-fold enlargement, in px.
MARKED = np.array([[203.3, 100.6], [246.3, 103.0], [223.9, 125.5], [203.8, 139.8], [243.5, 140.5]])
NO_FACES = ("coffee", "rocket", "chelsea", "coins", "cell")


def held_out(store):
    """PEOPLE pictures [N, 288, 288, 3] and their points [N, 68, 2]; drawn once, then read from `store`."""
    if not store.exists():
        drawn = [portrait(FIRST + i) for i in range(PEOPLE)]
        store.parent.mkdir(parents=True, exist_ok=True)
        write_arrays(store, {"faces": np.stack([p for p, _ in drawn]), "marks": np.stack([m for _, m in drawn])})
    with np.load(store) as arrays:
        return arrays["faces"], arrays["marks"]


def rendered(finder, faces, marks, size=720):
    """Share of the people found, the mean distance of the 68 points in eye distances, faces that are none."""
    errors, surplus = [], 0
    for face, points in zip(faces, marks * (size / faces.shape[1])):
        eye = np.linalg.norm(points[36:42].mean(0) - points[42:48].mean(0))
        found = finder.find(cv2.resize(face, (size, size), interpolation=cv2.INTER_CUBIC))
        away = sorted(np.linalg.norm(one.points68 - points, axis=1).mean() / eye for one in found)
        hit = [a for a in away if a < 0.5][:1]
        errors, surplus = errors + hit, surplus + len(away) - len(hit)
    return {"rendered found": len(errors) / len(faces), "rendered error": float(np.mean(errors)), "rendered false": surplus}


def astronaut():
    """Yield name, picture and the five marks, in px: faces of 80 to 600 px, tilted, mirrored, darkened, blurred."""
    picture = data.astronaut()
    for height in (80, 120, 200, 300, 450, 600):
        scale = height / HEIGHT
        part, marks = (picture, MARKED) if scale < 2 else (picture[:256, 96:352], MARKED - [96, 0])
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        yield f"{height} px", cv2.resize(part, None, fx=scale, fy=scale, interpolation=how), (marks + 0.5) * scale - 0.5
    for angle in (-20, -10, 10, 20):
        matrix = cv2.getRotationMatrix2D((225, 130), angle, 1.0)
        turned = cv2.warpAffine(picture, matrix, (512, 512), borderMode=cv2.BORDER_REPLICATE)
        yield f"{angle:+d} degrees", turned, MARKED @ matrix[:, :2].T + matrix[:, 2]
    yield "mirrored", np.ascontiguousarray(picture[:, ::-1]), (MARKED * [-1, 1] + [511, 0])[[1, 0, 2, 4, 3]]
    yield "darkened", (picture * 0.35).astype(np.uint8), MARKED
    yield "blurred", cv2.GaussianBlur(picture, (0, 0), 2.0), MARKED


def real(finder):
    """For each form of the astronaut the largest of its five points' errors in eye distances, NaN where not found; false faces."""
    errors, surplus = {}, 0
    for name, picture, marks in astronaut():
        eye = np.linalg.norm(marks[0] - marks[1])
        away = sorted(np.linalg.norm(one.points5 - marks, axis=1).max() / eye for one in finder.find(picture))
        errors[name] = float(away[0]) if away and away[0] < 0.5 else float("nan")
        surplus += len(away) - int(not np.isnan(errors[name]))
    return errors, surplus


def measure(directories, store):
    """Print one table, two columns per model directory: its graphs alone, and the finder that the Cartoonizer uses."""
    faces, marks = held_out(store)
    makers = {"graphs": FaceFinder, "finder": face_finder}
    names = [f"{Path(directory).name} {kind}" for directory in directories for kind in makers]
    columns = []
    for finder in (make(directory) for directory in directories for make in makers.values()):
        column = rendered(finder, faces, marks)
        errors, surplus = real(finder)
        column.update(errors)
        column["astronaut false"] = surplus
        column.update({name: len(finder.find(_colour(getattr(data, name)()))) for name in NO_FACES})
        columns.append(column)
    print("".join(f"{name[-20:]:>22}" for name in ["", *names]))
    for name in columns[0]:
        cells = [c[name] for c in columns]
        print(f"{name:>22}" + "".join(f"{v:22.3f}" if isinstance(v, float) else f"{v:22d}" for v in cells))


def _colour(picture):
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
