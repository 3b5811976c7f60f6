"""The cache of portraits: parallel, resumable, bounded, and never wrong."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import portraits
from helpers.portraits import cache

SEEDS = range(4)


@pytest.fixture
def drawn(monkeypatch):
    """The seeds that are drawn, not read, in this process."""
    seeds, real = [], cache.random_portrait
    monkeypatch.setattr(cache, "random_portrait", lambda seed, *rest: seeds.append(seed) or real(seed, *rest))
    return seeds


def ask(folder, seeds=SEEDS, **options):
    return portraits.random_portraits(seeds, "anime", 32, workers=1, folder=folder, **options)


def test_the_pictures_are_those_of_render(tmp_path):
    pictures = ask(tmp_path)
    for seed, picture in zip(SEEDS, pictures):
        person = portraits.Identity.sample(seed)
        assert np.array_equal(picture, portraits.render(person, "anime", 32, **portraits.sample_sitting(seed)))
    assert np.array_equal(ask(tmp_path), pictures), "read from the cache"


def test_processes_draw_the_same(tmp_path):
    seeds = range(cache.FEW + 2)
    together = portraits.random_portraits(seeds, "anime", 32, workers=2, folder=tmp_path / "two")
    assert np.array_equal(together, ask(tmp_path / "one", seeds))


def test_only_what_is_missing_or_broken_is_drawn(tmp_path, drawn):
    ask(tmp_path)
    assert drawn == list(SEEDS)
    files = {int(path.stem): path for path in tmp_path.glob("*/*.png")}
    files[1].unlink()
    files[2].write_bytes(files[2].read_bytes()[:40])
    before = ask(tmp_path, range(5))
    assert drawn == [*SEEDS, 1, 2, 4]
    assert np.array_equal(ask(tmp_path, range(5)), before) and len(drawn) == 7
    assert all(path.suffix == ".png" for path in tmp_path.glob("*/*")), "no half-written file is left"


def test_another_renderer_has_another_folder(tmp_path, drawn, monkeypatch):
    ask(tmp_path)
    monkeypatch.setattr(cache, "version", lambda: "other")
    ask(tmp_path)
    assert drawn == [*SEEDS, *SEEDS]


def test_styles_sizes_and_exaggerations_are_kept_apart(tmp_path):
    pictures = [portraits.random_portraits([0], style, size, strength, folder=tmp_path)[0]
                for style, size, strength in (("photo", 32, 1), ("anime", 32, 1), ("anime", 32, 0), ("anime", 40, 1))]  # fmt: skip
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_the_folder_stays_below_its_limit_and_forgets_the_oldest(tmp_path, drawn):
    ask(tmp_path)
    sizes = {int(path.stem): path.stat().st_size for path in tmp_path.glob("*/*.png")}
    ask(tmp_path, [0])  # now 1 was not asked for the longest
    ask(tmp_path, [], limit_mb=(sum(sizes.values()) - 1) / 1e6)
    assert {int(path.stem) for path in tmp_path.glob("*/*.png")} == {0, 2, 3}
    assert len(ask(tmp_path, limit_mb=0)) == 4 and not list(tmp_path.glob("*/*.png")), "the answer is whole all the same"


@pytest.mark.parametrize("bad", [dict(style="oil"), dict(size=4), dict(exaggeration=2)])
def test_bad_calls_are_named(bad, tmp_path):
    with pytest.raises(ValueError, match=next(iter(bad))):
        portraits.random_portraits(SEEDS, folder=tmp_path, **bad)
    assert not list(tmp_path.iterdir())
