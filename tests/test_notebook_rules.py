"""What every notebook of the course must be: opening, rhythm, exercises, size, and nothing that harms a reader's machine."""

import re

import numpy as np
import pytest
from notebook import NOTEBOOKS, code_cells, read, solutions, text_cells

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_it_opens_with_a_picture_three_aims_and_the_time(path):
    opening = read(path).cells[0].source
    assert re.search(r"!\[.*\]\(attachment:", opening), "no picture: attach one to the first cell"
    assert len(re.findall(r"^\d\. ", opening, re.MULTILINE)) == 3
    assert re.search(r"\*\*Time:\*\*.*minutes", opening)


def test_there_is_text_before_nearly_every_code_cell(path):
    kinds = [cell.cell_type for cell in read(path).cells]
    bare = sum(first == second == "code" for first, second in zip(kinds, kinds[1:]))
    assert bare <= 0.1 * kinds.count("code")


def test_code_cells_are_short(path):
    lines = [len(cell.source.splitlines()) for cell in code_cells(path)]
    assert np.median(lines) <= 8
    assert np.percentile(lines, 90) <= 25


def test_there_are_enough_words_and_not_too_many(path):
    words = sum(len(cell.source.split()) for cell in text_cells(path))
    assert 1000 <= words <= 3000


def test_claims_are_measured(path):
    assert sum("assert " in cell.source for cell in code_cells(path)) >= 3


def test_exercises_have_a_check_and_a_solution(path):
    checks = sum("raise NotImplementedError" in cell.source and "checks." in cell.source for cell in code_cells(path))
    assert 2 <= checks <= 4
    assert len(solutions(path)) == checks


def test_it_ends_with_five_lines_and_the_next_notebook(path):
    end = read(path).cells[-1].source
    assert len(re.findall(r"^\d\. ", end.split("## Summary")[1], re.MULTILINE)) == 5
    assert "**Next:**" in end


def test_it_installs_nothing_shares_nothing_and_names_no_absolute_path(path):
    code = "\n".join(cell.source for cell in code_cells(path))
    assert "pip install" not in code and "share=True" not in code
    assert not re.search(r"""["'](/|[A-Za-z]:\\)""", code)
    assert not re.search(r"/(root|home|Users|tmp|work)/", path.read_text(encoding="utf-8"))


def test_outputs_are_stored_small_and_without_errors(path):
    assert path.stat().st_size < 2_000_000
    outputs = [output for cell in code_cells(path) for output in cell.outputs]
    assert all(cell.execution_count for cell in code_cells(path))
    assert any("image/jpeg" in output.get("data", {}) or "image/png" in output.get("data", {}) for output in outputs)
    assert not any(output.output_type == "error" for output in outputs)
