"""The table of styles: names, model IDs, nearest name, what is where."""

from __future__ import annotations

import re

import pytest

from helpers import hub, settings
from helpers.errors import ModelError


@pytest.fixture(autouse=True)
def no_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(settings, "MODELS", tmp_path / "models")


def test_seven_styles_in_the_lectures_order():
    assert list(hub.STYLES) == ["anime", "3d", "handdrawn", "sketch", "artstyle", "design", "illustration"]


def test_model_ids_are_official_and_different():
    ids = [style.model_id for style in hub.STYLES.values()]
    assert len(set(ids)) == 7
    assert all(re.fullmatch(r"damo/cv_unet_person-image-cartoon(-[a-z0-9-]+)?_compound-models", one) for one in ids)
    assert hub.find("anime").model_id == "damo/cv_unet_person-image-cartoon_compound-models"
    assert hub.find("design").model_id == "damo/cv_unet_person-image-cartoon-sd-design_compound-models"


def test_only_the_two_diffusion_taught_models_have_a_fixed_revision():
    assert {style.name for style in hub.STYLES.values() if style.revision} == {"design", "illustration"}


@pytest.mark.parametrize("name", ["sketch", "Sketch", "素描风", hub.STYLES["sketch"].model_id])
def test_find_by_any_of_its_names(name):
    assert hub.find(name).name == "sketch"


@pytest.mark.parametrize("wrong, near", [("anmie", "anime"), ("sketsh", "sketch"), ("3-d", "3d")])
def test_unknown_style_suggests_the_nearest(wrong, near):
    with pytest.raises(ModelError, match=f'no style "{wrong}": did you mean "{near}"'):
        hub.find(wrong)


def test_a_word_near_to_nothing_lists_all():
    with pytest.raises(ModelError, match="illustration"):
        hub.find("xyzzy")


def test_embedded_is_what_lies_in_the_models_folder():
    assert hub.embedded_names() == []
    folder = settings.MODELS / "sketch"
    folder.mkdir(parents=True)
    (folder / "configuration.json").write_text("{}")
    assert hub.embedded_names() == ["sketch"]
    assert hub.STYLES["sketch"].embedded and not hub.STYLES["anime"].embedded


def test_table_has_a_line_for_each_style_and_aligned_columns():
    lines = hub.table().splitlines()
    assert len(lines) == 9
    for line, style in zip(lines[2:], hub.STYLES.values()):
        assert line.split()[:4] == [style.name, style.chinese, "hub", style.model_id]
    starts = {hub._width(line[: line.index("damo/")]) for line in lines[2:]}
    assert len(starts) == 1
