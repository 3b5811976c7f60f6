"""What PyAV's versions do differently, and what its errors mean in words. Nothing else here knows about versions.

The course has PyAV 12.3 on the card's stack and a newer one on the current stack.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np

from helpers.errors import VideoError

COVERS = ("mjpeg", "png", "bmp", "gif", "webp")  # what a music file's cover picture is stored as
WORDS = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "your disk quota is used up"}


def open_input(path):
    """Open a video file for reading. Raises VideoError."""
    path = Path(path)
    if path.is_dir():
        raise VideoError(f"{path} is a folder: name a video in it.")
    if not path.exists():
        raise VideoError(f"There is no file {path}: check the name and the folder.")
    try:
        return av.open(str(path), metadata_errors="ignore")
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise VideoError(f"{path} could not be read ({error.strerror}).") from None
        raise VideoError(f"{path} is not a video or is cut short: get it again.") from None


def picture_stream(container):
    """The stream of moving pictures, or None. The cover of a music file is none."""
    for stream in container.streams.video:
        if not _is_cover(stream):
            return stream
    return None


def _is_cover(stream) -> bool:
    if hasattr(stream, "disposition"):
        return "attached_pic" in str(getattr(stream.disposition, "name", stream.disposition)).lower()
    # PyAV 12 does not say. A cover has no frame rate; ffmpeg gives it the ticks of a clock, 90000.
    return stream.codec_context is not None and stream.codec_context.name in COVERS and not 0 < (stream.average_rate or 0) < 1000


def add_copy(output, stream):
    """A stream of `output` that takes the packets of `stream`, an input's, as they are."""
    if hasattr(output, "add_stream_from_template"):
        return output.add_stream_from_template(stream)
    return output.add_stream(template=stream)


def display_matrix(frame) -> np.ndarray:
    """How a frame has to be turned to be upright: int [2, 2], each row and column has one 1 or -1.

    A player moves the stored pixel (x, y) to (x, y) times the matrix. Anything but quarter turns and mirrors is left out.
    """
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX":
            numbers = np.frombuffer(bytes(data), dtype=np.int32).reshape(3, 3)[:2, :2] / 65536
            matrix = np.rint(numbers).astype(int)
            if (np.abs(matrix).sum(axis=0) == 1).all() and (np.abs(matrix).sum(axis=1) == 1).all():
                return matrix
    return np.eye(2, dtype=int)


@contextmanager
def writing(path):
    """Turn ffmpeg's errors while it writes `path` into a VideoError."""
    try:
        yield
    except av.error.FFmpegError as error:
        reason = WORDS.get(error.errno, error.strerror or str(error))
        advice = "make room or choose another folder" if error.errno in WORDS else "choose another folder or format"
        raise VideoError(f"{path} could not be written ({reason}): {advice}.") from None
