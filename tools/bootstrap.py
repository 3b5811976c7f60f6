"""Makes the environment of one stack ready and prints the path of its Python. Everything else goes to stderr.

Usage: bootstrap.py [--stack pinned|current] [--python PATH] [--extras gpu,onnx]

The platform decides which stack is possible, then the interpreters that really run; uv installs what uv.lock says for that interpreter.
Standard library only, Python 3.7 or newer. A second run touches no network: it compares a stamp with the lock file.
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from typing import NamedTuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENVS = os.path.join(ROOT, ".venv")
TOOLS = os.path.join(VENVS, "tools")  # uv, if there is none on PATH
PYTHONS = os.path.join(VENVS, "pythons")  # what uv fetched
STAMP = "course.json"  # in an environment: what it was made from, and why
EXE = ".exe" if os.name == "nt" else ""
UV_OLDEST, UV_RANGE = (0, 8), "uv>=0.8,<0.14"  # the versions that pyproject.toml's build backend admits
FETCH_SECONDS = 20

STACKS = ("pinned", "current")
TENSORFLOW = {"pinned": "2.7.4", "current": "2.21"}
VERSIONS = {"pinned": ((3, 8),), "current": ((3, 13), (3, 12), (3, 11), (3, 10))}  # newest first
IN_WORDS = {"pinned": "Python 3.8", "current": "Python 3.10 to 3.13"}
FETCHED = {"pinned": "3.8", "current": "3.12"}  # what is asked of uv when no interpreter is found
# The (system, machine) pairs that each TensorFlow has wheels for.
PLATFORMS = {
    "pinned": {("Linux", "x86_64"), ("Darwin", "x86_64"), ("Windows", "x86_64")},
    "current": {("Linux", "x86_64"), ("Linux", "arm64"), ("Darwin", "arm64"), ("Windows", "x86_64")},
}
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
    version: tuple

    @property
    def name(self) -> str:
        return "Python " + ".".join(map(str, self.version))


class Choice(NamedTuple):
    stack: str
    interpreter: Interpreter
    why: str  # what a person reads


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def answer(command: list, seconds: float = 10, env=None) -> str:
    """What a command prints; "" if it cannot be started, fails, or is not done in time."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, env=env, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace")


def this_platform() -> tuple:
    """(system, machine) of the machine itself; a Python under Rosetta says x86_64 on Apple Silicon."""
    system, machine = platform.system(), platform.machine().lower()
    if system == "Darwin" and answer(["sysctl", "-in", "hw.optional.arm64"]).strip() == "1":
        machine = "arm64"
    return system, {"amd64": "x86_64", "aarch64": "arm64"}.get(machine, machine)


def probe(path: str):
    """Runs the interpreter; None if it fails, hangs, or is not a usual 64-bit CPython."""
    try:
        version, implementation, bits, free_threaded = json.loads(answer([path, "-c", PROBE]))
    except ValueError:
        return None
    usual = implementation == "CPython" and bits == 64 and not free_threaded
    return Interpreter(path, tuple(version)) if usual else None


