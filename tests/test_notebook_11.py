"""The definitions of notebook 11 do what their text says, on clips small enough to know the answer."""

from __future__ import annotations

import clips
import notebook_cells
import numpy as np
import pytest

from helpers import metrics
from helpers.lesson.clips import write_clip

SIZE = 36


@pytest.fixture(scope="module")
def lesson():
    module = notebook_cells.definitions(notebook_cells.FOLDER / "11_video.ipynb")
    module.TICK = module.Fraction(1, 12800)  # computed, so definitions() leaves it out
    return module


@pytest.fixture
def pictures():
    return [clips.plain(i, (64, 48)) for i in range(6)]


def test_split_gives_pictures_and_times(lesson, pictures, tmp_path):
    frames, times = lesson.split(write_clip(tmp_path / "in.mp4", pictures))
    np.testing.assert_allclose(times, np.arange(6) / 25)
    assert max(np.abs(a.astype(int) - b).mean() for a, b in zip(frames, pictures)) < 5


def test_join_keeps_uneven_times_and_the_sound(lesson, pictures, tmp_path):
    source = write_clip(tmp_path / "in.mp4", pictures)
    times = [0.0, 0.04, 0.1, 0.12, 0.2, 0.3]
    joined = lesson.join(tmp_path / "out.mp4", pictures, times, source)
    np.testing.assert_allclose(lesson.split(joined)[1], times, atol=1e-4)
    assert lesson.sound_packets(joined) == lesson.sound_packets(source) != []


def test_noise_is_new_in_each_frame_and_the_same_each_time(lesson, pictures):
    gray = [np.full((64, 64, 3), 128, np.uint8)] * 2
    first, second = lesson.with_noise(gray)
    assert (first != second).any() and (first.astype(int) - 128).std() == pytest.approx(4, abs=0.3)
    np.testing.assert_array_equal(first, lesson.with_noise(gray)[0])


def test_warped_difference_is_that_of_the_helpers(lesson):
    random = np.random.RandomState(3)
    before, after = random.randint(0, 256, (2, SIZE, SIZE, 3)).astype(np.uint8)
    motion = np.stack(np.meshgrid(np.arange(SIZE), np.arange(SIZE)), axis=2).astype(np.float32)
    motion[:5] = np.nan
    motion[5:, :-3] += 1.5
    motion[-3:] = np.nan
    assert lesson.warped_difference(before, after, motion) == pytest.approx(metrics.warped_difference([before, after], [motion]), rel=1e-4)


def test_patchwork_is_made_of_the_sources_blocks(lesson):
    random = np.random.RandomState(4)
    image, source = random.randint(0, 256, (2, SIZE, SIZE + 2, 3)).astype(np.uint8)
    result = lesson.patchwork(image, source)
    offered = {block.tobytes() for block in lesson.blocks(source)[0]}
    assert all(block.tobytes() in offered for block in lesson.blocks(result)[0])
    np.testing.assert_array_equal(result[:, SIZE:], image[:, SIZE:])
    np.testing.assert_array_equal(lesson.patchwork(source, source), source)


def test_trembling_is_zero_for_even_motion(lesson):
    assert lesson.trembling(np.outer(np.arange(9), [3.0, -2.0])) == 0
    assert lesson.trembling(np.array([[0.0, 0], [1, 1], [0, 0], [1, 1]])) == 2


def test_stretched_uses_the_whole_range(lesson):
    image = np.array([[[50, 60, 70], [150, 100, 50]]], np.uint8)
    assert lesson.stretched(image).min() == 0 and lesson.stretched(image).max() == 255
    assert lesson.stretched(np.full((2, 2, 3), 9, np.uint8)).max() == 0


def test_time_slice(lesson, pictures):
    sliced = lesson.time_slice(pictures, 10)
    assert sliced.shape == (48, 36, 3)
    np.testing.assert_array_equal(sliced[:, 13], pictures[2][:, 10])
