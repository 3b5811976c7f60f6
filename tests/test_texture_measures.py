"""The measures of synthesized textures: seams, long-range order; and how time grows."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.lesson import timing
from helpers.metrics import textures


def test_order_tells_a_lattice_from_noise():
    random = np.random.RandomState(0)
    noise = random.randint(0, 256, (128, 128, 1)) + np.zeros((1, 1, 3))
    stripes = np.where(np.arange(128) % 16 < 8, 50.0, 200.0)[None, :, None] + np.zeros((128, 1, 3))
    assert textures.long_range_order(noise) < 0.2
    assert textures.long_range_order(stripes) > 0.95
    assert textures.self_match(noise)[128, 128] == pytest.approx(1)


def test_seam_error_is_zero_without_seams_and_grows_with_wrong_neighbours():
    sample = np.repeat(np.arange(0, 240, 10, dtype=np.uint8)[None, :, None], 24, axis=0).repeat(3, axis=2)  # 10 levels a column
    whole = np.indices((8, 8)).transpose(1, 2, 0)
    assert textures.seam_error(whole, sample) == 0
    jumped = whole.copy()
    jumped[:, 4:, 1] += 5  # across this seam stands a pixel 5 columns too far to the right
    assert textures.seam_error(jumped, sample) == pytest.approx(50)


def test_exponent():
    assert timing.exponent([1, 2, 4], [3, 12, 48]) == pytest.approx(2)


def test_processor_seconds_takes_the_least_of_the_calls(monkeypatch):
    clock = iter([0, 5, 5, 7, 7, 10])
    monkeypatch.setattr(timing.time, "process_time", lambda: next(clock))
    calls = []
    assert timing.processor_seconds(calls.append, "made", repeats=3) == 2 and calls == ["made"] * 3
