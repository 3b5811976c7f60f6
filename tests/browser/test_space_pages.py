"""A visitor of a creation space, in a real browser: a photo, an example, each style, a download, a wrong file, a clip."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from helpers import hub, space
from helpers.images import read_image, write_image
from helpers.lesson.clips import write_clip

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lab_server as lab  # noqa: E402  the helper beside this file
from space_server import served  # noqa: E402

pytest.importorskip("playwright", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(lab.browser_path() is None, reason="there is no Chromium on this machine"),
    pytest.mark.slow(reason="a real browser", fast="test_space_visitors.test_each_of_many_visitors_gets_the_own_picture"),
]

WAIT = 240_000  # milliseconds: a busy machine loads TensorFlow slowly


@contextlib.contextmanager
def visitor(address):
    """A page at that address which cannot reach anything but this machine."""
    with lab.page() as page:
        page.route(lambda url: "//127.0.0.1" not in url and not url.startswith(("data:", "blob:")), lambda route: route.abort())
        page.set_default_timeout(WAIT)
        page.goto(address)
        page.wait_for_selector("button.primary")
        yield page


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """The app with a choice of styles, running."""
    folder = tmp_path_factory.mktemp("space")
    with served(space.write(folder / "styles", "styles"), folder / "log.txt") as address:
        yield address


def press(page):
    page.locator("button.primary").first.click()


def painted(page, shape):
    """The picture that the app shows as its result, once it has that shape."""
    image = page.locator("#result img").first
    for _ in range(WAIT // 500):
        page.wait_for_timeout(500)
        source = image.get_attribute("src") if image.count() else None
        if source and "/file=" in source:
            picture = read_image(page.request.get(source).body())
            if picture.shape == shape:
                return picture
    raise AssertionError("no result of that size appeared")


def test_each_style_paints_an_uploaded_photo(gallery, tmp_path):
    photo = data.astronaut()[:320, 60:360]
    write_image(tmp_path / "me.png", photo)
    with visitor(gallery) as page:
        wide = page.locator(".gradio-container").first.bounding_box()["width"]
        page.locator("input[type=file]").first.set_input_files(str(tmp_path / "me.png"))
        page.wait_for_selector('button[aria-label="Clear"], button[aria-label="Remove Image"], button[aria-label="Remove"]')
        for style in hub.embedded_names():
            page.get_by_role("radio", name=style).check()
            press(page)
            result = painted(page, photo.shape)
            assert 5 < np.abs(result.astype(int) - photo).mean() < 80, "another picture, of the same scene"
        assert page.locator(".gradio-container").first.bounding_box()["width"] == wide > 900, "the page does not jump"
        with page.expect_download() as download:
            page.locator('#result a[download], #result button[aria-label="Download"]').first.click()
        saved = Image.open(io.BytesIO(Path(download.value.path()).read_bytes()))
        assert saved.format == "PNG" and saved.size == photo.shape[1::-1]


def test_an_example_is_one_click(gallery):
    with visitor(gallery) as page:
        page.locator("button.gallery-item, .gallery-item, button:has(> .container > img)").first.click()
        page.wait_for_timeout(2000)
        press(page)
        assert painted(page, (512, 512, 3)).std() > 20


def test_a_text_file_gets_a_sentence(gallery, tmp_path):
    (tmp_path / "me.jpg").write_text("this is no photo")
    with visitor(gallery) as page:
        page.locator("input[type=file]").first.set_input_files(str(tmp_path / "me.jpg"))
        page.wait_for_timeout(2000)
        press(page)
        page.wait_for_selector("text=/picture/i >> visible=true")
        said = page.locator('[data-testid="toast-body"]').first.inner_text()
        assert "This file" in said and str(tmp_path) not in said


def test_no_photo_gets_a_sentence(gallery):
    with visitor(gallery) as page:
        press(page)
        page.wait_for_selector("text=Choose a photo first.")


@pytest.fixture(scope="module")
def cinema(tmp_path_factory):
    """The app for clips, running."""
    folder = tmp_path_factory.mktemp("space")
    with served(space.write(folder / "video", "video"), folder / "log.txt") as address:
        yield address


def upload(page, path):
    page.locator("input[type=file]").first.set_input_files(str(path))
    page.wait_for_selector("video")


PLAYS = "() => document.querySelector('#result video')?.duration > 0.1"


def played(page):
    """The frames of the clip that the app plays as its result, once it does."""
    page.wait_for_function(PLAYS)
    return read_clip(io.BytesIO(page.request.get(page.locator("#result video").first.get_attribute("src")).body()))


def test_a_clip_becomes_a_cartoon_clip(cinema, tmp_path):
    photo = data.astronaut()
    clip = write_clip(tmp_path / "me.mp4", [photo[40:200, 90 + 4 * n : 250 + 4 * n] for n in range(4)])
    with visitor(cinema) as page:
        upload(page, clip)
        press(page)
        result = played(page)
    assert len(result) == 4 and result[0].shape == (160, 160, 3)
    assert np.abs(result[0].astype(int) - photo[40:200, 90:250]).mean() > 5


def test_progress_is_seen_while_a_clip_is_painted(cinema, tmp_path):
    """Numbers that grow, on the page, before the result is there."""
    photo, count = data.astronaut(), 48
    clip = write_clip(tmp_path / "me.mp4", [photo[40:296, 90 + n : 346 + n] for n in range(count)])
    seen = []
    with visitor(cinema) as page:
        upload(page, clip)
        press(page)
        while not page.evaluate(PLAYS):
            found = re.search(rf"(\d+)/{count} frames", page.locator("#result").inner_text())  # the text that is visible
            seen += [int(found.group(1))] if found else []
            page.wait_for_timeout(50)
        assert len(played(page)) == count
    assert seen == sorted(seen) and len(set(seen)) >= 3


def test_an_example_clip_is_one_click(cinema):
    with visitor(cinema) as page:
        page.locator("button.gallery-item, .gallery-item, button:has(video)").first.click()
        page.wait_for_function("() => document.querySelector('video[src*=\"file=\"]')?.duration > 1")
        press(page)
        result = played(page)
    assert len(result) == 50 and result[0].shape == (320, 320, 3)


def test_a_text_file_as_clip_gets_a_sentence(cinema, tmp_path):
    (tmp_path / "me.mp4").write_text("this is no clip")
    with visitor(cinema) as page:
        upload(page, tmp_path / "me.mp4")
        press(page)
        page.wait_for_selector("text=This file is not a video")
        assert not any("me.mp4" in said for said in page.locator('[data-testid="toast-body"]').all_inner_texts())


def read_clip(file):
    import av

    with av.open(file) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
