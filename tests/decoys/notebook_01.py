"""Plausible wrong answers to the exercises of notebook 01."""

from __future__ import annotations

import numpy as np

DECOYS = {
    "blocks_needed": [(lambda side, block, overlap: (side // (block - overlap)) ** 2, "side 10")],
    "period": [(lambda matches: int(np.argmax(matches[1:])) + 1, "a curve that only falls")],
    "make_tile": [(lambda strip, overlap: strip[:, :-overlap], "a straight seam")],
}
