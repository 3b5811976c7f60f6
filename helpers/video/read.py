"""The pictures of a video, one after the other, upright, as RGB uint8 [H, W, 3]."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from helpers.errors import VideoError
from helpers.video.hdr import is_hdr, to_ordinary

BT709, BT2020 = 1, 9  # ffmpeg's numbers for how a video computes brightness from red, green and blue
MATRICES = {BT709: "ITU709", BT2020: "BT2020" if hasattr(av.video.reformatter.Colorspace, "BT2020") else "ITU709"}
COVERS = ("mjpeg", "png", "bmp", "gif", "webp")  # what a music file's cover picture is stored as


def read_frames(clip, after=None):
    """Decode the frames of a Clip in order: pairs of their time in ticks and RGB uint8 [H, W, 3].

    after: seconds in the result; only later frames are given. Frames that are damaged are left out, as players do: whoever
    reads them all compares their number with the clip's.
    """
    first = clip.first if clip.trimmed else None
    if after is not None:
        first = clip.ticks_after(after)
    for pts, frame in _frames_from(clip.path, first):
        if clip.ended and pts > clip.last:
            return
        yield pts, _upright(frame, clip)


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
    return next((stream for stream in container.streams.video if not _is_cover(stream)), None)


def decode(container, stream):
    """Pairs of time in ticks and frame, as av has it. Times always grow, also where a file lacks them."""
    last = None
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            pts = _time(frame)
            if pts is None or (last is not None and pts <= last):
                pts = 0 if last is None else last + usual_step(stream)
            last = pts
            yield pts, frame


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


def frame_rate(stream) -> Fraction:
    """Frames a second, on average."""
    return Fraction(stream.average_rate or stream.base_rate or stream.guessed_rate or 25)


def usual_step(stream) -> int:
    """A frame's usual duration in ticks."""
    return max(1, round(1 / (frame_rate(stream) * stream.time_base)))


def _frames_from(path, first):
    """All frames whose time is at least `first`, in ticks; None is for all.

    A seek is used only where it led to a frame before: in MPEG-TS and others it comes out late, and what lies between would
    be lost. Then the file is read from its beginning.
    """
    if first is not None:
        with open_input(path) as container:
            stream = _threaded(container)
            frames = decode(container, stream) if _seek(container, stream, first) else iter(())
            pts, frame = next(frames, (None, None))
            if frame is not None and _time(frame) is not None and pts <= first:
                yield from ((pts, frame) for pts, frame in itertools.chain([(pts, frame)], frames) if pts >= first)
                return
    with open_input(path) as container:
        for pts, frame in decode(container, _threaded(container)):
            if first is None or pts >= first:
                yield pts, frame


def _threaded(container):
    """The picture stream, to be decoded by several threads."""
    stream = picture_stream(container)
    stream.thread_type = "AUTO"
    return stream


def _seek(container, stream, pts) -> bool:
    """Go to the key frame before `pts`; False where a file cannot be searched."""
    try:
        container.seek(pts, stream=stream, backward=True)
    except av.error.FFmpegError:
        return False
    return True


def _time(frame):
    return frame.pts if frame.pts is not None else frame.dts


def _upright(frame, clip) -> np.ndarray:
    matrix = display_matrix(frame)
    turned = matrix[0, 0] == 0
    size = (clip.height, clip.width) if turned else (clip.width, clip.height)
    if is_hdr(clip.colour):
        image = to_ordinary(frame.reformat(*size, format="rgb48le").to_ndarray(), clip.colour["color_trc"])
    else:
        name = MATRICES.get(clip.colour.get("colorspace"), "ITU601")
        image = frame.reformat(*size, format="rgb24", src_colorspace=name, dst_colorspace=name).to_ndarray()
    if turned:
        image = image.transpose(1, 0, 2)
    if matrix[:, 0].sum() < 0:
        image = image[:, ::-1]
    if matrix[:, 1].sum() < 0:
        image = image[::-1]
    return np.ascontiguousarray(image)


def _is_cover(stream) -> bool:
    if hasattr(stream, "disposition"):
        return "attached_pic" in str(getattr(stream.disposition, "name", stream.disposition)).lower()
    # PyAV 12 does not say. A cover has no frame rate; ffmpeg gives it the ticks of a clock, 90000.
    return stream.codec_context is not None and stream.codec_context.name in COVERS and not 0 < (stream.average_rate or 0) < 1000
