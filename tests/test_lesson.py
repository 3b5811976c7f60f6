"""Settings, figures and controls of the lessons."""

from __future__ import annotations

import random
import sys
from types import SimpleNamespace

import ipywidgets
import numpy as np
import pytest

from helpers import settings
from helpers.errors import CourseError, ImageError
from helpers.images import read_image
from helpers.lesson import fonts, lessons, pages, plots, widgets
from helpers.lesson.checks import tools

PHOTO = np.random.RandomState(0).randint(0, 256, (48, 64, 3)).astype(np.uint8)


@pytest.fixture
def shown(monkeypatch):
    """Everything that is displayed during a test."""
    seen = []
    for module in (plots, widgets, lessons):
        monkeypatch.setattr(module, "display", lambda thing, **_: seen.append(thing))
    return seen


@pytest.fixture
def live(monkeypatch):
    """The widgets that are displayed during a test, with their first picture."""
    seen = []
    monkeypatch.setattr(widgets, "_display_live", lambda widget, first: seen.append((widget, first)))
    return seen


def test_mode_and_budget(monkeypatch):
    for mode in settings.MODES:
        monkeypatch.setenv("COURSE_MODE", mode)
        assert settings.budget(quick="quick", lesson="lesson", full="full") == mode
    monkeypatch.delenv("COURSE_MODE")
    assert settings.mode() == "lesson"
    monkeypatch.setenv("COURSE_MODE", "fast")
    with pytest.raises(CourseError, match="quick, lesson, full"):
        settings.mode()


def test_seeds_repeat():
    drawn = []
    for _ in range(2):
        settings.seed_everything(3)
        drawn.append((random.random(), np.random.rand()))
    assert drawn[0] == drawn[1]


def test_show_displays_one_jpeg(shown):
    plots.show({"photo": PHOTO, "mask": PHOTO[..., 0] / 255})
    plots.bars({"a": 1.0, "b": 2.0}, "s")
    lessons.draw_map()
    assert [read_image(figure.data).ndim for figure in shown] == [3, 3, 3]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_curves_display_one_jpeg(shown, logarithmic):
    plots.curves([1, 2, 4], {"square": [1, 4, 16], "the same": [1, 4, 16]}, "side", "time", logarithmic=logarithmic)
    assert [read_image(figure.data).ndim for figure in shown] == [3]


def test_curves_with_a_spread(shown):
    plots.curves([1, 2], {"a": [1.0, 2.0], "b": [0.5, -1.0]}, "side", "time", spread={"a": [0.1, 0.2], "b": [0.0, 0.3]})
    assert [read_image(figure.data).ndim for figure in shown] == [3]


@pytest.mark.parametrize(
    "low, high, marks", [(0.6, 7.9, [0.5, 1, 2, 5, 10]), (1, 2, [1, 2]), (0.03, 0.04, [0.02, 0.05]), (100, 100, [100])]
)
def test_marks_of_a_logarithmic_axis_are_plain_numbers(low, high, marks):
    assert plots._marks(low, high) == pytest.approx(marks)


def test_labels_of_curves_that_end_together_are_moved_apart():
    heights = plots._spread([5.0, 5.0, 1.0], logarithmic=False)
    assert heights[2] == 1.0 and abs(heights[0] - heights[1]) > 0.1


def test_faces_are_drawn_on_a_copy():
    points = np.float32([[20, 20], [30, 20], [25, 25], [21, 30], [29, 30]])
    before = PHOTO.copy()
    drawn = plots.draw_faces(PHOTO, [SimpleNamespace(box=np.float32([10, 10, 40, 40]), points68=points, points5=points)])
    assert (PHOTO == before).all() and tuple(drawn[10, 10]) == plots.BOX_COLOUR
    assert (drawn[45:] == PHOTO[45:]).all()


