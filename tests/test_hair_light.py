"""Training targets of anime: their hair has the light and shade of the photo."""

import numpy as np
import pytest
from hair_light import relight

from helpers import portraits

SIZE = 160


@pytest.fixture
def sitting():
    """A person with a bob as photo and as anime, and where hair is in both."""
    person = portraits.Identity.sample(3).replace(hair_style="bob", hair_colour=(120, 80, 50), hat="none", eyewear="none")
    pictures = [portraits.render(person, style, SIZE, exaggeration=0) for style in ("photo", "anime")]
    hair = portraits.segments(person, SIZE, "anime", exaggeration=0) == portraits.LABELS.index("hair")
    return (person, *pictures, hair)


def test_hair_is_light_where_the_photo_is(sitting):
    person, photo, anime, hair = sitting
    photo[:, : SIZE // 2] = photo[:, : SIZE // 2] // 2  # all light comes from the right
    made = relight(photo, anime, person, {}, 0)
    left, right = (made[:, side][hair[:, side]].mean() for side in (slice(None, SIZE // 2), slice(SIZE // 2, None)))
    assert left < 0.8 * right
    before = [anime[:, side][hair[:, side]].mean() for side in (slice(None, SIZE // 2), slice(SIZE // 2, None))]
    assert abs(before[0] - before[1]) < 0.5 * (right - left), "the drawing knew nothing of it"


def test_only_hair_changes_and_its_tones_are_flat(sitting):
    person, photo, anime, hair = sitting
    made = relight(photo, anime, person, {}, 0)
    changed = (made != anime).any(-1)
    assert changed[hair].mean() > 0.2 and changed[~hair].mean() < 0.02
    colours, counts = np.unique(made[hair], axis=0, return_counts=True)
    assert np.sort(counts)[-3:].sum() > 0.5 * hair.sum(), f"three tones, found {len(colours)} colours"


@pytest.mark.parametrize("style", ["bald", "buzz"])
def test_shaven_heads_stay_as_they_are(sitting, style):
    person, photo, anime, _ = sitting
    assert relight(photo, anime, person.replace(hair_style=style), {}, 0) is anime
