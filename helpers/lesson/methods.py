"""Pictures for the history of the field: one for each method of the course, and what "controllable" means.

A method's picture is the one that its notebook opens with. A method whose notebook is not there yet is named in one line.
"""

from __future__ import annotations

import base64
import json

import cv2
import numpy as np
from matplotlib.figure import Figure

from helpers import portraits
from helpers.lesson import lessons
from helpers.lesson.plots import INK, PAPER, QUIET, display_figure

# Lesson -> the year of the paper that made the method known, in the order of the years.
YEARS = {
    "01_texture_synthesis": 1999,
    "03_gan": 2014,
    "02_neural_style_transfer": 2015,
    "04_image_translation": 2016,
    "05_cyclegan": 2017,
    "06_stylegan": 2018,
    "07_diffusion": 2020,
    "08_dctnet": 2022,
}
WIDTH = 11.0  # inches, of the figure
ROW = 1.8  # inches, of a picture and its title
TITLE = 0.3  # inches, of a line of text
GAP = 0.25
SEGMENT_COLOURS = {
    "background": (238, 238, 232),
    "skin": (244, 196, 160),
    "clothes": (90, 130, 190),
    "hair": (110, 72, 50),
    "eyes": (250, 250, 250),
    "brows": (60, 40, 30),
    "mouth": (205, 70, 80),
    "ears": (226, 160, 130),
    "glasses": (40, 40, 50),
    "mask": (150, 200, 220),
    "hat": (220, 160, 50),
    "nose": (236, 170, 138),
}
PART_COLOURS = {"head": (90, 130, 190), "eye": (205, 70, 80), "nose": (226, 160, 130), "mouth": (205, 70, 80)}


def draw_methods(columns: int = 2) -> None:
    """Display the methods of the course in the order of their years, each with the picture its notebook opens with.

    Those whose notebook is not there yet are named in a line below.
    """
    pictures = {file: opening_picture(file) for file in YEARS}
    ready = [file for file in YEARS if pictures[file] is not None]
    coming = [f"{YEARS[file]} {_lesson(file).title}" for file in YEARS if pictures[file] is None]
    rows = -(-len(ready) // columns)
    height = rows * ROW + TITLE * bool(coming)
    figure = Figure(figsize=(WIDTH, height), facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    place = WIDTH / columns
    for number, file in enumerate(ready):
        left, top = number % columns * place, number // columns * ROW
        colour = lessons.CHAPTERS[_lesson(file).chapter]
        axes.text(left, top + 0.2, f"{YEARS[file]}  {_lesson(file).title}", color=colour, fontsize=12, fontweight="bold")
        _fit_in(axes, pictures[file], left, top + TITLE, place - GAP, ROW - TITLE - GAP)
    if coming:
        axes.text(0, height - 0.1, "Later pages: " + ", ".join(coming), color=QUIET, fontsize=10)
    display_figure(figure)


def opening_picture(file: str):
    """The picture that a notebook opens with, RGB uint8 [H, W, 3], or None if it is not there yet. file: name without suffix."""
    path = lessons.NOTEBOOKS / f"{file}.ipynb"
    if not path.is_file():
        return None
    attachments = json.loads(path.read_text(encoding="utf-8"))["cells"][0].get("attachments", {})
    encoded = [data for kinds in attachments.values() for kind, data in kinds.items() if kind.startswith("image/")]
    if not encoded:
        return None
    return cv2.imdecode(np.frombuffer(base64.b64decode(encoded[0]), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def conditions(person, words: str, size: int = 192) -> dict:
    """One portrait and four ways to ask for it: name -> RGB uint8 [size, size, 3].

    person: a portraits.Identity. words: the description, written on the picture "text", a line for each line.
    """
    photo = portraits.render(person, "photo", size=size)
    return {
        "layout": _layout(portraits.landmarks(person, size=size), size),
        "sketch": _sketch(photo),
        "semantic map": _coloured(portraits.segments(person, size=size)),
        "text": _written(words, size),
        "a picture that fits": photo,
    }


def _lesson(file):
    return next(lesson for lesson in lessons.LESSONS if lesson.file == file)


def _fit_in(axes, picture, left, top, width, height):
    """Draw a picture as large as it fits into a box, at the box's upper left corner."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    extent = (left, left + scale * picture.shape[1], top + scale * picture.shape[0], top)
    axes.imshow(picture, extent=extent, aspect="auto", interpolation="lanczos")


def _coloured(segments):
    """A label map as colours."""
    table = np.array([SEGMENT_COLOURS[name] for name in portraits.LABELS], np.uint8)
    return table[segments]


def _layout(points, size):
    """Boxes where the head, the eyes, the nose and the mouth shall be."""
    canvas = np.full((size, size, 3), 250, np.uint8)
    marks = points.points68
    parts = [
        ("head", points.box.reshape(2, 2)),
        ("eye", marks[36:42]),
        ("eye", marks[42:48]),
        ("nose", marks[29:36]),
        ("mouth", marks[48:68]),
    ]
    for name, places in parts:
        margin = 0 if name == "head" else size // 40
        low, high = (places.min(0) - margin).astype(int).tolist(), (places.max(0) + margin).astype(int).tolist()
        cv2.rectangle(canvas, tuple(low), tuple(high), PART_COLOURS[name], 2)
        corner = (low[0] + 2, low[1] - 3) if name in ("head", "eye") else (high[0] + 3, high[1] - 2)  # above the box, or beside it
        cv2.putText(canvas, name, corner, cv2.FONT_HERSHEY_SIMPLEX, size / 480, _ink(), 1, cv2.LINE_AA)
    return canvas


def _sketch(photo):
    """The photo's edges as dark lines on white."""
    edges = cv2.Canny(cv2.GaussianBlur(photo, (0, 0), 1.2), 30, 80)
    lines = 255 - cv2.GaussianBlur(edges, (0, 0), 0.6)
    return cv2.cvtColor(lines, cv2.COLOR_GRAY2RGB)


def _written(words, size):
    canvas = np.full((size, size, 3), 250, np.uint8)
    lines = words.splitlines()
    for row, line in enumerate(lines):
        down = int(size * (0.5 + 0.13 * (row - len(lines) / 2 + 0.75)))
        cv2.putText(canvas, line, (size // 14, down), cv2.FONT_HERSHEY_SIMPLEX, size / 340, _ink(), 1, cv2.LINE_AA)
    return canvas


def _ink():
    return tuple(int(INK[k : k + 2], 16) for k in (1, 3, 5))
