"""What a training wrote for TensorBoard, read back for the plots of a lesson."""

from __future__ import annotations

from pathlib import Path

from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util.tensor_util import make_ndarray


def read_runs(folder) -> list[dict]:
    """The curves of each event file (事件文件) in a folder, oldest file first; a training that was interrupted leaves several.

    Each is a dict from a name to a dict from the step to (value, time in seconds since 1970). A killed process may leave half a
    record at the end: what is before it counts.
    """
    return [_read(file) for file in sorted(Path(folder).glob("events*"), key=lambda file: int(file.name.split(".")[3]))]


def merge_runs(runs) -> dict:
    """One dict from a name to a dict from the step to its value; a step that was made twice has the later one."""
    merged: dict = {}
    for curves in runs:
        for name, points in curves.items():
            merged.setdefault(name, {}).update({step: value for step, (value, _) in points.items()})
    return {name: dict(sorted(points.items())) for name, points in merged.items()}


def _read(file):
    curves: dict = {}
    for event in EventFileLoader(str(file)).Load():  # stops at half a record
        for value in event.summary.value:
            if value.metadata.plugin_data.plugin_name == "scalars":
                curves.setdefault(value.tag, {})[event.step] = float(make_ndarray(value.tensor)), event.wall_time
    return curves
