"""Notebooks as tests see them: their cells, their code, their folded solutions, the functions they define."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def text_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "markdown"]


def solutions(path):
    """The code of every folded solution, in order."""
    text = "\n".join(cell.source for cell in text_cells(path))
    return re.findall(r"<summary>Solution</summary>\s*```python\n(.*?)```", text, re.DOTALL)


def definitions(path):
    """What a notebook defines and imports, as a dict of names; its other statements are not run."""
    names = {}
    for cell in code_cells(path):
        wanted = [node for node in ast.parse(cell.source).body if isinstance(node, (ast.FunctionDef, ast.Import, ast.ImportFrom))]
        exec(compile(ast.Module(wanted, type_ignores=[]), str(path), "exec"), names)
    return names
