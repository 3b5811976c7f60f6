"""Charts of the lessons: losses over steps, over a weight, over layers, against each other; and the spread of a measurement."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from helpers.lesson.plots import ACCENT, INK, PAPER, QUIET, display_figure

COLOURS = (ACCENT, "#2a7f9e", "#e09f3e", "#6a4c93")


def history(losses: dict, across: str = "step", smooth: int = 1) -> None:
    """Display losses over the steps, on a logarithmic scale.

    losses: dict from label to numbers > 0. smooth: each point is the mean of so many steps, since single batches jump.
    """
    figure, axes = _chart(across, "loss (logarithmic)")
    for (label, values), colour in zip(losses.items(), COLOURS):
        means = np.convolve(values, np.ones(smooth) / smooth, "valid") if len(values) >= 2 * smooth else np.asarray(values)
        axes.plot(np.arange(len(means)) + len(values) - len(means), means, color=colour, label=label)
    axes.set_yscale("log")
    axes.legend(frameon=False)
    display_figure(figure)


def by_layer(layers, panels: dict, levels: dict) -> None:
    """Display one panel beside the other: numbers over layers, each with its spread, and the dashed level of an unrelated picture.

    layers: names. panels: dict from title to dict from label to numbers [len(layers), repeats]. levels: dict from title to one number.
    """
    figure = Figure(figsize=(4.6 * len(panels), 3.2), facecolor=PAPER)
    for place, (title, lines) in enumerate(panels.items(), start=1):
        axes = figure.add_subplot(1, len(panels), place)
        plain(axes, "", title)
        for (label, values), colour in zip(lines.items(), COLOURS):
            values, x = np.asarray(values), np.arange(len(layers))
            axes.fill_between(x, values.min(axis=1), values.max(axis=1), color=colour, alpha=0.2)
            axes.plot(x, values.mean(axis=1), marker="o", color=colour, label=label)
        axes.axhline(levels[title], color=QUIET, linestyle="--", linewidth=1.2, label="an unrelated picture")
        axes.set_xticks(range(len(layers)))
        axes.set_xticklabels(layers)
        axes.set_ylim(0, 1.4 * max(levels[title], *(np.max(values) for values in lines.values())))
        axes.legend(frameon=False, fontsize=9)
    figure.tight_layout()
    display_figure(figure)


def plane(lines: dict, points: dict, across: str, up: str) -> None:
    """Display curves and single points over two losses, both logarithmic.

    lines: dict from label to (x, y), sequences of numbers > 0. points: dict from label to (x, y), likewise.
    """
    figure, axes = _chart(across, up)
    for (label, (x, y)), colour in zip(lines.items(), COLOURS):
        axes.plot(x, y, marker="o", color=colour, label=label)
    for (label, (x, y)), colour in zip(points.items(), ("#2a9d8f", INK, "#6a7fdb")):
        axes.plot(x, y, linestyle="none", marker="*", markersize=11, color=colour, label=label)
    axes.set(xscale="log", yscale="log")
    _readable(axes.xaxis)
    _readable(axes.yaxis)
    axes.legend(frameon=False, fontsize=9)
    display_figure(figure)


def strips(groups: dict, up: str, level: float | None = None, logarithmic: bool = False) -> None:
    """Display one dot for each number of each group, beside each other, and a bar at each group's median.

    groups: dict from label to numbers. level: of a dashed line to compare with.
    """
    figure = Figure(figsize=(1.6 * len(groups) + 1.2, 3.2), facecolor=PAPER)
    axes = figure.add_subplot()
    plain(axes, "", up)
    for place, (values, colour) in enumerate(zip(groups.values(), COLOURS * len(groups))):
        apart = np.linspace(-0.18, 0.18, len(values))[np.random.RandomState(place).permutation(len(values))]
        axes.plot(place + apart, values, "o", markersize=4, alpha=0.6, color=colour)
        axes.hlines(np.median(values), place - 0.3, place + 0.3, color=colour, linewidth=2.5)
    if level is not None:
        axes.axhline(level, color=QUIET, linestyle="--", linewidth=1.2)
    if logarithmic:
        axes.set_yscale("log")
        _readable(axes.yaxis)
    axes.set_xticks(range(len(groups)))
    axes.set_xticklabels(list(groups))
    display_figure(figure)


def _chart(across, up):
    figure = Figure(figsize=(6.6, 3.2), facecolor=PAPER)
    axes = figure.add_subplot()
    plain(axes, across, up)
    return figure, axes


def plain(axes, across, up):
    """The course's looks for a chart's axes, and what they show, with units."""
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(up, color=INK)
    axes.grid(color=QUIET, alpha=0.25)
    axes.tick_params(colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _readable(axis):
    """Ticks of a logarithmic axis at 1, 2, 5, 10 ..., as plain numbers."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
