"""The looks that the cartoon networks learn, what styles draw over them, and the strokes of the embedded sketch."""

import face_parts
import finish
import held_out
import looks
import numpy as np
import pytest
import tensorflow as tf

from helpers import portraits

SIZE = 160
KINDS = (portraits.Pose, portraits.Expression, portraits.Light, portraits.Background)
SITTING = {kind.__name__.lower(): kind() for kind in KINDS}
PLAIN = dict(eyewear="none", face_mask="none", hat="none", hair_style="short", fringe="none")


@pytest.fixture(scope="module")
def halves():
    """Dark on the left, light on the right, with a little noise."""
    picture = np.full((64, 64, 3), 0.35, np.float32)
    picture[:, 32:] = 0.75
    return picture + np.random.RandomState(0).normal(0, 0.01, picture.shape).astype(np.float32)


@pytest.mark.parametrize("style", sorted(looks.LOOKS))
def test_a_look_is_a_picture_without_noise(style, halves):
    made = looks.LOOKS[style](halves)
    assert made.shape == halves.shape and made.dtype == np.float32 and made.min() >= 0 and made.max() <= 1
    for area in (slice(6, 22), slice(42, 58)):
        assert made[6:58, area].std(axis=0).max() < 0.7 * halves[6:58, area].std(axis=0).max()


@pytest.mark.parametrize("style", ["anime", "sketch"])
def test_ink_lies_on_the_dark_side_of_an_edge(style, halves):
    columns = looks.LOOKS[style](halves)[6:58].mean(axis=(0, 2))
    assert 28 <= columns.argmin() < 32 and columns.min() < columns[16] - 0.1
    assert columns[34:].min() > columns[48] - 0.1


def test_anime_has_few_tones():
    ramp = np.linspace(0, 1, 256, dtype=np.float32)[None, :, None].repeat(64, 0).repeat(3, 2)
    made = looks.anime(ramp)[32].mean(-1)
    steep = np.abs(np.diff(made)) > 1 / 255
    assert steep.mean() < 0.45 and np.ptp(made) > 0.8  # most of a ramp is flat; all of its range is there


def test_paper_stays_bare_where_it_is_light():
    np.testing.assert_allclose(looks.sketch(np.ones((32, 32, 3), np.float32)), np.broadcast_to(finish.PAPER, (32, 32, 3)), atol=0.01)


def sitting_of(seed=5, **worn):
    return portraits.Identity.sample(seed).replace(**{**PLAIN, **worn})


def test_anime_draws_the_eyes_alone():
    person = sitting_of()
    alpha = face_parts.anime_parts(person, SIZE, 0.6, SITTING)[..., 3] / 255
    points = portraits.landmarks(person, size=SIZE, **SITTING).points68
    y, x = np.indices(alpha.shape)
    eyes = [points[start : start + 6] for start in (36, 42)]
    apart = np.linalg.norm(eyes[0].mean(0) - eyes[1].mean(0))
    near = np.min([np.hypot(x - eye.mean(0)[0], y - eye.mean(0)[1]) for eye in eyes], axis=0) < 0.5 * apart
    assert alpha[near].max() == 1 and alpha[~near].max() < 0.05
    assert alpha.sum() > 0.05 * apart**2


def test_nothing_is_drawn_over_dark_glasses():
    person = sitting_of(eyewear="sunglasses")
    assert face_parts.anime_parts(person, SIZE, 0.6, SITTING)[..., 3].max() < 100
    photo = portraits.render(person, "photo", SIZE, **SITTING)
    glasses = portraits.segments(person, SIZE, "photo", **SITTING) == portraits.LABELS.index("glasses")
    made = looks.cartoon_of("3d", photo, face_parts.clay_parts(person, SIZE, 0.6, SITTING))
    assert np.abs(made[glasses].astype(int) - looks.cartoon_of("3d", photo)[glasses]).mean() < 6


def test_larger_eyes_with_more_exaggeration():
    small, large = (face_parts.anime_parts(sitting_of(), SIZE, amount, SITTING)[..., 3].sum() for amount in (0, 1))
    assert large > 1.3 * small


