"""Whether a person is recognised: rank_one and separability, both from embeddings, as helpers.metrics.identity makes them."""

from __future__ import annotations

import numpy as np

from helpers.metrics.shapes import same_shape


def rank_one(queries, gallery) -> float:
    """Share of people who find themselves first: 0 to 1. queries, gallery: embeddings float32 [N, D], row i of both is person i.

    The nearest in the gallery by cosine similarity counts. A guess would score 1 / N. Raises ValueError if the shapes differ.
    """
    return float(found_first(queries, gallery).mean())


def found_first(queries, gallery) -> np.ndarray:
    """Who finds himself first, as rank_one counts: bool [N]."""
    same_shape(queries, gallery)
    return cosines(queries, gallery).argmax(axis=1) == np.arange(len(queries))


def separability(queries, gallery) -> float:
    """Area under the ROC curve (AUC) of "is this the same person?": 0.5 for a guess, 1 if every right pair beats every wrong one.

    queries, gallery: embeddings float32 [N, D], row i of both is person i. It is the share of (right pair, wrong pair) in
    which the right one is more similar; a tie counts half. Source: Hanley and McNeil, 1982. Raises ValueError if the shapes differ.
    """
    same_shape(queries, gallery)
    similar = cosines(queries, gallery)
    same = np.eye(len(similar), dtype=bool)
    right, wrong = similar[same], np.sort(similar[~same])
    below, up_to = (np.searchsorted(wrong, right, side) for side in ("left", "right"))
    return float((below + up_to).mean() / (2 * len(wrong)))


def cosines(queries, gallery) -> np.ndarray:
    """Cosine similarity of each row with each row: float32 [N, M]."""
    queries, gallery = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (queries, gallery))
    return queries @ gallery.T
