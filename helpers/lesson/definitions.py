"""The definitions inside a notebook, as a module: what a test calls and what a training script trains is the page's own code."""

from __future__ import annotations

import ast
import json
import linecache
import types
from pathlib import Path

KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def definitions(path) -> types.ModuleType:
    """A module with the notebook's imports, functions, classes and plain CAPITAL constants; nothing else of it is run."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    module = types.ModuleType(Path(path).stem)
    for number, source in enumerate("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"):
        plain = "\n".join("" if line.startswith(("%", "!")) else line for line in source.splitlines())
        name = f"<{module.__name__}, code cell {number}>"
        linecache.cache[name] = len(plain), None, plain.splitlines(keepends=True), name  # for tracebacks, and for tf.function
        tree = ast.parse(plain)
        tree.body = [node for node in tree.body if isinstance(node, KEPT) or _is_constant(node)]
        exec(compile(tree, name, "exec"), module.__dict__)
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