def test_parts_cover_as_much_as_their_alpha_says():
    parts = np.zeros((4, 4, 4), np.float32)
    parts[:2] = [0.5, 0, 0, 0.5]  # red, half transparent: colours are multiplied by alpha
    made = looks.lay(parts, np.full((4, 4, 3), 0.4, np.float32))
    np.testing.assert_allclose(made[0, 0], [0.7, 0.2, 0.2])
    np.testing.assert_allclose(made[3, 3], 0.4)


def test_a_perfect_sketch_has_strokes():
    person = held_out.person(["sketch", "anime"], seed=3, size=96)
    bare = looks.cartoon_of("sketch", person["photo"])
    assert person["sketch"].shape == bare.shape == (96, 96, 3) and person["sketch"].dtype == np.uint8
    assert np.abs(person["sketch"].astype(int) - bare).mean() > 1
    assert "anime" in person and person["points"].shape == (5, 2)


def tones(levels, size=64):
    """A drawing in levels of darkness, 0 paper to 1 lead, a row each: float32 [1, H, size, 3] in [-1, 1]."""
    dark = np.repeat(np.float32(levels), size)[:, None, None].repeat(size, 1)
    return 2 * (finish.PAPER - (finish.PAPER - finish.LEAD) * dark)[None] - 1


def test_strokes_leave_paper_and_lead_alone_and_keep_tones():
    drawing = tones([0, 0.5, 1])
    made = finish.draw_strokes(tf.constant(drawing)).numpy()
    np.testing.assert_allclose(made[:, :64], drawing[:, :64], atol=1e-5)
    np.testing.assert_allclose(made[:, 128:], drawing[:, 128:], atol=1e-5)
    middle = slice(64, 128)
    assert made[:, middle].std() > 0.1 and abs(made[:, middle].mean() - drawing[:, middle].mean()) < 0.05
    dark = (finish.PAPER - (made + 1) / 2) / (finish.PAPER - finish.LEAD)
    np.testing.assert_allclose(dark, dark[..., :1].repeat(3, -1), atol=1e-5)  # nothing but tones between paper and lead


def test_strokes_repeat_without_a_seam():
    streaks = finish.streaks(50, 1).astype(np.float32)
    inside = np.abs(np.diff(streaks, axis=0)).mean()
    assert np.abs(streaks[0] - streaks[-1]).mean() == pytest.approx(inside, rel=0.2)
    assert abs(streaks.mean()) < 0.01 and streaks.min() >= -0.5 and streaks.max() <= 0.5
    wide = finish.draw_strokes(tf.constant(tones([0.5], size=300))).numpy()
    np.testing.assert_allclose(wide[:, :, : 300 - finish.SIDE], wide[:, :, finish.SIDE :], atol=1e-5)


def test_soft_borders_of_tones_are_made_steep():
    """A ramp gets steps; flat tones in the middle of a level stay; colours keep their hue."""
    ramp = np.linspace(-1, 1, 256, dtype=np.float32)[None, None, :, None].repeat(3, 3)
    made = finish.flatten_tones(tf.constant(ramp)).numpy()[0, 0]
    slope = np.diff(made[:, 0]) / np.diff(ramp[0, 0, :, 0])
    assert (slope < 0.5).mean() > 0.3 and slope.max() > 2 and np.ptp(made) > 1.9
    middle = np.float32([(2 * tone + 1) / finish.TONES - 1 for tone in range(finish.TONES)])[None, None, :, None].repeat(3, 3)
    np.testing.assert_allclose(finish.flatten_tones(tf.constant(middle)).numpy(), middle, atol=0.01)
    red = finish.flatten_tones(tf.constant(np.float32([0.6, -0.4, -0.4]).reshape(1, 1, 1, 3))).numpy()[0, 0, 0] + 1
    assert red[1] == pytest.approx(red[2]) and red[0] / red[1] == pytest.approx(1.6 / 0.6, rel=0.02)
