"""The contact sheets of data/README.md: all people on them, files that load quickly."""

from __future__ import annotations

from pathlib import Path

import contact_sheets
import cv2
import numpy as np
import pytest

from helpers import portraits

ROOT = Path(__file__).resolve().parents[1]


def test_a_sheet_holds_its_pictures_row_by_row():
    pictures = [np.full((4, 4, 3), number, np.uint8) for number in range(12)]
    made = contact_sheets.sheet(pictures)
    assert made.shape == (8, 24, 3)
    assert made[0, ::4, 0].tolist() == [0, 1, 2, 3, 4, 5] and made[4, ::4, 0].tolist() == [6, 7, 8, 9, 10, 11]


def test_a_jpeg_stays_below_its_size_and_keeps_its_colours():
    noisy = np.random.RandomState(0).randint(100, 156, (256, 256, 3)).astype(np.uint8)
    noisy[:, :, 0] += 80  # reddish
    data = contact_sheets.jpeg(noisy, 30_000)
    assert len(data) < 30_000
    back = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(back.mean((0, 1)) - noisy.mean((0, 1))).max() < 3


@pytest.mark.parametrize("style", sorted(portraits.STYLES))
def test_the_stored_sheets_are_what_the_renderer_draws(style):
    """One person of each sheet; a renderer that draws differently needs new sheets (`python data/make/contact_sheets.py`)."""
    path = ROOT / "docs" / f"portraits_{style}.jpg"
    assert path.stat().st_size < contact_sheets.LARGEST
    stored = cv2.imread(str(path))[..., ::-1]
    assert stored.shape == (1024, 1536, 3)
    drawn = contact_sheets.portrait(style, 256, 2).astype(float)
    assert np.abs(stored[:256, 512:768] - drawn).mean() < 8
