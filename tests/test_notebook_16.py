"""What notebook 16 defines: the middle of a mask, and the woodcut style."""

from __future__ import annotations

import notebook_cells
import numpy as np
import pytest

from helpers import portraits

PATH = notebook_cells.FOLDER / "16_portrait_world.ipynb"


@pytest.fixture(scope="module")
def page():
    return notebook_cells.definitions(PATH)


@pytest.fixture
def woodcut(page):
    portraits.register(portraits.DrawingStyle("woodcut", page.woodcut))
    yield page.woodcut
    portraits.STYLES.pop("woodcut")


def test_the_middle_of_a_mask(page):
    mask = np.zeros((8, 10), bool)
    mask[2:4, 5:9] = True  # x from 5 to 9, y from 2 to 4
    assert page.middle(mask).tolist() == [7, 3]


def test_a_woodcut_is_ink_and_paper(woodcut):
    picture = portraits.render(portraits.Identity.sample(5), "woodcut", 128)
    grey = picture.mean(-1)
    assert picture.shape == (128, 128, 3)
    assert (grey < 70).mean() > 0.1 and (grey > 180).mean() > 0.1
    assert (picture[..., 0] >= picture[..., 2]).all(), "warm paper"


def test_darker_is_more_ink(woodcut):
    light, dark = (
        portraits.render(portraits.Identity(clothes=dye), "woodcut", 128)[115:].mean() for dye in ((240, 240, 240), (20, 20, 20))
    )
    assert dark < light - 40


def test_the_style_is_added_in_less_than_30_lines():
    cells = [source for source in notebook_cells.sources(PATH, "code") if "woodcut" in source][:2]
    assert "register(" in cells[1] and sum(len(source.splitlines()) for source in cells) < 30
