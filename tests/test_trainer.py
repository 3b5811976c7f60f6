"""The trainer: its files, its options, going on after a kill, mistakes and interruptions."""

import contextlib
import io
import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import models
import numpy as np
import pytest
import tensorflow as tf
import training_fixture

from helpers import CartoonTranslationExporter, CartoonTranslationTrainer, settings
from helpers.dctnet import checkpoints, dataset, losses, micro_batches, trainer, training_log, vgg19
from helpers.dctnet.step import computes_in_bfloat16
from helpers.errors import CourseError, DatasetError, ModelError
from helpers.files import load_weights
from helpers.images import read_image

STEPS = 4
KILLS = int(os.environ.get("COURSE_KILLS", "2"))  # 20 for a thorough run


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    return training_fixture.make(tmp_path_factory.mktemp("training"))


@pytest.fixture(scope="module")
def narrow(arguments, tmp_path_factory):
    """Arguments of a training whose VGG19 has all its layers and few channels, picture by picture in this process."""
    channels, model = (8, 8, 16, 16), tmp_path_factory.mktemp("narrow") / "model"
    weights = models.random_vgg(np.random.RandomState(3), channels)
    shutil.copytree(arguments["model"], model, ignore=shutil.ignore_patterns("*.npy"))
    np.save(model / "vgg19.npy", weights, allow_pickle=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vgg19, "LAYERS", [(name, *kernel.shape[2:]) for name, (kernel, _) in weights.items()])
        patch.setitem(micro_batches.MICRO_BATCH_PIXELS, "CPU", 1)
        yield {**arguments, "model": str(model), "max_steps": STEPS}


@pytest.fixture(scope="module")
def whole_run(narrow, tmp_path_factory):
    """The work_dir of an uninterrupted training."""
    work_dir = tmp_path_factory.mktemp("whole")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        CartoonTranslationTrainer(**narrow, work_dir=str(work_dir)).train()
    assert "The content loss compares features of vgg19.npy." in said.getvalue()
    return work_dir


def states(work_dir, step):
    return checkpoints.read_state(work_dir / "saved_models" / f"model-{step}")


def test_files_of_a_run(whole_run):
    assert checkpoints.steps(whole_run / "saved_models") == list(range(STEPS))
    sheet = read_image(whole_run / "images" / "00000000_face_result.jpg")
    assert sheet.shape == (32, 64, 3)  # two pictures side by side
    events = list((whole_run / "train_log").glob("events*"))
    tags = {value.tag for event in tf.compat.v1.train.summary_iterator(str(events[0])) for value in event.summary.value}
    assert {"g_loss", "d_loss", "style", "content", "tv", "face_photo", "face_result"} <= tags


def test_a_run_states_its_features(whole_run):
    """For a person who reads the log, and for the exporter."""
    (events,) = (whole_run / "train_log").glob("events*")
    values = [value for event in tf.compat.v1.train.summary_iterator(str(events)) for value in event.summary.value]
    (text,) = [tf.make_ndarray(value.tensor) for value in values if value.tag == "content_features"]
    assert b"features of vgg19.npy" in text.item()
    noted = json.loads((whole_run / "saved_models" / "training.json").read_text())
    assert noted["content_features"] == "vgg19.npy" and noted["options"]["patch_size"] == 32 and noted["options"]["tv_weight"] == 10000
    exported = whole_run / "exported"
    exported.mkdir()
    before = {"task": "image-portrait-stylization", "train": {"batch_size": 16}}
    (exported / "configuration.json").write_text(json.dumps(before))
    CartoonTranslationExporter().export_frozen_graph_def(str(whole_run / "saved_models" / "model-0"), str(exported / "cartoon_h.pb"))
    after = json.loads((exported / "configuration.json").read_text())  # the options of this run stay out: they are no defaults
    assert after == {**before, "train": {"batch_size": 16, "content_features": "vgg19.npy"}}
    assert json.loads((exported / "configuration.json.bak").read_text()) == before


def test_training_changes_every_weight(whole_run):
    first, last = states(whole_run, 0), states(whole_run, STEPS - 1)
    assert all(
        not np.array_equal(first[name], last[name]) for name in first if name != "disc_gray/conv_out/u" and name != "disc_blur/conv_out/u"
    )
    assert last["beta1_power"] == np.float32(0.5) ** (STEPS + 1)


