"""Which stack does this machine get? The platform decides first, then the interpreters that really run.

Standard library only: this runs before anything is installed, on Python 3.7 or newer.
"""

from __future__ import annotations

import glob
import json
import os
import platform
import subprocess
import sys
from typing import Callable, Iterable, NamedTuple

PINNED, CURRENT = "pinned", "current"
VERSIONS = {PINNED: ((3, 8),), CURRENT: ((3, 13), (3, 12), (3, 11), (3, 10))}  # newest first
FETCHED = {PINNED: "3.8", CURRENT: "3.12"}  # what is asked of uv when no interpreter is found
TENSORFLOW = {PINNED: "2.7.4", CURRENT: "2.21"}
# The platforms that each TensorFlow has wheels for, as (system, machine).
PLATFORMS = {
    PINNED: {("Linux", "x86_64"), ("Darwin", "x86_64"), ("Windows", "x86_64")},
    CURRENT: {("Linux", "x86_64"), ("Linux", "arm64"), ("Darwin", "arm64"), ("Windows", "x86_64")},
}
PYTHONS = {PINNED: "Python 3.8", CURRENT: "Python 3.10 to 3.13"}
SUPPORTED = "Python 3.8 (the card's stack) or 3.10 to 3.13 (the current stack)"

PROBE = """
import json, platform, struct, sys, sysconfig
print(json.dumps([list(sys.version_info[:3]), platform.python_implementation(), 8 * struct.calcsize("P"),
                  bool(sysconfig.get_config_var("Py_GIL_DISABLED"))]))
"""


class SetupError(Exception):
    """What is missing and what to do about it, in one sentence."""


class Interpreter(NamedTuple):
    """A Python that was run and answered."""

    path: str
    version: tuple[int, int, int]

    @property
    def name(self) -> str:
        return "Python " + ".".join(map(str, self.version))


class Choice(NamedTuple):
    stack: str
    interpreter: Interpreter
    why: str

    @property
    def line(self) -> str:
        """The one line that a person reads."""
        return describe(self.stack, self.interpreter.name, self.why)


def describe(stack: str, python: str, why: str) -> str:
    return f"Stack: {stack} ({python}, TensorFlow {TENSORFLOW[stack]}), because {why}."


def this_platform() -> tuple[str, str]:
    """(system, machine) of the machine itself; a Python under Rosetta says x86_64 on Apple Silicon."""
    system, machine = platform.system(), platform.machine().lower()
    if system == "Darwin" and machine == "x86_64":
        command = ["sysctl", "-in", "hw.optional.arm64"]
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        machine = "arm64" if answer.stdout.strip() == b"1" else machine
    return system, {"amd64": "x86_64", "aarch64": "arm64"}.get(machine, machine)


