"""A check-up: one [OK] or [FAIL] line for each thing that must be right. The doctor uses it, and the check of a space."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line of a check-up."""

    name: str
    ok: bool
    text: str

    def __str__(self) -> str:
        return f"{'[OK]  ' if self.ok else '[FAIL]'} {self.name}: {self.text}"


def run(steps, *arguments) -> list[Result]:
    """Take steps in turn, print each line as soon as it is known, and return all of them.

    steps: functions called check_<what>, each of which takes the arguments and returns a Result or a list of them.
    """
    results = []
    for step in steps:
        for result in guarded(step, *arguments):
            print(result, flush=True)
            results.append(result)
    return results


def guarded(step, *arguments) -> list[Result]:
    """A step's results; one that breaks is a [FAIL] line, not a traceback."""
    try:
        found = step(*arguments)
    except Exception as error:  # whatever is broken here is what the reader wants to know
        return [Result(step.__name__.replace("check_", ""), False, f"{type(error).__name__}: {error}")]
    return [found] if isinstance(found, Result) else found
