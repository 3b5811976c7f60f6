"""What the apps of a space share: looks and limits of a page, models that are loaded once, errors in sentences.

gradio 4.44 takes theme and css in Blocks, gradio 6 in launch; this file is the only one that knows.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import threading
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # nothing is reported to anybody

import gradio as gr  # noqa: E402

from helpers.errors import CourseError, ImageError, VideoError  # noqa: E402
from helpers.images import read_image  # noqa: E402
from helpers.settings import ROOT  # noqa: E402

MAX_UPLOAD = "20mb"
MAX_PIXELS = 40_000_000
MAX_CLIP_PIXELS = 4096 * 2304  # of one frame; a telephone's 4K fits
MAX_FRAMES = 1200  # of one clip: 20 seconds with 60 frames a second
MAX_WAITING = 40  # people in the queue; the next one is told to come back later
KEPT_SECONDS = 3600  # of uploads and results on the disk

# Fonts of the reader's own machine: gradio's usual ones are fetched from the internet.
_FONTS = ["system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "sans-serif"]
_CSS = """
.gradio-container {width: 100% !important; max-width: 960px !important; margin: 0 auto !important}
footer {display: none !important}
h1 {font-weight: 700}
"""
_loading = threading.Lock()


def page(title):
    """An empty gr.Blocks with the course's looks, a queue that ends, and uploads that are removed: `with page("My app") as demo:`."""
    return gr.Blocks(title=title, delete_cache=(KEPT_SECONDS, KEPT_SECONDS), **_looks_for(gr.Blocks.__init__)).queue(max_size=MAX_WAITING)


def limits():
    """Arguments for `demo.launch`: the largest upload, no public link, and the looks where gradio takes them there.

    The page is served on 127.0.0.1, or where the space's host says (GRADIO_SERVER_NAME).
    """
    return {"max_file_size": MAX_UPLOAD, "share": False, **_looks_for(gr.Blocks.launch)}


def readable(component):
    """A gr.Image that gives the app's function the picture upright, RGB uint8 [H, W, 3], and says in a sentence what is no picture."""
    component.preprocess = _read_upload  # gradio's own would fail on a broken file without saying why
    return component


def examples(suffix="jpg"):
    """The example pictures, or clips (suffix "mp4"), of the space, as paths."""
    return sorted(str(path) for path in Path("examples").glob(f"*.{suffix}"))


def cartoonize(image, model):
    """Cartoonize a picture, RGB uint8 [H, W, 3]. What goes wrong is shown on the page.

    model: a model directory, from the space's folder ("data/models/anime"), or a hub model ID.
    """
    if image is None:
        raise gr.Error("Choose a photo first.")
    with shown_on_page():
        steps = cartoonizer(model).steps(image)
    if not steps.faces:
        gr.Warning("No face was found, so only the background network painted.")
    return steps.result


def cartoonize_clip(clip, target, model, seconds, progress):
    """Cartoonize the first seconds of a clip into the file `target`, with its sound. What goes wrong is shown on the page.

    model: as for cartoonize. progress: the page's gr.Progress.
    """
    from helpers import cartoonize_video

    if clip is None:
        raise gr.Error("Choose a clip first.")
    with shown_on_page(clip):
        check_clip(clip, seconds)
        bar = functools.partial(_move, progress)
        cartoonize_video(clip, target, cartoonizer(model), end=seconds, progress=bar)


def _move(progress, done, of):
    progress((done, of), unit="frames")


def cartoonizer(model):
    """The one Cartoonizer of a model: loaded when it is first asked for, shared by all visitors."""
    with _loading:  # two visitors at once must not load it twice
        return _load(model)


def check_clip(path, seconds):
    """Raise VideoError where the first seconds of a clip are too much work for a page."""
    from helpers.video.scan import scan

    clip = scan(path, end=seconds)
    if clip.width * clip.height > MAX_CLIP_PIXELS:
        raise VideoError(f"{path} has {clip.width}x{clip.height} pixels: choose one of at most 4096x2304.")
    if clip.count > MAX_FRAMES:
        raise VideoError(f"{path} has {clip.count} frames in {seconds} seconds: choose one with at most {MAX_FRAMES}.")


@contextlib.contextmanager
def shown_on_page(upload=""):
    """A person's mistake (CourseError) becomes the sentence that the page shows. upload: a path that it must not tell."""
    try:
        yield
    except CourseError as error:
        raise gr.Error(str(error).replace(upload, "This file") if upload else str(error)) from error


@functools.lru_cache(maxsize=None)
def _load(model):
    from helpers import Cartoonizer  # starts TensorFlow: not before it is needed

    directory = ROOT / model
    return Cartoonizer(directory if directory.is_dir() else model)


def _read_upload(payload):
    if payload is None:
        return None
    with shown_on_page(payload.path):
        image = read_image(payload.path)
        if image.shape[0] * image.shape[1] > MAX_PIXELS:
            raise ImageError(f"This photo has more than {MAX_PIXELS // 10**6} million pixels: choose a smaller one.")
        return image


def _looks_for(function):
    """Theme and css, if this is the function that takes them in the installed gradio."""
    if "css" not in inspect.signature(function).parameters:
        return {}
    return {"theme": gr.themes.Soft(primary_hue="rose", font=_FONTS, font_mono=["ui-monospace", "monospace"]), "css": _CSS}
