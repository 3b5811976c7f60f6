"""One model of the ModelScope hub (模型库) into a folder: all of its files that are wanted, or nothing.

Owns: what the hub is asked, and the staging folder in which a model waits until it is whole. Does not own: which model, and where to.
The protocol and the cache are modelscope's; its downloader is not used, because version 1.3.2 gives up after a cut
connection (it compares the length of the rest with that of the whole) and puts files into the cache one by one, so that
half a model can stay there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import shutil
import threading
import time
from pathlib import Path

import requests

from helpers.errors import ModelError

CONNECT_SECONDS = 5
READ_SECONDS = 15  # silence on an open connection
ATTEMPTS = 4  # in a row without one new byte
PAUSE_SECONDS = 0.5  # before the second attempt, doubled for each further one
CHUNK = 1 << 14  # bytes; what a cut connection can lose


class HubUnreachable(ModelError):
    """The network failed. What has arrived is kept; the next call goes on from there."""


def endpoint() -> str:
    """Address of the hub: MODELSCOPE_ENDPOINT, MODELSCOPE_DOMAIN (the older name), else the public one."""
    address = os.environ.get("MODELSCOPE_ENDPOINT") or os.environ.get("MODELSCOPE_DOMAIN") or "www.modelscope.cn"
    address = address.strip().rstrip("/")
    if "://" in address:
        return address
    scheme = "http" if ":" in address else "https"  # a domain with a port number is a server of one's own
    return f"{scheme}://{address}"


def model_address(model_id: str) -> str:
    """Address of one model in the hub's interface."""
    return f"{endpoint()}/api/v1/models/{model_id}"


@contextlib.contextmanager
def alone(staging: Path):
    """A block that only one process at a time enters for this staging folder; the others wait. Raises OSError."""
    from filelock import FileLock

    staging.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(staging) + ".lock"):
        yield


def fetch_model(model_id: str, revision, names, staging: Path, target: Path, check) -> None:
    """Have these files of a model in the folder `target`, which stays as it was until all of them are there and right.

    revision: a tag, or None for the newest. names: paths inside the model; what `target` holds already is not fetched again.
    staging: a folder on the same disk for what is on its way. check(model_id, path): raises ModelError for a file that is not wanted
    after all. Shows a progress bar. Raises HubUnreachable (what has arrived stays in `staging`, and the next call goes on from there),
    ModelError, OSError.
    """
    from tqdm import tqdm

    try:
        revision = revision or _newest_revision(model_id)
        entries = _wanted(model_id, _listing(model_id, revision), names)
        with tqdm(total=sum(entry.get("Size") or 0 for entry in entries), unit="B", unit_scale=True, desc=f"Downloading {model_id}") as bar:
            for entry in entries:
                check(model_id, _stage(model_id, revision, entry, staging, target, bar))
        _move(staging, target, entries, model_id)
    except HubUnreachable:
        raise
    except (ModelError, OSError):
        shutil.rmtree(staging, ignore_errors=True)
        raise


def answers(model_id: str, seconds: float) -> bool:
    """Whether the hub answers in time when it is asked about a model."""
    found = []  # asked in a thread: a name server that does not answer is not covered by a request's own timeout
    thread = threading.Thread(target=lambda: found.append(_answers_as_hub(model_id, seconds)), daemon=True)
    thread.start()
    thread.join(seconds)
    return bool(found and found[0])


def _answers_as_hub(model_id: str, seconds: float) -> bool:
    """A hub sends JSON with a "Code"; the login page of a hotel network does not."""
    try:
        return "Code" in requests.get(model_address(model_id) + "/revisions", timeout=seconds).json()
    except (requests.RequestException, ValueError, TypeError):
        return False


def _wanted(model_id: str, listed: dict, names) -> list:
    for name in names:
        if name not in listed:
            raise ModelError(f"The hub's {model_id} has no {name}: it is not a complete portrait cartoon model.")
    return [listed[name] for name in names]


def _stage(model_id, revision, entry, staging, target, bar) -> Path:
    """Have one file in the staging folder or, from before and whole, in the target; returns where it is."""
    name = entry["Path"]
    for path in (staging / name, target / name):
        if _matches(path, entry):
            bar.update(entry.get("Size") or 0)
            return path
    _fetch(model_id, revision, entry, staging / name, bar)
    return staging / name


def _move(staging: Path, target: Path, entries: list, model_id: str) -> None:
    """Staging becomes the target: one rename, or file by file into a folder that already holds some."""
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


def _newest_revision(model_id: str) -> str:
    """Newest tag of a model, "master" if it has no tags."""
    tags = _ask(model_id, "/revisions").get("RevisionMap", {}).get("Tags") or []
    return tags[0]["Revision"] if tags else "master"  # the hub lists the newest first