def candidates(environ) -> list:
    """Paths that may be a Python, best first: PATH, the one that runs this, pyenv's versions, uv's, what was fetched."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")
    pyenv = environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv")
    folders = [folder for folder in environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    names = ["python3.8", "python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"]
    paths = [os.path.join(folder, name + EXE) for name in names for folder in folders] + [sys.executable]
    for pattern in (
        os.path.join(pyenv, "versions", "3.*", "bin", "python"),
        os.path.join(pyenv, "pyenv-win", "versions", "3.*", "python.exe"),
        os.path.join(home, ".local", "share", "uv", "python", "cpython-3.*", "bin", "python3"),
        os.path.join("/Library/Frameworks/Python.framework/Versions", "3.*", "bin", "python3"),
        os.path.join(PYTHONS, "cpython-3.*", "bin", "python3"),
        os.path.join(PYTHONS, "cpython-3.*", "python.exe"),
    ):
        paths += sorted(glob.glob(pattern), reverse=True)
    once = {}  # /bin/python3 and /usr/bin/python3.11 are often the same file
    for path in filter(os.path.isfile, paths):
        once.setdefault(os.path.realpath(path), path)
    return list(once.values())


def choose(paths, here, stack="", python="", run=probe, fetch=lambda version: None) -> Choice:
    """The stack and the interpreter for this machine.

    paths: candidates, best first. here: (system, machine). stack, python: what the person asked for, or "".
    run: runs a candidate. fetch: downloads a version such as "3.8", or answers None.
    Raises SetupError with one sentence if there is none.
    """
    possible = [name for name in STACKS if here in PLATFORMS[name]]
    if not possible:
        raise SetupError("TensorFlow has no wheels for {} on {}: use an x86-64 or arm64 machine, 64 bit.".format(*here))
    if stack and stack not in STACKS:
        raise SetupError(f"STACK={stack} is unknown: say STACK=pinned or STACK=current.")
    if stack and stack not in possible:
        raise SetupError("TensorFlow {} has no wheels for {} on {}: say STACK={}.".format(TENSORFLOW[stack], *here, possible[0]))
    if python:
        return given(python, run(python), here, stack, possible)
    found = [interpreter for interpreter in map(run, paths) if interpreter]
    for name in [stack] if stack else possible:
        fitting = [one for version in VERSIONS[name] for one in found if one.version[:2] == version]
        interpreter = fitting[0] if fitting else fetch(FETCHED[name])
        if interpreter:
            how = "found" if fitting else "fetched"
            return Choice(name, interpreter, reason(name, here, stack) + f"{interpreter.name} was {how}: {interpreter.path}")
    others = ", ".join(sorted({interpreter.name for interpreter in found})) or "none"
    wanted = SUPPORTED if len(possible) > 1 and not stack else IN_WORDS[stack or possible[0]]
    raise SetupError(f"No suitable Python runs here (found: {others}) and none could be fetched: install {wanted}.")


def given(python, interpreter, here, stack, possible) -> Choice:
    """The interpreter that the person named decides the stack."""
    if interpreter is None:
        raise SetupError(f"PYTHON={python} does not run as a 64-bit CPython: name one of {SUPPORTED}.")
    own = next((name for name in STACKS if interpreter.version[:2] in VERSIONS[name]), None)
    if own is None:
        raise SetupError(f"{interpreter.name} is not supported: use {SUPPORTED}.")
    if own not in possible:
        message = "{} would need TensorFlow {}, which has no wheels for {} on {}: use {}."
        raise SetupError(message.format(interpreter.name, TENSORFLOW[own], *here, IN_WORDS[possible[0]]))
    if stack and stack != own:
        raise SetupError(f"{interpreter.name} belongs to the {own} stack, not to STACK={stack}: leave one of the two out.")
    return Choice(own, interpreter, f"PYTHON={python} was given")


def reason(name, here, asked) -> str:
    if asked:
        return f"STACK={name} asks for it; "
    if here not in PLATFORMS["pinned"]:
        return "TensorFlow {} has no wheels for {} on {}; ".format(TENSORFLOW["pinned"], *reversed(here))
    return "" if name == "pinned" else "no Python 3.8 runs here and none could be fetched; "


def uv_environment(stack: str = "") -> dict:
    environ = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    # Trust what the system trusts: many schools and companies look into TLS with a certificate of their own.
    environ.setdefault("UV_SYSTEM_CERTS", "1")
    environ.setdefault("UV_HTTP_TIMEOUT", "120")
    return {**environ, "UV_PYTHON_INSTALL_DIR": PYTHONS, "UV_PROJECT_ENVIRONMENT": os.path.join(VENVS, stack)}


def uv_works(path: str) -> bool:
    version = re.search(r"(\d+)\.(\d+)", answer([path, "--version"]))
    return bool(version) and tuple(map(int, version.groups())) >= UV_OLDEST


def find_uv() -> str:
    """A uv that runs: this project's own, the one on PATH, else a new one by pip into .venv/tools."""
    own = [os.path.join(TOOLS, folder, "uv" + EXE) for folder in ("bin", "Scripts")]
    for path in own + [shutil.which("uv") or ""]:
        if path and uv_works(path):
            return path
    say("Installing uv into .venv/tools ...")
    environ = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")  # no warning: nothing goes outside this folder
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "--target", TOOLS, UV_RANGE]
    for python in candidates(os.environ):
        has_pip = answer([python, "-m", "pip", "--version"], 30)
        if has_pip and subprocess.run([python, *install], env=environ, stdout=sys.stderr, check=False).returncode == 0:
            break
    for path in own:
        if uv_works(path):
            return path
    raise SetupError("uv could not be installed by pip: check the network and that pip is there, or install uv yourself.")


