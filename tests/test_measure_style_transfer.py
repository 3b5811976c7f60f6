"""What notebook 02 reads from a file: the script that measures it, and the file that is stored."""

import json

import measure_style_transfer as script
import numpy as np
import pytest

from helpers.lesson.style_pictures import STYLE_PICTURES


@pytest.fixture
def small(monkeypatch, tmp_path):
    sizes = {"SIDE": 32, "LAYER_SIDE": 32, "NET_SIDE": 32, "STEPS": 2, "PART": 1, "LAYER_STEPS": 2, "PEOPLE": 2, "STRANGERS": 2}
    for name, value in {**sizes, "SEEDS": (0,), "LAYERS": ("conv1_2",), "FILE": tmp_path / "style_transfer.json"}.items():
        monkeypatch.setattr(script, name, value)


def test_each_part_is_stored_beside_the_others(small):
    for part in (script.layers, script.one_pass, script.geometry):
        script.store(part.__name__, part())
    stored = json.loads(script.FILE.read_text())
    assert list(stored) == ["layers", "one_pass", "geometry"]
    assert np.shape(stored["layers"]["found"]["Gram matrix, conv1_2"]) == (1, 2, 2)  # seeds, once and twice the steps, losses
    shipped = json.loads((script.SHIPPED / "style_transfer.json").read_text())
    for part in ("one_pass", "geometry"):
        assert stored[part]["people"][0].keys() == shipped[part]["people"][0].keys()
        assert all(np.isfinite(list(row.values())).all() for row in stored[part]["people"])


def test_the_shipped_pictures_are_there():
    assert all(script.shipped(style).shape == (script.PICTURE_SIDE, script.PICTURE_SIDE, 3) for style in STYLE_PICTURES)
