"""The live display of a training: one place on the page, drawn again, and closed with the last of all."""

import cv2
import numpy as np

from helpers.lesson import live

RECORD = {"step": [20, 40, 60], "minutes": [0.1, 0.2, 0.3], "rate": [1, 1, 1], "skipped": [0, 0, 0], "generator": [3, 2, 1]}
SHEET = np.full((64, 256, 3), (200, 30, 30), np.uint8)


class Place:
    """Stands for the page."""

    def __init__(self):
        self.drawn = []

    def display(self, picture, display_id):
        self.drawn.append(picture)
        return self

    def update(self, picture):
        self.drawn.append(picture)


def test_one_place_is_drawn_again_and_at_last(monkeypatch):
    place = Place()
    monkeypatch.setattr(live, "display", place.display)
    watch = live.Live(seconds=60)
    for _ in range(5):
        watch(RECORD, SHEET)
    assert len(place.drawn) == 1
    watch.close()
    assert len(place.drawn) == 2


def test_samples_and_losses_are_in_the_picture():
    picture = cv2.imdecode(np.frombuffer(live.draw(RECORD, SHEET), np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)
    red = (picture[..., 0] > 150) & (picture[..., 1] < 80)
    assert red[: len(red) // 2].mean() > 0.3  # the samples, above
    without = {**RECORD, "generator": [np.nan, -1, 2]}
    assert live.draw(without, None) and live.draw({}, SHEET)
    changed = {**RECORD, "generator": [3, 3, 3]}
    assert live.draw(changed, SHEET) != live.draw(RECORD, SHEET)
