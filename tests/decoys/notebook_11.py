"""Plausible wrong answers to the exercises of notebook 11."""

from __future__ import annotations

import numpy as np


def _area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(first, second):
    return max(0, min(first[2], second[2]) - max(first[0], second[0])) * max(0, min(first[3], second[3]) - max(first[1], second[1]))


def _negative_sides(first, second):
    shared = (min(first[2], second[2]) - max(first[0], second[0])) * (min(first[3], second[3]) - max(first[1], second[1]))
    return shared / (_area(first) + _area(second) - shared)


def _filtered(weight_of, start=None):
    """An answer to without_speed with another weight, function of cutoff and pause, or another first value."""

    def without_speed(points, times, cutoff):
        result = np.array(points, float)
        result[0] = result[0] if start is None else start
        for i in range(1, len(result)):
            result[i] = result[i - 1] + weight_of(cutoff, times[i] - times[i - 1]) * (points[i] - result[i - 1])
        return result

    return without_speed


def _in_place(points, times, cutoff):
    for i in range(1, len(points)):
        points[i] = points[i - 1] + _weight(cutoff, times[i] - times[i - 1]) * (points[i] - points[i - 1])
    return points


def _weight(cutoff, pause):
    return 1 / (1 + 1 / (2 * np.pi * cutoff * pause))


DECOYS = {
    "box_overlap": [
        (_negative_sides, "far apart"),
        (lambda first, second: _shared(first, second) / (_area(first) + _area(second)), "with itself"),
        (lambda first, second: _shared(first, second) / min(_area(first), _area(second)), "a quarter of its width"),
        (lambda first, second: _shared(first, second) / _area(first), "a quarter of its width"),
    ],
    "by_flicker": [
        (lambda: ["steady", "jolts", "noise", "other places"], "place 2"),
        (lambda: ["other places", "jolts", "noise", "steady"], "place 1"),
        (lambda: ["steady", "noise", "other places", "jolts"], "place 3"),
        (lambda: "steady", "expected a list"),
    ],
    "without_speed": [
        (_filtered(lambda cutoff, pause: 1 - _weight(cutoff, pause)), "a jump, 25 frames"),
        (_filtered(lambda cutoff, pause: _weight(cutoff, 1 / 25)), "uneven times"),
        (_filtered(lambda cutoff, pause: 1 / (1 + 1 / (cutoff * pause))), "a jump, 25 frames"),
        (_filtered(_weight, start=0), "points that rest"),
        (_in_place, "stay as they are"),
    ],
}
