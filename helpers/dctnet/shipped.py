"""Fine-tunings that come with the course, unpacked where a training of one's own would have left its last checkpoint.

data/checkpoints/<name>.npz holds the generator alone, its 36 weights as float16 (3 MB); <name>.json says how it was trained.
"""

from __future__ import annotations

import json
from pathlib import Path

from helpers import files, settings
from helpers.errors import ModelError

from . import checkpoints, training_note, unet

SKETCH = "fine_tuned_sketch"  # from anime's U-Net towards the Mini dataset's sketches (data/make/fine_tune.py)


def record(name=SKETCH):
    """How a shipped fine-tuning was made and what it is worth: a dict. Raises ModelError."""
    path = _path(name, ".json")
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path} cannot be read ({error}): get the course again, with its data.") from error


def unpack(work_dir, name=SKETCH):
    """Write work_dir/saved_models/model-N with the shipped generator, N its last step. Returns the prefix, str. Raises ModelError.

    Discriminators and Adam's memory are not shipped; the checkpoint holds fresh ones, so that a training may start from it.
    """
    note, generator = record(name), files.load_shipped(_path(name, ".npz"), "fine-tuned generator", unet.initial_weights(seed=0))
    folder = Path(work_dir) / "saved_models"
    prefix = checkpoints.write(folder, note["steps"] - 1, checkpoints.fresh(seed=0, weights=generator))
    training_note.write(folder, note[training_note.KEY])
    return str(prefix)


def _path(name, ending):
    return settings.DATA / "checkpoints" / (name + ending)