def test_from_a_checkpoint_it_ends_on_the_same_weights(narrow, whole_run, tmp_path):
    saved = tmp_path / "saved_models"
    saved.mkdir()
    for file in (whole_run / "saved_models").glob("model-1.*"):
        shutil.copy(file, saved)
    CartoonTranslationTrainer(**narrow, work_dir=str(tmp_path)).train()
    ours, expected = states(tmp_path, STEPS - 1), states(whole_run, STEPS - 1)
    assert all(np.array_equal(ours[name], expected[name]) for name in expected)


@pytest.mark.slow(reason="processes that load TensorFlow to be killed", fast="test_whatever_a_kill_leaves_it_ends_on_the_same_weights")
@pytest.mark.parametrize("kills", [KILLS])
def test_killed_at_random_moments_it_ends_on_the_same_weights(arguments, tmp_path, kills):
    """SIGKILL at any time after a step's losses are told; then its checkpoint is written, so some kills hit the writing."""
    moment = random.Random(time.time_ns())
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    process = training_fixture.start_process({**arguments, "work_dir": str(whole), "max_steps": STEPS})
    said = process.communicate()[0]
    assert process.returncode == 0, said
    assert "The content loss compares features of vgg19.npy." in said
    given = {**arguments, "work_dir": str(killed), "max_steps": STEPS}
    ends = []
    for _ in range(kills):
        if len(checkpoints.steps(killed / "saved_models")) >= STEPS - 1:
            shutil.rmtree(killed / "saved_models")  # nothing left to kill: once more from the start
        process = training_fixture.start_process(given)
        for line in process.stdout:
            if "Iter: " in line:
                break
        time.sleep(moment.uniform(0, 1.5))
        process.kill()
        process.communicate()
        ends.append(process.returncode)
    assert -signal.SIGKILL in ends
    process = training_fixture.start_process(given)
    said = process.communicate()[0]
    assert process.returncode == 0, said
    ours, expected = states(killed, STEPS - 1), states(whole, STEPS - 1)
    assert all(np.array_equal(ours[name], expected[name]) for name in expected)


class QuickStep:
    """Stands for a TrainingStep where a test is about what happens around it."""

    calls = ()
    state_now = None

    def __init__(self, state, features, rate, seed, strategy, dtype, loss_weights):
        type(self).state_now, type(self).rate, type(self).loss_weights = state, rate, loss_weights

    def __call__(self, step, photo, cartoon, photo_features):
        type(self).calls += ((step, np.asarray(photo)),)
        return {name: self.loss(step) for name in ("g_loss", "d_loss", "style", "content", "tv")}, photo

    def loss(self, step):
        return 1.0

    def state(self):
        return self.state_now


@pytest.fixture
def quick(monkeypatch):
    """The trainer with a step that does nothing; returns its class."""
    step = type("Step", (QuickStep,), {})
    monkeypatch.setattr(trainer, "TrainingStep", step)
    monkeypatch.setattr(trainer, "open_features", lambda vgg, dtype: (lambda pictures: pictures, vgg))
    return step


def make_trainer(arguments, work_dir, **more):
    return CartoonTranslationTrainer(**{**arguments, "work_dir": str(work_dir), "max_steps": 3, **more})


def test_upstreams_intervals(arguments, quick, tmp_path, capsys):
    make_trainer(arguments, tmp_path, max_steps=9, logging_interval=2, ckpt_period_interval=4).train()
    assert checkpoints.steps(tmp_path / "saved_models") == [0, 3, 7, 8]
    said = capsys.readouterr()
    lines = [line for line in (said.out + said.err).replace("\r", "\n").splitlines() if line.startswith("Iter: ")]
    assert [int(line.split()[1].rstrip(",")) for line in lines] == [0, 1, 3, 5, 7, 8]


def test_a_finished_training_is_left_alone(arguments, quick, tmp_path, capsys):
    make_trainer(arguments, tmp_path).train()
    made = len(quick.calls)
    make_trainer(arguments, tmp_path).train()
    assert made == 3 == len(quick.calls)
    assert "raise max_steps" in capsys.readouterr().out
    make_trainer(arguments, tmp_path, max_steps=4).train()
    assert [step for step, _ in quick.calls] == [0, 1, 2, 3]