def _listing(model_id: str, revision: str) -> dict:
    """What the hub says about each file of a model: {path: {"Size", "Sha256", "Revision", ...}}."""
    files = _ask(model_id, "/repo/files", Revision=revision, Recursive="True").get("Files") or []
    return {entry["Path"]: entry for entry in files if entry.get("Type") != "tree"}


def _matches(path: Path, entry: dict) -> bool:
    """Whether a file on disk is the file that the hub lists."""
    if not path.is_file():
        return False
    if entry.get("Size") and path.stat().st_size != entry["Size"]:
        return False
    return not entry.get("Sha256") or _sha256(path) == entry["Sha256"]


def _fetch(model_id: str, revision: str, entry: dict, path: Path, bar) -> None:
    """Download one file to `path`; goes on after a cut connection, checks size and SHA-256, removes what is wrong.

    Raises HubUnreachable (what has arrived is kept beside `path` as .part) or ModelError.
    """
    name = entry["Path"]
    # What came before a cut must stay (so not files.whole). The hash is in the name: a rest of another revision is never continued.
    part = path.with_name(f"{path.name}.{(entry.get('Sha256') or revision)[:12]}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    bar.update(_size(part))
    failures, furthest = 0, _size(part)
    while True:
        try:
            _receive(model_id, revision, entry, part, bar)
            break
        except (requests.RequestException, _Cut) as error:
            failures = 0 if _size(part) > furthest else failures + 1
            furthest = max(furthest, _size(part))
            if failures >= ATTEMPTS:
                raise HubUnreachable(
                    f"The connection to the hub broke off at {name} of {model_id}; "
                    "what has arrived is kept, so try again to go on from there."
                ) from error
            time.sleep(PAUSE_SECONDS * 2**failures)
    if not _matches(part, entry):
        part.unlink()
        raise ModelError(
            f"{name} of {model_id} arrived damaged (its SHA-256 is not the one that the hub lists) and was removed: try again."
        )
    os.replace(part, path)


class _Cut(Exception):
    """A body that ended too early, or a server that is busy: worth another attempt."""


def _receive(model_id, revision, entry, part, bar) -> None:
    """One request: append the missing bytes to `part`."""
    start = _size(part)
    if entry.get("Size") and start == entry["Size"]:
        return  # every byte came in an earlier run
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with requests.get(
        model_address(model_id) + "/repo",
        params={"Revision": revision, "FilePath": entry["Path"]},
        headers=headers,
        stream=True,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
    ) as answer:
        if answer.status_code == 416:  # nothing follows the bytes that we have, so they are not the hub's
            part.unlink()
            bar.update(-start)
        _refuse(answer, f"{entry['Path']} of {model_id}")
        goes_on = answer.status_code == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        if not goes_on:
            bar.update(-start)
        expected = int(answer.headers.get("Content-Length", 0))
        if _append(answer, part, "ab" if goes_on else "wb", bar) < expected:
            raise _Cut(f"{entry['Path']} ended too early")


def _append(answer, part, mode, bar) -> int:
    received = 0
    with part.open(mode) as file:
        for chunk in answer.iter_content(CHUNK):
            file.write(chunk)
            received += len(chunk)
            bar.update(len(chunk))
    return received


def _ask(model_id: str, path: str, **params) -> dict:
    """The "Data" of one answer of the hub's interface."""
    for attempt in range(ATTEMPTS):
        try:
            answer = requests.get(model_address(model_id) + path, params=params, timeout=(CONNECT_SECONDS, READ_SECONDS))
            _refuse(answer, model_id)
            data = answer.json()["Data"]
            if not isinstance(data, dict):
                raise TypeError(f"Data is {type(data).__name__}")
            return data
        except requests.Timeout as error:  # one is enough: the next would take as long
            raise HubUnreachable(f"The hub did not answer about {model_id} in {READ_SECONDS} s: try later.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{endpoint()} does not answer about {model_id} like a ModelScope hub: check MODELSCOPE_ENDPOINT.") from error
        except (requests.RequestException, _Cut) as error:
            last = error
            time.sleep(PAUSE_SECONDS * 2**attempt)
    raise HubUnreachable(f"The hub could not be asked about {model_id}: check the network and try again.") from last


def _refuse(answer, what: str) -> None:
    """Turn an HTTP status into a sentence, or into another attempt."""
    status = answer.status_code
    if status < 400:
        return
    if status == 404:
        raise ModelError(f"The hub has no {what}: check the model ID.")
    if status in (401, 403):
        raise ModelError(f"The hub does not give out {what}: it is private or asks for a login.")
    raise _Cut(f"HTTP {status} for {what}")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
