"""A style, a hub model ID or a folder becomes a complete model directory (cache, hub, embedded)."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import re
import shutil
import threading
from pathlib import Path

import requests

from helpers import download, styles
from helpers.errors import ModelError
from helpers.mini import mini_dataset  # offline, the course itself is the hub of data

__all__ = ["cached", "check", "mini_dataset", "offline", "reachable", "resolve", "where"]
REQUIRED_FILES = ("configuration.json", "cartoon_bg.pb", "cartoon_h.pb", "alpha.jpg", "detector.pb", "keypoints.pb")
TASK = "image-portrait-stylization"
REACHABLE_SECONDS = 3
_answers: dict = {}  # address of a hub -> whether it answered


def resolve(model, files=REQUIRED_FILES) -> Path:
    """Return a folder that holds every file a cartoon needs, downloading it if it must.

    model: a style ("anime"), a hub model ID ("owner/name") or a model directory. files: which ones are wanted (training
    asks for more). Looked for in ModelScope's cache, then on the hub (with a progress bar), then among the embedded
    models (said in one printed line). Raises ModelError with one sentence.
    """
    path = Path(model).expanduser()
    is_style = isinstance(model, str) and model in styles.STYLES
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


def where(style) -> str:
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
        _answers[address] = _answers_in_time(address)
    return _answers[address]


def offline() -> bool:
    """Whether the reader asked for no network (COURSE_OFFLINE=1)."""
    return os.environ.get("COURSE_OFFLINE", "0") not in ("", "0")


def _identify(name: str):
    """(model ID, style or None) for a style or a model ID."""
    if name in (style.model_id for style in styles.STYLES.values()) or "/" not in name:
        style = styles.find(name)
        return style.model_id, style
    if not re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", name):
        raise ModelError(f"There is no model directory {name}, and it is not a hub model ID of the form owner/name.")
    return name, None


def _from_hub(model_id: str, revision, files) -> Path:
    if offline():
        raise download.HubUnreachable("COURSE_OFFLINE is set, so the hub is not asked.")
    if not reachable():
        raise download.HubUnreachable(f"The ModelScope hub ({download.endpoint()}) cannot be reached.")
    target = _cache_folders(model_id)[0]
    try:
        _install(model_id, revision, files, target)
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"{model_id} could not be stored in {target.parent}: {reason}.") from error
    return target


def _embedded_twin(style, files, reason: ModelError) -> Path:
    """The course's own model of this style, said in one line; without one the reason is raised again."""
    said = str(reason).rstrip(".")
    if style and _complete(style.directory, files):
        print(f'{said}. Using the embedded "{style.name}" model instead.', flush=True)
        return style.directory
    names = ", ".join(styles.embedded_names()) or "none"
    raise type(reason)(f"{said} (styles that work without the hub: {names}).") from reason


def _install(model_id: str, revision, files, target: Path) -> None:
    """Download to a staging folder, check everything there, then move it into the cache."""
    from filelock import FileLock  # two notebooks may want the same model at once
    from tqdm import tqdm

    staging = _cache_root() / "temp" / ("course--" + model_id.replace("/", "--"))
    staging.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(staging) + ".lock"):
        if _complete(target, files):
            return
        try:
            revision = revision or download.newest_revision(model_id)
            entries = _wanted(model_id, download.listing(model_id, revision), files)
            total = sum(entry.get("Size") or 0 for entry in entries)
            with tqdm(total=total, unit="B", unit_scale=True, desc=f"Downloading {model_id}") as bar:
                for entry in entries:
                    _stage(model_id, revision, entry, staging, target, bar)
            _move(staging, target, entries, model_id)
        except download.HubUnreachable:
            raise  # what has arrived stays in the staging folder, so that the next call goes on from there
        except (ModelError, OSError):
            shutil.rmtree(staging, ignore_errors=True)
            raise


def _wanted(model_id: str, listed: dict, files) -> list:
    for name in files:
        if name not in listed:
            raise ModelError(f"The hub's {model_id} has no {name}: it is not a complete portrait cartoon model.")
    return [listed[name] for name in files]


def _stage(model_id, revision, entry, staging, target, bar) -> None:
    """Have one file in the staging folder or, from before and whole, in the cache."""
    name = entry["Path"]
    if download.matches(staging / name, entry) or download.matches(target / name, entry):
        bar.update(entry.get("Size") or 0)
    else:
        download.fetch(model_id, revision, entry, staging / name, bar)
    if name == "configuration.json":
        staged = staging / name
        _check_configuration(staged if staged.exists() else target / name, f"{name} of {model_id} on the hub")


def _move(staging: Path, target: Path, entries: list, model_id: str) -> None:
    """Staging becomes the cached model: one rename, or file by file into a folder that already holds some."""
    staging.mkdir(exist_ok=True)
    wanted = {entry["Path"] for entry in entries}
    for file in _files_in(staging):
        if file.relative_to(staging).as_posix() not in wanted:
            file.unlink()  # the rest of another revision
    _write_index(staging, target, entries, model_id)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging, target)
        return
    for file in _files_in(staging):
        place = target / file.relative_to(staging)
        place.parent.mkdir(exist_ok=True)
        os.replace(file, place)
    shutil.rmtree(staging)


def _files_in(folder: Path) -> list:
    """All files, also those in folders such as tf_ckpts/."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _write_index(staging: Path, target: Path, entries: list, model_id: str) -> None:
    """modelscope 1.3.2's notes on a cached model (.msc, .mdl), so that it does not download these files again."""
    index = [{"Path": entry["Path"], "Revision": entry["Revision"]} for entry in entries if "Revision" in entry]
    ours = {entry["Path"] for entry in entries}
    # No notes yet, or not readable: modelscope writes them anew.
    with contextlib.suppress(OSError, pickle.UnpicklingError, EOFError, KeyError, TypeError):
        index += [note for note in pickle.loads((target / ".msc").read_bytes()) if note["Path"] not in ours]
    (staging / ".msc").write_bytes(pickle.dumps(index))
    (staging / ".mdl").write_bytes(pickle.dumps({"id": model_id}))


def _complete(folder: Path, files) -> bool:
    try:
        check(folder, files)
    except ModelError:
        return False
    return True


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


def _answers_in_time(address: str) -> bool:
    """Ask in a thread: a name server that does not answer is not covered by a request's own timeout."""
    found = []
    thread = threading.Thread(target=lambda: found.append(_answers_as_hub(address)), daemon=True)
    thread.start()
    thread.join(REACHABLE_SECONDS)
    return bool(found and found[0])


def _answers_as_hub(address: str) -> bool:
    """A hub sends JSON with a "Code"; the login page of a hotel network does not."""
    model_id = styles.STYLES["anime"].model_id
    try:
        answer = requests.get(f"{address}/api/v1/models/{model_id}/revisions", timeout=REACHABLE_SECONDS)
        return "Code" in answer.json()
    except (requests.RequestException, ValueError, TypeError):
        return False
