"""Clips for lessons: what is in the file, and what goes into the page."""

from __future__ import annotations

import base64
import re

import clips
import numpy as np

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
