"""The methods of the course: which picture stands for a method, and four ways to ask for one portrait."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from helpers import portraits
from helpers.lesson import lessons, methods
from helpers.lesson.plots import encode_jpeg


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path)
    return tmp_path


def store(folder, name, attachments):
    cell = {"cell_type": "markdown", "source": "# Title", "metadata": {}, "attachments": attachments}
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")


def test_a_methods_picture_is_the_one_its_notebook_opens_with(folder):
    picture = np.full((20, 40, 3), (200, 40, 90), np.uint8)
    store(folder, "03_gan", {"made.jpg": {"image/jpeg": base64.b64encode(encode_jpeg(picture)).decode()}})
    found = methods.opening_picture("03_gan")
    assert found.shape == picture.shape
    assert np.abs(found.astype(int) - picture).max() < 12


def test_a_notebook_that_is_not_there_or_has_no_picture_is_none(folder):
    store(folder, "04_image_translation", {})
    assert methods.opening_picture("03_gan") is None
    assert methods.opening_picture("04_image_translation") is None


def test_every_method_is_a_lesson_of_the_map():
    assert set(methods.YEARS) <= {lesson.file for lesson in lessons.LESSONS}


def test_methods_come_in_the_order_of_their_years():
    assert list(methods.YEARS.values()) == sorted(methods.YEARS.values())


def drawn_texts(monkeypatch):
    """What draw_methods writes, in order, and how many pictures it draws."""
    figures = []
    monkeypatch.setattr(methods, "display_figure", figures.append)
    methods.draw_methods()
    (axes,) = figures[0].axes
    return [text.get_text() for text in axes.texts], len(axes.images)


def test_the_timeline_fills_as_notebooks_arrive(folder, monkeypatch):
    assert drawn_texts(monkeypatch)[1] == 0
    picture = {"made.jpg": {"image/jpeg": base64.b64encode(encode_jpeg(np.full((20, 80, 3), 90, np.uint8))).decode()}}
    for name in ("02_neural_style_transfer", "03_gan"):
        store(folder, name, picture)
    texts, pictures = drawn_texts(monkeypatch)
    assert texts[:2] == ["2014  GAN", "2015  Style transfer"] and pictures == 2
    assert texts[2].startswith("Later pages: 1999 Texture synthesis, 2016") and "2014" not in texts[2]
    for name in methods.YEARS:
        store(folder, name, picture)
    texts, pictures = drawn_texts(monkeypatch)
    assert pictures == len(texts) == len(methods.YEARS)


def test_four_conditions_and_the_portrait_they_ask_for():
    made = methods.conditions(portraits.Identity(), "a person", size=96)
    assert list(made) == ["layout", "sketch", "semantic map", "text", "a picture that fits"]
    for picture in made.values():
        assert picture.shape == (96, 96, 3) and picture.dtype == np.uint8 and picture.std() > 5


def test_each_label_has_a_colour_of_its_own():
    colours = [methods.SEGMENT_COLOURS[name] for name in portraits.LABELS]
    assert len(set(colours)) == len(portraits.LABELS)
