"""A picture of a web page that runs on this machine, for lessons whose result is a page."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from helpers.images import read_image
from helpers.settings import mode

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 60
MOST_VISITS = 4


def picture_of(address: str, width: int = 1000, height: int = 760):
    """A screenshot (截图) of the page at `address`: RGB uint8 [height, width, 3], or None where there is no Chromium and in quick mode."""
    if mode() == "quick":  # starting a browser costs seconds, and the page answers other cells anyway
        print("Quick mode takes no picture of the page.")
        return None
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("There is no Chromium here to take a picture of the page: open it yourself.")
        return None
    picture = _visit(browser, address, width, height)
    for _ in range(MOST_VISITS - 1):  # a server's first answers may come late: the page is ready once it looks the same twice
        before, picture = picture, _visit(browser, address, width, height)
        if np.array_equal(before, picture):
            break
    if picture is None:
        print("Chromium took no picture of the page: open it yourself.")
    return picture


def _visit(browser, address, width, height):
    """One screenshot, or None if the browser took none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.png"
        look = [f"--window-size={width},{height}", "--hide-scrollbars", "--virtual-time-budget=8000"]  # milliseconds for its scripts
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", f"--screenshot={file}"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run([browser, *quiet, *look, address], capture_output=True, timeout=SECONDS, check=False)
        return read_image(file) if file.exists() else None
