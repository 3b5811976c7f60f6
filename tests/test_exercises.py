"""Exercises: every folded solution passes its check, an unsolved one is "not done yet", wrong ones are told where."""

from __future__ import annotations

import re

import cv2
import notebook_cells
import pytest
from decoys import DECOYS

from helpers.lesson import checks

LEAST_DECOYS = 3  # wrong answers of an exercise


def exercises():
    for path in notebook_cells.NOTEBOOKS:
        for code in notebook_cells.solutions(path):
            yield pytest.param(path, code, id=f"{path.stem}-{name(code)}")


def name(code: str) -> str:
    return re.findall(r"^def (\w+)", code, re.M)[-1]


def said(capsys, check, answer) -> str:
    check(answer)
    return capsys.readouterr().out


@pytest.mark.parametrize("path, code", exercises())
def test_solution_passes(path, code, capsys):
    module = notebook_cells.definitions(path)
    exec(code, module.__dict__)
    assert said(capsys, getattr(checks, name(code)), getattr(module, name(code))) == f"{name(code)}: right\n"


@pytest.mark.parametrize("path, code", exercises())
def test_notebook_starts_unsolved(path, code, capsys):
    answer = getattr(notebook_cells.definitions(path), name(code))
    assert said(capsys, getattr(checks, name(code)), answer) == f"{name(code)}: not done yet\n"


@pytest.mark.parametrize("path, code", exercises())
def test_each_exercise_has_decoys(path, code):
    assert len(DECOYS[name(code)]) >= LEAST_DECOYS


@pytest.mark.parametrize("exercise, number", [(exercise, number) for exercise, wrong in DECOYS.items() for number in range(len(wrong))])
def test_a_wrong_answer_is_told_where(exercise, number, capsys):
    answer, place = DECOYS[exercise][number]
    text = said(capsys, getattr(checks, exercise), answer)
    assert "not right yet" in text and place in text


def test_an_answer_that_breaks_is_told_how(capsys):
    assert "raised ZeroDivisionError" in said(capsys, checks.mix, lambda photo, cartoon, strength: 1 / 0)


def test_an_answer_of_the_wrong_kind(capsys):
    assert "expected uint8" in said(capsys, checks.mix, lambda photo, cartoon, strength: photo.astype(float))
    assert "expected an array" in said(capsys, checks.mix, lambda photo, cartoon, strength: None)
    assert "expected a number" in said(capsys, checks.share_changed, lambda photo, cartoon, levels: None)
    assert "expected shape" in said(capsys, checks.composite, lambda background, head, mask: cv2.resize(head, (2, 2)))
