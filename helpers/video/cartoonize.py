"""A video becomes a cartoon, with its sound: each frame is decoded, painted and encoded before the next one is."""

from __future__ import annotations

import warnings
from pathlib import Path

import av
from tqdm import tqdm

from helpers.errors import VideoError
from helpers.interrupt import Interrupt
from helpers.stylize.cartoonizer import MIN_SIDE, Cartoonizer
from helpers.video.hdr import is_hdr
from helpers.video.read import open_input, read_frames
from helpers.video.scan import scan
from helpers.video.track import SMOOTHINGS, FaceTracker
from helpers.video.write import check_target, new_movie

SMOOTHING = "both"  # the least mean flicker over ten people and two cameras; of a shaking one alone it is not: notebooks/11_video.ipynb


def cartoonize_video(source, target, style="anime", start=None, end=None, resume=False, progress=True, smoothing=SMOOTHING) -> Path:
    """Cartoonize a video file; returns the result's path.

    target: a name that ends in .mp4, .m4v, .mov, .mkv or .webm. style: a style, a hub model ID, a model directory or a
    Cartoonizer. start, end: seconds, to take a part only. resume: go on with a result that was interrupted. progress: a bar
    with the time left, or none, or a function of frames done and frames in all. smoothing: "none", "landmarks",
    "tracker" or "both", see FaceTracker.

    Size, frame times, duration and sound stay; a rotation that the file asks for is made in the pixels, and an HDR video
    becomes an ordinary one, with a warning. The result appears under its name when it is complete. An interruption (Ctrl-C)
    is the exception: the frame in work is finished, what is done is left, playable, and KeyboardInterrupt is raised; frames
    that cannot be read are another: the others are left. Raises VideoError, ModelError.
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
    with Interrupt(patient=True) as interrupt, new_movie(target, clip, note) as movie, _Progress(progress, clip.count) as count:
        after = movie.copy(target) if resume and target.exists() else None
        count(movie.frames)
        done = movie.frames
        _paint(clip, after, cartoonizer, smoothing, movie, count, interrupt)
        lost = 0 if interrupt.asked else clip.missing(movie.frames)
        if movie.frames == done and (lost or interrupt.asked):  # nothing new: what was there before stays
            raise _lost(lost, clip, "") if lost else KeyboardInterrupt
        movie.finish(complete=movie.frames >= clip.count or not interrupt.asked)
    if interrupt.asked:
        raise KeyboardInterrupt
    if lost:
        raise _lost(lost, clip, f"; {target} holds the others")
    return target


def _paint(clip, after, cartoonizer, smoothing, movie, count, interrupt) -> None:
    """The way of each frame, until all are done or an interruption is asked for."""
    tracker = FaceTracker(cartoonizer.finder, smoothing)
    for pts, image in read_frames(clip, after):
        photo = cartoonizer.reduce(image)
        faces = tracker.find(photo, float(clip.time(pts)))
        canvas = cartoonizer.add_heads(photo, cartoonizer.background(photo), faces)[0]
        movie.add(pts, cartoonizer.enlarge(canvas, image.shape))
        count(1)
        if interrupt.asked:
            return


def _lost(lost, clip, rest) -> VideoError:
    return VideoError(f"{lost} of the {clip.count} frames of {clip.path} could not be read: get the video again{rest}.")


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
