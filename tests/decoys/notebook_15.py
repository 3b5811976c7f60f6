"""Plausible wrong answers to the exercises of notebook 15."""

from __future__ import annotations

DECOYS = {
    "front_matter": [(lambda fields: "---\n" + str(fields), "three dashes")],
    "is_pinned": [(lambda line: "==" in line, "gradio==6.*")],
    "fit": [(lambda image, limit: image[:limit, :limit], "limit 60")],
}