def test_lessons_that_are_not_there_are_coming(shown):
    lessons.list_lessons()
    rows = shown[0].data.splitlines()[2:]
    assert len(rows) == 17
    for lesson, row in zip(lessons.LESSONS, rows):
        assert ("ready" in row) == ("](" in row) == lesson.ready


def test_explore_calls_back_once_then_follows_the_hand(live):
    calls = []

    def picture(style, strength):
        calls.append((style, strength))
        return np.full_like(PHOTO, int(255 * strength))

    widgets.explore(picture, style=["a", "b"], strength=(0.0, 1.0, 0.5))
    assert calls == [("a", 0.5)]
    box, first = live[0]
    style, strength, canvas, _ = box.children
    before = bytes(canvas.value)
    strength.value = 1.0
    style.value = "b"
    assert calls[1:] == [("a", 1.0), ("b", 1.0)]
    assert bytes(canvas.value) != before and (first == 127).all()


def test_whole_numbers_stay_whole(live):
    calls = []
    widgets.explore(lambda seed, strength: calls.append((seed, strength)) or PHOTO, seed=(0, 100, 45), strength=(0.0, 1.0, 0.5))
    seed = live[0][0].children[0]
    seed.value = 46
    assert calls == [(45, 0.5), (46, 0.5)] and all(isinstance(seed, int) for seed, _ in calls)


def test_a_check_shows_the_readers_picture_beside_the_expected_one(shown, monkeypatch):
    tools.show_beside(PHOTO, PHOTO)
    assert not shown, "no notebook"
    monkeypatch.setattr(tools, "get_ipython", lambda: "a notebook")
    tools.show_beside(None, PHOTO)
    tools.show_beside(np.zeros((2, 3, 4, 5)), PHOTO)
    assert not shown, "no picture"
    tools.show_beside(PHOTO, PHOTO)
    assert [read_image(figure.data).ndim for figure in shown] == [3]


def test_explore_fails_in_its_own_cell(live):
    with pytest.raises(ZeroDivisionError):
        widgets.explore(lambda style: 1 / 0, style=["a"])


def test_a_later_failure_is_said_below_the_picture(live):
    widgets.explore(lambda choice: {"a": PHOTO}[choice], choice=["a", "b"])
    choice, canvas, status = live[0][0].children
    before = bytes(canvas.value)
    choice.value = "b"
    assert status.value == "KeyError: 'b'" and bytes(canvas.value) == before


def test_a_live_control_comes_with_a_picture(shown):
    widgets.explore(lambda style: PHOTO, style=["a"])
    assert widgets.WIDGET_VIEW in shown[0]
    assert read_image(shown[0]["image/jpeg"]).shape == PHOTO.shape


def test_upload_shows_the_file_and_says_what_is_wrong_with_one(live, tmp_path):
    widgets.upload(lambda image: 255 - image, PHOTO)
    button, canvas, status = live[0][0].children
    assert isinstance(button, ipywidgets.FileUpload)
    assert (live[0][1] == 255 - PHOTO).all()
    before = bytes(canvas.value)
    button.value = [uploaded(b"this is no picture")]
    assert bytes(canvas.value) == before and status.value
    with pytest.raises(ImageError) as error:
        read_image(b"this is no picture")
    assert status.value == str(error.value)
    button.value = [uploaded(plots.encode_jpeg(255 - PHOTO))]
    assert bytes(canvas.value) != before and status.value == ""


def uploaded(content: bytes) -> dict:
    import datetime

    now = datetime.datetime.now(datetime.timezone.utc)
    return {"name": "a", "type": "image/jpeg", "size": len(content), "content": memoryview(content), "last_modified": now}


def test_mix_ends_and_middle():
    assert (widgets.mix(PHOTO, 255 - PHOTO, 0.0) == PHOTO).all()
    assert (widgets.mix(PHOTO, 255 - PHOTO, 1.0) == 255 - PHOTO).all()
    assert set(np.unique(widgets.mix(PHOTO, 255 - PHOTO, 0.5))) <= {127, 128}


