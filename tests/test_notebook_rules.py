"""The rules for a notebook, checked on each of them: opening, rhythm, words, exercises, ending, stored outputs, size."""

from __future__ import annotations

import ast
import re
import statistics

import nbformat
import notebook_cells
import pytest

MEDIAN_LINES = 8
MOST_LINES = 25  # of a cell
MOST_CHARACTERS = 95  # of a line: no more is seen on a page
MOST_CELLS = 40  # with code
WORDS = (1000, 2500)
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
CONTROL = re.compile(r"# control: \S.{10,}$", re.M)
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
    assert counts[-1] <= MOST_LINES and len(counts) <= MOST_CELLS


@each
def test_nothing_is_cut_off(path):
    long = [line for code in notebook_cells.sources(path, "code") for line in code.splitlines() if len(line) > MOST_CHARACTERS]
    assert not long


@each
def test_the_opening_picture_is_of_its_own_run(path):
    cells = notebook_cells.read(path).cells
    (cell,) = [cell for cell in cells if "opening" in cell.metadata.get("tags", [])]
    made = [output.data["image/jpeg"] for output in cell.outputs if "image/jpeg" in output.get("data", {})]
    (shown,) = cells[0].attachments.values()
    assert shown["image/jpeg"].split() == made[0].split(), "make notebooks refreshes it"


def asserts(source: str) -> list:
    """The assert statements of a cell."""
    return [node for node in ast.walk(ast.parse(without_magics(source))) if isinstance(node, ast.Assert)]


def without_magics(source: str) -> str:
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M)


def compares_by_order(node) -> bool:
    return any(isinstance(part, ast.Compare) and any(isinstance(operator, ORDERS) for operator in part.ops) for part in ast.walk(node.test))


def uncontrolled(codes: list) -> list:
    """The cells whose asserts compare measured values by order, without a control in the same cell or the next."""
    return [
        code
        for code, following in zip(codes, [*codes[1:], ""])
        if any(map(compares_by_order, asserts(code))) and not CONTROL.search(code + "\n" + following)
    ]


def escapes(node) -> bool:
    """Whether an assert is guarded: holds by its second half, or by a condition inside it."""
    return any(isinstance(part, (ast.Or, ast.IfExp)) for part in ast.walk(node.test))


@each
def test_measured_claims_have_a_control(path):
    assert not uncontrolled(notebook_cells.sources(path, "code"))


@each
def test_asserts_are_not_guarded(path):
    for code in notebook_cells.sources(path, "code"):
        assert not any(map(escapes, asserts(code))), code
        guards = [node for node in ast.walk(ast.parse(without_magics(code))) if isinstance(node, ast.If)]
        assert not any(isinstance(part, ast.Assert) for node in guards for part in ast.walk(node)), code


def packed(source: str) -> list:
    """Lines that assign several unlike things at once. Constants, swaps and calls of one function are alike."""
    found = []
    for node in ast.walk(ast.parse(without_magics(source))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            kinds = {kind_of(value) for value in node.value.elts}
            names = [{ast.dump(part).replace("Store", "Load") for part in side.elts} for side in (node.targets[0], node.value)]
            if len(kinds) > 1 and names[0] != names[1]:
                found.append(node.lineno)
    return found


def kind_of(value) -> str:
    """What a value is as far as one sees it: a number, a text, a call of this function, a name, ..."""
    if isinstance(value, ast.Call):
        return "call of " + ast.dump(value.func)
    if isinstance(value, ast.UnaryOp):
        return kind_of(value.operand)
    if isinstance(value, ast.Constant):
        return "number" if isinstance(value.value, (int, float)) else type(value.value).__name__
    return type(value).__name__


@each
def test_an_assignment_has_one_idea(path):
    for code in notebook_cells.sources(path, "code"):
        assert not packed(code), code


def test_the_rules_see_what_they_are_for():
    claim = "error = f()\nassert error < 3"
    assert uncontrolled([claim, "g()"]) == [claim] and uncontrolled([claim, "x = 1", "# control: a blank picture fails"]) == [claim]
    assert not uncontrolled([claim, "# control: a blank picture fails\nassert f() > 3"]) and not uncontrolled(["assert a == b"])
    assert escapes(asserts("assert few or error < 3")[0]) and escapes(asserts("assert error < (3 if few else 9)")[0])
    assert not escapes(asserts("assert 0 < error < 3 and calm")[0])
    assert packed("a, b = f(x), 3") and packed("picture, size = read(p), (3, 4)")
    assert not packed("a, b = 3, -4.0") and not packed("a, b = b, a") and not packed("a, b = f(x), f(y)") and not packed("a, b = f(x)")


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
