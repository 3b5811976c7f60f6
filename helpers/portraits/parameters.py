"""Named parameters with a range: the base of people, light and camera."""

from __future__ import annotations

import dataclasses


def number(default, low, high, about):
    """A real number from low to high."""
    return dataclasses.field(default=default, metadata={"range": (low, high), "about": about})


def choice(options, about):
    """One of several names; the first is the default."""
    return dataclasses.field(default=options[0], metadata={"options": tuple(options), "about": about})


def colour(default, about):
    """An sRGB colour: three numbers from 0 to 255."""
    return dataclasses.field(default=default, metadata={"colour": True, "about": about})


SAMPLERS = {}  # kind -> function of a seed


def sampler(kind):
    """A decorator for the function that draws a random one of a kind: sample() of that kind calls it from then on."""

    def keep(function):
        SAMPLERS[kind] = function
        return function

    return keep


@dataclasses.dataclass(frozen=True)
class Parameters:
    """Frozen fields, checked when made. Raises ValueError that names the field and its range.

    How random ones are drawn is no business of theirs: sampling.py says it, and sample() asks there.
    """

    def __post_init__(self):
        for field in dataclasses.fields(self):
            self._check(field, getattr(self, field.name))

    def _check(self, field, value):
        name, rule = f"{type(self).__name__}.{field.name}", field.metadata
        if "options" in rule and value not in rule["options"]:
            raise ValueError(f"{name} is {value!r}: it must be one of {', '.join(rule['options'])}.")
        if "range" in rule:
            low, high = rule["range"]
            if not inside(value, low, high):
                raise ValueError(f"{name} is {value!r}: it must be a number from {low:g} to {high:g} ({rule['about']}).")
        if "colour" in rule and not (_length(value) == 3 and all(inside(v, 0, 255) for v in value)):
            raise ValueError(f"{name} is {value!r}: it must be three numbers from 0 to 255.")

    @classmethod
    def sample(cls, seed):
        """A random one, balanced; the same seed gives the same one. seed: any whole number."""
        return SAMPLERS[cls](seed)

    def replace(self, **changes):
        """A copy with some fields changed; the copy is checked too."""
        return dataclasses.replace(self, **changes)


def inside(value, low, high):
    """Whether a value is a number from low to high."""
    try:
        return low <= float(value) <= high  # NaN is never inside
    except (TypeError, ValueError):
        return False


def _length(value):
    return len(value) if hasattr(value, "__len__") else 0
