"""Compare ModelScope's own pipeline with ours on the model directory that notebook 13 exports: data/checkpoints/exported_sketch.json.

    python data/make/compare_export.py        # on the card's stack (Python 3.8), where ModelScope's pipeline runs

The functions are the notebook's own.
"""

from __future__ import annotations

import functools
import json
import shutil
import tempfile
from pathlib import Path

from helpers import CartoonTranslationExporter, portraits
from helpers.dctnet import shipped
from helpers.files import write_text
from helpers.lesson.definitions import definitions
from helpers.settings import DATA, MODELS, ROOT

from skimage.data import astronaut

STORED = DATA / "checkpoints" / "exported_sketch.json"
PEOPLE = (102, 131)  # seeds of drawn people


@functools.lru_cache(maxsize=None)
def photos():
    """The photos on which the pipelines are compared: dict name -> RGB uint8."""
    drawn = {f"drawn person {seed}": portraits.render(portraits.Identity.sample(seed), size=512) for seed in PEOPLE}
    return {"astronaut": astronaut(), **drawn}


def compare_pipelines(work):
    """What the notebook shows: name -> share of equal values and largest difference. The control exchanges the model."""
    page = definitions(ROOT / "notebooks" / "13_export.ipynb")
    directory = Path(shutil.copytree(str(MODELS / "anime"), str(work / "pencil")))
    checkpoint = shipped.unpack(work / "unpacked")
    for name in ("cartoon_h.pb", "cartoon_bg.pb"):
        CartoonTranslationExporter().export_frozen_graph_def(checkpoint, str(directory / name))
    theirs = page.modelscope_paints(directory, photos().values(), work)
    ours = [page.ours_paints(directory, photo) for photo in photos().values()]
    found = dict(zip(photos(), map(page.compare, ours, theirs)))
    (before,) = page.modelscope_paints(MODELS / "anime", [astronaut()], work)
    return {**found, "control: the model before export": page.compare(ours[0], before)}


def main():
    with tempfile.TemporaryDirectory() as folder:
        found = {"pipelines": compare_pipelines(Path(folder))}
    write_text(STORED, json.dumps(found, indent=4) + "\n")
    print(STORED.read_text())


if __name__ == "__main__":
    main()
