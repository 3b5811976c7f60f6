"""Notebooks as tests see them: their cells, and the definitions inside them as a module."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from helpers.lesson.definitions import definitions  # noqa: F401  tests look for it here

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))


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
