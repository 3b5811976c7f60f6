"""The judge: its network, what the shipped one knows, and the script that trained it."""

from __future__ import annotations

import json
import re

import judge_pictures as pictures
import judge_report
import numpy as np
import pytest
import tensorflow as tf
import train_judge as script

from helpers import portraits
from helpers.errors import ModelError
from helpers.files import save_weights
from helpers.metrics import judge
from helpers.metrics.distributions import kernel_distance
from helpers.settings import ROOT

UNSEEN = portraits.JUDGE_PEOPLE[-100]  # and those behind: not trained on, not in the stored report
NOISE = np.random.RandomState(0).randint(0, 256, (5, 64, 64, 3)).astype(np.uint8)


def test_features_and_answers_have_their_shapes():
    weights = judge.initial_judge(0)
    features = judge.embed(NOISE, weights)
    assert features.shape == (5, 64) and features.dtype == np.float32
    np.testing.assert_allclose(judge.embed(NOISE[3:4], weights)[0], features[3], atol=1e-4)
    assert judge.embed(NOISE[:0], weights).shape == (0, 64)
    likely = judge.probabilities(NOISE, weights)
    assert {question: part.shape[1] for question, part in likely.items()} == {
        name: len(options) for name, options in judge.QUESTIONS.items()
    }
    np.testing.assert_allclose(likely["style"].sum(axis=1), 1, rtol=1e-5)
    said = judge.answers(NOISE, weights)
    assert all(set(said[question]) <= set(options) for question, options in judge.QUESTIONS.items())
    assert set(judge.numbers(NOISE, weights)) == set(judge.NUMBERS)


@pytest.mark.parametrize("heads", [NOISE[0], NOISE[:, :60], NOISE / 255])
def test_anything_but_aligned_heads_is_refused(heads):
    with pytest.raises(ValueError, match="portraits.faces"):
        judge.embed(heads, judge.initial_judge(0))


def test_every_weight_is_used():
    variables = {name: tf.Variable(value + np.float32(0.01)) for name, value in judge.initial_judge(0).items()}
    with tf.GradientTape() as tape:
        features, read = judge.network(tf.constant(NOISE / np.float32(127.5) - 1), variables)
        loss = sum(tf.reduce_sum(part**2) for part in read.values()) + tf.reduce_sum(features)
    gradients = tape.gradient(loss, variables)
    assert all(gradient is not None and float(tf.norm(gradient)) > 0 for gradient in gradients.values())


def test_nothing_that_is_trained_uses_the_judge():
    """It measures: a loss that it takes part in would please it and nobody else."""
    scripts = [*(ROOT / "helpers").rglob("*.py"), *(ROOT / "data" / "make").glob("train_*.py")]
    assert {path.name for path in scripts if _imports_judge(path.read_text("utf-8"))} == {"survival.py", "train_judge.py"}


@pytest.mark.parametrize(
    "line", ["from helpers.metrics import identity, judge", "import helpers.metrics.judge", "from .judge import embed"]
)
def test_every_way_to_import_the_judge_is_seen(line):
    assert _imports_judge(line) and not _imports_judge(line.replace("judge", "distributions"))


def _imports_judge(code):
    return re.search(r"^\s*(from|import)\b.*\bjudge\b", code, re.M)


def test_wrong_files_are_told(tmp_path):
    with pytest.raises(ModelError, match="judge .* is missing"):
        judge.load_judge(tmp_path / "nothing.npz")
    save_weights(tmp_path / "other.npz", {"generator/Conv/weights": np.zeros((3, 3, 3, 8))})
    with pytest.raises(ModelError, match="is not the judge"):
        judge.load_judge(tmp_path / "other.npz")


# The shipped weights.


