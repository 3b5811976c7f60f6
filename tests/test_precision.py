"""Training in 16 bits: losses stay near float32's, and with float16 a step that overflows changes nothing."""

import functools
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from helpers import processor, settings
from helpers.dctnet import checkpoints, perceptual, step
from helpers.dctnet.loss_scale import FIRST, PATIENCE, LossScale
from helpers.dctnet.step import TrainingStep, type_of
from helpers.errors import CourseError


@pytest.fixture(scope="module")
def batch():
    return np.random.RandomState(0).uniform(-1, 1, (2, 2, 16, 16, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def make(batch):
    """Makes a training step in some precision."""

    def step_in(precision, micro_batch=None):
        dtype = type_of(precision)
        weights = {name: tf.cast(value, dtype) for name, value in perceptual.initial_perceptual(seed=2).items()}

        def features(picture):
            return tf.cast(perceptual.perceptual_features(picture, weights), tf.float32)

        return TrainingStep(checkpoints.fresh(seed=1), features, 2e-4, dtype=dtype, micro_batch=micro_batch)

    return step_in


@pytest.fixture(scope="module")
def trained(make, batch):
    """A function (precision, micro_batch) -> what two steps gave; each is traced once for all tests."""

    @functools.lru_cache(None)
    def two_steps(precision, micro_batch=None):
        step = make(precision, micro_batch)
        losses = [step(0, *batch)[0]]
        # Of Adam's first moment, which starts at zero.
        gradients = {name[: -len("/Adam")]: value / 0.5 for name, value in step.state().items() if name.endswith("/Adam")}
        losses.append(step(1, *batch)[0])
        return SimpleNamespace(step=step, losses=losses, gradients=gradients)

    return two_steps


def test_bfloat16_is_refused_where_it_cannot_run(monkeypatch, tmp_path):
    monkeypatch.setattr(step, "OLD", True)
    monkeypatch.setattr(processor, "CPU_INFO", tmp_path / "missing")
    with pytest.raises(CourseError, match='use precision="float32"'):
        type_of("bfloat16")
    monkeypatch.setattr(step, "OLD", False)
    assert type_of("bfloat16") == tf.bfloat16


@pytest.mark.skipif(not (step.OLD and processor.has_bfloat16()), reason="TensorFlow 2.7 on a processor with bfloat16")
def test_bfloat16_is_refused_without_onednn():
    """TensorFlow was imported before helpers could ask for oneDNN: then its convolutions return nothing."""
    code = "import tensorflow, helpers\nfrom helpers.dctnet.step import type_of\ntype_of('bfloat16')"
    environment = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    done = subprocess.run([sys.executable, "-c", code], cwd=str(settings.ROOT), env=environment, stderr=subprocess.PIPE, text=True)
    assert "without oneDNN: import helpers before tensorflow" in done.stderr


# A batch of one micro-batch is the same loop, with one turn.
SLOW = pytest.mark.slow(reason="traces all networks", fast="test_losses_stay_near_those_of_float32")
MICRO_BATCH = [pytest.param(None, marks=SLOW), 1]
NEEDS_BFLOAT16 = pytest.mark.skipif(not step.computes_in_bfloat16(), reason="TensorFlow 2.7 has no bfloat16 on this processor")
BFLOAT16 = pytest.param("bfloat16", 0.1, marks=[NEEDS_BFLOAT16, SLOW])


@pytest.mark.parametrize("micro_batch", MICRO_BATCH)
@pytest.mark.parametrize("precision, nearness", [BFLOAT16, ("mixed", 0.02)])
def test_losses_stay_near_those_of_float32(trained, precision, nearness, micro_batch):
    found = trained(precision, micro_batch)
    for ours, theirs in zip(found.losses, trained("float32").losses):
        assert ours == pytest.approx(theirs, rel=nearness)
    assert found.losses[-1]["d_loss"] < found.losses[0]["d_loss"]  # it learns: the critics get better
    assert all(value.dtype == np.float32 for value in found.step.state().values())


@pytest.mark.parametrize("micro_batch", MICRO_BATCH)
def test_small_gradients_survive_in_float16(trained, micro_batch):
    """Without a loss scale the generator's first layer would get hardly any gradient."""
    exact, mixed = trained("float32").gradients, trained("mixed", micro_batch).gradients
    for name in ("generator/Conv/weights", "disc_blur/conv0_1/kernel"):
        assert np.linalg.norm(mixed[name] - exact[name]) < 0.1 * np.linalg.norm(exact[name]), name


@pytest.mark.parametrize("micro_batch", MICRO_BATCH)
def test_a_step_that_overflows_changes_no_weight(trained, batch, micro_batch):
    step = trained("mixed", micro_batch).step
    step.loss_scale.value.assign(2.0**120)  # far beyond float16
    before = step.state()
    losses, _ = step(0, *batch)
    after = step.state()
    assert np.isfinite(list(losses.values())).all()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert float(step.loss_scale.value) == 2.0**119
    step.loss_scale.value.assign(FIRST)
    step(0, *batch)
    assert not np.array_equal(step.state()["generator/Conv/weights"], before["generator/Conv/weights"])


def test_the_scale_grows_after_a_while():
    scale = LossScale(lambda name, value: tf.Variable(value))
    scale.calm.assign(PATIENCE - 1.0)
    assert bool(scale.update([tf.zeros(3)])) and float(scale.value) == 2 * FIRST and float(scale.calm) == 0
    assert not bool(scale.update([tf.constant([1.0, np.inf])])) and float(scale.value) == FIRST
