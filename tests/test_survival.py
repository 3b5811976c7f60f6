"""Accessory survival: counted, with intervals, and with the judge's own mistakes."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.metrics import judge
from helpers.metrics.intervals import wilson
from helpers.metrics.survival import ACCESSORIES, seen, survival

PICTURES = np.zeros((10, 64, 64, 3), np.uint8)
WORN = ["glasses"] * 4 + ["sunglasses"] * 2 + ["none"] * 4


@pytest.fixture
def judged(monkeypatch):
    """A judge that says what is given, whatever the picture; it sees 80 of 100 glasses, and takes 10 of 100 others for glasses."""
    said = {"eyewear": np.array(WORN), "hat": np.array(["cap", "beanie"] + ["none"] * 8)}
    monkeypatch.setattr(judge, "answers", lambda heads, weights=None: said)
    monkeypatch.setattr(judge, "report", lambda: {"accessories": {"anime": {"glasses": {"sensitivity": 0.8, "false_alarms": 0.1}}}})


def test_an_accessory_is_counted_among_those_who_wear_it(judged):
    wears = np.array([True] * 5 + [False] * 5)  # the fifth came out with sunglasses
    found = survival(PICTURES, wears, "glasses", "anime")
    assert found.seen.tolist() == [True] * 4 + [False] * 6
    assert found.kept == wilson(4, 5) and found.invented == wilson(0, 5)
    assert found.corrected.value == pytest.approx(1.0) and found.corrected.low == pytest.approx((wilson(4, 5).low - 0.1) / 0.7)
    assert (found.sensitivity, found.false_alarms) == (0.8, 0.1)
    invented = survival(PICTURES, ~wears, "glasses", "anime").invented
    assert invented == wilson(4, 5)


def test_caps_and_beanies_are_hats(judged):
    assert seen(PICTURES, "hat").tolist() == [True, True] + [False] * 8


def test_what_cannot_be_counted_is_told(judged):
    with pytest.raises(ValueError, match="glasses, sunglasses, mask, hat, beard"):
        seen(PICTURES, "monocle")
    for wears in (np.ones(10, bool), np.zeros(10, bool), np.ones(9, bool)):
        with pytest.raises(ValueError, match="10 pictures need as many truths"):
            survival(PICTURES, wears, "glasses", "anime")


def test_every_accessory_is_an_answer_that_the_judge_can_give():
    for question, counted in ACCESSORIES.values():
        assert set(counted) < set(judge.QUESTIONS[question])