def test_the_shipped_file_is_small_and_knows_styles_and_accessories():
    assert judge.FILE.stat().st_size < 1e6
    report = judge.report()
    for style in judge.QUESTIONS["style"]:
        assert report["accuracy"][style]["style"] > 0.95
        for question in ("eyewear", "face_mask", "hat", "hair_style", "gender"):
            assert report["accuracy"][style][question] > report["always_the_most_frequent"][question] + 0.05
        found = report["accessories"][style]
        assert all(found[accessory]["sensitivity"] > 0.8 for accessory in ("glasses", "mask", "hat"))
        assert all(found[accessory]["false_alarms"] < 0.05 for accessory in ("glasses", "sunglasses", "mask", "hat"))


def test_distances_of_the_shipped_network_rise_with_blur_noise_and_a_wrong_style():
    """In the stored report, on hundreds of people: nothing < each fault, more of a fault is further away."""
    for orders in judge.report()["orders"].values():
        for measure in ("frechet_distance", "kernel_distance"):
            blurs, noises = ([found[measure] for name, found in orders.items() if name.startswith(fault)] for fault in ("blur", "noise"))
            wrong = [found[measure] for name, found in orders.items() if name.startswith("as ")]
            nothing = orders["nothing"][measure]
            assert [nothing, *blurs] == sorted([nothing, *blurs]) and [nothing, *noises] == sorted([nothing, *noises])
            assert min(wrong) > 4 * max(nothing, 1e-3)


def test_distances_rise_in_order_for_people_drawn_now():
    first, second = (portraits.faces("anime", range(UNSEEN + start, UNSEEN + start + 40)) for start in (0, 40))
    photos = portraits.faces("photo", range(UNSEEN + 40, UNSEEN + 80))
    sets = [second, *(judge_report.worse(second, blur=sigma) for sigma in (1, 2)), judge_report.worse(second, noise=20), photos]
    real, *made = (judge.embed(heads) for heads in (first, *sets))
    nothing, soft, softer, noisy, other = (kernel_distance(real, features) for features in made)
    assert nothing < soft < softer and nothing < noisy and nothing < other


# The training script, on a few people.


@pytest.fixture
def few(monkeypatch):
    """Eight people whose style can be read off the colour."""

    def faces(style, seeds, size):
        colour = 60 * pictures.STYLES.index(style) + 20
        return np.stack([np.random.RandomState(seed).randint(colour, colour + 30, (size, size, 3)) for seed in seeds]).astype(np.uint8)

    monkeypatch.setattr(portraits, "faces", faces)
    for name, value in {"BATCH": 8, "WARM_UP": 1, "RATE": 5e-4}.items():
        monkeypatch.setattr(script, name, value)
    monkeypatch.setattr(judge_report, "BLURS", (1.0,))
    monkeypatch.setattr(judge_report, "NOISES", ())
    return pictures.People(range(20, 28), pictures.two_styles)


def test_pictures_belong_to_their_people(few):
    assert few.pictures.shape == (16, 64, 64, 3) and len(few.classes) == 8
    assert np.bincount(few.style).tolist() == [4, 4, 4, 4] and np.bincount(few.person).tolist() == [2] * 8
    for row in (0, 7, 12):
        alone = portraits.faces(pictures.STYLES[few.style[row]], [20 + few.person[row]], 64)[0]
        np.testing.assert_array_equal(few.pictures[row], alone)
    assert len(pictures.People(range(3)).pictures) == 12


def test_answers_are_the_truth_and_hidden_ones_are_not_asked():
    for seed in range(60):
        person, sitting = portraits.Identity.sample(seed), portraits.sample_sitting(seed)
        classes, numbers = pictures.truth(seed)
        said = {name: judge.QUESTIONS[name][place] if place >= 0 else None for name, place in zip(pictures.ABOUT_PEOPLE, classes)}
        assert (said["eyewear"], said["face_mask"], said["hat"]) == (person.eyewear, person.face_mask, person.hat)
        assert said["hair_style"] == (person.hair_style if person.hat == "none" else None)
        if person.face_mask == "mask":
            assert said["beard"] is said["mouth"] is said["smile"] is None
        else:
            assert said["beard"] == {0: "none", 0.35: None, 0.7: "beard", 1: "beard"}[person.beard]
            assert said["mouth"] == ("open" if sitting["expression"].mouth_open else "closed")
        assert numbers[0] == pytest.approx(person.skin[0] / 255) and numbers[6] == pytest.approx(person.age / 100)


