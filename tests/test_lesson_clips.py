"""Clips for lessons: what is in the file, and what goes into the page."""

from __future__ import annotations

import base64
import re

import clips
import numpy as np
import pytest

from helpers.lesson import clips as lesson


def test_a_clip_has_its_pictures_and_a_melody(tmp_path):
    pictures = [clips.plain(i) for i in range(10)]
    content = clips.read(lesson.write_clip(tmp_path / "new" / "clip.mp4", pictures, rate=20))
    np.testing.assert_allclose(content.times, np.arange(10) / 20)
    assert max(np.abs(a.astype(int) - b).mean() for a, b in zip(content.pictures, pictures)) < 5
    wave, rate = clips.sound_wave(tmp_path / "new" / "clip.mp4")
    part = wave[int(0.05 * rate) : int(0.2 * rate)]
    assert abs(np.argmax(np.abs(np.fft.rfft(part))) * rate / len(part) - lesson.TONES[0]) < 10


def test_play_puts_the_files_into_the_page(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(lesson, "display", lambda html: shown.append(html.data))
    path = lesson.write_clip(tmp_path / "clip.mp4", [clips.plain(0)] * 3)
    lesson.play({"before": path, "after": path})
    embedded = re.findall(r'src="data:video/mp4;base64,([^"]+)"', shown[0])
    assert [base64.b64decode(data) for data in embedded] == [path.read_bytes()] * 2
    assert "before" in shown[0] and "after" in shown[0] and "autoplay" in shown[0] and "muted" in shown[0]


@pytest.fixture(scope="module")
def film():
    photo = np.zeros((200, 200, 3), np.uint8)
    photo[118:123, 78:83] = 255  # a dot round (80, 120)
    return lesson.hand_held(photo, 6, 100, seed=3)


def centre(picture):
    """The mean place x, y of what is bright."""
    light = picture[..., 0].astype(float)
    y, x = np.mgrid[: light.shape[0], : light.shape[1]]
    return np.array([(x * light).sum(), (y * light).sum()]) / light.sum()


def test_the_matrices_of_a_hand_held_film_lead_to_its_places(film):
    pictures, _, matrices = film
    for picture, matrix in zip(pictures, matrices):
        np.testing.assert_allclose(centre(picture), matrix @ [80, 120, 1], atol=0.05)
    assert np.ptp([matrix[:, 2] for matrix in matrices], axis=0).min() > 0.5, "it moves"


def test_the_motions_of_a_hand_held_film_lead_back(film):
    pictures, motions, _ = film
    for before, after, motion in zip(pictures, pictures[1:], motions):
        x, y = centre(after)
        here = motion[int(round(y)), int(round(x))] + [x - round(x), y - round(y)]
        np.testing.assert_allclose(here, centre(before), atol=0.15)


def test_noise_is_new_in_each_frame_and_the_same_each_time():
    gray = [np.full((64, 64, 3), 128, np.uint8)] * 2
    first, second = lesson.with_noise(gray)
    assert (first != second).any() and (first.astype(int) - 128).std() == pytest.approx(4, abs=0.3)
    np.testing.assert_array_equal(first, lesson.with_noise(gray)[0])
