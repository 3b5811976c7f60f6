"""Helpers of the course: the few names that notebooks start from.

Names are looked up when they are first used, so that `import helpers` stays quick and does not start TensorFlow.
"""

from __future__ import annotations

import importlib
import os

# TensorFlow 2.7 ships oneDNN switched off. It must be asked for before TensorFlow is imported.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
# On a machine without a GPU TensorFlow fills the page with warnings about it. Errors are still shown.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

_HOMES = {
    "Cartoonizer": "helpers.stylize",
    "CartoonTranslationExporter": "helpers.export",
    "cartoonize_video": "helpers.video.cartoonize",
    "CartoonTranslationTrainer": "helpers.dctnet.trainer",
    "read_image": "helpers.images",
    "write_image": "helpers.images",
    "CourseError": "helpers.errors",
    "ImageError": "helpers.errors",
    "ModelError": "helpers.errors",
    "DatasetError": "helpers.errors",
    "VideoError": "helpers.errors",
    "SpaceError": "helpers.errors",
}
__all__ = list(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__():
    return sorted([*globals(), *_HOMES])