def test_quick_mode_takes_no_picture_of_a_page(monkeypatch, capsys):
    monkeypatch.setattr(pages, "_visit", lambda *_: pytest.fail("a browser was started"))
    assert pages.picture_of("http://127.0.0.1:1/") is None
    assert "Quick mode" in capsys.readouterr().out


def test_without_a_browser_a_page_has_no_picture(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_MODE", "lesson")
    monkeypatch.setattr(pages.shutil, "which", lambda name: None)
    assert pages.picture_of("http://127.0.0.1:1/") is None
    assert "no Chromium" in capsys.readouterr().out


def test_without_playwright_a_page_has_no_picture(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_MODE", "lesson")
    monkeypatch.setattr(pages.shutil, "which", lambda name: name)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    assert pages.picture_of("http://127.0.0.1:1/") is None
    assert "no playwright" in capsys.readouterr().out


@pytest.mark.parametrize("font", ["Noto Sans CJK SC", None])
def test_a_missing_chinese_font_is_said_before_the_picture(monkeypatch, capsys, font):
    monkeypatch.setenv("COURSE_MODE", "lesson")
    monkeypatch.setattr(pages.shutil, "which", lambda name: name)
    monkeypatch.setattr(pages, "chinese_font", lambda: font)
    monkeypatch.setattr(pages, "_visit", lambda *_: PHOTO)
    assert pages.picture_of("http://127.0.0.1:1/") is PHOTO
    assert ("no Chinese font" in capsys.readouterr().out) == (font is None)


LISTED = {  # what fc-list says -> the family
    "": None,
    "DengXian,等线\n": "DengXian",
    "WenQuanYi Micro Hei,文泉驿微米黑\nNoto Sans CJK SC,Noto Sans CJK SC Regular\n": "Noto Sans CJK SC",
}


@pytest.mark.parametrize("listed", LISTED)
def test_chinese_font_as_fontconfig_lists_it(monkeypatch, listed):
    monkeypatch.setattr(fonts.shutil, "which", lambda name: name)
    monkeypatch.setattr(fonts.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=listed))
    assert fonts.chinese_font() == LISTED[listed]


@pytest.mark.parametrize("families, found", [(["Arial", "PingFang SC"], "PingFang SC"), (["Arial", "DejaVu Sans"], None)])
def test_chinese_font_without_fontconfig(monkeypatch, families, found):
    monkeypatch.setattr(fonts.shutil, "which", lambda name: None)
    monkeypatch.setattr(fonts, "_matplotlib", lambda: families)
    assert fonts.chinese_font() == found


needs_a_browser = pytest.mark.skipif(
    not any(map(pages.shutil.which, pages.BROWSERS)) or not pages._can_drive(), reason="there is no Chromium or no playwright here"
)
PAGE = """<body style="background: rgb(200, 30, 60)"><input type="file"
  onchange="shown.src = 'data:image/png;base64,#file='; document.body.style.background = 'rgb(10, 200, 60)'"><img id="shown">
<button onclick="setTimeout(() => {made.src = 'data:image/png;base64,#file='; document.body.style.background = 'rgb(0, 40, 250)'}, 900)">
  Paint 画</button><img id="made">"""


@needs_a_browser
@pytest.mark.parametrize("upload, press, colour", [(0, None, [200, 30, 60]), (1, None, [10, 200, 60]), (1, "Paint 画", [0, 40, 250])])
def test_a_page_has_a_picture_of_what_a_visitor_did(tmp_path, monkeypatch, upload, press, colour):
    """The page answers late, as a model does: the picture waits for it."""
    monkeypatch.setenv("COURSE_MODE", "lesson")
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    picture = pages.picture_of(page.as_uri(), 320, 240, upload=page if upload else None, press=press)
    assert picture.shape == (240, 320, 3) and (picture[200, 160] == colour).all()
