"""Short clips for lessons: written from pictures and a tone, and played side by side in the page."""

from __future__ import annotations

import base64
from pathlib import Path

import av
import numpy as np
from IPython.display import HTML, display

SAMPLE_RATE = 44100
TONES = (262, 330, 392)  # hertz; an hour of one tone is no pleasure


def write_clip(path, pictures, rate=25) -> Path:
    """Write pictures, RGB uint8 [H, W, 3] with even sides, as an MP4 with `rate` frames a second and a quiet melody."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=rate, options={"crf": "20"})
        video.height, video.width = pictures[0].shape[:2]
        video.pix_fmt = "yuv420p"
        sound = output.add_stream("aac", rate=SAMPLE_RATE)
        sound.codec_context.layout = "mono"
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        for frame in _melody(len(pictures) / rate):
            output.mux(sound.encode(frame))
        output.mux(sound.encode(None))
    return path


def _melody(seconds):
    """Audio frames of 1024 samples: one of the tones after the other, a quarter of a second each."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tone = np.take(TONES, (4 * time).astype(int) % len(TONES))
    fade = np.minimum(1, 20 * np.abs((4 * time) % 1 - np.round((4 * time) % 1)))
    samples = np.int16(4000 * fade * np.sin(2 * np.pi * tone * time))[None]
    for start in range(0, samples.shape[1], 1024):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, start : start + 1024]), format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        yield frame


def play(files, width: int = 320) -> None:
    """Display videos side by side, inside the page. files: dict from title to a small file. width: of each, in pixels."""
    display(
        HTML(
            '<div style="display: flex; gap: 12px; flex-wrap: wrap">' + "".join(_player(*item, width) for item in files.items()) + "</div>"
        )
    )


def _player(title, path, width) -> str:
    data = base64.b64encode(Path(path).read_bytes()).decode()
    video = f'<video controls loop muted autoplay playsinline width="{width}" src="data:video/mp4;base64,{data}"></video>'
    return f'<figure style="margin: 0">{video}<figcaption>{title}</figcaption></figure>'
