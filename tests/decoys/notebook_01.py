"""Plausible wrong answers to the exercises of notebook 01."""

from __future__ import annotations

import numpy as np


def tile_along(seam_of):
    """An answer to make_tile that is right but for its seam. seam_of: first and last columns, uint8 -> column in each row."""

    def make_tile(strip, overlap):
        first, last = strip[:, :overlap], strip[:, -overlap:]
        tile = strip[:, :-overlap].copy()
        from_last = np.arange(overlap) < np.asarray(seam_of(first, last))[:, None]
        tile[:, :overlap][from_last] = last[from_last]
        return tile

    return make_tile


def squares(first, last):
    return ((first.astype(float) - last) ** 2).sum(axis=2)


def greedy(error):
    seam = [error[0].argmin()]
    for row in error[1:]:
        left = max(seam[-1] - 1, 0)
        seam.append(left + row[left : seam[-1] + 2].argmin())
    return np.array(seam)


def cheapest(error):
    cost = np.array(error, float)
    for y in range(1, len(cost)):
        above = np.concatenate([[np.inf], cost[y - 1], [np.inf]])
        cost[y] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    seam = [cost[-1].argmin()]
    for row in cost[-2::-1]:
        left = max(seam[-1] - 1, 0)
        seam.append(left + row[left : seam[-1] + 2].argmin())
    return np.array(seam[::-1])


def without_an_edge(error):
    """Looks at three pixels below even at the left edge, where -1 is the last column."""
    seam = [error[0].argmin()]
    for row in error[1:]:
        below = [seam[-1] + step for step in (-1, 0, 1)]
        seam.append(min(below, key=lambda column: row[column % len(row)]) % len(row))
    return np.array(seam)


DECOYS = {
    "blocks_needed": [
        (lambda side, block, overlap: (side // (block - overlap)) ** 2, "side 10"),
        (lambda side, block, overlap: (1 + int(np.ceil((side - block) / (block - overlap)))) ** 2, "side 1,"),
        (lambda side, block, overlap: 1 + max(0, int(np.ceil((side - block) / (block - overlap)))), "side 42"),
        (lambda side, block, overlap: int(np.ceil(side / (block - overlap))) ** 2, "side 24"),
    ],
    "make_tile": [
        (lambda strip, overlap: strip[:, :-overlap], "a straight seam"),
        (tile_along(lambda first, last: greedy(squares(first, last))), "only begin well"),
        (tile_along(lambda first, last: greedy(squares(first, last)[::-1])[::-1]), "only begin well"),
        (tile_along(lambda first, last: squares(first, last).argmin(axis=1)), "only begin well"),
        (tile_along(lambda first, last: cheapest(((first - last) ** 2).sum(axis=2))), "above 255"),
        (tile_along(lambda first, last: cheapest(((first - last).astype(float) ** 2).sum(axis=2))), "below zero"),
        (tile_along(lambda first, last: cheapest(np.abs(first.astype(float) - last).sum(axis=2))), "one large difference"),
        (tile_along(lambda first, last: cheapest(squares(first, last)) + 1), "below zero"),
    ],
    "greedy_seam": [
        (cheapest, "regretted"),
        (lambda error: error.argmin(axis=1), "out of reach"),
        (lambda error: greedy(error[::-1])[::-1], "regretted"),
        (without_an_edge, "the left one"),
    ],
}
