"""The package as its imports draw it: rooms stand on rooms below, nobody takes another one's private names, a space carries what it needs.

Nothing is imported: the imports are read off the syntax trees, those inside functions included.
"""

from __future__ import annotations

import ast
import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "helpers"
# From the ground up. A room is a file or a folder of helpers/; it imports from lower floors, and rooms of one floor do not know each other.
FLOORS = (
    {"errors", "interrupt", "processor", "checkup"},
    {"settings", "files"},
    {"images", "download"},
    {"layers", "learn", "hub", "portraits"},
    {"stylize"},
    {"metrics", "video", "dctnet"},
    {"export"},
    {"space"},
    {"lesson"},
    {"__main__"},
)
START = "__init__"  # the few names that notebooks start from: it finds them late, so only what nobody below needs may ask it
ASK_THE_START = {"__main__", "space"}


def module(path: Path) -> str:
    """The dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(name: str):
    """(module of the package, the name taken from it or None) for every import of a module."""
    path = MODULES[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                if inner in MODULES:
                    yield inner, None
                elif source in MODULES:
                    yield source, alias.name


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else START


def first_circle(arrows: dict):
    """A circle in a graph (node -> nodes), as a list of nodes; None if there is none."""
    done = set()

    def walk(node, way):
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return None
        found = next(filter(None, (walk(other, [*way, node]) for other in sorted(arrows.get(node, ())))), None)
        done.add(node)
        return found

    return next(filter(None, (walk(node, []) for node in sorted(arrows))), None)


def test_a_circle_is_found():
    assert first_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert first_circle({"a": {"b", "c"}, "b": {"c"}}) is None


def test_every_room_has_a_floor():
    rooms = {room(name) for name in MODULES} - {START}
    assert rooms == set().union(*FLOORS) and len(rooms) == sum(map(len, FLOORS))


def test_imports_point_downward():
    floor = {name: number for number, names in enumerate(FLOORS) for name in names}
    upward = []
    for name in MODULES:
        for other, _ in imports(name):
            here, there = room(name), room(other)
            allowed = here in ASK_THE_START if there == START else here == there or floor.get(here, -1) > floor[there]
            if not allowed:
                upward.append(f"{name} imports {other}")
    assert not upward


def test_modules_import_in_no_circle():
    arrows = {name: {other for other, _ in imports(name) if other != name} for name in MODULES}
    assert first_circle(arrows) is None


def test_private_names_stay_at_home():
    taken = [f"{name} takes {other}.{what}" for name in MODULES for other, what in imports(name) if what and what.startswith("_")]
    assert not taken


@pytest.mark.parametrize("start", ["helpers.space.kit", "helpers.stylize.cartoonizer", "helpers.video.cartoonize"])
def test_a_space_carries_all_that_it_imports(start):
    from helpers.space.writer import CARRIED

    wanted, reached = [start], set()
    while wanted:
        name = wanted.pop()
        if name not in reached:
            reached.add(name)
            wanted += [other for other, _ in imports(name)]
    files = [MODULES[name].relative_to(PACKAGE).as_posix() for name in reached]
    assert not [file for file in files if not any(fnmatch.fnmatchcase(file, pattern) for pattern in CARRIED)]
