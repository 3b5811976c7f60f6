"""The rules for a notebook, checked on each of them: opening, rhythm, words, exercises, ending, stored outputs, size."""

from __future__ import annotations

import re
import statistics

import nbformat
import notebook_cells
import pytest

MEDIAN_LINES = 8
MOST_LINES = 25  # of nine cells in ten
WORDS = (1000, 3000)
MEGABYTES = 2
PATHS = re.compile(r"(?<![\w./:<~-])/(?:home|root|tmp|Users|work|opt|usr|mnt|private|var)/|(?<!\w)[A-Z]:\\\\?[A-Za-z]")

each = pytest.mark.parametrize("path", notebook_cells.NOTEBOOKS, ids=lambda path: path.stem)


def lines(source: str) -> int:
    return sum(bool(line.strip()) for line in source.splitlines())


def texts(path) -> str:
    return "\n".join(notebook_cells.sources(path, "markdown"))


def test_there_are_notebooks():
    assert {"00_start_here", "02_neural_style_transfer", "10_inference"} <= {path.stem for path in notebook_cells.NOTEBOOKS}


@each
def test_format(path):
    book = notebook_cells.read(path)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) >= (4, 5)
    names = [cell.id for cell in book.cells]
    assert len(set(names)) == len(names)


@each
def test_opening(path):
    first = notebook_cells.read(path).cells[0]
    assert first.cell_type == "markdown" and first.source.startswith("# ")
    pictures = re.findall(r"!\[[^\]]{10,}\]\(attachment:([^)]+)\)", first.source)
    assert len(pictures) == 1, "one picture with a description"
    assert pictures[0] in first.attachments
    assert len(re.findall(r"^\d\. ", first.source, re.M)) == 3, "three things to learn"
    assert re.search(r"\d+ minutes?.*two CPU cores", first.source, re.S)


@each
def test_words(path):
    prose = re.sub(r"```.*?```", "", texts(path), flags=re.S)
    assert WORDS[0] <= len(prose.split()) <= WORDS[1]


@each
def test_rhythm(path):
    counts = sorted(map(lines, notebook_cells.sources(path, "code")))
    assert statistics.median(counts) <= MEDIAN_LINES
    assert sum(count <= MOST_LINES for count in counts) >= 0.9 * len(counts)


@each
def test_text_before_code(path):
    cells = notebook_cells.read(path).cells
    code = [place for place, cell in enumerate(cells) if cell.cell_type == "code"]
    introduced = sum(cells[place - 1].cell_type == "markdown" for place in code)
    assert introduced >= 0.85 * len(code)


@each
def test_claims_are_measured_and_seen(path):
    code = notebook_cells.sources(path, "code")
    assert sum("assert " in source for source in code) >= 3
    outputs = [output for cell in notebook_cells.read(path).cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum(any(kind.startswith("image/") for kind in output.get("data", {})) for output in outputs) >= 3


@each
def test_exercises(path):
    unsolved = [source for source in notebook_cells.sources(path, "code") if "raise NotImplementedError" in source]
    assert 2 <= len(unsolved) <= 4
    assert all(re.search(r"^checks\.\w+\(\w+\)", source, re.M) for source in unsolved)
    assert len(re.findall(r"\*\*Exercise \d", texts(path))) == len(unsolved)
    assert len(notebook_cells.solutions(path)) == len(unsolved)


@each
def test_ending(path):
    last = notebook_cells.read(path).cells[-1]
    assert last.cell_type == "markdown"
    summary = last.source.split("## Summary")[-1]
    assert len(re.findall(r"^\d\. ", summary, re.M)) == 5, "a summary of five lines"
    links = re.findall(r"\]\((\w+\.ipynb)\)", summary)
    assert links and all((path.parent / link).is_file() for link in links), "a link to the next notebook that exists"


@each
def test_outputs_are_stored(path):
    cells = [cell for cell in notebook_cells.read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), "make notebooks, top to bottom"
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    assert path.stat().st_size < MEGABYTES * 1e6


@each
def test_nothing_of_one_machine(path):
    book = notebook_cells.read(path)
    for cell in book.cells:
        assert not PATHS.search(cell.source), cell.source
        for output in cell.get("outputs", []):
            written = [output.get("text", ""), *map(str, [v for k, v in output.get("data", {}).items() if k.startswith("text/")])]
            assert not any(map(PATHS.search, written)), written
    code = "\n".join(notebook_cells.sources(path, "code"))
    assert not re.search(r"pip3? +install|share *= *True|apt(-get)? +install", code)
    assert "widgets" not in book.metadata
