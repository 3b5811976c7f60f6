"""Short clips for lessons: filmed from a photo, written with a tone as sound, and played side by side in the page."""

from __future__ import annotations

import base64
from pathlib import Path

import av
import cv2
import numpy as np
from IPython.display import HTML, display
from scipy.ndimage import gaussian_filter1d

SAMPLE_RATE = 44100
PERIOD = 100  # frames of a hand-held camera's round
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


def hand_held(photo, count, side, shake=1.5, seed=0):
    """A photo as a hand films it: `count` pictures, RGB uint8 [side, side, 3], the motions between them, and the camera's matrices.

    photo: RGB uint8 [H, H, 3], the larger the better. shake: deviation of the hand from its slow path, in pixels of the result.
    motions: as helpers.metrics.flicker takes them, known everywhere. matrices: for each picture [2, 3], from a place in the
    photo to its place in the picture.
    """
    jolts = gaussian_filter1d(np.random.RandomState(seed).normal(0, 1, (count, 2)), 1, axis=0, mode="wrap")
    matrices = [_camera(2 * np.pi * i / PERIOD, jolt, len(photo), side) for i, jolt in enumerate(shake * jolts / jolts.std())]
    return [_filmed(photo, matrix, side) for matrix in matrices], [_motion(*pair, side) for pair in zip(matrices, matrices[1:])], matrices


def with_noise(pictures, deviation=4.0, seed=0):
    """The pictures, RGB uint8, as a sensor takes them: with new noise in each, deviation in levels."""
    random = np.random.RandomState(seed)
    return [np.rint(picture + random.normal(0, deviation, picture.shape)).clip(0, 255).astype(np.uint8) for picture in pictures]


def _camera(turn, jolt, photo_side, side):
    """The matrix of a camera that goes round in a small circle, nears and tilts, at an angle of its round."""
    zoom, tilt = 1.2 + 0.1 * np.sin(turn), 3 * np.sin(turn + 1)
    matrix = cv2.getRotationMatrix2D((photo_side / 2, photo_side / 2), tilt, zoom * side / photo_side)
    matrix[:, 2] += (side - photo_side) / 2 + 0.03 * side * np.array([np.cos(turn), np.sin(turn)]) + jolt
    return matrix


def _filmed(photo, matrix, side):
    """The photo through the camera, at twice the size first, so that fine patterns do not shimmer."""
    twice = 2 * matrix + [[0, 0, 0.5], [0, 0, 0.5]]  # from the middles of pixels to the middles of pixels
    large = cv2.warpAffine(photo, twice, (2 * side, 2 * side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA)


def _motion(before, after, side):
    """Where each pixel of the later picture was in the earlier one: float32 [side, side, 2]."""
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    in_photo = cv2.transform(np.stack([x, y], axis=2).astype(float), cv2.invertAffineTransform(after))
    return cv2.transform(in_photo, before).astype(np.float32)
