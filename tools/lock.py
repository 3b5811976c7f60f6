"""Resolves the dependencies again and rewrites what follows from uv.lock: requirements.txt and environment.yml.

Usage: lock.py [--check]   With --check nothing is resolved or written; the exit status says whether the files agree.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bootstrap  # noqa: E402  (the folder of this script is no package)

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# For people with pip only: python -m pip install --requirement requirements.txt --editable .
# Made from uv.lock by `make lock`: do not edit. Python 3.8 gets the card's stack, 3.10 to 3.13 the current one.
"""
CONDA = """\
# The card's stack for conda: conda env create --file environment.yml
# The pip section is uv.lock's answer for Python 3.8, written by `make lock`: do not edit. pyproject.toml says why for each pin.
# opencv-python is taken as its headless build: the same cv2, and no system GL library to miss on a server.
name: portrait-cartoon-course
channels:
  - conda-forge
dependencies:
  - python=3.8
  - pip
  - pip:
"""


def uv(*arguments: str) -> str:
    command = [bootstrap.find_uv(), *arguments]
    return subprocess.run(command, cwd=ROOT, env=bootstrap.uv_environment("lock"), check=True, capture_output=True, text=True).stdout


def exported() -> list[str]:
    """The locked packages, one requirement with its marker a line, without hashes and addresses."""
    options = ["--frozen", "--no-hashes", "--no-emit-project", "--no-annotate", "--no-header"]
    return [line for line in uv("export", *options).splitlines() if line.strip()]


def for_python_38(requirements: list[str]) -> list[str]:
    """The lines that hold on Python 3.8; what is left of the marker names platforms only."""
    from packaging.requirements import Requirement

    machines = [("linux", "x86_64", "Linux"), ("darwin", "x86_64", "Darwin"), ("win32", "AMD64", "Windows")]
    kept = []
    for line in requirements:
        requirement = Requirement(line)
        holds = [system for system, machine, name in machines if holds_on(requirement, system, machine, name)]
        pin = f"{requirement.name}{requirement.specifier}"
        if len(holds) == len(machines):
            kept.append(pin)
        elif holds:
            kept.append(f"{pin} ; " + " or ".join(f"sys_platform == '{system}'" for system in holds))
    return kept


def holds_on(requirement, system: str, machine: str, name: str) -> bool:
    if requirement.marker is None:
        return True
    python = {"python_version": "3.8", "python_full_version": "3.8.18", "implementation_name": "cpython"}
    python["platform_python_implementation"] = "CPython"
    machine_values = {"sys_platform": system, "platform_machine": machine, "platform_system": name}
    machine_values["os_name"] = "nt" if system == "win32" else "posix"
    return requirement.marker.evaluate({**python, **machine_values})


def contents() -> dict[str, str]:
    """File name -> what follows from uv.lock."""
    requirements = exported()
    pins = "".join(f'      - "{pin}"\n' for pin in for_python_38(requirements))
    return {
        "requirements.txt": HEADER + "".join(line + "\n" for line in requirements),
        "environment.yml": CONDA + pins + '      - "--editable ."\n',
    }


def main() -> int:
    check = "--check" in sys.argv[1:]
    if not check:
        # Only the ordinary public index may be recorded, whatever this machine is configured to use.
        uv("lock", "--no-config", "--default-index", "https://pypi.org/simple")
    wrong = []
    for name, content in contents().items():
        path = ROOT / name
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != content):
            wrong.append(name)
        elif not check:
            path.write_text(content, encoding="utf-8")
    if wrong:
        print(f"{' and '.join(wrong)} do not follow from uv.lock: run `make lock`.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
