"""What only lessons need: plots, widgets, checks for exercises, kernels, doctor, definitions; and the settings, under one name."""

from __future__ import annotations

from helpers.lesson import quiet
from helpers.settings import DATA, MODELS, ROOT, RUNS, budget, mode, seed_everything

__all__ = ["DATA", "MODELS", "ROOT", "RUNS", "budget", "mode", "seed_everything"]

quiet.start()  # before a page's first cell imports TensorFlow
