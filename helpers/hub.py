"""A style, a hub model ID or a folder becomes a complete model directory; and the Mini dataset becomes a folder.

Owns: the seven official styles (风格), and where a model comes from: ModelScope's cache, the hub, or the embedded twin. Offline the course
itself is the hub of data. Does not own: how files get here, which is download.py.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from helpers import download, settings
from helpers.errors import DatasetError, ModelError
from helpers.files import whole

REQUIRED_FILES = ("configuration.json", "cartoon_bg.pb", "cartoon_h.pb", "alpha.jpg", "detector.pb", "keypoints.pb")
TASK = "image-portrait-stylization"
REACHABLE_SECONDS = 3
_answers: dict = {}  # address of a hub -> whether it answered


@dataclass(frozen=True)
class Style:
    """One style: its name, its Chinese name, its model on the ModelScope hub."""

    name: str
    chinese: str
    model_id: str
    revision: str | None  # None: the newest one on the hub
    summary: str

    @property
    def directory(self) -> Path:
        """Folder of the embedded model of this style; it may not exist."""
        return settings.MODELS / self.name

    @property
    def embedded(self) -> bool:
        """Whether the course ships a model of its own for this style."""
        return (self.directory / "configuration.json").is_file()


def _official(name, chinese, tail, summary, revision=None):
    return Style(name, chinese, f"damo/cv_unet_person-image-cartoon{tail}_compound-models", revision, summary)


# Names and IDs: ModelScope's DCT-Net model cards. The two newest models are published under a tag.
_ALL = (
    _official("anime", "日漫风", "", "Japanese anime"),
    _official("3d", "3D风", "-3d", "virtual 3D character"),
    _official("handdrawn", "手绘风", "-handdrawn", "drawn by hand"),
    _official("sketch", "素描风", "-sketch", "pencil sketch"),
    _official("artstyle", "艺术风", "-artstyle", "painting"),
    _official("design", "设计风", "-sd-design", "design; exemplars from a diffusion model (SD)", "v1.0.0"),
    _official("illustration", "插画风", "-sd-illustration", "illustration; exemplars from a diffusion model (SD)", "v1.0.0"),
)
STYLES = {style.name: style for style in _ALL}


def find(name: str) -> Style:
    """Return the style with this name, Chinese name or model ID; else raise ModelError with the nearest name."""
    for style in STYLES.values():
        if name.lower() == style.name or name in (style.chinese, style.model_id):
            return style
    near = difflib.get_close_matches(name.lower(), STYLES, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"' if near else "choose one of the list"
    raise ModelError(f'There is no style "{name}": {hint} ({", ".join(STYLES)}).')


def embedded_names() -> list[str]:
    """Names of the styles that work without the internet."""
    return [style.name for style in STYLES.values() if style.embedded]


def available_names() -> list[str]:
    """Names of the styles that can be had now: all of them where the hub answers, else those that are cached or embedded."""
    return [style.name for style in STYLES.values() if style.embedded or cached(style.model_id) or reachable()]


def table() -> str:
    """All styles as a text table: name, Chinese name, where the model is now, model ID."""
    rows = [("style", "中文", "where", "model ID", "kind")]
    rows += [(style.name, style.chinese, where(style), style.model_id, style.summary) for style in STYLES.values()]
    widths = [max(map(_width, column)) for column in zip(*rows)]
    lines = ["  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _width(text: str) -> int:
    """Columns that a text takes in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


# --- where a model comes from ---


def resolve(model, files=REQUIRED_FILES) -> Path:
    """Return a folder that holds every file a cartoon needs, downloading it if it must.

    model: a style ("anime"), a hub model ID ("owner/name") or a model directory. files: which ones are wanted (training
    asks for more). Looked for in ModelScope's cache, then on the hub (with a progress bar), then among the embedded
    models (said in one printed line). Raises ModelError with one sentence.
    """
    path = Path(model).expanduser()
    is_style = isinstance(model, str) and model in STYLES
    if not is_style and (isinstance(model, Path) or path.is_dir()):
        check(path, files)
        return path
    model_id, style = _identify(str(model))
    folder = cached(model_id, files)
    if folder:
        return folder
    try:
        return _from_hub(model_id, style.revision if style else None, files)
    except ModelError as error:
        return _embedded_twin(style, files, error)


def check(folder: Path, files=REQUIRED_FILES) -> None:
    """Raise ModelError if `folder` is not a complete portrait cartoon model."""
    if not folder.is_dir():
        raise ModelError(f"There is no model directory {folder}: give a style, a hub model ID or an existing folder.")
    for name in files:
        file = folder / name
        if not file.is_file():
            raise ModelError(f"The model directory {folder} is not complete: {name} is missing.")
        if file.stat().st_size == 0:
            raise ModelError(f"The model directory {folder} is not complete: {name} is empty.")
    _check_configuration(folder / "configuration.json", folder / "configuration.json")


def cached(model_id: str, files=REQUIRED_FILES):
    """Folder of a complete copy in ModelScope's own cache (any version's layout), or None."""
    return next((folder for folder in _cache_folders(model_id) if _complete(folder, files)), None)


def where(style: Style) -> str:
    """Where a style's model would come from now: "cached", "embedded" or "hub"."""
    if cached(style.model_id):
        return "cached"
    return "embedded" if style.embedded else "hub"


