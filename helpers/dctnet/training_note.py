"""What an exported model must say about its training and a checkpoint cannot hold: which features the content loss compared.

The trainer writes it beside its checkpoints; the exporter carries it into the configuration.json of the model directory.
"""

from __future__ import annotations

import json
from pathlib import Path

from helpers import files
from helpers.errors import ModelError

FILE = "training.json"
CONFIGURATION = "configuration.json"  # of a model directory
KEY = "content_features"


def write(saved_models, features):
    """Note it beside the checkpoints. features: text."""
    _write_json(Path(saved_models) / FILE, {KEY: features})


def read(ckpt_path):
    """The note beside a checkpoint: a dict, empty where there is none (upstream writes none)."""
    file = Path(ckpt_path).parent / FILE
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
