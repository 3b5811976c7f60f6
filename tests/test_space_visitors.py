"""Visitors who talk to a space's app by its interface: many at once, and some with bad intentions."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import requests
from gradio_client import Client, handle_file
from skimage import data
from space_server import served

from helpers import Cartoonizer, space, styles
from helpers.images import read_image, write_image
from helpers.space import kit

VISITORS = 20


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


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_each_of_many_visitors_gets_the_own_picture(app, tmp_path):
    photos = [data.astronaut()[row : row + 64, 16 * row : 16 * row + 64] for row in range(VISITORS)]
    expected = list(map(Cartoonizer(styles.find("anime").directory), photos))
    paths = [write_image(tmp_path / f"{number}.png", photo) for number, photo in enumerate(photos)]

    def visit(path):
        with client(app, tmp_path) as visitor:
            return read_image(visitor.predict(handle_file(str(path)), api_name="/cartoonize"))

    with ThreadPoolExecutor(VISITORS) as pool:
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
    photo = {"path": str(root / "docs" / "before_after.jpg"), "meta": {"_type": "gradio.FileData"}}
    calls = [app + prefix + "call/cartoonize" for prefix in ("gradio_api/", "")]  # gradio 5 and later, gradio 4
    answers = [requests.post(call, json={"data": [photo]}, timeout=300) for call in calls]
    call, answer = next((call, answer) for call, answer in zip(calls, answers) if answer.ok)
    told = requests.get(f"{call}/{answer.json()['event_id']}", timeout=300).text
    assert "event: error" in told and "event: complete" not in told


def test_an_upload_above_the_limit_is_refused(app):
    routes = [route for route in ("gradio_api/upload", "upload") if requests.post(app + route, timeout=60).status_code != 404]
    small, large = (requests.post(app + routes[0], files={"files": ("me.png", b"0" * size)}, timeout=120) for size in (1000, 21 * 2**20))
    assert kit.MAX_UPLOAD == "20mb"
    assert small.status_code == 200 and large.status_code == 413


def test_the_app_listens_on_this_machine_only(app):
    assert app.startswith("http://127.0.0.1:")
    assert requests.get(app + "config", timeout=60).json().get("share_url") is None
