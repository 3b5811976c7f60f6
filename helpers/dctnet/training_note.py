"""What a checkpoint cannot hold about its training: which features the content loss compared, and with which options the run was made.

The trainer writes it beside its checkpoints, and says what differs when it goes on. The exporter carries the features into the
configuration.json of the model directory, so that an exported model says what it was trained with.
"""

from __future__ import annotations

import json
from pathlib import Path

from helpers import files
from helpers.errors import ModelError

FILE = "training.json"
CONFIGURATION = "configuration.json"  # of a model directory
KEY, OPTIONS = "content_features", "options"


def write(saved_models, features, options=None):
    """Note both beside the checkpoints. features: text. options: dict of what JSON can hold."""
    _write_json(Path(saved_models) / FILE, {KEY: features, **({OPTIONS: options} if options else {})})


def read(ckpt_path):
    """What an exported model shall say: a dict, empty where no note lies beside the checkpoint (upstream writes none)."""
    note = _read_json(Path(ckpt_path).parent / FILE)
    return {KEY: note[KEY]} if KEY in note else {}


def changes(saved_models, options):
    """One sentence for each option with which the run in this folder was made otherwise: list of text."""
    before = _read_json(Path(saved_models) / FILE).get(OPTIONS) or {}
    return [
        f"{name} is {value} from here on; the steps before were made with {before[name]}."
        for name, value in options.items()
        if name in before and before[name] != value
    ]


def _read_json(file):
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def add_to(configuration, note):
    """Put a note into the `train` block of a configuration.json. Raises ModelError if that is corrupt, and OSError."""
    try:
        content = json.loads(configuration.read_text(encoding="utf-8"))
        content["train"] = {**(content.get("train") or {}), **note}
    except (ValueError, TypeError, AttributeError) as error:
        raise ModelError(f"{configuration} is corrupt ({error}): get the model again.") from error
    _write_json(configuration, content)


def _write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(path, json.dumps(content, indent=4, ensure_ascii=False) + "\n")
