"""Reading a video: what it is, and its pictures one after the other, upright, as RGB uint8 [H, W, 3]."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from helpers.errors import VideoError
from helpers.video.containers import display_matrix, open_input, picture_stream
from helpers.video.hdr import ORDINARY, is_hdr, to_ordinary

BT709, BT2020 = 1, 9  # ffmpeg's numbers for how a video computes brightness from red, green and blue
MATRICES = {BT709: "ITU709", BT2020: "BT2020" if hasattr(av.video.reformatter.Colorspace, "BT2020") else "ITU709"}
MISSING_SECONDS, MISSING_SHARE = 0.3, 0.05  # more than both at the end: the file is cut short
SAME_TIME = 0.001  # seconds; some containers round to it


@dataclass(frozen=True)
class Clip:
    """What is known of a video, or of the part of it from start to end, before a picture is decoded.

    width, height: upright, in pixels. rate: frames a second on average. time_base: seconds of one tick. first, last: the
    first and last frame's time in ticks. step: a frame's usual duration, hold: the last frame's, in ticks. count: frames.
    shift: what becomes time 0, in seconds. trimmed: whether a start was asked for. colour: what the file says of its colours.
    """

    path: Path
    width: int
    height: int
    rate: Fraction
    time_base: Fraction
    first: int
    last: int
    step: int
    hold: int
    count: int
    shift: Fraction
    trimmed: bool
    ended: bool
    colour: dict
    pixel_aspect: Fraction
    sounds: int

    @property
    def seconds(self) -> float:
        """From the beginning of the first frame to the end of the last one."""
        return float((self.last + self.hold - self.first) * self.time_base)

    def time(self, pts) -> Fraction:
        """A frame's time in the result, in seconds."""
        return pts * self.time_base - self.shift

    @property
    def result_colour(self) -> dict:
        """What the result says of its colours: the same, but that an HDR video becomes an ordinary one."""
        return ORDINARY if is_hdr(self.colour) else self.colour


class Part(NamedTuple):
    """What a look through the packets finds. Times in ticks, but for reached: seconds."""

    count: int
    first: int
    last: int
    hold: int
    reached: Fraction


def scan(path, start=None, end=None) -> Clip:
    """Look through a video file without decoding it. start, end: seconds. Raises VideoError."""
    path = Path(path).expanduser()
    _check_times(start, end)
    with open_input(path) as container:
        stream = _video_stream(container, path)
        frame = _first_frame(container, stream, path)
    with open_input(path) as container:
        stream = picture_stream(container)
        zero = max(Fraction(container.start_time or 0, av.time_base), Fraction(0))
        low, high = (None if time is None else _ticks(Fraction(time) + zero, stream.time_base) for time in (start, end))
        part = _count(container, stream, low, high)
        _check_whole(container, part.reached - zero, 1 / _rate(stream), path)
        if not part.count:
            raise VideoError(f"{path} has no picture between the start and the end that were asked for: choose other times.")
        turned = display_matrix(frame)[0, 0] == 0
        aspect = stream.sample_aspect_ratio or Fraction(1)
        step = _step(stream)
        return Clip(
            path=path,
            width=frame.height if turned else frame.width,
            height=frame.width if turned else frame.height,
            rate=_rate(stream),
            time_base=stream.time_base,
            first=part.first,
            last=part.last,
            hold=part.hold if end is None and part.hold else step,
            step=step,
            count=part.count,
            shift=zero if start is None else part.first * stream.time_base,
            trimmed=start is not None,
            ended=end is not None,
            colour=_colour(stream),
            pixel_aspect=1 / aspect if turned else aspect,
            sounds=len(container.streams.audio),
        )


def read_frames(clip, after=None):
    """Decode the frames of a clip in order: pairs of their time in ticks and RGB uint8 [H, W, 3].

    after: seconds in the result; only later frames are given. Frames that are damaged are left out, as players do.
    """
    with open_input(clip.path) as container:
        stream = picture_stream(container)
        stream.thread_type = "AUTO"
        first = clip.first
        if after is not None:
            first = max(first, _ticks(Fraction(after) + clip.shift + Fraction(SAME_TIME), clip.time_base))
        if first > clip.step:
            _seek(container, stream, first)
        for pts, frame in _decode(container, stream):
            if pts > clip.last:
                return
            if pts >= first:
                yield pts, _upright(frame, clip)


def _check_times(start, end) -> None:
    for value in (start, end):
        if value is not None and not 0 <= value < math.inf:
            raise VideoError(f"A time of {value} s makes no sense: give seconds from the beginning of the video.")
    if start is not None and end is not None and end <= start:
        raise VideoError(f"The end, {end:g} s, is not after the start, {start:g} s: swap them.")


def _video_stream(container, path):
    stream = picture_stream(container)
    if stream is None:
        what = "only sound" if container.streams.audio else "no video"
        raise VideoError(f"{path} holds {what}: choose a file with moving pictures.")
    if stream.codec_context is None:
        raise VideoError(f"{path} is coded in a way that ffmpeg does not know: convert it to H.264 first.")
    return stream


def _first_frame(container, stream, path):
    for _, frame in _decode(container, stream):
        return frame
    raise VideoError(f"{path} holds no picture that can be decoded: it is empty or damaged, get it again.")


def _decode(container, stream):
    """Pairs of time in ticks and frame. Times always grow, also where a file lacks them."""
    last = None
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            pts = frame.pts if frame.pts is not None else frame.dts
            if pts is None or (last is not None and pts <= last):
                pts = 0 if last is None else last + _step(stream)
            last = pts
            yield pts, frame


def _count(container, stream, low, high):
    """Frames in [low, high): how many, the first and the last one's time, how long it stays; and where the whole file ends."""
    count, first, last, hold, reached = 0, None, None, 0, Fraction(0)
    for packet in container.demux():
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None:
            continue
        reached = max(reached, (time + (packet.duration or 0)) * packet.time_base)
        wanted = packet.stream_index == stream.index and not packet.is_discard
        if wanted and (low is None or time >= low) and (high is None or time < high):
            count += 1
            first = time if first is None else min(first, time)
            if last is None or time > last:
                last, hold = time, packet.duration or 0
    return Part(count, first, last, hold, reached)


def _check_whole(container, reached, frame_seconds, path) -> None:
    promised = Fraction(container.duration or 0, av.time_base)
    missing = promised - reached
    if missing > MISSING_SECONDS + frame_seconds and missing > MISSING_SHARE * promised:
        raise VideoError(f"{path} is cut short: {float(reached):.1f} of {float(promised):.1f} s are there, get it again.")


def _seek(container, stream, pts) -> None:
    """To the key frame before `pts`; where a file cannot be searched, reading starts at its beginning."""
    try:
        container.seek(pts, stream=stream, backward=True)
    except av.error.FFmpegError:
        container.seek(0)


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


def _colour(stream) -> dict:
    """What a video says of its colours, in ffmpeg's numbers."""
    codec = stream.codec_context
    return {name: int(getattr(codec, name)) for name in ("colorspace", "color_primaries", "color_trc")}


def _rate(stream) -> Fraction:
    return Fraction(stream.average_rate or stream.base_rate or stream.guessed_rate or 25)


def _step(stream) -> int:
    """A frame's usual duration in ticks."""
    return max(1, round(1 / (_rate(stream) * stream.time_base)))


def _ticks(seconds, time_base) -> int:
    """The first tick at or after a time."""
    return math.ceil(Fraction(seconds) / time_base)
