"""Checks for the exercises of notebook 15."""

from __future__ import annotations

import heapq

import cv2
import numpy as np

from helpers import hub

from .tools import WrongAnswer, exercise, expect_array, expect_number, show_beside

EXIF_MAKERS = {1: None, 3: cv2.ROTATE_180, 6: cv2.ROTATE_90_CLOCKWISE, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}


@exercise
def model_id(answer):
    """model_id(style) -> the style's ID on the hub."""
    for style in hub.STYLES.values():
        got = answer(style.name)
        if got != style.model_id:
            raise WrongAnswer(f"For {style.name!r}: expected {style.model_id!r}, got {got!r}.")


@exercise
def longest_wait(answer):
    """longest_wait(visitors, seconds, at_once) -> seconds until the last visitor has the picture."""
    for visitors, seconds, at_once in ((10, 2, 3), (1, 2, 3), (9, 2, 3), (4, 5, 1), (3, 1.5, 8)):
        where = f"{visitors} visitors, {seconds} seconds each, {at_once} at once"
        expect_number(answer(visitors, seconds, at_once), _play_queue(visitors, seconds, at_once), where)


def _play_queue(visitors, seconds, at_once):
    """The queue, event by event: whoever is free serves the next one. Returns when the last one is done."""
    free_at = [0.0] * at_once
    for _ in range(visitors):
        heapq.heappush(free_at, heapq.heappop(free_at) + seconds)
    return max(free_at)


@exercise
def upright(answer):
    """upright(image, orientation) -> the picture as it must be seen. Rotations are cv2's."""
    from skimage.data import astronaut

    person = cv2.resize(astronaut()[:240, 90:390], (150, 120), interpolation=cv2.INTER_AREA)
    stored = {code: person if code == 1 else np.rot90(person, {3: 2, 6: 1, 8: 3}[code]) for code in EXIF_MAKERS}
    for code, turn in EXIF_MAKERS.items():
        kept = np.ascontiguousarray(stored[code])
        wanted = kept if turn is None else cv2.rotate(kept, turn)
        got = answer(kept, code)
        show_beside(got, wanted, height=1.6)
        expect_array(got, wanted, f"orientation {code}")
