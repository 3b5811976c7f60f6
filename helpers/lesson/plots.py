"""Figures of the lessons: pictures side by side, faces drawn on a photo, bars, the map of the course.

Figures are drawn without pyplot and displayed as JPEG: no state between cells, and stored notebooks stay small.
"""

from __future__ import annotations

import io
import math

import cv2
import numpy as np
from IPython.display import Image, display
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK = "#22303c"
QUIET = "#8a97a3"
ACCENT = "#d1495b"
PAPER = "#ffffff"
DOTS_PER_INCH = 110
JPEG_QUALITY = 88

BOX_COLOUR = (255, 196, 61)
POINT_COLOUR = (255, 64, 96)
OUTLINE_COLOUR = (64, 224, 255)


def show(pictures, columns: int | None = None, height: float = 3.2) -> None:
    """Display pictures side by side under their titles.

    pictures: one image, or a dict from title to image; RGB uint8 [H, W, 3] or gray [H, W] in 0..255 or 0..1.
    columns: pictures in a row (all of them if left out). height: of one row, in inches.
    """
    named = pictures if isinstance(pictures, dict) else {"": pictures}
    columns = min(columns or len(named), len(named))
    rows = math.ceil(len(named) / columns)
    widest = max(np.shape(image)[1] / np.shape(image)[0] for image in named.values())
    figure = Figure(figsize=(min(columns * height * widest, 12.0), rows * (height + 0.3)), facecolor=PAPER)
    for place, (title, image) in enumerate(named.items(), start=1):
        axes = figure.add_subplot(rows, columns, place)
        axes.imshow(image, cmap="gray", vmin=0, vmax=255 if np.asarray(image).dtype == np.uint8 else 1)
        axes.set_title(title, fontsize=11, color=INK)
        axes.set_axis_off()
    figure.tight_layout(pad=0.4)
    display_figure(figure)


def draw_faces(image, faces):
    """A copy of the image with each face's box, its 68 landmarks and its five alignment points drawn in.

    image: RGB uint8 [H, W, 3]. faces: with box (x0, y0, x1, y1), points68 [68, 2], points5 [5, 2], in pixels.
    """
    drawn = np.ascontiguousarray(image).copy()
    for face in faces:
        x0, y0, x1, y1 = (int(round(float(edge))) for edge in face.box)
        radius = max(1, (x1 - x0) // 60)
        cv2.rectangle(drawn, (x0, y0), (x1, y1), BOX_COLOUR, radius)
        _draw_points(drawn, face.points68, radius, OUTLINE_COLOUR)
        _draw_points(drawn, face.points5, 2 * radius, POINT_COLOUR)
    return drawn


def bars(values: dict, unit: str, title: str = "") -> None:
    """Display one horizontal bar for each entry of a dict from label to number, with the number at its end."""
    figure = Figure(figsize=(7.5, 0.5 + 0.42 * len(values)), facecolor=PAPER)
    axes = figure.add_subplot()
    drawn = axes.barh(list(values), list(values.values()), color=ACCENT, height=0.6)
    for bar, value in zip(drawn, values.values()):
        axes.annotate(f" {value:.3g} {unit}", (bar.get_width(), bar.get_y() + bar.get_height() / 2), va="center", color=INK)
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.set_xticks([])
    axes.set_title(title, fontsize=11, color=INK, loc="left")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, colors=INK)
    display_figure(figure)


def curves(x, lines: dict, across: str, up: str, title: str = "", logarithmic: bool = False, spread: dict | None = None) -> None:
    """Display one curve for each entry of a dict from label to numbers; each has its label at its right end.

    x: numbers, the same for all curves. across, up: what the axes show, with the unit. logarithmic: both axes; else the upper one
    begins at zero. spread: label -> one number for each x, drawn as a bar up and down, such as the standard deviation over seeds.
    """
    figure = Figure(figsize=(6.4, 3.6), facecolor=PAPER)
    axes = figure.add_subplot()
    ends = _spread([values[-1] for values in lines.values()], logarithmic)
    for (label, values), end, colour in zip(lines.items(), ends, _colours(len(lines))):
        deviation = None if spread is None else spread[label]
        axes.errorbar(x, values, deviation, marker="o", markersize=4, color=colour, capsize=2.5, elinewidth=1)
        axes.annotate(f"  {label}", (x[-1], end), color=colour, va="center", annotation_clip=False)
    if logarithmic:
        axes.set(xscale="log", yscale="log")
        marks = _marks(np.min(list(lines.values())), np.max(list(lines.values())))
        axes.set_ylim(marks[0], marks[-1])
        axes.set_yticks(marks)
        axes.set_yticklabels([f"{mark:g}" for mark in marks])
    else:
        axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    axes.set_xticks(list(x))
    axes.set_xticklabels([f"{value:g}" for value in x])
    axes.minorticks_off()
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(up, color=INK)
    axes.set_title(title, fontsize=11, color=INK, loc="left")
    axes.grid(color=QUIET, alpha=0.25)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    display_figure(figure)


def display_figure(figure: Figure) -> None:
    """Display a matplotlib figure as a JPEG picture."""
    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="jpg", dpi=DOTS_PER_INCH, bbox_inches="tight", pil_kwargs={"quality": JPEG_QUALITY})
    display(Image(data=buffer.getvalue(), format="jpeg"))


def encode_jpeg(image) -> bytes:
    """The bytes of a JPEG file. image: RGB uint8 [H, W, 3]."""
    flag = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    return cv2.imencode(".jpg", np.ascontiguousarray(image[..., ::-1]), flag)[1].tobytes()


def _colours(count):
    """Colours that are told apart, from a map that also grows darker, for print."""
    return [colormaps["viridis"](0.85 * place / max(count - 1, 1)) for place in range(count)]


def _marks(low, high):
    """1, 2 or 5 times powers of ten, from the last one below `low` to the first one above `high`: ticks of a logarithmic axis."""
    powers = 10.0 ** np.arange(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = np.outer(powers, (1, 2, 5)).ravel()
    return marks[max(np.searchsorted(marks, low, "right") - 1, 0) : np.searchsorted(marks, high) + 1]


def _spread(heights, logarithmic, gap=0.055):
    """The heights of labels, moved apart where they would lie on each other."""
    values = np.log(heights) if logarithmic else np.asarray(heights, float)
    reach = max(values.max() - min(values.min(), values.min() if logarithmic else 0), 1e-9)
    order = np.argsort(values)
    for low, high in zip(order[:-1], order[1:]):
        values[high] = max(values[high], values[low] + gap * reach)
    return np.exp(values) if logarithmic else values


def _draw_points(image, points, radius, colour):
    for x, y in np.round(np.asarray(points)).astype(int).tolist():
        cv2.circle(image, (x, y), radius, colour, -1, cv2.LINE_AA)