def probe(path: str) -> Interpreter | None:
    """Runs the interpreter; None if it fails, hangs, or is not a usual 64-bit CPython."""
    try:
        answer = subprocess.run([path, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=10, check=True)
        version, implementation, bits, free_threaded = json.loads(answer.stdout.decode())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    if implementation != "CPython" or bits != 64 or free_threaded:
        return None
    return Interpreter(path, tuple(version))


def candidates(environ, seed: str = sys.executable, fetched: str = "") -> list[str]:
    """Paths that may be a Python, best first: PATH, the one that runs this, pyenv's versions, what uv fetched."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")
    folders = [folder for folder in environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    names = ["python3.8", "python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"]
    suffix = ".exe" if os.name == "nt" else ""
    paths = [os.path.join(folder, name + suffix) for name in names for folder in folders]
    pyenv = environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv")
    patterns = [
        os.path.join(pyenv, "versions", "3.*", "bin", "python"),
        os.path.join(pyenv, "pyenv-win", "versions", "3.*", "python.exe"),
        os.path.join(home, ".local", "share", "uv", "python", "cpython-3.*", "bin", "python3"),
        os.path.join("/Library/Frameworks/Python.framework/Versions", "3.*", "bin", "python3"),
    ]
    if fetched:
        patterns += [os.path.join(fetched, "cpython-3.*", "bin", "python3"), os.path.join(fetched, "cpython-3.*", "python.exe")]
    paths.append(seed)
    for pattern in patterns:
        paths += sorted(glob.glob(pattern), reverse=True)
    return unique(path for path in paths if os.path.isfile(path))


def unique(paths: Iterable[str]) -> list[str]:
    """Each file once: /bin/python3 and /usr/bin/python3.11 are often the same."""
    found = {}
    for path in paths:
        found.setdefault(os.path.realpath(path), path)
    # A pyenv shim is a script: all shims share no real path, but each must be asked by its own name.
    return list(found.values())


def choose(
    paths: Iterable[str],
    here: tuple[str, str],
    stack: str = "",
    python: str = "",
    run: Callable[[str], Interpreter | None] = probe,
    fetch: Callable[[str], Interpreter | None] = lambda version: None,
) -> Choice:
    """The stack and the interpreter for this machine.

    paths: candidates, best first. here: (system, machine). stack, python: what the person asked for, or "".
    run: runs a candidate. fetch: downloads a version such as "3.8", or answers None.
    Raises SetupError with one sentence if there is none.
    """
    possible = [name for name in (PINNED, CURRENT) if here in PLATFORMS[name]]
    if not possible:
        raise SetupError("TensorFlow has no wheels for {} on {}: use an x86-64 or arm64 machine, 64 bit.".format(*here))
    if stack and stack not in PLATFORMS:
        raise SetupError(f"STACK={stack} is unknown: say STACK=pinned or STACK=current.")
    if stack and stack not in possible:
        raise SetupError("TensorFlow {} has no wheels for {} on {}: say STACK={}.".format(TENSORFLOW[stack], *here, possible[0]))
    if python:
        return given(python, here, stack, possible, run)
    return search(list(paths), here, [stack] if stack else possible, bool(stack), run, fetch)


def given(python, here, stack, possible, run) -> Choice:
    """The interpreter that the person named decides the stack."""
    interpreter = run(python)
    if interpreter is None:
        raise SetupError(f"PYTHON={python} does not run as a 64-bit CPython: name one of {SUPPORTED}.")
    own = [name for name in (PINNED, CURRENT) if interpreter.version[:2] in VERSIONS[name]]
    if not own:
        raise SetupError(f"{interpreter.name} is not supported: use {SUPPORTED}.")
    if own[0] not in possible:
        message = "{} would need TensorFlow {}, which has no wheels for {} on {}: use {}."
        raise SetupError(message.format(interpreter.name, TENSORFLOW[own[0]], *here, PYTHONS[possible[0]]))
    if stack and stack != own[0]:
        raise SetupError(f"{interpreter.name} belongs to the {own[0]} stack, not to STACK={stack}: leave one of the two out.")
    return Choice(own[0], interpreter, f"PYTHON={python} was given")


def search(paths, here, stacks, asked, run, fetch) -> Choice:
    """The first stack in the list that an interpreter can be found or fetched for."""
    found = [interpreter for interpreter in map(run, paths) if interpreter]
    for stack in stacks:
        interpreter = newest(found, stack)
        where = "was found: {}" if interpreter else "was fetched: {}"
        interpreter = interpreter or fetch(FETCHED[stack])
        if interpreter and interpreter.version[:2] in VERSIONS[stack]:
            found_it = f"{interpreter.name} {where.format(interpreter.path)}"
            return Choice(stack, interpreter, reason(stack, here, asked, found_it))
    others = ", ".join(sorted({interpreter.name for interpreter in found})) or "none"
    wanted = SUPPORTED if len(stacks) > 1 else PYTHONS[stacks[0]]
    raise SetupError(f"No suitable Python runs here (found: {others}) and none could be fetched: install {wanted}.")


def newest(found: list[Interpreter], stack: str) -> Interpreter | None:
    for version in VERSIONS[stack]:
        for interpreter in found:
            if interpreter.version[:2] == version:
                return interpreter
    return None


def reason(stack: str, here: tuple[str, str], asked: bool, where: str) -> str:
    if asked:
        return f"STACK={stack} asks for it; {where}"
    if stack == PINNED:
        return where
    if here not in PLATFORMS[PINNED]:
        return f"TensorFlow {TENSORFLOW[PINNED]} has no wheels for {here[1]} on {here[0]}; {where}"
    return f"no Python 3.8 runs here and none could be fetched; {where}"