def reachable() -> bool:
    """Whether the hub answers within three seconds; asked once per process. COURSE_OFFLINE=1 means no."""
    if offline():
        return False
    address = download.endpoint()
    if address not in _answers:
        _answers[address] = download.answers(STYLES["anime"].model_id, REACHABLE_SECONDS)
    return _answers[address]


def offline() -> bool:
    """Whether the reader asked for no network (COURSE_OFFLINE=1)."""
    return os.environ.get("COURSE_OFFLINE", "0") not in ("", "0")


def _identify(name: str):
    """(model ID, style or None) for a style or a model ID."""
    if name in (style.model_id for style in STYLES.values()) or "/" not in name:
        style = find(name)
        return style.model_id, style
    if not re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", name):
        raise ModelError(f"There is no model directory {name}, and it is not a hub model ID of the form owner/name.")
    return name, None


def _from_hub(model_id: str, revision, wanted) -> Path:
    if offline():
        raise download.HubUnreachable("COURSE_OFFLINE is set, so the hub is not asked.")
    if not reachable():
        raise download.HubUnreachable(f"The ModelScope hub ({download.endpoint()}) cannot be reached.")
    target = _cache_folders(model_id)[0]
    staging = _cache_root() / "temp" / ("course--" + model_id.replace("/", "--"))
    try:
        with download.alone(staging):  # two notebooks may want the same model at once
            if not _complete(target, wanted):
                download.fetch_model(model_id, revision, wanted, staging, target, check=_check_arrival)
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"{model_id} could not be stored in {target.parent}: {reason}.") from error
    return target


def _embedded_twin(style, wanted, reason: ModelError) -> Path:
    """The course's own model of this style, said in one line; without one the reason is raised again."""
    said = str(reason).rstrip(".")
    if style and _complete(style.directory, wanted):
        print(f'{said}. Using the embedded "{style.name}" model instead.', flush=True)
        return style.directory
    names = ", ".join(embedded_names()) or "none"
    raise type(reason)(f"{said} (styles that work without the hub: {names}).") from reason


def _complete(folder: Path, wanted) -> bool:
    try:
        check(folder, wanted)
    except ModelError:
        return False
    return True


def _check_arrival(model_id: str, file: Path) -> None:
    """A model of another kind is refused before its large files come."""
    if file.name == "configuration.json":
        _check_configuration(file, f"{file.name} of {model_id} on the hub")


def _check_configuration(file: Path, what) -> None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{what} is corrupt: it is not JSON.") from error
    task = content.get("task") if isinstance(content, dict) else None
    if task != TASK:
        raise ModelError(f'{what} is not of a portrait cartoon model: its "task" is {json.dumps(task)}, not "{TASK}".')


def _cache_base() -> Path:
    chosen = os.environ.get("MODELSCOPE_CACHE")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "modelscope"


def _cache_root() -> Path:
    """modelscope 1.3.2's folder of models: the one that newer versions look into as well, so ours go there."""
    return _cache_base() if os.environ.get("MODELSCOPE_CACHE") else _cache_base() / "hub"


def _cache_folders(model_id: str) -> list:
    """Where each version of modelscope keeps a model; the first is where this course puts it."""
    owner, name = model_id.split("/")
    plain = name.replace(".", "___")  # versions up to 1.37
    base = _cache_base()
    folders = [_cache_root() / owner / name, base / "models" / owner / plain, base / "hub" / "models" / owner / plain]
    return folders + sorted((base / "models" / f"{owner}--{name}" / "snapshots").glob("*"))


# --- the Mini dataset ---


def mini_dataset(style) -> Path:
    """A folder with face_photo/ and face_cartoon/, each a flat folder of JPEG files, 256 x 256, as the lecture's code expects.

    style: "anime", "sketch" or "3d". The files are copied from data/mini to runs/mini/<style>, so that one may add to them or
    take away from them; files that are missing there come back with the next call. Several processes may ask at once. Raises
    DatasetError for another style, or if data/mini or runs cannot be used. Online, the lecture's
    `MsDataset.load("dctnet_train_clipart_mini_ms", ...)` gives the same two folders of real pictures.
    """
    source = settings.DATA / "mini"
    cartoons = source / "face_cartoon"
    known = sorted(path.name for path in cartoons.iterdir() if path.is_dir()) if cartoons.is_dir() else []
    if not known:
        raise DatasetError(f"There is no Mini dataset (小数据集) in {source}: `make data` makes it again.")
    if style not in known:
        raise DatasetError(f"The Mini dataset has no style {style!r}: choose one of {', '.join(known)}.")
    target = settings.RUNS / "mini" / style
    try:
        _copy_missing(source / "face_photo", target / "face_photo")
        _copy_missing(cartoons / style, target / "face_cartoon")
    except OSError as error:
        raise DatasetError(f"The Mini dataset could not be copied to {target}: {error.strerror or error}.") from error
    return target


def _copy_missing(source: Path, target: Path) -> None:
    """Copy the pictures that are missing or empty, each whole or not at all."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.jpg")):
        copy = target / path.name
        if not copy.is_file() or copy.stat().st_size == 0:
            with whole(copy) as temporary:
                shutil.copyfile(path, temporary)
