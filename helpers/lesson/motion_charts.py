"""Charts of the lesson on video: a quantity over time, and a measurement on several clips."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from helpers.lesson.charts import COLOURS, plain
from helpers.lesson.plots import INK, PAPER, QUIET, display_figure


def over_time(times, lines: dict, up: str, zero: bool = True) -> None:
    """Display one curve for each entry of a dict from label to numbers. times: seconds. up: what is shown, with its unit."""
    figure = Figure(figsize=(8.5, 2.9), facecolor=PAPER)
    axes = figure.add_subplot()
    plain(axes, "time, seconds", up)
    for (label, values), colour in zip(lines.items(), COLOURS):
        axes.plot(times, values, color=colour, label=label, linewidth=1.6)
    if zero:
        axes.axhline(0, color=INK, linewidth=1)
    axes.legend(frameon=False, fontsize=9, ncol=len(lines))
    display_figure(figure)


def per_clip(groups: dict, up: str) -> None:
    """Display for each group one dot a clip, joined clip by clip by thin lines, and the median as a bar. groups: label -> numbers."""
    figure = Figure(figsize=(1.5 * len(groups) + 1.5, 3.2), facecolor=PAPER)
    axes = figure.add_subplot()
    plain(axes, "", up)
    table = np.array(list(groups.values()))
    axes.plot(table, color=QUIET, linewidth=0.8, alpha=0.6)
    for place, (values, colour) in enumerate(zip(table, COLOURS * len(groups))):
        axes.plot([place] * len(values), values, "o", color=colour, markersize=4.5)
        axes.hlines(np.median(values), place - 0.25, place + 0.25, color=colour, linewidth=3)
    axes.set_xticks(range(len(groups)))
    axes.set_xticklabels(list(groups))
    axes.set_ylim(0, 1.15 * table.max())
    display_figure(figure)