def test_whatever_a_kill_leaves_it_ends_on_the_same_weights(arguments, quick, tmp_path, monkeypatch):
    """The disk as it is before each file gets its final name, and after the last: a training goes on from each."""

    def drift(self, step, photo, cartoon, known):
        """A step that depends on all that a step may depend on: weights, number, pictures."""
        by = np.float32(step + 1 + np.mean(photo) - np.mean(cartoon))
        type(self).state_now = {name: value * np.float32(0.5) + by for name, value in self.state_now.items()}
        return QuickStep.__call__(self, step, photo, cartoon, known)

    def copy(source, target):
        return os.link(source, target) if os.stat(source).st_size > 100_000 else shutil.copy(source, target)

    def look(source, target):
        if whole in Path(target).parents:
            moments.append(shutil.copytree(whole, tmp_path / f"killed{len(moments)}", copy_function=copy))
        return replace(source, target)

    quick.__call__ = drift
    whole, moments, replace = tmp_path / "whole", [], os.replace
    monkeypatch.setattr(os, "replace", look)
    make_trainer(arguments, whole, max_steps=2).train()
    expected = states(whole, 1)
    left = {tuple(sorted(path.name for path in (moment / "saved_models").rglob("*"))) for moment in moments}
    assert len(left) >= 6, "before the data, the index and the list of two checkpoints"
    for moment in moments:
        make_trainer(arguments, moment, max_steps=2).train()
        ours = states(moment, 1)
        assert all(np.array_equal(ours[name], expected[name]) for name in expected)
        shutil.rmtree(moment)


def test_ctrl_c_saves_and_stops(arguments, quick, tmp_path):
    def interrupted(self, step, *batch):
        if step == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return QuickStep.__call__(self, step, *batch)

    quick.__call__ = interrupted
    before = signal.getsignal(signal.SIGINT)
    make_trainer(arguments, tmp_path, max_steps=100, logging_interval=50).train()
    assert checkpoints.steps(tmp_path / "saved_models") == [0, 4]
    assert signal.getsignal(signal.SIGINT) is before


def test_losses_that_are_no_numbers_stop_it(arguments, quick, tmp_path):
    """The losses of step 2 are those of the weights that model-1 holds: the last good checkpoint is the one before it."""
    quick.loss = lambda self, step: float("nan") if step == 2 else 1.0
    sentence = (
        "no numbers any more at step 2: lower adv_train_lr. Remove .*/model-1.*, which leads there; .* good checkpoint is .*/model-0."
    )
    with pytest.raises(CourseError, match=sentence):
        make_trainer(arguments, tmp_path).train()
    assert checkpoints.steps(tmp_path / "saved_models") == [0, 1]


@pytest.mark.parametrize(
    "saved, step, words", [([], 0, "there is no good checkpoint yet."), ([3], 4, "Remove"), ([3], 5, "the last good checkpoint is")]
)
def test_the_way_back(tmp_path, saved, step, words):
    for each in saved:
        (tmp_path / f"model-{each}.index").touch()
    assert checkpoints.way_back(tmp_path, step).startswith(words)


def test_the_weights_of_the_losses_are_arguments(arguments, quick, tmp_path, capsys):
    make_trainer(arguments, tmp_path / "upstreams", max_steps=1).train()
    assert quick.loss_weights == {"style_weight": 0.1, "content_weight": 200, "tv_weight": 10000}
    assert "Upstream's balance at 32 pixels would be style_weight=0.1, content_weight=3.125, tv_weight=156.25." in capsys.readouterr().out
    make_trainer(arguments, tmp_path / "balanced", max_steps=1, **losses.weights_for(32)).train()
    assert quick.loss_weights == {"style_weight": 0.1, "content_weight": 3.125, "tv_weight": 156.25}
    assert "(upstream's balance at 32 pixels)" in capsys.readouterr().out


def test_going_on_with_other_options_is_said(arguments, quick, tmp_path, capsys):
    make_trainer(arguments, tmp_path, max_steps=1).train()
    make_trainer(arguments, tmp_path, max_steps=2).train()
    assert "from here on" not in capsys.readouterr().out
    make_trainer(arguments, tmp_path, max_steps=3, patch_size=16, adv_train_lr=1e-5).train()
    said = capsys.readouterr().out
    assert "patch_size is 16 from here on; the steps before were made with 32." in said
    assert "adv_train_lr is 1e-05 from here on; the steps before were made with 0.0002." in said and said.count("from here on") == 2


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_is_for_a_terminal_and_not_for_a_file(arguments, quick, tmp_path, terminal, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    make_trainer(arguments, tmp_path).train()
    said = capsys.readouterr()
    assert ("Training:" in said.err) == terminal and said.out.count("Iter: ") == 3


def test_a_notebook_is_watched():
    stream = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})()
    assert training_log.is_watched(stream) and not training_log.is_watched(io.StringIO())


