"""One wrong answer to each exercise, of the kind that a learner gives, and a word of the sentence that it must get."""

from __future__ import annotations

import numpy as np

WRONG = {
    # Notebook 00
    "mix": (lambda photo, cartoon, strength: (photo + cartoon) // 2, "strength 0.0"),
    "share_changed": (lambda photo, cartoon, levels: ((photo - cartoon) > levels).any(axis=2).mean(), "levels=50"),
    # Notebook 01
    "blocks_needed": (lambda side, block, overlap: (side // (block - overlap)) ** 2, "side 10"),
    "period": (lambda matches: int(np.argmax(matches[1:])) + 1, "a curve that only falls"),
    "make_tile": (lambda strip, overlap: strip[:, :-overlap], "a straight seam"),
    # Notebook 02
    "weighted_style": (
        lambda made, wanted, weights: sum(w * np.mean((made[layer] - wanted[layer]) ** 2) for layer, w in weights.items()),
        "weights 1 and 0",
    ),
    "keep_colours": (lambda painted, photo: (painted // 2 + photo // 2).astype(np.uint8), "a colourful painting"),
    "mixed_style": (lambda a, b, amount: {layer: amount * a[layer] + (1 - amount) * b[layer] for layer in a}, "amount 0.0"),
    "histogram_loss": (lambda made, wanted: np.mean((made - wanted) ** 2), "at other places"),
    # Notebook 10
    "working_size": (lambda height, width, limit=720: (limit, limit * width // height), "height 512"),
    "undo": (lambda matrix: np.hstack([matrix[:, :2].T, -matrix[:, 2:]]), "scale 0.5"),
    "composite": (lambda background, head, mask: (mask[..., None] * head).astype(np.uint8), "mask 0"),
    # Notebook 11
    "frame_at": (lambda times, moment: int(round(moment * 25)), "0.079 s"),
    "smooth_points": (lambda points, weight: np.array([points[0], *(weight * points[1:] + (1 - weight) * points[:-1])]), "weight 0.5"),
    "box_overlap": (
        lambda first, second: float(
            (min(first[2], second[2]) - max(first[0], second[0])) * (min(first[3], second[3]) - max(first[1], second[1])) / 200
        ),
        "a quarter of its width",
    ),
    # Notebook 12
    "fill_segments": (lambda picture, labels: np.full_like(picture, picture.mean()), "one segment"),
    "middle_square": (lambda picture: picture[: min(picture.shape[:2]), : min(picture.shape[:2])], "a wide picture"),
    "last_whole": (
        lambda names: int(max(name.split("-")[1][: -len(".index")] for name in names if name.endswith(".index"))),
        "expected 10, got 9",
    ),
    # Notebook 13
    "graph_inputs": (lambda nodes: [node.name for node in nodes if node.op == "Placeholder"], "expected ['image', 'size']"),
    "pad_white": (lambda picture, multiple=16: np.pad(picture, ((0, multiple), (0, multiple), (0, 0)), mode="edge"), "expected shape"),
    "stored_bytes": (lambda weights, bits: sum(value.size * bits / 8 for value in weights.values()), "biases alone"),
    # Notebook 15
    "front_matter": (lambda fields: "---\n" + str(fields), "three dashes"),
    "is_pinned": (lambda line: "==" in line, "gradio==6.*"),
    "fit": (lambda image, limit: image[:limit, :limit], "limit 60"),
    # Notebook 16
    "share_covered": (lambda bare, dressed, label: 1 - (dressed == label).sum() / (bare == label).sum(), "new place"),
    "cut_out": (lambda picture, alpha, colour: (alpha[..., None] * picture).round().astype(np.uint8), "alpha 0"),
    "turned": (lambda points68: (points68[30, 0] - points68[0, 0]) / (points68[16, 0] - points68[0, 0]), "in the middle"),
}
