"""Plausible wrong answers to the exercises of notebook 12."""

from __future__ import annotations

import numpy as np


def distances(output, photo, flat):
    return np.abs(output - photo).mean(), np.abs(output - flat).mean()


def filled_by(label_of, pick):
    """fill_segments with another rule: which labels it looks for, and which colour it takes."""

    def answer(picture, labels):
        filled = picture.copy()
        for label in label_of(labels):
            if (labels == label).any():
                filled[labels == label] = pick(picture[labels == label])
        return filled

    return answer


DECOYS = {
    "content_of": [
        (lambda *features: sum(distances(*features)), "two pictures"),  # not divided again
        (lambda *features: sum(distances(*features)) / np.prod(features[0].shape), "two pictures"),  # by the batch as well
        (lambda *features: distances(*features)[0] / np.prod(features[0].shape[1:]), "two pictures"),  # no superpixels
        (
            lambda *features: sum(((features[0] - each) ** 2).mean() for each in features[1:]) / np.prod(features[0].shape[1:]),
            "two pictures",
        ),
        (lambda *features: sum(distances(*features)) / 2 / np.prod(features[0].shape[1:]), "two pictures"),
    ],
    "balanced": [
        (lambda side: (0.1, 200 * side / 256, 10_000 * side / 256), "a patch of 64 pixels"),  # by the side
        (lambda side: (0.1, 200 * 256**2 / side**2, 10_000 * 256**2 / side**2), "a patch of 64 pixels"),  # the wrong way round
        (lambda side: tuple(weight * side**2 / 256**2 for weight in (0.1, 200, 10_000)), "a patch of 64 pixels"),  # style, too
        (lambda side: (0.1, 200 * side**2 / 256**2, 10_000), "a patch of 64 pixels"),  # total variation forgotten
        (lambda side: (0.1, 200 * (side // 32) ** 2 / 64, 10_000 * (side // 64) ** 2 / 16), "a patch of 96 pixels"),
    ],
    "fill_segments": [
        (lambda picture, labels: np.full_like(picture, picture.mean()), "one segment"),  # one gray for all
        (lambda picture, labels: np.full_like(picture, picture.mean(axis=(0, 1))), "a left and a right half"),  # one colour for all
        (filled_by(np.unique, lambda inside: np.median(inside, axis=0)), "one segment"),
        (filled_by(np.unique, lambda inside: inside.mean()), "one segment"),  # mean of the channels, too
        (filled_by(lambda labels: range(1, labels.max()), lambda inside: inside.mean(axis=0)), "one segment"),  # the last one left out
        (filled_by(lambda labels: range(len(np.unique(labels)) + 1), lambda inside: inside.mean(axis=0)), "labels 3, 7 and 8"),
    ],
}
