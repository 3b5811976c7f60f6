"""Controls that a hand can move: a picture that follows sliders and menus, and the upload of one's own photo.

Each callback runs once, with the controls' first values, in the cell that makes them. So a test that has no browser
runs it too, and a mistake in it stops the cell. The picture of that first run is stored beside the live control,
for readers who open the notebook without running it.
"""

from __future__ import annotations

import warnings

import ipywidgets
from IPython.display import display

from helpers import images
from helpers.errors import CourseError
from helpers.lesson.plots import encode_jpeg

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
DISPLAY_WIDTH = 512  # pixels on the page


def explore(picture, **controls) -> None:
    """Display the picture that a function makes, and redraw it when a control moves.

    picture: function of the controls' values -> RGB uint8 [H, W, 3]. controls: by argument name, either a list of
    choices (the first one is chosen) or a tuple (lowest, highest, first): of floats, or of whole numbers, which stay whole.
    """
    knobs = {name: _knob(name, choices) for name, choices in controls.items()}
    first = picture(**{name: knob.value for name, knob in knobs.items()})
    canvas, status = _canvas(first), ipywidgets.Label("")

    def redraw(_change):
        _update(canvas, status, lambda: picture(**{name: knob.value for name, knob in knobs.items()}))

    for knob in knobs.values():
        knob.observe(redraw, names="value")
    _display_live(ipywidgets.VBox([*knobs.values(), canvas, status]), first)


def upload(picture, sample) -> None:
    """Display a button for a file of one's own, and what a function makes of it.

    picture: function of an image, RGB uint8 [H, W, 3] -> RGB uint8 [H, W, 3]. sample: the image shown until a file
    is chosen: anything that helpers.images.read_image takes.
    """
    button = ipywidgets.FileUpload(accept="image/*", multiple=False, description="your photo")
    first = picture(images.read_image(sample))
    canvas, status = _canvas(first), ipywidgets.Label("")

    def on_file(change):
        if change["new"]:
            content = bytes(change["new"][0]["content"])
            _update(canvas, status, lambda: picture(images.read_image(content)))

    button.observe(on_file, names="value")
    _display_live(ipywidgets.VBox([button, canvas, status]), first)


def mix(first, second, amount: float):
    """The first image where amount is 0, the second where it is 1, in between their weighted mean.

    first, second: RGB uint8 [H, W, 3]. amount: 0..1. Returns RGB uint8 [H, W, 3].
    """
    mean = (1 - amount) * first.astype("float32") + amount * second.astype("float32")
    return mean.round().astype("uint8")


def _knob(name, choices):
    if isinstance(choices, tuple):
        lowest, highest, first = choices
        slider, step = _slider(choices)
        return slider(first, min=lowest, max=highest, step=step, description=name, continuous_update=False)
    return ipywidgets.ToggleButtons(options=list(choices), value=choices[0], description=name)


def _slider(choices):
    """The kind of slider for (lowest, highest, first), and its step."""
    if all(isinstance(value, int) for value in choices):
        return ipywidgets.IntSlider, 1
    lowest, highest, _ = choices
    return ipywidgets.FloatSlider, (highest - lowest) / 20


def _canvas(image):
    return ipywidgets.Image(value=encode_jpeg(image), format="jpeg", layout={"max_width": f"{DISPLAY_WIDTH}px"})


def _update(canvas, status, make):
    status.value = "working ..."
    try:
        with warnings.catch_warnings(record=True) as said:  # outside a cell nobody would see these either
            warnings.simplefilter("always")
            canvas.value = encode_jpeg(make())
        messages = dict.fromkeys(str(warning.message) for warning in said)
        status.value = " ".join(message for message in messages if "No face" in message)
    except CourseError as error:  # a person's mistake, such as a broken file: say it, keep the last picture
        status.value = str(error)
    except Exception as error:  # outside a cell nobody would see it
        status.value = f"{type(error).__name__}: {error}"


def _display_live(widget, first):
    bundle = widget._repr_mimebundle_()
    bundle = dict(bundle[0] if isinstance(bundle, tuple) else bundle)
    bundle["image/jpeg"] = encode_jpeg(first)
    display(bundle, raw=True)
