"""A video becomes a cartoon, with its sound: frames are decoded, painted and coded at the same time."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from tqdm import tqdm

from helpers.errors import VideoError
from helpers.stylize.cartoonizer import MIN_SIDE, Cartoonizer, enlarge, reduce
from helpers.video.containers import open_input
from helpers.video.hdr import is_hdr
from helpers.video.overlap import run_overlapped
from helpers.video.read import read_frames, scan
from helpers.video.track import SMOOTHINGS, FaceTracker
from helpers.video.write import Movie, check_target

SMOOTHING = "both"  # the one with the least flicker; measured in notebooks/11_video.ipynb


class Frame(NamedTuple):
    """A frame on its way: time in ticks, image as read, photo at working size, faces and background once they are known."""

    pts: int
    image: np.ndarray
    photo: np.ndarray = None
    faces: list = None
    background: np.ndarray = None


def cartoonize_video(source, target, style="anime", start=None, end=None, resume=False, progress=True, smoothing=SMOOTHING) -> Path:
    """Cartoonize a video file; returns the result's path.

    target: a name that ends in .mp4, .m4v, .mov, .mkv or .webm. style: a style, a hub model ID, a model directory or a
    Cartoonizer. start, end: seconds, to take a part only. resume: go on with a result that was interrupted. progress: a bar
    with the time left, or none, or a function of frames done and frames in all. smoothing: "none", "landmarks",
    "tracker" or "both", see FaceTracker.

    Size, frame times, duration and sound stay; a rotation that the file asks for is made in the pixels, and an HDR video
    becomes an ordinary one, with a warning. The result appears under its name when it is complete. An interruption (Ctrl-C)
    is the exception: it leaves what is done, playable, and raises KeyboardInterrupt. Raises VideoError, ModelError.
    """
    if smoothing not in SMOOTHINGS:
        raise VideoError(f"There is no smoothing {smoothing!r}: use one of {', '.join(SMOOTHINGS)}.")
    target = check_target(source, target)
    clip = scan(source, start, end)
    if min(clip.width, clip.height) < MIN_SIDE:
        raise VideoError(f"{source} has {clip.width}x{clip.height} pixels: at least {MIN_SIDE} a side are needed.")
    if is_hdr(clip.colour):
        warnings.warn(f"{clip.path.name} is HDR: its cartoon will be an ordinary video, with colours for every screen.", stacklevel=2)
    note = _note(clip, style, start, end, smoothing)
    if resume and _is_complete(target, clip, note):
        return target
    cartoonizer = Cartoonizer(style) if isinstance(style, (str, Path)) else style
    with Movie(target, clip, note) as movie, _Progress(progress, clip.count) as count:
        after = movie.copy(target) if resume and target.exists() else None
        count(movie.frames)
        done = movie.frames
        try:
            _paint(clip, after, cartoonizer, smoothing, movie, count)
        except KeyboardInterrupt:
            if movie.frames > done:
                run_overlapped([False], [], movie.keep)
            raise
        run_overlapped([True], [], movie.keep)  # in a thread of its own: an interruption waits until the file is whole
    return target


def _paint(clip, after, cartoonizer, smoothing, movie, count) -> None:
    """Run the steps, each in a thread of its own."""
    tracker = FaceTracker(cartoonizer.finder, smoothing)

    def look(frame):
        photo = reduce(frame.image)
        return frame._replace(photo=photo, faces=tracker.find(photo, float(clip.time(frame.pts))))

    def paint_background(frame):
        return frame._replace(background=cartoonizer.background(frame.photo))

    def paint_heads(frame):
        canvas = cartoonizer.add_heads(frame.photo, frame.background, frame.faces)[0]
        return Frame(frame.pts, enlarge(canvas, frame.image.shape))

    def write(frame):
        movie.add(frame.pts, frame.image)
        count(1)

    frames = (Frame(pts, image) for pts, image in read_frames(clip, after))
    run_overlapped(frames, [look, paint_background, paint_heads], write)


class _Progress:
    """Says how many frames are done: by a bar, to a function, or not at all."""

    def __init__(self, progress, total):
        self._tell = progress if callable(progress) else None
        self._bar = tqdm(total=total, unit="frame", disable=bool(self._tell) or not progress)
        self._done, self._total = 0, total

    def __call__(self, count) -> None:
        self._done += count
        self._bar.update(count)
        if self._tell and count:
            self._tell(self._done, self._total)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._bar.close()


def _note(clip, style, start, end, smoothing) -> str:
    """What a result was made from: --resume goes on only with the same."""
    name = style if isinstance(style, (str, Path)) else getattr(style, "directory", type(style).__name__)
    part = f"{start or 0:g} to {'the end' if end is None else f'{end:g}'}"
    encoder = ".".join(map(str, av.library_versions["libavcodec"]))
    source = f"{clip.path.name}, {clip.path.stat().st_size} bytes"
    return f"cartoon of {source}, {part}, style {Path(name).name}, smoothing {smoothing}, libavcodec {encoder}"


def _is_complete(target, clip, note) -> bool:
    """Whether a result is already there, whole. Raises VideoError where it was made from something else."""
    if not target.exists():
        return False
    with open_input(target) as container:
        said = {name.lower(): value for name, value in container.metadata.items()}.get("comment")
    if said != note:
        raise VideoError(f"{target} was not made from this video in this way: go on without resume, or choose another name.")
    return scan(target).count >= clip.count
