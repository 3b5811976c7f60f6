"""A reader opens the first notebook in a real browser, runs it top to bottom, moves the style picker, uploads a photo."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from skimage import data

from helpers.images import write_image

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lab_server as lab  # noqa: E402  the helper beside this file

pytest.importorskip("playwright", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(lab.browser_path() is None, reason="there is no Chromium on this machine"),
    pytest.mark.slow(reason="JupyterLab in a real browser", fast="test_lesson.test_explore_calls_back_once_then_follows_the_hand"),
]

RUN_MILLISECONDS = 300_000
ALL_RAN = """() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(prompt => prompt.textContent);
    return prompts.length > 0 && prompts.every(text => /\\d/.test(text));
}"""
IDLE = "text=Course (CPU) | Idle"  # in the status bar; asked to run before, JupyterLab wants to know which kernel


@pytest.fixture
def ran(root, tmp_path):
    """The page after all cells of the first notebook ran in it."""
    with lab.server(tmp_path, root / "notebooks" / "00_start_here.ipynb") as address, lab.page() as page:
        page.goto(address)
        page.wait_for_selector(".jp-CodeCell", timeout=90_000)
        page.wait_for_selector(IDLE, timeout=90_000)
        menu(page, "Run", "Run All Cells")
        page.wait_for_function(ALL_RAN, timeout=RUN_MILLISECONDS)
        yield page


def menu(page, *names):
    page.get_by_role("menuitem", name=names[0], exact=True).first.click()
    for name in names[1:]:
        page.locator(".lm-Menu-item").filter(has_text=name).first.click()


def test_first_notebook_runs_and_its_controls_make_new_pictures(ran, tmp_path):
    errors = ran.locator('[data-mime-type="application/vnd.jupyter.error"]')
    assert errors.count() == 0, errors.all_inner_texts()
    assert ran.locator('.jp-OutputArea-output img[src^="data:image/jpeg"]').count() >= 3

    picture = ran.locator(".jp-OutputArea-output img.widget-image").first
    picture.scroll_into_view_if_needed()
    sketch = picture.screenshot()
    ran.locator("button.widget-toggle-button", has_text="anime").first.click()
    cartoon = changed(ran, picture, sketch)

    ran.locator("button.widget-toggle-button", has_text="sketch").first.click()
    assert changed(ran, picture, cartoon) == sketch
    handle = ran.locator(".widget-slider .noUi-handle").first
    handle.focus()
    for _ in range(10):
        handle.press("ArrowLeft")
    assert changed(ran, picture, sketch) not in (sketch, cartoon), "half photo, half sketch"

    own = tmp_path / "own.png"
    write_image(own, data.astronaut()[:, ::-1])
    picture = ran.locator(".jp-OutputArea-output img.widget-image").nth(1)
    before = picture.screenshot()
    with ran.expect_file_chooser() as chooser:
        ran.locator("button", has_text="your photo").click()
    chooser.value.set_files(str(own))
    assert changed(ran, picture, before) != before


def changed(page, picture, before: bytes) -> bytes:
    """What the picture shows once it no longer shows `before` and stays the same."""
    now = before
    for _ in range(60):
        page.wait_for_timeout(500)
        last, now = now, picture.screenshot()
        if now == last != before:
            return now
    raise AssertionError("the picture did not change")
