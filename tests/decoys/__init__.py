"""Wrong answers to each exercise, of the kind that a learner gives, and a word of the sentence that each must get.

A module for each notebook, with DECOYS: the exercise's name -> [(wrong answer, word), ...].
"""

from __future__ import annotations

import importlib
import pkgutil

DECOYS = {}
for module in pkgutil.iter_modules(__path__):
    DECOYS.update(importlib.import_module(f"{__name__}.{module.name}").DECOYS)
