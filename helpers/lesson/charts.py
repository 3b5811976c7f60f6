"""Charts of the lessons: losses over the steps of a training, and numbers over a weight beside reference levels."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

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


def over_weights(weights, lines: dict, levels: dict, up: str) -> None:
    """Display numbers over a weight (logarithmic, from 0), and dashed levels to compare them with.

    weights: numbers > 0. lines: dict from label to one number for each weight. levels: dict from label to one number.
    """
    figure, axes = _chart("style weight", up)
    for (label, values), colour in zip(lines.items(), COLOURS):
        axes.plot(weights, values, marker="o", color=colour, label=label)
    for (label, level), colour in zip(levels.items(), ("#2a9d8f", "#6a7fdb", INK)):
        axes.axhline(level, color=colour, linestyle="--", linewidth=1.4)
        axes.annotate(label, (weights[0], level), xytext=(0, 3), textcoords="offset points", color=colour, fontsize=9)
    axes.set_xscale("log")
    axes.set_xticks(list(weights))
    axes.set_xticklabels([f"{weight:g}" for weight in weights])
    axes.minorticks_off()
    axes.set_ylim(0, 1.25 * max([*levels.values(), *(max(values) for values in lines.values())]))
    axes.legend(frameon=False, loc="best")
    display_figure(figure)


def _chart(across, up):
    figure = Figure(figsize=(6.6, 3.2), facecolor=PAPER)
    axes = figure.add_subplot()
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(up, color=INK)
    axes.grid(color=QUIET, alpha=0.25)
    axes.tick_params(colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes
