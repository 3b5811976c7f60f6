"""Checks for the exercises of notebook 15."""

from __future__ import annotations

import numpy as np
import yaml

from .tools import WrongAnswer, exercise, expect_array


@exercise
def front_matter(answer):
    """front_matter(fields) -> the text of a card's head: YAML between two lines of ---."""
    for fields in ({"domain": ["cv"], "license": "Apache License 2.0"}, {"tags": ["a: b", "c"], "deployspec": {"entry_file": "app.py"}}):
        text = answer(fields)
        if not isinstance(text, str):
            raise WrongAnswer(f"Expected text, got {type(text).__name__}.")
        lines = text.strip().splitlines()
        if lines[0] != "---" or lines[-1] != "---":
            raise WrongAnswer("Expected the first and the last line to be three dashes.")
        try:
            read = yaml.safe_load("\n".join(lines[1:-1]))
        except yaml.YAMLError:
            raise WrongAnswer(f"For {fields}: what stands between the lines is no YAML.") from None
        if read != fields:
            raise WrongAnswer(f"For {fields}: read back it says {read}.")


@exercise
def is_pinned(answer):
    """is_pinned(line) -> whether a line of requirements.txt allows exactly one version."""
    cases = {"gradio==6.31.0": True, "gradio>=4": False, "gradio": False, "gradio==6.*": False, "gradio[oauth]==6.31.0": True}
    cases.update({"numpy==1.18.5  # the card's": True, "numpy~=1.18": False})
    for line, wanted in cases.items():
        if bool(answer(line)) != wanted:
            raise WrongAnswer(f"For {line!r}: expected {wanted}, got {answer(line)}.")


@exercise
def fit(answer):
    """fit(image, limit) -> the picture, its longer side at most `limit` pixels, its proportions kept."""
    for height, width, limit in ((80, 120, 60), (300, 100, 150), (40, 50, 60)):
        image = np.arange(height * width * 3, dtype=np.uint32).reshape(height, width, 3).astype(np.uint8)
        got = np.asarray(answer(image, limit))
        scale = min(1, limit / max(height, width))
        wanted = [round(height * scale), round(width * scale)]
        where = f"a picture of {width}x{height} and limit {limit}"
        expect_array(list(got.shape[:2]), wanted, where, tolerance=1)
        if got.dtype != np.uint8 or got.shape[2:] != (3,):
            raise WrongAnswer(f"For {where}: expected uint8 with three colours.")
        if scale == 1:
            expect_array(got, image, f"{where} (small enough already)")
