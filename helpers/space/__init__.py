"""A creation space (创空间): a folder with a small web app, ready to be uploaded to ModelScope or Hugging Face.

kit.py is what the apps import, templates/ are the apps themselves, writer.py makes a folder, process.py runs it, inspection.py checks one.
"""

from __future__ import annotations

import importlib

_HOMES = {"write": "writer", "KINDS": "writer", "ENGINES": "writer", "check": "inspection", "run": "process"}
__all__ = list(_HOMES)


def __getattr__(name):  # a written space has kit.py only, and needs nothing of the rest
    if name not in _HOMES:
        raise AttributeError(f"module 'helpers.space' has no attribute {name!r}")
    return getattr(importlib.import_module(f"helpers.space.{_HOMES[name]}"), name)
