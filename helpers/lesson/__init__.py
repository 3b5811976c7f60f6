"""What only lessons need: settings, plots, widgets, checks for exercises, kernels, doctor."""

from __future__ import annotations

from helpers.settings import DATA, MODELS, ROOT, RUNS, budget, mode, seed_everything

__all__ = ["DATA", "MODELS", "ROOT", "RUNS", "budget", "mode", "seed_everything"]
