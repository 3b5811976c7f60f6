"""Writing a video: pictures and sound into a file that appears under its name only when it can be played."""

from __future__ import annotations

import contextlib
import errno
import os
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
from av.bitstream import BitStreamFilterContext

from helpers.errors import VideoError
from helpers.files import whole
from helpers.video.read import MATRICES, open_input, picture_stream
from helpers.video.sound import Sound

SECONDS_A_KEY_FRAME = 4  # a player can jump to key frames only
# No frames out of order (bf=0): a file that was stopped can then be gone on with, frame by frame. Quality: hardly seen losses.
H264 = {"crf": "18", "preset": "veryfast", "bf": "0"}
VP9 = {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6", "lag-in-frames": "0", "auto-alt-ref": "0"}
WORDS = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "your disk quota is used up"}


class Format(NamedTuple):
    """A container: ffmpeg's name for it, its picture and sound encoders, options for both."""

    name: str
    video: str
    options: dict
    audio: str
    container: dict


FORMATS = {
    ".mp4": Format("mp4", "libx264", H264, "aac", {"movflags": "faststart"}),  # a page can play it while it loads
    ".m4v": Format("mp4", "libx264", H264, "aac", {"movflags": "faststart"}),
    ".mov": Format("mov", "libx264", H264, "aac", {"movflags": "faststart"}),
    ".mkv": Format("matroska", "libx264", H264, "aac", {}),
    ".webm": Format("webm", "libvpx-vp9", VP9, "libopus", {}),
}


def check_target(source, target) -> Path:
    """The path of the result, once it is clear that it can be written. Raises VideoError."""
    source, target = Path(source).expanduser(), Path(target).expanduser()
    if target.is_dir():
        raise VideoError(f"{target} is a folder: add a file name, for example {target / 'cartoon.mp4'}.")
    if target.suffix.lower() not in FORMATS:
        raise VideoError(f"Videos cannot be written as {target.name}: use a name that ends in {', '.join(FORMATS)}.")
    if not target.parent.is_dir():
        raise VideoError(f"The folder {target.parent} does not exist: create it first.")
    if not os.access(target.parent, os.W_OK):
        raise VideoError(f"The folder {target.parent} cannot be written to: choose another one.")
    if target.exists() and source.exists() and os.path.samefile(source, target):
        raise VideoError(f"{target} is the video that is read: give the result another name.")
    return target


@contextlib.contextmanager
def new_movie(target, clip, note):
    """A Movie beside its place: it takes the name `target` when the block ends, and goes if the block fails. Raises VideoError."""
    with contextlib.ExitStack() as stack:
        with _writing(target):
            movie = Movie(stack.enter_context(whole(target)), target, clip, note)
        stack.callback(movie.close)
        yield movie
        with _writing(target):
            stack.close()  # here it gets its name


class Movie:
    """Pictures and sound on their way into a file. path: of the file. target: what it will be called. note: kept in the file."""

    def __init__(self, path, target, clip, note):
        self.frames = 0  # pictures that are in the file
        self._target, self._clip, self._form = target, clip, FORMATS[target.suffix.lower()]
        self._end = Fraction(0)
        self._output = self._sound = None
        try:
            self._output = av.open(str(path), "w", format=self._form.name, options=self._form.container)
            self._output.metadata["comment"] = note
            self._stream = self._open_stream()
            self._sound = Sound(clip, self._output, self._form.audio)
        except BaseException:
            self.close()
            raise

    def _open_stream(self):
        clip, form = self._clip, self._form
        stream = self._output.add_stream(form.video, rate=clip.rate, options=dict(form.options))
        codec = stream.codec_context
        stream.width, stream.height = clip.width, clip.height
        odd = clip.width % 2 or clip.height % 2
        # H.264 shares colours between two pixels, so an odd side needs colours for every pixel. VP9 does not mind.
        stream.pix_fmt = "yuv444p" if odd and form.video == "libx264" else "yuv420p"
        codec.time_base = clip.time_base
        codec.gop_size = max(1, round(SECONDS_A_KEY_FRAME * clip.rate))
        codec.sample_aspect_ratio = clip.pixel_aspect
        for name, value in clip.result_colour.items():
            setattr(codec, name, value)
        return stream

    def add(self, pts, image) -> None:
        """Add a picture, RGB uint8 [H, W, 3], at a time in the clip's ticks, and what sounds before it."""
        clip = self._clip
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        name = MATRICES.get(clip.result_colour["colorspace"], "ITU601")
        frame = frame.reformat(format=self._stream.pix_fmt, src_colorspace=name, dst_colorspace=name)
        frame.pts, frame.time_base = pts - round(clip.shift / clip.time_base), clip.time_base
        self._end = clip.time(pts) + (clip.hold if pts == clip.last else clip.step) * clip.time_base
        with _writing(self._target):
            self._mux(self._stream.encode(frame))
            self._sound.until(clip.time(pts))
        self.frames += 1

    def copy(self, done) -> float:
        """Take over the pictures of an unfinished result as they are; returns the last one's time in seconds."""
        with open_input(done) as container, _writing(self._target):
            stream = picture_stream(container)
            # MP4 and Matroska store H.264 without the marks that the encoder sets between its units: set them again.
            unpack = BitStreamFilterContext("h264_mp4toannexb", stream) if self._form.video == "libx264" else None
            for packet in container.demux(stream):
                if not packet.size:
                    continue
                pts, time_base = packet.pts, packet.time_base
                last = pts * time_base
                for ready in unpack.filter(packet) if unpack else [packet]:
                    ready.time_base, ready.dts = time_base, pts
                    self._mux([ready])
                self._sound.until(last)
                self.frames += 1
        self._end = last + self._clip.step * self._clip.time_base
        return last

    def _mux(self, packets) -> None:
        clip = self._clip
        for packet in packets:
            last = packet.pts * packet.time_base >= clip.time(clip.last)
            packet.duration = round((clip.hold if last else clip.step) * clip.time_base / packet.time_base)
            packet.stream = self._stream
            self._output.mux(packet)

    def finish(self, complete=True) -> None:
        """Write what the encoders still hold. complete: the sound goes on to its own end, where no end was asked for."""
        with _writing(self._target):
            self._mux(self._stream.encode(None))
            self._sound.finish(None if complete and not self._clip.ended else self._end)
            self._output.close()

    def close(self) -> None:
        """Close all files."""
        with contextlib.suppress(av.error.FFmpegError):  # the error that counts was raised before
            if self._sound:
                self._sound.close()
            if self._output:
                self._output.close()


@contextlib.contextmanager
def _writing(path):
    """Turn the errors of ffmpeg and of the system while `path` is written into a VideoError."""
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        reason = WORDS.get(error.errno, error.strerror or str(error))
        advice = "make room or choose another folder" if error.errno in WORDS else "choose another folder or format"
        raise VideoError(f"{path} could not be written ({reason}): {advice}.") from None
