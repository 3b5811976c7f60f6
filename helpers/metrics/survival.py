"""Does an accessory survive the translation (配饰保留)? Glasses that a person wears must be in the picture made of that person.

The judge looks, and it errs as well: how often, on true pictures of the same style, stands in data/checkpoints/judge.json and is part of
the answer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.metrics import judge
from helpers.metrics.intervals import LEVEL, Interval, corrected_share, wilson

# The question to the judge, and the answers that count.
ACCESSORIES = {
    "glasses": ("eyewear", ("glasses",)),
    "sunglasses": ("eyewear", ("sunglasses",)),
    "mask": ("face_mask", ("mask",)),
    "hat": ("hat", ("cap", "beanie")),
    "beard": ("beard", ("beard",)),
}


class Survival(NamedTuple):
    """What became of an accessory. Shares have Wilson intervals."""

    accessory: str
    seen: np.ndarray  # bool [N]: the judge sees it in that picture; for helpers.metrics.intervals.mcnemar between two methods
    kept: Interval  # of the people who wear it, the share in whose picture the judge sees it
    corrected: Interval  # the same without the judge's mistakes
    invented: Interval  # of the others, the share in whose picture the judge sees it all the same
    sensitivity: float  # share of true pictures with the accessory in which the judge sees it: a perfect method keeps so many
    false_alarms: float  # share of true pictures without it in which the judge sees it: a perfect method invents so many


def survival(pictures, wears, accessory, style, level=LEVEL, weights=None) -> Survival:
    """Whether an accessory of ACCESSORIES survived in pictures of known people.

    pictures: RGB uint8 [N, 64, 64, 3], aligned heads, made of people of whom `wears` [N], bool, says whether they wear it. style: what
    the pictures should look like, of judge.QUESTIONS["style"]; the judge's errors are those in that style. Raises ValueError unless some
    wear it and some do not. Survival counts pictures in which it is seen at all: broken rims count as kept.
    """
    wears = np.asarray(wears, bool)
    if wears.shape != (len(pictures),) or wears.all() or not wears.any():
        truths = f"{wears.sum()} of {wears.size}"
        raise ValueError(f"{len(pictures)} pictures need as many truths, some with {accessory} and some without, not {truths}.")
    visible, error = seen(pictures, accessory, weights), judge.report()["accessories"][style][accessory]
    kept, invented = (wilson(int((visible & these).sum()), int(these.sum()), level) for these in (wears, ~wears))
    corrected = corrected_share(kept, error["sensitivity"], error["false_alarms"])
    return Survival(accessory, visible, kept, corrected, invented, error["sensitivity"], error["false_alarms"])


def seen(pictures, accessory, weights=None) -> np.ndarray:
    """Whether the judge sees the accessory in each aligned head, uint8 [N, 64, 64, 3]: bool [N]. Raises ValueError for an unknown one."""
    if accessory not in ACCESSORIES:
        raise ValueError(f"{accessory!r} is not known: ask for one of {', '.join(ACCESSORIES)}.")
    question, counted = ACCESSORIES[accessory]
    return np.isin(judge.answers(pictures, weights)[question], counted)
