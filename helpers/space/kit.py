"""What the apps of a space share: a page, a photo to choose, models that are loaded once, a launch that stays private.

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

from helpers import hub  # noqa: E402
from helpers.errors import CourseError, ImageError, VideoError  # noqa: E402
from helpers.images import read_image  # noqa: E402

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
    """An empty page with the course's looks: `with page("My app") as demo:`."""
    return gr.Blocks(title=title, delete_cache=(KEPT_SECONDS, KEPT_SECONDS), **_looks_for(gr.Blocks.__init__))


def launch(demo, wait=True):
    """Serve a page on 127.0.0.1, or where the space's host says (GRADIO_SERVER_NAME). Never on a public link.

    wait: until it is stopped (an app); False returns at once (a notebook, which calls demo.close() later).
    """
    demo.queue(max_size=MAX_WAITING)
    looks = _looks_for(gr.Blocks.launch)
    demo.launch(share=False, max_file_size=MAX_UPLOAD, quiet=True, prevent_thread_lock=True, **looks)
    if wait:
        print(f"Open {demo.local_url} in a browser; Ctrl-C stops the app.", flush=True)
        demo.block_thread()


def photo(label="Photo 照片"):
    """A picture to upload. The app's function gets it upright, RGB uint8 [H, W, 3]; what is no picture is said in a sentence."""
    component = gr.Image(label=label, type="filepath", sources=["upload", "webcam"], height=420)
    component.preprocess = _read_upload  # gradio's own would fail on a broken file without saying why
    return component


def result(label="Cartoon 卡通"):
    """Where a picture is shown, and downloaded as PNG."""
    return gr.Image(label=label, format="png", interactive=False, height=420, elem_id="result")


def examples(suffix="jpg"):
    """The example pictures, or clips (suffix "mp4"), of the space, as paths."""
    return sorted(str(path) for path in Path("examples").glob(f"*.{suffix}"))


def cartoonize(image, style):
    """Cartoonize a picture, RGB uint8 [H, W, 3], in an embedded style. What goes wrong is shown on the page."""
    if image is None:
        raise gr.Error("Choose a photo first.")
    with shown_on_page():
        steps = cartoonizer(style).steps(image)
    if not steps.faces:
        gr.Warning("No face was found, so only the background network painted.")
    return steps.result


def cartoonizer(style):
    """The one Cartoonizer of a style: loaded when it is first asked for, shared by all visitors."""
    with _loading:  # two visitors at once must not load it twice
        return _load(style)


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
def _load(style):
    from helpers import Cartoonizer  # starts TensorFlow: not before it is needed

    return Cartoonizer(hub.find(style).directory)


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
