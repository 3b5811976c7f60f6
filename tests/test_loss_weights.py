"""The weights of DCT-Net's losses belong to a patch size; means of checkpoints; fine-tunings that come with the course."""

from __future__ import annotations

import json

import numpy as np
import pytest

from helpers import settings
from helpers.dctnet import checkpoints, losses, shipped, training_note, unet
from helpers.errors import ModelError
from helpers.files import load_weights, save_weights


def weighted(side, weights):
    """Style, content and total variation as the generator's loss adds them up, of pictures alike in all but their size."""
    random = np.random.RandomState(0)
    output = random.uniform(-1, 1, (1, side, side, 3)).astype(np.float32)
    features = random.normal(size=(3, 1, side // 8, side // 8, 512)).astype(np.float32)
    style = losses.style_loss_generator([np.full((1, side // 8, side // 8, 1), 0.4, np.float32)] * 2)
    parts = (style, losses.content_loss(*features), losses.total_variation_loss(output))
    alone = np.eye(3, dtype=np.float32)
    return np.array([float(losses.generator_loss(*(part * share for part, share in zip(parts, row)), **weights)) for row in alone])


@pytest.mark.parametrize("side", [64, 128])
def test_balanced_weights_keep_the_balance(side):
    reference, share = weighted(256, {}), 256**2 / side**2
    np.testing.assert_allclose(weighted(side, losses.weights_for(side)), reference, rtol=0.05)
    np.testing.assert_allclose(weighted(side, {}) / reference, [1, share, share], rtol=0.05)  # control: upstream's weights do not


def test_upstreams_weights_are_those_for_256():
    assert losses.weights_for(256) == {"style_weight": 0.1, "content_weight": 200, "tv_weight": 10000}
    assert losses.weights_for(128) == {"style_weight": 0.1, "content_weight": 50, "tv_weight": 2500}


def test_the_mean_of_checkpoints(tmp_path):
    states = [checkpoints.fresh(seed) for seed in (1, 2)]
    prefixes = [checkpoints.write(tmp_path, step, state) for step, state in enumerate(states)]
    mean = checkpoints.mean(prefixes)
    for name in unet.shapes():
        np.testing.assert_allclose(mean[name], (states[0][name] + states[1][name]) / 2, atol=1e-7)
    rest = set(checkpoints.shapes()) - set(unet.shapes())
    assert all(np.array_equal(mean[name], states[1][name]) for name in rest)


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A data folder with a shipped fine-tuning of fresh weights; its folder of checkpoints."""
    monkeypatch.setattr(settings, "DATA", tmp_path)
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    save_weights(folder / f"{shipped.SKETCH}.npz", {name: np.float16(value) for name, value in unet.initial_weights(5).items()})
    (folder / f"{shipped.SKETCH}.json").write_text(json.dumps({"steps": 40, "content_features": "own"}))
    return folder


def test_a_shipped_fine_tuning_is_a_checkpoint_to_export(stored, tmp_path):
    prefix = shipped.unpack(tmp_path / "work")
    assert prefix == str(tmp_path / "work" / "saved_models" / "model-39")
    state = checkpoints.read_state(prefix)
    assert all(np.array_equal(state[name], np.float32(np.float16(value))) for name, value in unet.initial_weights(5).items())
    assert training_note.read(prefix) == {"content_features": "own"}


def test_a_shipped_fine_tuning_that_is_missing(stored, tmp_path):
    (stored / f"{shipped.SKETCH}.npz").unlink()
    with pytest.raises(ModelError, match="fine-tuned generator .* is missing"):
        shipped.unpack(tmp_path / "work")
    (stored / f"{shipped.SKETCH}.json").write_text("{")
    with pytest.raises(ModelError, match="get the course again"):
        shipped.record()


def test_the_shipped_pencil_is_whole(tmp_path):
    """Notebook 13 exports it: all 36 weights, finite, and other ones than those of the anime network that it started from."""
    steps = shipped.record()["steps"]
    prefix = shipped.unpack(tmp_path)
    state, start = checkpoints.read_state(prefix), load_weights(settings.DATA / "checkpoints" / "unet_anime.npz")
    assert prefix.endswith(f"model-{steps - 1}")
    assert all(np.isfinite(state[name]).all() and not np.array_equal(state[name], start[name]) for name in unet.shapes())