def test_configuration_is_honoured_and_overridden(arguments, quick, tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    block = {"photo": arguments["photo"], "cartoon": arguments["cartoon"], "patch_size": 16, "batch_size": 3, "adv_train_lr": 0.01}
    block.update(work_dir=str(tmp_path / "work"), max_steps=2, resume_epoch=0, num_gpus=1)
    configuration = {"task": "image-portrait-stylization", "train": block}
    (model / "configuration.json").write_text(json.dumps(configuration))
    CartoonTranslationTrainer(str(model), max_steps=1).train()
    assert len(quick.calls) == 1 and quick.calls[0][1].shape == (3, 16, 16, 3) and quick.rate == 0.01
    assert checkpoints.steps(tmp_path / "work" / "saved_models") == [0]


def test_starts_from_the_models_checkpoint(arguments, quick, tmp_path):
    model = tmp_path / "model"
    shutil.copytree(arguments["model"], model)
    with pytest.raises(ModelError, match="tf_ckpts/model-7.index is missing"):
        make_trainer({**arguments, "model": str(model)}, tmp_path / "work", resume_epoch=7).train()
    stored = checkpoints.fresh(seed=99)
    checkpoints.write(model / "tf_ckpts", 7, stored)
    make_trainer({**arguments, "model": str(model)}, tmp_path / "work", resume_epoch=7, max_steps=1).train()
    assert all(np.array_equal(quick.state_now[name], stored[name]) for name in stored)
    assert checkpoints.steps(tmp_path / "work" / "saved_models") == [0]


def test_a_style_is_copied_and_the_embedded_model_left_alone(arguments, quick, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "RUNS", tmp_path / "runs")
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "cache"))
    made = make_trainer({**arguments, "model": "anime"}, tmp_path / "work")
    assert made.model_dir == str(tmp_path / "runs" / "models" / "anime")
    embedded = settings.MODELS / "anime"
    assert (tmp_path / "runs" / "models" / "anime" / "cartoon_h.pb").read_bytes() == (embedded / "cartoon_h.pb").read_bytes()
    assert make_trainer({**arguments, "model": embedded}, tmp_path / "work").model_dir == made.model_dir
    assert make_trainer(arguments, tmp_path / "work").model_dir == arguments["model"]


@pytest.mark.parametrize("model", ["anime", str(settings.MODELS / "anime")])
def test_anime_starts_from_the_shipped_unet(arguments, quick, tmp_path, monkeypatch, model):
    """resume_epoch of its configuration names a checkpoint that the copy in runs/models gets: all that upstream's code restores."""
    monkeypatch.setattr(settings, "RUNS", tmp_path / "runs")
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "cache"))
    trained = json.loads((settings.DATA / "checkpoints" / "unet_anime.json").read_text())
    made = make_trainer({**arguments, "model": model}, tmp_path / "work", max_steps=1)
    made.train()
    assert made.params["resume_epoch"] == trained["steps"] > 0
    start = tmp_path / "runs" / "models" / "anime" / "tf_ckpts"
    stored = checkpoints.read_state(start / f"model-{trained['steps']}")
    shipped = load_weights(settings.DATA / "checkpoints" / "unet_anime.npz")
    assert len(stored) == 210 and all(np.array_equal(stored[name], value) for name, value in shipped.items())
    assert all(np.array_equal(quick.state_now[name], stored[name]) for name in stored)
    assert not (settings.MODELS / "anime" / "tf_ckpts").exists()
    again = make_trainer({**arguments, "model": made.model_dir}, tmp_path / "again", max_steps=1)  # the copy is a model of its own
    again.train()
    assert again.model_dir == made.model_dir
    shutil.rmtree(start)
    assert make_trainer({**arguments, "model": model}, tmp_path / "work").model_dir == made.model_dir  # a copy without a start is completed
    assert checkpoints.steps(start) == [trained["steps"]] and not list(start.parent.glob(".*"))


def test_a_batch_larger_than_the_folder_and_the_cached_features(arguments, quick, tmp_path):
    """Six photos, batches of eight: photos come again, each with the features that it had before."""
    seen = []
    quick.__call__ = lambda self, step, photo, cartoon, known: (
        seen.append((photo, known)),
        QuickStep.__call__(self, step, photo, cartoon, known),
    )[1]
    make_trainer(arguments, tmp_path, batch_size=8).train()
    assert all(photo.shape == (8, 32, 32, 3) and np.array_equal(photo, known) for photo, known in seen)
    make_trainer(arguments, tmp_path / "uncached", feature_cache_mb=0, max_steps=1).train()
    assert seen[-1][1] is None


