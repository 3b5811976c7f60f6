"""What a training shows: the progress bar, sample pictures in images/, curves and pictures for TensorBoard in train_log/."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from helpers.images import write_image

SHOWN = 16  # pictures in a sheet, at most


class TrainingLog:
    """Writes below work_dir; a context manager. start, end: steps, for the progress bar, which also tells rate and time left."""

    def __init__(self, work_dir, start, end):
        self.images = Path(work_dir) / "images"
        self.images.mkdir(parents=True, exist_ok=True)
        self._writer = tf.summary.create_file_writer(str(Path(work_dir) / "train_log"))
        self._bar = tqdm(total=end, initial=start, unit="step", desc="Training", disable=not is_watched(sys.stderr))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._bar.close()
        self._writer.close()

    def say(self, text):
        """A line that does not break the bar. It is in a log file at once, and the curves up to it are on the disk before it is."""
        self._writer.flush()
        self._bar.write(text)
        sys.stdout.flush()

    def note(self, name, text):
        """Say a line and keep it among TensorBoard's texts."""
        self.say(text)
        with self._writer.as_default(step=0):
            tf.summary.text(name, text)

    def losses(self, step, values):
        """One step was made. values: dict name -> float."""
        with self._writer.as_default(step=step):
            for name, value in values.items():
                tf.summary.scalar(name, value)
        self._bar.update()
        self._bar.set_postfix(g_loss=f"{values['g_loss']:.4f}", d_loss=f"{values['d_loss']:.4f}", refresh=False)

    def pictures(self, step, photo, result):
        """Sheets of a batch. BGR float32 [N, H, W, 3] in [-1, 1] each."""
        for name, batch in (("face_photo", photo), ("face_result", result)):
            sheet = contact_sheet(np.asarray(batch))
            write_image(self.images / f"{step:08d}_{name}.jpg", sheet)
            with self._writer.as_default(step=step):
                tf.summary.image(name, sheet[np.newaxis])
        self._writer.flush()


def is_watched(stream):
    """Whether somebody looks at a stream while it is written: a terminal or a notebook. A bar would fill a file with its hundred states."""
    return stream.isatty() or type(stream).__module__.startswith("ipykernel")


def contact_sheet(batch):
    """Up to 16 pictures in a grid about as wide as high. BGR float32 [N, H, W, 3] in [-1, 1] -> RGB uint8; empty places are black."""
    levels = np.clip(np.round((batch[:SHOWN, :, :, ::-1] + 1) * 127.5), 0, 255).astype(np.uint8)
    count, height, width, _ = levels.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    places = np.zeros((rows * columns, height, width, 3), np.uint8)
    places[:count] = levels
    return places.reshape(rows, columns, height, width, 3).swapaxes(1, 2).reshape(rows * height, columns * width, 3)


class SilentLog:
    """Takes what a TrainingLog takes and shows nothing: for all processes of a training but the first."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def _nothing(self, *what):
        pass

    losses = say = note = pictures = _nothing
