"""Makes the environment of one stack ready and prints the path of its Python. Everything else goes to stderr.

Usage: bootstrap.py [--stack pinned|current] [--python PATH] [--extras gpu,onnx]
Standard library only. A second run touches no network: it compares a stamp with the lock file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import stack as stacks

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENVS = os.path.join(ROOT, ".venv")
TOOLS = os.path.join(VENVS, "tools")  # uv, if there is none on PATH
PYTHONS = os.path.join(VENVS, "pythons")  # what uv fetched
CHOICE = os.path.join(VENVS, "choice.json")  # what was chosen when nothing was asked for
STAMP = "course.json"  # in an environment: what it was made from
UV_OLDEST, UV_RANGE = (0, 8), "uv>=0.8,<0.14"  # the versions that pyproject.toml's build backend admits
FETCH_SECONDS = 20


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def read_json(path: str) -> dict:
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def write_json(path: str, content: dict) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(content, file)
    os.replace(path + ".part", path)


def lock_hash() -> str:
    """Changes when an environment must be made again."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "uv.lock"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest() + ROOT  # a folder that was moved needs a new environment


def environment_python(stack: str) -> str:
    folder = os.path.join(VENVS, stack)
    return os.path.join(folder, "Scripts", "python.exe") if os.name == "nt" else os.path.join(folder, "bin", "python")


def ready(stack: str, python: str, extras: list) -> dict:
    """The stamp of an environment that can be used as it is, else {}."""
    stamp = read_json(os.path.join(VENVS, stack, STAMP))
    same = stamp.get("lock") == lock_hash() and set(extras) <= set(stamp.get("extras", []))
    if same and python in ("", stamp["python"]) and stacks.probe(environment_python(stack)):
        return stamp
    return {}


def uv_environment(stack: str = "") -> dict:
    environ = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    # Trust what the system trusts: many schools and companies look into TLS with a certificate of their own.
    environ.setdefault("UV_SYSTEM_CERTS", "1")
    environ.setdefault("UV_HTTP_TIMEOUT", "120")
    environ["UV_PYTHON_INSTALL_DIR"] = PYTHONS
    environ["UV_PROJECT_ENVIRONMENT"] = os.path.join(VENVS, stack)
    return environ


def uv_works(path: str) -> bool:
    try:
        answer = subprocess.run([path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    version = re.search(rb"(\d+)\.(\d+)", answer.stdout)
    return bool(version) and tuple(map(int, version.groups())) >= UV_OLDEST


def find_uv() -> str:
    """A uv that runs: this project's own, the one on PATH, else a new one by pip into .venv/tools."""
    own = [os.path.join(TOOLS, folder, "uv" + (".exe" if os.name == "nt" else "")) for folder in ("bin", "Scripts")]
    for path in own + [shutil.which("uv") or ""]:
        if path and uv_works(path):
            return path
    say("Installing uv into .venv/tools ...")
    for python in stacks.candidates(os.environ):
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "--target", TOOLS, UV_RANGE]
        environ = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")  # no warning: nothing goes outside this folder
        if has_pip(python) and subprocess.run(command, env=environ, stdout=sys.stderr, check=False).returncode == 0:
            break
    for path in own:
        if uv_works(path):
            return path
    raise stacks.SetupError("uv could not be installed by pip: check the network and that pip is there, or install uv yourself.")


def has_pip(python: str) -> bool:
    try:
        answer = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


def fetch(version: str):
    """Downloads a Python into .venv/pythons; None if that fails or takes longer than FETCH_SECONDS."""
    say(f"No Python {version} runs here. Trying to fetch one (at most {FETCH_SECONDS} s) ...")
    command = [find_uv(), "python", "install", "--quiet", "--no-bin", version]
    try:
        subprocess.run(command, env=uv_environment(), timeout=FETCH_SECONDS, stdout=sys.stderr, stderr=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    wanted = tuple(map(int, version.split(".")))
    for path in stacks.candidates({"PATH": "", "HOME": PYTHONS}, fetched=PYTHONS):
        interpreter = stacks.probe(path)
        if interpreter and path.startswith(PYTHONS) and interpreter.version[:2] == wanted:
            return interpreter
    return None


def synchronise(choice: stacks.Choice, extras: list) -> None:
    """Installs what uv.lock says for this interpreter, then the two kernels."""
    before = read_json(os.path.join(VENVS, choice.stack, STAMP))
    extras = sorted(set(extras) | set(before.get("extras", [])))
    say(f"Setting up .venv/{choice.stack} (some minutes and 2 to 3 GB the first time) ...")
    command = [find_uv(), "sync", "--frozen", "--python", choice.interpreter.path]
    for extra in extras:
        command += ["--extra", extra]
    if not sys.stderr.isatty():
        command.append("--quiet")  # no list of 200 packages in a log
    if subprocess.run(command, cwd=ROOT, env=uv_environment(choice.stack), stdout=sys.stderr, check=False).returncode:
        raise stacks.SetupError("The packages could not be installed: see uv's message above, then run the same command again.")
    python = environment_python(choice.stack)
    subprocess.run([python, "-m", "helpers.lesson.kernels"], cwd=ROOT, stdout=sys.stderr, check=True)
    stamp = {"lock": lock_hash(), "python": choice.interpreter.path, "name": choice.interpreter.name, "extras": extras}
    write_json(os.path.join(VENVS, choice.stack, STAMP), stamp)


def remembered(stack: str, python: str, extras: list):
    """(stack, line) without looking for interpreters again, if the environment is ready; else None."""
    if python:
        return None
    last = {} if stack else read_json(CHOICE)
    name = stack or last.get("stack")
    stamp = ready(name, "", extras) if name in stacks.PLATFORMS else {}
    if not stamp:
        return None
    return name, stacks.describe(name, stamp["name"], last.get("why") or f"STACK={stack} asks for it")


def prepare(stack: str, python: str, extras: list) -> str:
    """The path of the environment's Python; makes the environment first if needed."""
    known = remembered(stack, python, extras)
    if known:
        say(known[1])
        return environment_python(known[0])
    fetched = PYTHONS if os.path.isdir(PYTHONS) else ""
    paths = [] if python else stacks.candidates(os.environ, fetched=fetched)
    choice = stacks.choose(paths, stacks.this_platform(), stack, shutil.which(python) or python if python else "", fetch=fetch)
    say(choice.line)
    if not ready(choice.stack, choice.interpreter.path, extras):
        synchronise(choice, extras)
    if not stack and not python:
        write_json(CHOICE, {"stack": choice.stack, "why": choice.why})
    return environment_python(choice.stack)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stack", default="")
    parser.add_argument("--python", default="")
    parser.add_argument("--extras", default="")
    given = parser.parse_args()
    try:
        print(prepare(given.stack, given.python, [name for name in re.split(r"[ ,]+", given.extras) if name]))
    except stacks.SetupError as error:
        say(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
