"""Notebooks as tests see them: their cells, and the definitions inside them as a module."""

from __future__ import annotations

import ast
import re
import types
from pathlib import Path

import nbformat

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def read(path):
    """The notebook as nbformat 4."""
    return nbformat.read(path, as_version=4)


def sources(path, kind: str) -> list[str]:
    """The sources of all cells of one kind, "code" or "markdown"."""
    return [cell.source for cell in read(path).cells if cell.cell_type == kind]


def solutions(path) -> list[str]:
    """The Python code of each folded solution."""
    folded = re.findall(r"<details>.*?</details>", "\n".join(sources(path, "markdown")), re.S)
    return [code for text in folded for code in re.findall(r"```python\n(.*?)```", text, re.S)]


def definitions(path) -> types.ModuleType:
    """A module with the notebook's imports, functions, classes and plain CAPITAL constants; nothing else of it is run."""
    module = types.ModuleType(Path(path).stem)
    for source in sources(path, "code"):
        plain = "\n".join(line for line in source.splitlines() if not line.startswith(("%", "!")))
        tree = ast.parse(plain)
        tree.body = [node for node in tree.body if isinstance(node, KEPT) or _is_constant(node)]
        exec(compile(tree, str(path), "exec"), module.__dict__)
    return module


def _is_constant(node) -> bool:
    """Whether a statement is CAPITALS = a plain value; a computed one may need what is not kept."""
    if not isinstance(node, ast.Assign) or not all(isinstance(name, ast.Name) and name.id.isupper() for name in node.targets):
        return False
    try:
        ast.literal_eval(node.value)
    except ValueError:
        return False
    return True
