"""The face networks' training script and their graphs, on pictures of nothing in particular."""

import functools

import face_nets as nets
import numpy as np
import pytest
import tensorflow as tf
import train_faces as script


class Squares:
    """In place of the rendered pictures: a white square on gray, which is the face."""

    def keypoints(self, rng, held_out=False):
        crop, corner = np.full((160, 160, 3), 90, np.uint8), rng.integers(20, 80, 2)
        crop[corner[1] : corner[1] + 60, corner[0] : corner[0] + 60] = 220
        return crop, np.float32([corner + 30] * nets.POINTS) / 160

    def proposal(self, rng, held_out=False):
        patch, (x, y) = np.full((script.PATCH, script.PATCH, 3), 90, np.uint8), rng.integers(8, 40, 2)
        patch[y : y + 24, x : x + 24] = 220
        return (patch,) + script.cells([(y, x, y + 24, x + 24)])

    def refine(self, rng, held_out=False):
        crop, label = np.full((48, 48, 3), 90, np.uint8), rng.integers(2)
        crop[8:40, 8:40] += np.uint8(100 * label)
        return crop, np.float32(label), np.float32([0.5, 0.5, 0.67, 0.67])


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr(script, "RUNS", tmp_path)
    monkeypatch.setattr(script, "Pictures", Squares)
    monkeypatch.setattr(script, "WARM_UP", 1)
    monkeypatch.setattr(script, "STAGES", {stage: (loss, 4) for stage, (loss, _) in script.STAGES.items()})
    return tmp_path


@pytest.mark.parametrize("stage", ["keypoints", "proposal", "refine"])
def test_each_network_learns_and_goes_on(small, stage):
    losses = script.train(stage, 100, seed=0, steps=12, read_every=1)["loss"]
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    assert len(script.train(stage, 100, seed=0, steps=13, read_every=1)["loss"]) == 13
    weights = script.trained(stage)
    assert {name: value.shape for name, value in weights.items()} == {name: v.shape for name, v in nets.initial_weights(stage).items()}


def test_first_weights_are_those_of_the_shipped_trainings():
    """He's values from RandomState(0), in the order of the layers."""
    weights, random = nets.initial_weights("keypoints"), np.random.RandomState(0)
    assert sum(value.size for value in weights.values()) == 612_584
    for name, value in weights.items():
        if name.endswith("/weights"):
            gain = 0.1 if name.startswith("points") else 1.0
            expected = random.randn(*value.shape) * gain * np.sqrt(2.0 / np.prod(value.shape[:-1]))
            np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_frozen_keypoints_are_the_networks(tmp_path):
    weights = nets.initial_weights("keypoints")
    nets.freeze_keypoints(weights, tmp_path / "keypoints.pb")
    crops = np.random.RandomState(1).uniform(0, 255, (2, 160, 160, 3)).astype(np.float32)
    found = run(tmp_path / "keypoints.pb", {"tower_0/images:0": crops}, "tower_0/prediction:0")
    halves = {name: np.float32(np.float16(value)) for name, value in weights.items()}
    expected = nets.find_points(functools.partial(nets.keypoint_net, weights=halves), tf.constant(crops))
    assert found.shape == (2, nets.OUTPUTS) and not found[:, 136:].any()
    np.testing.assert_allclose(found[:, :136], tf.reshape(expected, [2, -1]), atol=1e-4)


def test_a_frozen_detector_answers(tmp_path):
    nets.freeze_detector(nets.initial_weights("proposal"), nets.initial_weights("refine"), tmp_path / "detector.pb")
    canvas = np.random.RandomState(1).uniform(0, 255, (1, 512, 512, 3)).astype(np.float32)
    boxes = run(tmp_path / "detector.pb", {"tower_0/images:0": canvas}, "tower_0/boxes:0")
    assert boxes.shape[0] == 1 and boxes.shape[2] == 4


def run(path, feed, fetch):
    graph_def = tf.compat.v1.GraphDef()
    graph_def.ParseFromString(path.read_bytes())
    with tf.Graph().as_default() as graph, tf.compat.v1.Session(graph=graph) as session:
        tf.import_graph_def(graph_def, name="")
        return session.run(fetch, feed)
