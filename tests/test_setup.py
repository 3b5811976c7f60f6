"""The set-up scripts: which stack a machine gets, what is trusted, what happens without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import bootstrap
import lab
import pytest
from bootstrap import Interpreter, SetupError, choose

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
    assert choice.why == "Python 3.8.18 was found: pyenv"


@pytest.mark.parametrize("version", ["3.10.13", "3.11.2", "3.12.1", "3.13.0"])
def test_only_a_newer_python(version):
    paths, run = machine(shim=None, system=version)
    fetch = Fetch()
    choice = choose(paths, LINUX, run=run, fetch=fetch)
    assert (choice.stack, choice.interpreter.path, fetch.asked) == ("current", "system", ["3.8"])
    assert "no Python 3.8 runs here and none could be fetched" in choice.why


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
    assert "has no wheels for arm64" in choice.why


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
    assert bootstrap.probe(sys.executable).version == sys.version_info[:3]
    assert bootstrap.probe(shim) is None
    assert bootstrap.probe(executable(tmp_path / "liar", "#!/bin/sh\necho Python 3.8.18\n")) is None
    pypy = executable(tmp_path / "pypy", "#!/bin/sh\necho '[[3, 8, 16], \"PyPy\", 64, false]'\n")
    free_threaded = executable(tmp_path / "python3.13t", "#!/bin/sh\necho '[[3, 13, 0], \"CPython\", 64, true]'\n")
    assert bootstrap.probe(pypy) is None and bootstrap.probe(free_threaded) is None
    assert bootstrap.probe(str(tmp_path / "missing")) is None


def test_candidates_look_into_pyenv_and_what_uv_fetched(tmp_path, shim, monkeypatch):
    monkeypatch.setattr(bootstrap, "PYTHONS", str(tmp_path / "pythons"))
    pyenv = executable(tmp_path / "home" / ".pyenv" / "versions" / "3.8.18" / "bin" / "python", "#!/bin/sh\n")
    fetched = executable(tmp_path / "pythons" / "cpython-3.8.20-linux" / "bin" / "python3", "#!/bin/sh\n")
    paths = bootstrap.candidates({"PATH": str(Path(shim).parent), "HOME": str(tmp_path / "home")})
    assert [path for path in paths if str(tmp_path) in path] == [shim, pyenv, fetched]
    assert sys.executable in paths


def test_python_sh_passes_over_a_python_that_fails(tmp_path, shim):
    executable(tmp_path / "shims" / "python3", "#!/bin/sh\nexit 127\n")
    executable(tmp_path / "shims" / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    environ = {"PATH": f"{tmp_path / 'shims'}:/bin:/usr/bin", "HOME": str(tmp_path)}
    command = ["sh", str(ROOT / "tools" / "python.sh"), "-c", "import sys; print(sys.version_info[:3])"]
    answer = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == str(sys.version_info[:3])


UV = """#!/bin/sh
[ "$2" = install ] && exec sleep {seconds}
echo {python}
"""


def test_fetching_gives_up_in_time(tmp_path, monkeypatch):
    """A line that stands still costs no more than the seconds that the person was told."""
    monkeypatch.setattr(bootstrap, "find_uv", lambda: executable(tmp_path / "uv", UV.format(seconds=60, python="")))
    monkeypatch.setattr(bootstrap, "FETCH_SECONDS", 1)
    start = time.time()
    assert bootstrap.fetch("3.8") is None
    assert time.time() - start < 10


def test_what_was_fetched_is_run_before_it_is_trusted(tmp_path, shim, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_uv", lambda: str(tmp_path / "uv"))
    for python, version in ((sys.executable, sys.version_info[:3]), (shim, None)):
        executable(tmp_path / "uv", UV.format(seconds=0, python=python))
        found = bootstrap.fetch("3.8")
        assert (found and found.version) == version


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of its own, in which 3.8 and 3.13 are found, and making an environment is a line in a list: course.made."""
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).write_text("content")
    for name in ("ROOT", "VENVS", "PYTHONS"):
        place = {"ROOT": tmp_path, "VENVS": tmp_path / ".venv", "PYTHONS": tmp_path / ".venv" / "pythons"}[name]
        monkeypatch.setattr(bootstrap, name, str(place))
    paths, run = machine(old="3.8.18", new="3.13.0", other="3.12.1")
    made = []

    def synchronise(choice, extras):
        made.append((choice.stack, choice.interpreter.path, *extras))
        executable(Path(bootstrap.environment_python(choice.stack)), f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')

    monkeypatch.setattr(bootstrap, "synchronise", synchronise)
    monkeypatch.setattr(bootstrap, "candidates", lambda environ: list(course.paths))
    monkeypatch.setattr(bootstrap, "this_platform", lambda: LINUX)
    monkeypatch.setattr(bootstrap, "choose", lambda *given, **options: choose(*given, **{**options, "run": run, "fetch": course.fetch}))
    course = SimpleNamespace(folder=tmp_path, made=made, paths=paths, fetch=Fetch())
    return course


def no_search(*_):
    raise AssertionError("a second start must not look for interpreters, ask for uv, or use the network")


@pytest.mark.skipif(os.name == "nt", reason="fake interpreters are shell scripts")
class TestStarts:
    def test_a_second_start_needs_no_network_and_says_the_same_line(self, course, monkeypatch, capsys):
        expected = str(course.folder / ".venv" / "pinned" / "bin" / "python")
        line = "Stack: pinned (Python 3.8.18, TensorFlow 2.7.4), because Python 3.8.18 was found: old."
        assert bootstrap.prepare("", "", []) == expected and line in capsys.readouterr().err
        for name in ("choose", "candidates", "find_uv", "fetch"):
            monkeypatch.setattr(bootstrap, name, no_search)
        assert bootstrap.prepare("", "", []) == expected and line in capsys.readouterr().err
        assert bootstrap.prepare("pinned", "", []) == expected
        assert "because STACK=pinned asks for it." in capsys.readouterr().err
        assert course.made == [("pinned", "old")]

    def test_a_machine_without_python_38_asks_for_it_once(self, course):
        course.paths.remove("old")
        for _ in range(2):
            bootstrap.prepare("", "", [])
        assert course.made == [("current", "new")] and course.fetch.asked == ["3.8"]

    def test_a_stack_that_was_asked_for_once_is_not_the_choice_for_ever(self, course):
        bootstrap.prepare("current", "", [])
        bootstrap.prepare("", "", [])
        assert course.made == [("current", "new"), ("pinned", "old")]
        bootstrap.prepare("current", "", [])
        assert len(course.made) == 2

    def test_a_stack_that_was_asked_for_is_used_where_it_is_the_choice_too(self, course):
        course.paths.remove("old")
        bootstrap.prepare("current", "", [])
        for _ in range(2):
            bootstrap.prepare("", "", [])
        assert course.made == [("current", "new")] and course.fetch.asked == ["3.8"]

    def test_another_interpreter_makes_the_environment_again(self, course):
        for python in ("new", "other", "other"):
            bootstrap.prepare("", python, [])
        assert course.made == [("current", "new"), ("current", "other")]

    def test_extras_are_added_and_stay(self, course):
        for extras in ([], ["onnx"], [], ["gpu"]):
            bootstrap.prepare("", "", extras)
        assert course.made == [("pinned", "old"), ("pinned", "old", "onnx"), ("pinned", "old", "gpu", "onnx")]

    @pytest.mark.parametrize("change", ["lock", "environment", "folder"])
    def test_what_has_changed_is_made_again(self, course, change, monkeypatch):
        bootstrap.prepare("", "", [])
        if change == "lock":
            (course.folder / "uv.lock").write_text("new content")
        elif change == "environment":
            executable(Path(bootstrap.environment_python("pinned")), "#!/bin/sh\nexit 1\n")
        else:
            moved = course.folder / "moved"
            for name in ("pyproject.toml", "uv.lock", ".venv"):
                moved.mkdir(exist_ok=True)
                (course.folder / name).rename(moved / name)
            monkeypatch.setattr(bootstrap, "ROOT", str(moved))
            monkeypatch.setattr(bootstrap, "VENVS", str(moved / ".venv"))
        bootstrap.prepare("", "", [])
        assert course.made == [("pinned", "old")] * 2

    def test_an_installation_that_failed_is_tried_again(self, course, monkeypatch):
        works = bootstrap.synchronise

        def fails(choice, extras):
            works(choice, extras)
            raise SetupError("The packages could not be installed.")

        monkeypatch.setattr(bootstrap, "synchronise", fails)
        with pytest.raises(SetupError):
            bootstrap.prepare("", "", [])
        monkeypatch.setattr(bootstrap, "synchronise", works)
        bootstrap.prepare("", "", [])
        assert len(course.made) == 2


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
