"""Every cell of a notebook can be run twice in a row: a name keeps its meaning, no result is changed in place, folders are made anew."""

from __future__ import annotations

import copy
import os

import nbformat
import notebook_cells
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

KERNEL = "python3"  # of the environment that runs the tests; the course's kernels start the same interpreter
CELL_SECONDS = 300


@pytest.fixture
def run_doubled(root, tmp_path, monkeypatch):
    """A function that runs a notebook with each code cell doubled, in a runs folder of its own."""
    monkeypatch.setenv("COURSE_RUNS", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])))

    def run(book):
        where = {"metadata": {"path": str(notebook_cells.FOLDER)}}
        NotebookClient(doubled(book), timeout=CELL_SECONDS, kernel_name=KERNEL, resources=where).execute()

    return run


def doubled(book):
    """A copy of the notebook in which each code cell is followed by itself."""
    twice = copy.deepcopy(book)
    twice.cells = [copy.deepcopy(cell) for cell in book.cells for _ in range(2 if cell.cell_type == "code" else 1)]
    for number, cell in enumerate(twice.cells):
        cell.id = f"cell-{number}"
    return twice


def test_a_cell_that_fails_the_second_time_is_found(run_doubled):
    def book(*codes):
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in codes])

    run_doubled(book("rows = [1, 2]", "first = rows[0]"))
    with pytest.raises(CellExecutionError, match="rows.pop"):
        run_doubled(book("rows = [1, 2]", "rows.pop(); assert rows, 'a second run finds another list'", "rows"))


@pytest.mark.slow(reason="runs every notebook", fast="test_a_cell_that_fails_the_second_time_is_found")
@pytest.mark.parametrize("path", notebook_cells.NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_runs_twice(path, run_doubled):
    run_doubled(notebook_cells.read(path))
