"""Visitors who talk to a space's app by its interface: many at once, and some with bad intentions."""

from __future__ import annotations

import contextlib
import re
import time
from concurrent.futures import ThreadPoolExecutor

import gradio as gr
import numpy as np
import pytest
import requests
from gradio_client import Client, handle_file
from skimage import data
from space_server import served

from helpers import Cartoonizer, VideoError, hub, space
from helpers.images import read_image, write_image
from helpers.lesson.clips import write_clip
from helpers.space import kit

MANY = pytest.mark.slow(reason="twenty connections", fast="test_each_of_many_visitors_gets_the_own_picture")
VISITORS = [4, pytest.param(20, marks=MANY)]
SHORT = 20  # seconds that files are kept in the test of their removal, instead of an hour


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The address of the app with one style, running."""
    folder = tmp_path_factory.mktemp("space")
    with served(space.write(folder / "single", "single"), folder / "log.txt") as address:
        yield address


@contextlib.contextmanager
def client(app, folder):
    with contextlib.redirect_stdout(None):
        yield Client(app, download_files=str(folder), httpx_kwargs={"timeout": 300})


@pytest.mark.parametrize("visitors", VISITORS)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_each_of_many_visitors_gets_the_own_picture(app, tmp_path, visitors):
    photos = [data.astronaut()[row : row + 64, 16 * row : 16 * row + 64] for row in range(visitors)]
    expected = list(map(Cartoonizer(hub.find("anime").directory), photos))
    paths = [write_image(tmp_path / f"{number}.png", photo) for number, photo in enumerate(photos)]

    def visit(path):
        with client(app, tmp_path) as visitor:
            return read_image(visitor.predict(handle_file(str(path)), api_name="/cartoonize"))

    with ThreadPoolExecutor(visitors) as pool:
        results = list(pool.map(visit, paths))
    for result, own in zip(results, expected):
        np.testing.assert_array_equal(result, own)


def test_files_of_the_server_are_not_handed_out(app, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("not for you")
    for route in ("file=", "gradio_api/file="):
        for path in (str(secret), "../" * 12 + str(secret)[1:], "/etc/passwd", "app.py", "helpers/space/kit.py"):
            answer = requests.get(app + route + path, timeout=60)
            assert answer.status_code in (403, 404), path
            assert "not for you" not in answer.text


def test_a_path_on_the_server_is_no_photo(app, root):
    photo = {"path": str(root / "docs" / "models_portrait.jpg"), "meta": {"_type": "gradio.FileData"}}
    calls = [app + prefix + "call/cartoonize" for prefix in ("gradio_api/", "")]  # gradio 5 and later, gradio 4
    answers = [requests.post(call, json={"data": [photo]}, timeout=300) for call in calls]
    call, answer = next((call, answer) for call, answer in zip(calls, answers) if answer.ok)
    told = requests.get(f"{call}/{answer.json()['event_id']}", timeout=300).text
    assert "event: error" in told and "event: complete" not in told


def test_an_upload_above_the_limit_is_refused(app):
    routes = [route for route in ("gradio_api/upload", "upload") if requests.post(app + route, timeout=60).status_code != 404]
    sizes = (19 * 2**20, 21 * 2**20)  # below and above what the page promises, 20 MB
    fits, large = (requests.post(app + routes[0], files={"files": ("me.png", b"0" * size)}, timeout=120) for size in sizes)
    assert fits.status_code == 200 and large.status_code == 413


def test_the_app_listens_on_this_machine_only(app):
    assert app.startswith("http://127.0.0.1:")
    assert requests.get(app + "config", timeout=60).json().get("share_url") is None


def files_below(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


def test_what_was_uploaded_to_a_page_is_removed(tmp_path, monkeypatch):
    """A page in this process, which is there at once; it keeps files for seconds instead of an hour."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    monkeypatch.setattr(kit, "KEPT_SECONDS", 6)
    with kit.page("A mirror") as demo:
        photo, shown = kit.readable(gr.Image(type="filepath")), gr.Image(format="png", interactive=False)
        gr.Button("Turn").click(lambda picture: picture[:, ::-1], photo, shown, api_name="turn")
    demo.launch(quiet=True, prevent_thread_lock=True, **kit.limits())
    try:
        path = write_image(tmp_path / "me.png", data.astronaut()[:64, :64])
        with client(demo.local_url, tmp_path / "answers") as visitor:
            assert read_image(visitor.predict(handle_file(str(path)), api_name="/turn")).shape == (64, 64, 3)
        assert len(files_below(tmp_path / "uploads")) >= 2, "the upload and the result"
        end = time.time() + 60
        while files_below(tmp_path / "uploads") and time.time() < end:
            time.sleep(0.5)
        assert files_below(tmp_path / "uploads") == set()
    finally:
        demo.close()


@pytest.mark.slow(reason="waits until files of an app are old", fast="test_what_was_uploaded_to_a_page_is_removed")
def test_uploads_and_results_are_removed(tmp_path):
    """An hour after a visit nothing of it is on the disk; here the hour lasts seconds. The examples stay."""
    folder = space.write(tmp_path / "single", "single")
    kit_file = folder / "helpers" / "space" / "kit.py"
    code = kit_file.read_text(encoding="utf-8")
    kit_file.write_text(re.sub(r"^KEPT_SECONDS = 3600\b", f"KEPT_SECONDS = {SHORT}", code, flags=re.M), encoding="utf-8")
    photos = [write_image(tmp_path / f"{i}.png", data.astronaut()[i : i + 64, :64]) for i in range(2)]
    with served(folder, tmp_path / "log.txt") as address:
        before = files_below(tmp_path / "uploads")
        with client(address, tmp_path / "answers") as visitor:
            for photo in photos:  # the first visit starts TensorFlow, which may take longer than files are kept
                assert read_image(visitor.predict(handle_file(str(photo)), api_name="/cartoonize")).shape == (64, 64, 3)
        assert len(files_below(tmp_path / "uploads") - before) >= 2, "the upload and the result"
        end = time.time() + 120
        while files_below(tmp_path / "uploads") - before and time.time() < end:
            time.sleep(0.5)
        assert files_below(tmp_path / "uploads") == before


def test_a_clip_that_is_too_much_work_is_refused(tmp_path, monkeypatch):
    clip = write_clip(tmp_path / "in.mp4", [data.astronaut()[:64, :64]] * 30, rate=30)
    kit.check_clip(str(clip), 20)
    kit.check_clip(str(clip), 0.5)
    monkeypatch.setattr(kit, "MAX_FRAMES", 20)
    kit.check_clip(str(clip), 0.5)  # of which only 15 frames are painted
    with pytest.raises(gr.Error, match="^.?This file has 30 frames in 20 seconds"), kit.shown_on_page(str(clip)):
        kit.check_clip(str(clip), 20)
    monkeypatch.setattr(kit, "MAX_CLIP_PIXELS", 64 * 63)
    with pytest.raises(VideoError, match="64x64 pixels"):
        kit.check_clip(str(clip), 20)
