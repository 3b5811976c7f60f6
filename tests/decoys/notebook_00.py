"""Plausible wrong answers to the exercises of notebook 00."""

from __future__ import annotations

DECOYS = {
    "mix": [(lambda photo, cartoon, strength: (photo + cartoon) // 2, "strength 0.0")],
    "share_changed": [(lambda photo, cartoon, levels: ((photo - cartoon) > levels).any(axis=2).mean(), "levels=50")],
}
