"""What a video is, before its pictures are decoded: size, times, colours, and how many frames to expect."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from helpers.errors import VideoError
from helpers.video.hdr import ORDINARY, is_hdr
from helpers.video.read import decode, display_matrix, frame_rate, open_input, picture_stream, usual_step

MISSING_SECONDS, MISSING_SHARE = 0.3, 0.05  # more than both at the end: the file is cut short
SAME_TIME = Fraction(1, 1000)  # seconds; some containers round to it
VP8_SHOWN = 0x10  # this bit of a VP8 packet's first byte: it becomes a picture (RFC 6386, 9.1)


@dataclass(frozen=True)
class Clip:
    """What is known of a video, or of the part of it from start to end.

    width, height: upright, in pixels. rate: frames a second on average. time_base: seconds of one tick. first, last: the
    first and last frame's time in ticks. step: a frame's usual duration, hold: the last frame's, in ticks. count: frames.
    shift: what becomes time 0, in seconds. trimmed, ended: whether a start, an end was asked for. colour: what the file says
    of its colours. interlaced: frames are made of two fields, which may be counted as two.
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
    interlaced: bool

    @property
    def seconds(self) -> float:
        """From the beginning of the first frame to the end of the last one."""
        return float((self.last + self.hold - self.first) * self.time_base)

    def time(self, pts) -> Fraction:
        """A frame's time in the result, in seconds."""
        return pts * self.time_base - self.shift

    def ticks_after(self, seconds) -> int:
        """The first tick after a time in the result."""
        return _ticks(Fraction(seconds) + self.shift + SAME_TIME, self.time_base)

    def missing(self, frames) -> int:
        """How many frames are lost where only so many were read."""
        least = self.count // 2 if self.interlaced else self.count
        return self.count - frames if frames < least else 0

    @property
    def result_colour(self) -> dict:
        """What the result says of its colours: the same, but that an HDR video becomes an ordinary one."""
        return ORDINARY if is_hdr(self.colour) else self.colour


def scan(path, start=None, end=None) -> Clip:
    """Look through a video file, decoding one frame only. start, end: seconds. Raises VideoError."""
    path = Path(path).expanduser()
    _check_times(start, end)
    with open_input(path) as container:
        frame = _first_frame(container, path)
    with open_input(path) as container:
        stream = picture_stream(container)
        zero = max(Fraction(container.start_time or 0, av.time_base), Fraction(0))
        times, durations, reached = _look_through(container, stream)
        _check_whole(container, reached - zero, 1 / frame_rate(stream), path)
        inside = _between(times, start, end, zero, stream.time_base)
        if not inside.any():
            raise VideoError(f"{path} has no picture between the start and the end that were asked for: choose other times.")
        first, last = times[inside].min(), times[inside].max()
        hold = durations[times == last].max() if end is None else 0
        return Clip(
            path=path,
            **_shape(frame, stream),
            rate=frame_rate(stream),
            time_base=stream.time_base,
            first=int(first),
            last=int(last),
            step=usual_step(stream),
            hold=int(hold) or usual_step(stream),
            count=int(inside.sum()),
            shift=zero if start is None else int(first) * stream.time_base,
            trimmed=start is not None,
            ended=end is not None,
            colour=_colour(stream),
        )


def _check_times(start, end) -> None:
    for value in (start, end):
        if value is not None and not 0 <= value < math.inf:
            raise VideoError(f"A time of {value} s makes no sense: give seconds from the beginning of the video.")
    if start is not None and end is not None and end <= start:
        raise VideoError(f"The end, {end:g} s, is not after the start, {start:g} s: swap them.")


def _first_frame(container, path):
    stream = picture_stream(container)
    if stream is None:
        what = "only sound" if container.streams.audio else "no video"
        raise VideoError(f"{path} holds {what}: choose a file with moving pictures.")
    if stream.codec_context is None:
        raise VideoError(f"{path} is coded in a way that ffmpeg does not know: convert it to H.264 first.")
    for _, frame in decode(container, stream):
        return frame
    raise VideoError(f"{path} holds no picture that can be decoded: it is empty or damaged, get it again.")


def _look_through(container, stream):
    """Of each packet that becomes a picture its time and duration, int64 [N], in ticks; and where the whole file ends, in seconds.

    What a recording holds before its first key frame cannot be decoded, so it does not count.
    """
    times, durations, reached, key = array("q"), array("q"), Fraction(0), None
    for packet in container.demux():
        picture = packet.stream_index == stream.index
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None and picture and packet.size:  # H.264 without a container has no times
            time = times[-1] + usual_step(stream) if times else 0
        if time is None:
            continue
        reached = max(reached, (time + (packet.duration or 0)) * packet.time_base)
        if picture and _is_shown(packet, stream):
            times.append(time)
            durations.append(packet.duration or 0)
            key = time if key is None and packet.is_keyframe else key
    times, durations = np.array(times, np.int64), np.array(durations, np.int64)
    decodable = times >= (-math.inf if key is None else key)
    return times[decodable], durations[decodable], reached


def _is_shown(packet, stream) -> bool:
    if not packet.size or packet.is_discard:
        return False
    return stream.codec_context.name != "vp8" or bool(bytes(packet)[0] & VP8_SHOWN)


def _between(times, start, end, zero, time_base) -> np.ndarray:
    """Which times, in ticks, lie in [start, end), in seconds after `zero`: bool [N]."""
    inside = np.ones(len(times), bool)
    if start is not None:
        inside &= times >= _ticks(_as_typed(start) + zero, time_base)
    if end is not None:
        inside &= times < _ticks(_as_typed(end) + zero, time_base)
    return inside


def _as_typed(seconds) -> Fraction:
    """1.8 as a float is a little more than 1.8; one tick later a frame more would be taken."""
    return Fraction(seconds).limit_denominator(10**6)


def _check_whole(container, reached, frame_seconds, path) -> None:
    promised = Fraction(container.duration or 0, av.time_base)
    missing = promised - reached
    if missing > MISSING_SECONDS + frame_seconds and missing > MISSING_SHARE * promised:
        raise VideoError(f"{path} is cut short: {float(reached):.1f} of {float(promised):.1f} s are there, get it again.")


def _shape(frame, stream) -> dict:
    """What Clip says of a frame's shape."""
    turned = display_matrix(frame)[0, 0] == 0
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return {
        "width": frame.height if turned else frame.width,
        "height": frame.width if turned else frame.height,
        "pixel_aspect": 1 / aspect if turned else aspect,
        "interlaced": bool(frame.interlaced_frame),
    }


def _colour(stream) -> dict:
    """What a video says of its colours, in ffmpeg's numbers."""
    codec = stream.codec_context
    return {name: int(getattr(codec, name)) for name in ("colorspace", "color_primaries", "color_trc")}


def _ticks(seconds, time_base) -> int:
    """The first tick at or after a time."""
    return math.ceil(Fraction(seconds) / time_base)
