"""The set-up scripts: which stack a machine gets, what is trusted, what happens without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import bootstrap
import lab
import pytest
import stack
from stack import Interpreter, SetupError, choose

ROOT = Path(__file__).resolve().parent.parent
LINUX, LINUX_ARM, INTEL_MAC, APPLE = ("Linux", "x86_64"), ("Linux", "arm64"), ("Darwin", "x86_64"), ("Darwin", "arm64")


def machine(**versions):
    """Fake candidates: path -> version such as "3.8.18", or None for one that fails; and the function that runs them."""
    found = {name: version and tuple(map(int, version.split("."))) for name, version in versions.items()}
    return list(found), lambda path: Interpreter(path, found[path]) if found.get(path) else None


class Fetch:
    """A fake download that remembers what it was asked for."""

    def __init__(self, works: bool = False):
        self.works, self.asked = works, []

    def __call__(self, version: str):
        self.asked.append(version)
        return Interpreter("fetched", tuple(map(int, version.split("."))) + (1,)) if self.works else None


def test_a_failing_shim_is_passed_over_for_pyenv():
    paths, run = machine(shim=None, system="3.11.2", pyenv="3.8.18")
    choice = choose(paths, LINUX, run=run)
    assert (choice.stack, choice.interpreter.path) == ("pinned", "pyenv")
    assert choice.line == "Stack: pinned (Python 3.8.18, TensorFlow 2.7.4), because Python 3.8.18 was found: pyenv."


@pytest.mark.parametrize("version", ["3.10.13", "3.11.2", "3.12.1", "3.13.0"])
def test_only_a_newer_python(version):
    paths, run = machine(shim=None, system=version)
    fetch = Fetch()
    choice = choose(paths, LINUX, run=run, fetch=fetch)
    assert (choice.stack, choice.interpreter.path, fetch.asked) == ("current", "system", ["3.8"])
    assert "no Python 3.8 runs here and none could be fetched" in choice.line


def test_python_38_is_fetched_if_possible():
    paths, run = machine(system="3.12.1")
    choice = choose(paths, LINUX, run=run, fetch=Fetch(works=True))
    assert (choice.stack, choice.interpreter.path) == ("pinned", "fetched")


def test_the_newest_supported_is_taken():
    paths, run = machine(a="3.10.1", b="3.14.0", c="3.13.0", d="3.11.7", e="3.9.1")
    assert choose(paths, LINUX, run=run).interpreter.path == "c"


@pytest.mark.parametrize("here", [APPLE, LINUX_ARM])
def test_arm_takes_the_current_stack_whatever_is_installed(here):
    paths, run = machine(old="3.8.18", new="3.11.7")
    fetch = Fetch()
    choice = choose(paths, here, run=run, fetch=fetch)
    assert (choice.stack, choice.interpreter.path, fetch.asked) == ("current", "new", [])
    assert "has no wheels for arm64" in choice.line


def test_intel_mac_takes_the_pinned_stack_only():
    paths, run = machine(old="3.8.18", new="3.11.7")
    assert choose(paths, INTEL_MAC, run=run).stack == "pinned"
    with pytest.raises(SetupError, match="STACK=pinned"):
        choose(paths, INTEL_MAC, stack="current", run=run)


def test_the_person_decides():
    paths, run = machine(old="3.8.18", new="3.11.7")
    assert choose(paths, LINUX, stack="current", run=run).stack == "current"
    assert choose([], LINUX, python="new", run=run).stack == "current"
    assert choose([], LINUX, python="old", run=run).stack == "pinned"


@pytest.mark.parametrize(
    "here, asked, words",
    [
        (LINUX, {"python": "p39"}, "Python 3.9.18 is not supported"),
        (LINUX, {"python": "p314"}, "Python 3.14.0 is not supported"),
        (LINUX, {"python": "broken"}, "does not run"),
        (LINUX, {"python": "p38", "stack": "current"}, "belongs to the pinned stack"),
        (APPLE, {"python": "p38"}, "no wheels for Darwin on arm64: use Python 3.10 to 3.13"),
        (LINUX, {"stack": "newest"}, "say STACK=pinned or STACK=current"),
        (APPLE, {"stack": "pinned"}, "say STACK=current"),
        (("Linux", "riscv64"), {}, "no wheels for Linux on riscv64"),
        (LINUX, {}, "No suitable Python runs here (found: Python 3.14.0, Python 3.9.18)"),
    ],
)
def test_one_sentence_for_what_cannot_be(here, asked, words):
    _, run = machine(p38="3.8.18", p39="3.9.18", p314="3.14.0", broken=None)
    with pytest.raises(SetupError) as error:
        choose(["p39", "p314", "broken"], here, run=run, **asked)
    assert words in str(error.value) and "\n" not in str(error.value) and str(error.value).endswith(".")


def executable(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def shim(tmp_path) -> str:
    """What pyenv puts on PATH for a version that is not switched on."""
    return executable(tmp_path / "shims" / "python3.8", "#!/bin/sh\necho 'pyenv: python3.8: command not found' >&2\nexit 127\n")


def test_probe_runs_what_it_trusts(tmp_path, shim):
    assert stack.probe(sys.executable).version == sys.version_info[:3]
    assert stack.probe(shim) is None
    assert stack.probe(executable(tmp_path / "liar", "#!/bin/sh\necho Python 3.8.18\n")) is None
    pypy = executable(tmp_path / "pypy", "#!/bin/sh\necho '[[3, 8, 16], \"PyPy\", 64, false]'\n")
    free_threaded = executable(tmp_path / "python3.13t", "#!/bin/sh\necho '[[3, 13, 0], \"CPython\", 64, true]'\n")
    assert stack.probe(pypy) is None and stack.probe(free_threaded) is None
    assert stack.probe(str(tmp_path / "missing")) is None


def test_candidates_look_into_pyenv_and_what_uv_fetched(tmp_path, shim):
    pyenv = executable(tmp_path / "home" / ".pyenv" / "versions" / "3.8.18" / "bin" / "python", "#!/bin/sh\n")
    fetched = executable(tmp_path / "pythons" / "cpython-3.8.20-linux" / "bin" / "python3", "#!/bin/sh\n")
    environ = {"PATH": str(Path(shim).parent), "HOME": str(tmp_path / "home")}
    paths = stack.candidates(environ, fetched=str(tmp_path / "pythons"))
    assert [path for path in paths if str(tmp_path) in path] == [shim, pyenv, fetched]
    assert sys.executable in paths


def test_python_sh_passes_over_a_python_that_fails(tmp_path, shim):
    executable(tmp_path / "shims" / "python3", "#!/bin/sh\nexit 127\n")
    executable(tmp_path / "shims" / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    environ = {"PATH": f"{tmp_path / 'shims'}:/bin:/usr/bin", "HOME": str(tmp_path)}
    command = ["sh", str(ROOT / "tools" / "python.sh"), "-c", "import sys; print(sys.version_info[:3])"]
    answer = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == str(sys.version_info[:3])


def test_fetching_gives_up_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_uv", lambda: executable(tmp_path / "uv", "#!/bin/sh\nexec sleep 60\n"))
    monkeypatch.setattr(bootstrap, "PYTHONS", str(tmp_path / "pythons"))
    assert bootstrap.FETCH_SECONDS == 20
    monkeypatch.setattr(bootstrap, "FETCH_SECONDS", 1)
    start = time.time()
    assert bootstrap.fetch("3.8") is None
    assert time.time() - start < 10


def no_network(*_, **__):
    raise AssertionError("a second start must not ask for uv or the network")


@pytest.fixture
def made(tmp_path, monkeypatch) -> Path:
    """A folder whose pinned environment was made by an earlier start."""
    venvs = tmp_path / ".venv"
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).write_text("content")
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENVS", str(venvs))
    monkeypatch.setattr(bootstrap, "PYTHONS", str(venvs / "pythons"))
    monkeypatch.setattr(bootstrap, "CHOICE", str(venvs / "choice.json"))
    monkeypatch.setattr(bootstrap, "find_uv", no_network)
    executable(venvs / "pinned" / "bin" / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    bootstrap.write_json(bootstrap.CHOICE, {"stack": "pinned", "why": "Python 3.8.18 was found: somewhere"})
    stamp = {"lock": bootstrap.lock_hash(), "python": "/opt/python3.8", "name": "Python 3.8.18", "extras": []}
    bootstrap.write_json(str(venvs / "pinned" / "course.json"), stamp)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="fake interpreters are shell scripts")
def test_second_start_needs_no_network(made, capsys):
    expected = str(made / ".venv" / "pinned" / "bin" / "python")
    assert bootstrap.prepare("", "", []) == expected
    assert "Stack: pinned (Python 3.8.18, TensorFlow 2.7.4), because Python 3.8.18 was found: somewhere." in capsys.readouterr().err
    assert bootstrap.prepare("pinned", "", []) == expected
    assert "because STACK=pinned asks for it." in capsys.readouterr().err


def test_a_changed_lock_an_extra_or_a_broken_environment_is_made_again(made):
    assert bootstrap.remembered("pinned", "", []) and not bootstrap.remembered("pinned", "", ["onnx"])
    assert not bootstrap.remembered("current", "", [])
    (made / "uv.lock").write_text("new content")
    assert not bootstrap.remembered("pinned", "", [])
    (made / "uv.lock").write_text("content")
    executable(made / ".venv" / "pinned" / "bin" / "python", "#!/bin/sh\nexit 1\n")
    assert not bootstrap.remembered("pinned", "", [])


def test_lab_copies_notebooks_and_keeps_what_the_reader_changed(tmp_path):
    source, target = tmp_path / "notebooks", tmp_path / "runs" / "notebooks"
    source.mkdir()
    for name in ("00_a.ipynb", "01_b.ipynb"):
        (source / name).write_text("first")
    assert lab.copy_notebooks(source, target) == []
    (target / "00_a.ipynb").write_text("my work")
    (source / "00_a.ipynb").write_text("second")
    (source / "01_b.ipynb").write_text("second")
    assert lab.copy_notebooks(source, target) == ["00_a.ipynb"]
    assert (target / "00_a.ipynb").read_text() == "my work" and (target / "01_b.ipynb").read_text() == "second"