def fetch(version: str):
    """Downloads a Python into .venv/pythons; None if that fails or takes longer than FETCH_SECONDS."""
    say(f"No Python {version} runs here. Trying to fetch one (at most {FETCH_SECONDS} s) ...")
    uv = find_uv()
    answer([uv, "python", "install", "--quiet", "--no-bin", version], FETCH_SECONDS, uv_environment())
    return probe(answer([uv, "python", "find", "--managed-python", version], env=uv_environment()).strip())


def environment_python(stack: str) -> str:
    return os.path.join(VENVS, stack, "Scripts", "python.exe") if EXE else os.path.join(VENVS, stack, "bin", "python")


def made_from() -> str:
    """Changes when an environment must be made again: another lock, or another folder."""
    digest = hashlib.sha256(ROOT.encode())
    for name in ("pyproject.toml", "uv.lock"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def stamp(stack: str) -> dict:
    """What is known about the environment of a stack: made_from, python, name, why, asked, extras."""
    try:
        with open(os.path.join(VENVS, stack, STAMP), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def ready(stack: str, extras: list, python: str = "") -> bool:
    """Whether the environment can be used as it is."""
    last = stamp(stack)
    same = last.get("made_from") == made_from() and set(extras) <= set(last["extras"]) and python in ("", last["python"])
    return same and probe(environment_python(stack)) is not None


def synchronise(choice: Choice, extras: list) -> None:
    """Installs what uv.lock says for this interpreter, then the two kernels."""
    say(f"Setting up .venv/{choice.stack} (some minutes and 2 to 3 GB the first time) ...")
    command = [find_uv(), "sync", "--frozen", "--python", choice.interpreter.path]
    for extra in extras:
        command += ["--extra", extra]
    if not sys.stderr.isatty():
        command.append("--quiet")  # no list of 200 packages in a log
    if subprocess.run(command, cwd=ROOT, env=uv_environment(choice.stack), stdout=sys.stderr, check=False).returncode:
        raise SetupError("The packages could not be installed: see uv's message above, then run the same command again.")
    subprocess.run([environment_python(choice.stack), "-m", "helpers.lesson.kernels"], cwd=ROOT, stdout=sys.stderr, check=True)


def announce(stack: str, python: str, why: str) -> str:
    """Says the one line that a person reads, and returns the path of the environment's Python."""
    say(f"Stack: {stack} ({python}, TensorFlow {TENSORFLOW[stack]}), because {why}.")
    return environment_python(stack)


def prepare(stack: str, python: str, extras: list) -> str:
    """The path of the environment's Python; makes the environment first if needed."""
    for name in () if python else (stack,) if stack else STACKS:  # an earlier start's, without looking for interpreters again
        last = stamp(name)
        if (stack or not last.get("asked")) and ready(name, extras):
            return announce(name, last["name"], f"STACK={stack} asks for it" if stack else last["why"])
    paths = [] if python else candidates(os.environ)
    choice = choose(paths, this_platform(), stack, python and (shutil.which(python) or python), fetch=fetch)
    path = announce(choice.stack, choice.interpreter.name, choice.why)
    extras = sorted({*extras, *stamp(choice.stack).get("extras", [])})
    if not ready(choice.stack, extras, choice.interpreter.path):
        synchronise(choice, extras)
    made = {"made_from": made_from(), "python": choice.interpreter.path, "name": choice.interpreter.name, "extras": extras}
    with open(os.path.join(VENVS, choice.stack, STAMP), "w", encoding="utf-8") as file:
        json.dump({**made, "why": choice.why, "asked": bool(stack)}, file)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option in ("--stack", "--python", "--extras"):
        parser.add_argument(option, default="")
    given = parser.parse_args()
    try:
        print(prepare(given.stack, given.python, [name for name in re.split(r"[ ,]+", given.extras) if name]))
    except SetupError as error:
        say(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
