"""Checks the folder of a space before it is uploaded: one [OK] or [FAIL] line for each thing that would stop it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from helpers import checkup, hub
from helpers.checkup import Result
from helpers.errors import CourseError, SpaceError
from helpers.space import process

FIELDS = {
    "title", "domain", "tags", "models", "datasets", "deployspec", "license", "sdk", "sdk_version", "python_version", "app_file",
    "emoji", "colorFrom", "colorTo", "pinned", "short_description",
}  # fmt: skip
DEPLOYSPEC = {"entry_file", "cpu", "memory", "gpu", "gpu_memory", "instance"}
DOMAINS = {"cv", "nlp", "audio", "multi-modal", "AutoML"}
MAX_FILE, MAX_FOLDER = 10 * 2**20, 200 * 2**20  # bytes; above 10 MiB the hubs ask for git-lfs
SKIPPED = {".git", "__pycache__", "runs"}
SECRETS = re.compile(
    r"hf_[A-Za-z0-9]{30,}|sk-[A-Za-z0-9]{20,}|LTAI[A-Za-z0-9]{12,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|(?i:api[_-]?key|access[_-]?key|secret|token|password)\s*[:=]\s*[\"'][^\"'\s]{8,}[\"']"
)
IMPORT = "import runpy; runpy.run_path('app.py', run_name='imported')"


def check(folder, serve=False) -> list[Result]:
    """Check a space, print one [OK] or [FAIL] line for each thing, and return the lines' contents.

    serve: start the app on 127.0.0.1 as well, see that it answers, and stop it.
    """
    folder = Path(folder)
    steps = [check_card, check_entry, check_models, check_requirements, check_sizes, check_secrets] + ([check_answer] if serve else [])
    return checkup.run(steps if folder.is_dir() else [check_folder], folder)


def read_card(folder) -> dict:
    """The front matter (文件头) of README.md. Raises CourseError with one sentence."""
    file = Path(folder) / "README.md"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    found = re.match(r"---\n(.*?)\n---\n", text, re.S)
    if not found:
        raise CourseError("README.md has no front matter between two lines of ---: without it a space does not start.")
    try:
        card = yaml.safe_load(found.group(1))
    except yaml.YAMLError as error:
        raise CourseError(f"The front matter is no YAML: {str(error).splitlines()[0]}.") from error
    if not isinstance(card, dict) or not card:
        raise CourseError("The front matter is empty: without it a space does not start.")
    return card


def check_folder(folder) -> Result:
    """There is a folder at all."""
    return Result("folder", folder.is_dir(), f"{folder}" if folder.is_dir() else f"{folder} does not exist: write a space there first.")


def check_card(folder) -> Result:
    """Front matter parses, and its fields are known."""
    try:
        card = read_card(folder)
    except CourseError as error:
        return Result("card", False, str(error))
    unknown = sorted(set(card) - FIELDS) + sorted(f"deployspec.{name}" for name in set(card.get("deployspec") or {}) - DEPLOYSPEC)
    if unknown:
        return Result("card", False, f"unknown fields: {', '.join(unknown)}.")
    wrong = sorted(set(card.get("domain") or []) - DOMAINS)
    if wrong:
        return Result("card", False, f"unknown domains: {', '.join(wrong)}; use some of {', '.join(sorted(DOMAINS))}.")
    return Result("card", True, f"front matter with {len(card)} known fields")


def check_entry(folder) -> Result:
    """The entry file exists, and Python can import it."""
    entry = _entry(folder)
    if not (folder / entry).is_file():
        return Result("entry", False, f"{entry} is missing: deployspec.entry_file must name the app.")
    done = subprocess.run(
        [sys.executable, "-c", IMPORT.replace("app.py", entry)], cwd=folder, env=process.environment(folder), capture_output=True, text=True
    )
    if done.returncode:
        return Result("entry", False, f"{entry} cannot be imported: {done.stderr.strip().splitlines()[-1]}")
    return Result("entry", True, f"{entry} can be imported")


def check_models(folder) -> Result:
    """Models of the card are in the course's table of styles; carried models are complete."""
    try:
        named = read_card(folder).get("models") or []
    except CourseError:
        named = []
    known = {style.model_id for style in hub.STYLES.values()}
    unknown = [name for name in named if name not in known]
    if unknown:
        return Result("models", False, f"not in the table of styles: {', '.join(unknown)}.")
    carried = sorted(path for path in (folder / "data" / "models").glob("*") if path.is_dir())
    for directory in carried:
        try:
            hub.check(directory)
        except CourseError as error:
            return Result("models", False, str(error))
    return Result("models", True, f"{len(named)} from the hub, {len(carried)} carried along")


def check_requirements(folder) -> Result:
    """Every requirement is pinned: else the space changes under one's feet."""
    file = folder / "requirements.txt"
    lines = [line.split("#")[0].strip() for line in file.read_text().splitlines()] if file.is_file() else []
    lines = list(filter(None, lines))
    if not lines:
        return Result("requirements", False, "requirements.txt is missing or empty.")
    loose = [line for line in lines if not re.fullmatch(r"[\w.\[\]-]+==[\w.+!-]+", line)]
    if loose:
        return Result("requirements", False, f"not pinned to one version: {', '.join(loose)}.")
    return Result("requirements", True, f"{len(lines)} packages, all pinned")


def check_sizes(folder) -> Result:
    """No file, and not all together, above what a hub takes."""
    sizes = {file.relative_to(folder).as_posix(): file.stat().st_size for file in _files(folder)}
    large = [name for name, size in sizes.items() if size > MAX_FILE]
    total = sum(sizes.values())
    if large or total > MAX_FOLDER:
        return Result("sizes", False, f"too large: {', '.join(large) or 'the whole folder'}.")
    return Result("sizes", True, f"{len(sizes)} files, {total / 1e6:.1f} MB")


def check_secrets(folder) -> Result:
    """No string that looks like a key or a password: a space's files are public."""
    for file in _files(folder):
        if file.stat().st_size < 2**20 and SECRETS.search(file.read_text(encoding="utf-8", errors="ignore")):
            return Result(
                "secrets", False, f"{file.relative_to(folder)} holds what looks like a key or password: use the space's settings."
            )
    return Result("secrets", True, "nothing that looks like a key")


def check_answer(folder) -> Result:
    """The app starts and its page answers; it is stopped again."""
    try:
        with process.run(folder, _entry(folder)) as app:
            return Result("answer", True, f"the page answers after {app.seconds:.0f} s")
    except SpaceError as error:
        return Result("answer", False, str(error))


def _entry(folder) -> str:
    try:
        return (read_card(folder).get("deployspec") or {}).get("entry_file") or "app.py"
    except CourseError:
        return "app.py"


def _files(folder):
    return [file for file in sorted(folder.rglob("*")) if file.is_file() and not SKIPPED & set(file.relative_to(folder).parts)]
