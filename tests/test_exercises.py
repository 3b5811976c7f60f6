"""Exercises: every folded solution is accepted, wrong answers are rejected, and unsolved ones do not stop a notebook."""

import re

import numpy as np
import pytest
from notebook import NOTEBOOKS, definitions, solutions

from helpers.lesson import checks

SOLUTIONS = [(path, code) for path in NOTEBOOKS for code in solutions(path)]

# For each exercise an answer that looks right and is not.
WRONG = {
    "mix": lambda photo, cartoon, strength: (strength * photo + (1 - strength) * cartoon).astype(np.uint8),  # the wrong way round
    "share_changed": lambda photo, cartoon, levels: ((cartoon - photo).max(axis=2) > levels).mean(),  # uint8 wraps around
    "working_size": lambda height, width: (720, 720),  # forgets the proportions
    "undo": lambda matrix: -matrix,
    "composite": lambda background, head, mask: (mask[..., None] * head).astype(np.uint8),  # forgets the background
}


def name_of(code):
    return re.search(r"^def (\w+)", code, re.MULTILINE).group(1)


@pytest.mark.parametrize("path, code", SOLUTIONS, ids=[f"{path.stem}-{name_of(code)}" for path, code in SOLUTIONS])
def test_solution_is_right(path, code, capsys):
    names = definitions(path)
    exec(code, names)
    getattr(checks, name_of(code))(names[name_of(code)])
    assert capsys.readouterr().out == f"{name_of(code)}: right\n"


@pytest.mark.parametrize("name", sorted({name_of(code) for _, code in SOLUTIONS} | set(WRONG)))
def test_wrong_answer_is_told_where(name, capsys):
    answer = WRONG[name]
    answer.__name__ = name
    getattr(checks, name)(answer)
    printed = capsys.readouterr().out
    assert printed.startswith(f"{name}: not right yet. ") and len(printed.split()) > 6


def test_unsolved_exercise_does_not_stop_the_notebook(capsys):
    def mix(photo, cartoon, strength):
        raise NotImplementedError

    checks.mix(mix)
    assert capsys.readouterr().out == "mix: not done yet\n"
