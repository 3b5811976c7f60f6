"""A training that one watches: the last samples and the losses, drawn again in place while `helpers.learn.fit` runs."""

from __future__ import annotations

import io
import time

import numpy as np
from IPython.display import Image, display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers.lesson.charts import COLOURS
from helpers.lesson.plots import DOTS_PER_INCH, INK, JPEG_QUALITY, PAPER, QUIET

NUMBERS = ("step", "minutes", "rate", "skipped")  # of a record, besides the losses
SECONDS = 2.0  # between two drawings


class Live:
    """fit(..., watch=Live()): one picture in the cell, samples above and losses below, which stays when the training is done."""

    def __init__(self, seconds=SECONDS):
        self._seconds, self._drawn, self._place, self._last = seconds, 0.0, None, None

    def __call__(self, record, sheet):
        self._last = record, sheet
        if time.monotonic() - self._drawn > self._seconds:
            self._draw()

    def close(self):
        """Draw what came last."""
        if self._last:
            self._draw()

    def _draw(self):
        picture = Image(data=draw(*self._last), format="jpeg")
        if self._place is None:
            self._place = display(picture, display_id=True)
        else:
            self._place.update(picture)
        self._drawn = time.monotonic()


def draw(record, sheet) -> bytes:
    """A JPEG file of samples and losses. record: dict name -> list of numbers, as fit() keeps it. sheet: RGB uint8 [H, W, 3] or None."""
    losses = {name: values for name, values in record.items() if name not in NUMBERS}
    tall = 0 if sheet is None else 8 * sheet.shape[0] / sheet.shape[1]
    figure = Figure(figsize=(8, tall + (2.2 if losses else 0.4)), facecolor=PAPER)
    rows = figure.add_gridspec(2, 1, height_ratios=[max(tall, 0.01), 2.0], hspace=0.12)
    if sheet is not None:
        axes = figure.add_subplot(rows[0])
        axes.imshow(sheet)
        axes.set_axis_off()
    if losses:
        _losses(figure.add_subplot(rows[1]), record, losses)
    return _jpeg(figure)


def _losses(axes, record, losses):
    for (name, values), colour in zip(losses.items(), COLOURS * len(losses)):
        axes.plot(record["step"], values, color=colour, label=name, linewidth=1.4)
    if all(np.nanmin(values) > 0 for values in losses.values() if np.isfinite(values).any()):
        axes.set_yscale("log")
    axes.set_xlabel(f"step ({record['minutes'][-1]:.1f} minutes)", color=INK)
    axes.set_ylabel("loss", color=INK)
    axes.grid(color=QUIET, alpha=0.25)
    axes.tick_params(colors=INK)
    axes.legend(frameon=False, ncol=4, fontsize=9)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _jpeg(figure):
    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="jpg", dpi=DOTS_PER_INCH, bbox_inches="tight", pil_kwargs={"quality": JPEG_QUALITY})
    return buffer.getvalue()
