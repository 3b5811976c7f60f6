"""Each number against a case that is known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import metrics

GRAY = np.full((32, 40, 3), 120, np.uint8)
NOISE = np.random.RandomState(0).randint(0, 256, (32, 40, 3)).astype(np.uint8)


def test_absolute_error_is_in_levels():
    assert metrics.absolute_error(GRAY, GRAY + np.uint8([3, 0, 0])) == 1
    assert metrics.absolute_error(GRAY, GRAY) == 0


def test_structural_similarity_sees_structure_and_not_brightness():
    assert metrics.structural_similarity(NOISE, NOISE) == pytest.approx(1)
    assert metrics.structural_similarity(NOISE, 255 - NOISE) < 0
    brighter = np.clip(NOISE.astype(int) + 10, 0, 255).astype(np.uint8)
    assert metrics.structural_similarity(NOISE, brighter) > 0.9 > 0.1 > metrics.structural_similarity(NOISE, GRAY)


def test_a_single_invented_pixel_is_a_stray_colour():
    picture = GRAY.copy()
    picture[10, 10] = [255, 0, 0]
    assert metrics.stray_colours(picture, GRAY) == 1 / GRAY[..., 0].size
    assert metrics.stray_colours(picture, picture) == 0  # the photo had it already
    assert metrics.stray_colours(GRAY, picture) == 0


def test_large_areas_and_gray_ink_are_not_stray():
    halves = GRAY.copy()
    halves[:, 20:] = [200, 60, 60]
    assert metrics.stray_colours(halves, GRAY) == 0
    inked = GRAY.copy()
    inked[::8] = 30  # darker, not more colourful
    assert metrics.stray_colours(inked, GRAY) == 0


def test_rank_one_counts_who_finds_himself():
    gallery = np.eye(4, dtype=np.float32)
    assert metrics.rank_one(5 * gallery, gallery) == 1
    assert metrics.rank_one(gallery[[1, 0, 2, 3]], gallery) == 0.5


def test_separability_is_the_share_of_pairs_in_the_right_order():
    random = np.random.RandomState(1)
    gallery = random.standard_normal((30, 8)).astype(np.float32)
    queries = gallery + random.standard_normal(gallery.shape).astype(np.float32)
    similar = metrics.cosines(queries, gallery)
    right, wrong = np.diag(similar), similar[~np.eye(30, dtype=bool)]
    by_hand = np.mean([(a > wrong).mean() + (a == wrong).mean() / 2 for a in right])
    assert metrics.separability(queries, gallery) == pytest.approx(by_hand)
    assert metrics.separability(gallery, gallery) == 1
    assert metrics.separability(np.ones((5, 3)), np.ones((5, 3))) == 0.5


@pytest.mark.parametrize(
    "measure", [metrics.absolute_error, metrics.structural_similarity, metrics.stray_colours, metrics.rank_one, metrics.separability]
)
def test_two_sizes_are_refused(measure):
    with pytest.raises(ValueError, match="same shape"):
        measure(GRAY, GRAY[:-1])
