"""Pictures of web pages that run on this machine, for lessons whose result is a page. A visitor may upload and press first."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from IPython.display import Image, display

from helpers.images import read_image
from helpers.lesson.fonts import chinese_font
from helpers.lesson.plots import encode_jpeg
from helpers.settings import mode

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WAIT = 120_000  # milliseconds for an answer of the page
LOOK_AGAIN = 400  # milliseconds between two looks
MOST_LOOKS = 20
# Pictures and clips that the page got from its server: the examples, the upload, the result.
SHOWN = "() => [...document.querySelectorAll('img, video')].filter(one => one.src.includes('file=')).length"


def photograph(address: str, **visit) -> None:
    """Display a screenshot of a page; where there can be none, one line says why. visit: see picture_of."""
    picture = picture_of(address, **visit)
    if picture is not None:
        display(Image(data=encode_jpeg(picture), format="jpeg"))


def picture_of(address: str, width: int = 1000, height: int = 760, upload=None, press=None):
    """A screenshot (截图) of the page at `address`: RGB uint8 [height, width, 3], or None in quick mode and without a browser.

    upload: a file for the page's first field for files. press: the words on the button that is pressed then; the picture is taken when
    the page shows one picture more. The browser reaches nothing but this machine.
    """
    if mode() == "quick":  # starting a browser costs seconds, and other cells visit the page anyway
        print("Quick mode takes no picture of the page.")
        return None
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None or not _can_drive():
        print("There is no Chromium here, or no playwright to drive it, to take a picture of the page: open it yourself.")
        return None
    if chinese_font() is None:
        print("There is no Chinese font on this machine: the picture shows boxes where the page has Chinese.")
    with ThreadPoolExecutor(1) as thread:  # a notebook has an event loop of its own, which playwright would refuse to share
        return thread.submit(_visit, browser, address, width, height, upload, press).result()


def _can_drive() -> bool:
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return False
    return True


def _visit(browser, address, width, height, upload, press):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        try:
            page = chromium.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(WAIT)
            page.route(lambda url: not re.match(r"https?://127\.0\.0\.1|file:|data:|blob:", url), lambda route: route.abort())
            page.goto(address)
            if upload is not None:
                _then(page, lambda: page.locator("input[type=file]").first.set_input_files(str(upload)))
            if press is not None:
                _then(page, lambda: page.get_by_role("button", name=press).first.click())
            return _settled(page)
        finally:
            chromium.close()


def _then(page, act):
    """Do something, and wait until the page shows one picture more for it."""
    _settled(page)
    before = page.evaluate(SHOWN)
    act()
    page.wait_for_function(f"({SHOWN})() > {before}")


def _settled(page):
    """A picture of the page once it looks the same twice."""
    picture = _look(page)
    for _ in range(MOST_LOOKS):
        page.wait_for_timeout(LOOK_AGAIN)
        before, picture = picture, _look(page)
        if np.array_equal(before, picture):
            break
    return picture


def _look(page):
    return read_image(page.screenshot())