def test_a_batch_is_ready_for_the_network_and_a_seed_decides(few):
    batch, again = (few.batch(np.random.RandomState(3), 40) for _ in range(2))
    assert all(np.array_equal(batch[name], again[name]) for name in batch)
    assert batch["picture"].shape == (40, 64, 64, 3) and np.abs(batch["picture"]).max() <= 1
    assert batch["classes"].shape == (40, 11) and batch["numbers"].shape == (40, 11)
    mean = batch["picture"].mean(axis=(1, 2, 3))
    assert np.corrcoef(mean, batch["classes"][:, 0])[0, 1] > 0.9
    faults = batch["numbers"][:, -3:]
    assert 0 <= faults.min() and faults.max() <= 1 and 0.3 < (faults.max(axis=1) == 0).mean() < 0.7


def test_faults_are_as_strong_as_they_say():
    flat, random = np.full((64, 64, 3), 128, np.float32), np.random.RandomState(0)
    noisy = pictures.with_faults(flat, 0, 0.5, 0, random)
    assert noisy.std() == pytest.approx(15, abs=0.5)
    spoiled = pictures.with_faults(noisy, 0.5, 0, 0, random).std()
    assert 3 < spoiled < 6  # a Gaussian of 1 px leaves 1 / (2 * sqrt(pi)) of it
    assert pictures.about_faults(np.array([[0, 0, 0], [0.25, 0.05, 0.5], [1, 1, 0]])).tolist() == [[0, 0], [1, 0], [2, 2]]
    red = np.float32(np.zeros((64, 64, 3)) + [200, 30, 30])
    np.testing.assert_allclose(pictures.with_faults(red, 0, 0, 0.2, random), red, atol=6)
    np.testing.assert_array_equal(judge_report.worse(NOISE), NOISE)


def test_training_learns_goes_on_and_is_stored(few, tmp_path):
    script.train(few, 2, tmp_path / "run", bfloat16=False)
    record = script.train(few, 12, tmp_path / "run", bfloat16=False)
    assert record["step"] == [2, 12] and record["questions"][-1] < record["questions"][0]
    everybody = pictures.People(range(20, 32))
    report = script.store(everybody, tmp_path, trained=tmp_path / "run")
    assert (report["people"], report["steps"]) == (12, 12) and report == json.loads((tmp_path / "judge.json").read_text())
    stored = judge.load_judge(tmp_path / "judge.npz")
    spread = [judge.embed(judge_report.heads(everybody, style), stored).var(axis=0).sum() for style in pictures.STYLES]
    assert np.mean(spread) == pytest.approx(1, abs=0.02)
    plain = script.learn.stored_networks(tmp_path / "run" / "state.npz")[0]["judge"]
    for before, after in zip(judge.probabilities(NOISE, plain).values(), judge.probabilities(NOISE, stored).values()):
        np.testing.assert_allclose(before, after, atol=0.02)


def test_a_question_without_an_answer_costs_nothing():
    read = {name: tf.zeros([2, len(options)]) for name, options in judge.QUESTIONS.items()}
    batch = {"classes": np.full((2, 11), pictures.UNKNOWN, np.int32), "numbers": np.zeros((2, 11), np.float32)}
    assert float(script.losses({**read, "numbers": tf.zeros([2, 11])}, batch)[0]) == 0
    batch["classes"][:, 0] = 1
    asked = float(script.losses({**read, "numbers": tf.zeros([2, 11])}, batch)[0])
    assert asked == pytest.approx(np.log(4) * 2 / 3, rel=1e-4)