@pytest.mark.parametrize(
    "wrong, error, sentence",
    [
        ({"patch_size": 20}, ModelError, "patch_size is 20: set it to a multiple of 8"),
        ({"batch_size": 0}, ModelError, "batch_size is 0: set it to a whole number"),
        ({"adv_train_lr": -1}, ModelError, "adv_train_lr is -1"),
        ({"tv_weight": -1}, ModelError, "tv_weight is -1: set it to a number, 0 or more"),
        ({"content_weight": float("nan")}, ModelError, "content_weight is nan"),
        ({"resume_epoch": -2}, ModelError, "resume_epoch is -2"),
        ({"precision": "float8"}, CourseError, "precision is 'float8': set it to one of float32, bfloat16, mixed"),
        ({"on_bad_image": "eat"}, DatasetError, "on_bad_image is 'eat'"),
        ({"photo": "nowhere"}, DatasetError, "There is no folder nowhere"),
        ({"cartoon": str(settings.ROOT / "tests")}, DatasetError, "tests holds 0 usable pictures .* put at least 4 there"),
        ({"model": "nothing/here/at/all"}, ModelError, "nothing/here/at/all"),
    ],
)
def test_mistakes(arguments, tmp_path, wrong, error, sentence):
    """What can be told without opening a picture is told when the trainer is made."""
    with pytest.raises(error, match=sentence):
        make_trainer({**arguments, **wrong}, tmp_path)


def test_making_a_trainer_opens_no_picture_and_writes_nothing(arguments, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "RUNS", tmp_path / "runs")
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "cache"))
    opened = []
    monkeypatch.setattr(dataset, "read_image", lambda path: opened.append(path) or read_image(path))
    made = make_trainer({**arguments, "model": "anime"}, tmp_path / "work")
    assert not opened and not list(tmp_path.iterdir())
    assert len(made.photos.folder) == len(opened) == 6 and made.photos is made.photos


@pytest.mark.parametrize("kind", ["photo", "cartoon"])
@pytest.mark.parametrize(
    "broken, more, error, sentence",
    [
        (1, {"on_bad_image": "raise"}, DatasetError, 'broken0.*on_bad_image="skip"'),
        (3, {}, DatasetError, "holds 3 usable pictures"),
        (1, {"resume_epoch": 7}, ModelError, "tf_ckpts/model-7.index is missing"),
    ],
)
def test_what_is_wrong_with_the_data_is_told_before_the_first_step(arguments, quick, tmp_path, kind, broken, more, error, sentence):
    """One unreadable picture, too few that are left, no checkpoint to start from: train() says so, and nothing was trained or written."""
    folder = tmp_path / "pictures"
    training_fixture.write_pictures(folder, 3 if broken == 3 else 4, seed=5)
    for number in range(broken):
        (folder / f"broken{number}.jpg").write_bytes(b"no picture")
    made = make_trainer({**arguments, kind: str(folder)}, tmp_path / "work", **more)
    with pytest.raises(error, match=sentence):
        made.train()
    assert quick.calls == () and not (tmp_path / "work").exists()


NEEDS_BFLOAT16 = pytest.mark.skipif(not computes_in_bfloat16(), reason="TensorFlow 2.7 has no bfloat16 on this processor")


@pytest.mark.parametrize("precision, nearness", [("float32", 1e-5), pytest.param("bfloat16", 0.05, marks=NEEDS_BFLOAT16)])
def test_without_vgg_the_courses_own_features_are_compared(arguments, tmp_path, precision, nearness):
    """The same call, no vgg19.npy: the small perceptual network, in either precision, near the float32 numbers."""
    from helpers.dctnet import features, perceptual

    photo = np.random.RandomState(0).uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)
    compute, file = features.open_features(tmp_path / "vgg19.npy", trainer.type_of(precision))
    expected = perceptual.perceptual_features(photo, perceptual.load_perceptual())
    assert file.name == "perceptual.npz" and "the course's own network" in features.describe(file) and compute(photo).dtype == tf.float32
    assert np.abs(compute(photo) - expected).mean() <= nearness * np.abs(expected).mean()
