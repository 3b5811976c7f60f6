"""Small video files for tests: coloured frames or given pictures, with a tone; and what is in a file."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np

from helpers.stylize.cartoonizer import enlarge, reduce

RATE = 44100
TONE = 440  # hertz


class FakeCartoonizer:
    """Paints negatives and finds no faces: for tests of everything but the painting."""

    def __init__(self, before=lambda: None):
        self.finder, self._before = self, before

    def find(self, image):
        return []

    def boxes(self, image):
        return np.zeros((0, 4), np.float32)

    def reduce(self, image):
        return reduce(image)

    def enlarge(self, canvas, shape):
        return enlarge(canvas, shape)

    def background(self, image):
        self._before()
        return 255 - image

    def add_heads(self, photo, background, faces):
        return background, None, [], []


def write_clip(path, frames=12, size=(64, 48), rate=25, video="libx264", sound="aac", times=None, colourspace=None, options=None):
    """Write a video and return its path.

    frames: a count, or RGB pictures. size: width, height. times: of the frames in milliseconds, for a variable frame rate.
    video, sound: encoders, or None to leave one out.
    """
    pictures = [plain(i, size) for i in range(frames)] if isinstance(frames, int) else frames
    seconds = max(len(pictures), 5) / rate if times is None else times[-1] / 1000 + 1 / rate
    with av.open(str(path), "w", options={"video_track_timescale": "16000"} if str(path).endswith("mp4") else {}) as output:
        picture = _add_picture(output, video, pictures, size, rate, colourspace, options) if video else None
        tone = _add_tone(output, sound) if sound else None
        output.start_encoding()
        if video:
            _write_pictures(output, picture, pictures, times)
        if sound:
            _write_tone(output, tone, seconds)
    return path


def plain(i, size=(64, 48)):
    """A picture in one colour that tells its number: level 10 i in red, a bright upper left quarter."""
    image = np.full((size[1], size[0], 3), (10 * i % 250, 120, 60), np.uint8)
    image[: size[1] // 2, : size[0] // 2] = (10 * i % 250, 220, 160)
    return image


def _add_picture(output, codec, pictures, size, rate, colourspace, options):
    stream = output.add_stream(codec, rate=rate, options={"crf": "10"} if options is None else options)
    stream.width, stream.height = pictures[0].shape[1::-1] if pictures else size
    odd = stream.width % 2 or stream.height % 2
    names = [name.name for name in av.Codec(codec, "w").video_formats or ()]
    wanted = "yuvj420p" if codec == "mjpeg" else "yuv444p" if odd and "yuv444p" in names else "yuv420p"
    stream.pix_fmt = wanted if wanted in names else names[0]
    if colourspace:
        stream.codec_context.colorspace = stream.codec_context.color_primaries = stream.codec_context.color_trc = colourspace
    return stream


def _add_tone(output, codec):
    stream = output.add_stream(codec, rate=48000 if codec == "libopus" else RATE)
    stream.codec_context.layout = "mono"
    return stream


def _write_pictures(output, stream, pictures, times):
    if times is not None:
        stream.codec_context.time_base = Fraction(1, 1000)
    matrix = "ITU709" if int(stream.codec_context.colorspace) == 1 else "ITU601"
    for i, image in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame = frame.reformat(format=stream.pix_fmt, src_colorspace=matrix, dst_colorspace=matrix)
        frame.pts, frame.time_base = (i, 1 / Fraction(stream.codec_context.framerate)) if times is None else (times[i], Fraction(1, 1000))
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def _write_tone(output, stream, seconds):
    rate = stream.codec_context.sample_rate
    wave = np.sin(2 * np.pi * TONE * np.arange(int(seconds * rate)) / rate)
    samples = np.int16(wave * 12000)[None]
    for start in range(0, samples.shape[1], 1024):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, start : start + 1024]), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


class Content(NamedTuple):
    """What a video file holds. times: of the frames in seconds. pictures: RGB. sound: bytes of its packets. end: seconds."""

    times: list
    pictures: list
    sound: list
    sound_codec: str
    codec: str
    end: float
    notes: dict


def read(path) -> Content:
    """Decode a whole file with PyAV alone."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        codec = container.streams.video[0].codec_context.name
        notes = {name.lower(): value for name, value in container.metadata.items()}
        sounds = container.streams.audio
        sound_codec = sounds[0].codec_context.name if sounds else None
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(audio=0) if packet.size] if sound_codec else []
        sound = [bytes(packet) for packet in packets]
    with av.open(str(path)) as container:
        pictures = [packet for packet in container.demux(video=0) if packet.size]
        timed = [packet for packet in pictures if packet.pts is not None]
        end = max(float((packet.pts + packet.duration) * packet.time_base) for packet in timed) if timed else None
    matrix = "ITU709" if int(frames[0].colorspace) == 1 else "ITU601"
    arrays = [frame.reformat(format="rgb24", src_colorspace=matrix, dst_colorspace=matrix).to_ndarray() for frame in frames]
    return Content([frame.time for frame in frames], arrays, sound, sound_codec, codec, end, notes)


def sound_wave(path):
    """The sound of a file: float [N], and its sample rate."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    wave = np.concatenate([frame.to_ndarray().astype(float).ravel() for frame in frames])
    return wave, frames[0].sample_rate


def set_display_matrix(path, matrix) -> None:
    """Write a rotation into an MP4 file's picture track: matrix, ints [2, 2], of quarter turns."""
    data = bytearray(path.read_bytes())
    place = data.find(b"tkhd") + 44
    (a, b), (c, d) = (65536 * np.asarray(matrix)).tolist()
    data[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(bytes(data))
