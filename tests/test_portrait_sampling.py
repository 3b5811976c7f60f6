"""Random people: balanced over tone, age, gender and haircut, and nothing that goes with a skin tone."""

from __future__ import annotations

import collections
import dataclasses

import numpy as np
import pytest

from helpers.portraits import Expression, Identity, Pose, Sitting, sample_sitting
from helpers.portraits.people import HAIR_STYLES
from helpers.portraits.sampling import SKIN
from helpers.portraits.studio import Background

COUNT = 1000
HAIR_TYPES = {"cropped": ("short", "buzz", "spiky", "bald"), "falling": ("bob", "long", "curtain"), "curly": ("wavy", "afro", "bun")}


@pytest.fixture(scope="module")
def people():
    return [Identity.sample(seed) for seed in range(COUNT)]


def tone(person):
    """Which of the seven skin tones a person's skin is nearest to: 0 the lightest, 6 the darkest."""
    return int(np.argmin(np.abs(SKIN.sum(1) - sum(person.skin))))


def groups(person):
    """Tone (light, middle, dark), gender, age (young, middle, old), hair type."""
    hair = next(name for name, styles in HAIR_TYPES.items() if person.hair_style in styles)
    return min(tone(person) // 2, 2), person.femininity > 0.5, int((person.age - 18) / 67 * 2.999), hair


def test_every_hair_style_has_a_type():
    assert sorted(sum(HAIR_TYPES.values(), ())) == sorted(HAIR_STYLES)


def test_tones_ages_and_genders_come_equally_often(people):
    counts = collections.Counter(tone(person) for person in people)
    ends = (counts[0] + counts[6]) / COUNT  # the end tones are the nearest one over half as wide a range
    assert 0.12 < ends < 0.24 and all(0.11 < counts[k] / COUNT < 0.22 for k in range(1, 6)), counts
    assert abs(np.mean([person.femininity > 0.5 for person in people]) - 0.5) < 0.02
    assert np.abs(np.histogram([person.age for person in people], 5, (18, 85))[0] / COUNT - 0.2).max() < 0.03


def test_every_hair_style_is_worn(people):
    counts = collections.Counter(person.hair_style for person in people)
    assert all(0.03 < counts[style] / COUNT < 0.25 for style in HAIR_STYLES), counts


def test_all_combinations_of_tone_gender_age_and_hair_occur(people):
    counts = collections.Counter(map(groups, people))
    assert len(counts) == 3 * 2 * 3 * 3
    assert min(counts.values()) >= COUNT / len(counts) / 4, counts.most_common()[-3:]


@pytest.mark.parametrize("first", [0, 12345, 2**31])
def test_a_few_dozen_people_are_balanced_as_well(first):
    few = [Identity.sample(seed) for seed in range(first, first + 24)]
    assert all(2 <= count <= 14 for count in collections.Counter(min(tone(p) // 2, 2) for p in few).values())
    assert 9 <= sum(p.femininity > 0.5 for p in few) <= 15
    assert 9 <= sum(p.age > 51 for p in few) <= 15


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Identity) if f.name != "skin"])
def test_no_attribute_goes_with_a_tone(people, field):
    """Numbers and colours: correlation with lightness. Names: the share of each among light, middle and dark skin."""
    light = np.array([sum(person.skin) for person in people])
    values = [getattr(person, field) for person in people]
    if isinstance(values[0], str):
        dark = light < np.median(light)
        for name in set(values):
            share = np.array([value == name for value in values])
            assert abs(share[dark].mean() - share[~dark].mean()) < 0.09, name
    else:
        for column in np.reshape(np.array(values, float), (COUNT, -1)).T:
            assert abs(np.corrcoef(column, light)[0, 1]) < 0.11


def test_faces_fill_a_fifth_to_all_of_the_picture():
    sizes = np.array([Pose.sample(seed).size for seed in range(COUNT)])
    assert sizes.min() < 0.23 and sizes.max() > 0.98
    assert 0.1 < (sizes < 0.6).mean() < 0.3, "half-bodies"


def test_every_kind_of_background_is_drawn():
    counts = collections.Counter(Background.sample(seed).kind for seed in range(COUNT))
    assert set(counts) == set(Background.__dataclass_fields__["kind"].metadata["options"])
    assert min(counts.values()) > COUNT / len(counts) / 2


def test_smiles_with_teeth_are_common():
    faces = [Expression.sample(seed) for seed in range(COUNT)]
    assert 0.2 < np.mean([f.mouth_open > 0.2 and f.teeth > 0.5 for f in faces]) < 0.5


def test_a_sitting_has_all_that_a_picture_needs():
    around = sample_sitting(5)
    assert around == sample_sitting(5) != sample_sitting(6)
    Sitting(Identity.sample(5), **around)
