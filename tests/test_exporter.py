"""From a checkpoint to cartoon_h.pb: upstream's names and numbers, ModelScope's own pipeline, and what happens when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import models
import numpy as np
import pytest
import tensorflow as tf
from test_upstream_equality import ASTRONAUT, run_upstream, why_not
from typer.testing import CliRunner

from helpers import Cartoonizer, CartoonTranslationExporter, export
from helpers.__main__ import app
from helpers.dctnet import training_note, unet
from helpers.errors import ModelError
from helpers.stylize.graphs import Exported, difference, read_graph, sample_pictures

v1 = tf.compat.v1
ROOT = Path(__file__).resolve().parents[1]
on_the_cards_stack = pytest.mark.skipif(bool(why_not()), reason=why_not() or "runs here")


@pytest.fixture(scope="module")
def weights():
    """Random weights, large enough that the cartoon is far from the photo."""
    random = np.random.RandomState(3)
    fresh = unet.initial_weights(seed=2)
    return {name: value + (0.05 * random.standard_normal(value.shape) if value.ndim == 1 else 0) for name, value in fresh.items()}


@pytest.fixture(scope="module")
def checkpoint(weights, tmp_path_factory):
    """What TensorFlow 1's Saver writes at step 0, with things beside the generator as a trainer has them."""
    folder = tmp_path_factory.mktemp("run") / "saved_models"
    beside = {"beta1_power": np.float32(0.5), "disc_blur/conv0_1/kernel": np.zeros((3, 3, 3, 32), np.float32)}
    return save_as_tf1({**weights, **beside}, folder / "model")


def save_as_tf1(values, path):
    with tf.Graph().as_default(), v1.Session() as session:
        variables = [v1.get_variable(name, initializer=np.float32(value), use_resource=False) for name, value in values.items()]
        session.run(v1.variables_initializer(variables))
        return v1.train.Saver(variables).save(session, str(path), global_step=0, write_meta_graph=False)


@pytest.fixture(scope="module")
def graph(checkpoint, tmp_path_factory):
    path = tmp_path_factory.mktemp("exported") / "cartoon_h.pb"
    assert CartoonTranslationExporter().export_frozen_graph_def(ckpt_path=checkpoint, frozen_graph_path=str(path)) == {"model": str(path)}
    return path


def test_names_and_types_are_upstreams(graph):
    nodes = {node.name: node for node in read_graph(graph).node}
    image, cartoon = nodes["input_image"], nodes["output_image"]
    assert image.op == "Placeholder" and image.attr["dtype"].type == tf.float32.as_datatype_enum
    assert [side.size for side in image.attr["shape"].shape.dim] == [-1, -1, 3]
    assert cartoon.op == "Cast" and cartoon.attr["DstT"].type == tf.uint8.as_datatype_enum
    assert set(unet.shapes()) <= set(nodes)
    assert not [name for name in nodes if name.startswith("disc")]


def test_graph_equals_the_network(graph, weights):
    for picture in sample_pictures((64, 80)):
        photo = tf.constant(picture[None, :, :, ::-1], tf.float32) / 127.5 - 1
        cartoon = unet.cartoonize(photo, {name: tf.constant(value, tf.float32) for name, value in weights.items()})[0, :, :, ::-1]
        levels = np.clip((cartoon.numpy() + 1) * 127.5, 0, 254.9999)
        painted = Exported(graph)(picture)
        assert painted.dtype == np.uint8 and np.abs(painted - levels.astype(np.uint8).astype(int)).max() <= 1
        assert np.abs(painted - picture.astype(int)).mean() > 10


@pytest.mark.slow(reason="a process that loads TensorFlow", fast="test_a_cartoonizer_paints_with_what_the_command_exports")
def test_a_process_that_never_trained_can_export(checkpoint, graph, tmp_path):
    target = tmp_path / "cartoon_h.pb"
    words = [sys.executable, "-m", "helpers", "export", checkpoint, str(target)]
    done = subprocess.run(words, cwd=str(ROOT), env=dict(os.environ, PYTHONPATH=str(ROOT)), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"{target}: 5.89 MB" in done.stdout
    assert difference(Exported(graph), Exported(target), sample_pictures((64, 64))).largest == 0


def test_importing_the_exporter_loads_only_what_it_needs():
    """No hub, no trainer, no face finder, no network: of this package a few modules. (There were twenty once.)"""
    code = "import sys; from helpers import CartoonTranslationExporter; "
    code += "print(*sorted(name for name in sys.modules if name.partition('.')[0] == 'helpers'))"
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=str(ROOT), env=dict(os.environ, PYTHONPATH=str(ROOT)), stdout=subprocess.PIPE, text=True, timeout=120)
    loaded = done.stdout.split()
    assert "helpers.export" in loaded and len(loaded) <= 6, loaded


@on_the_cards_stack
@pytest.mark.slow(reason="upstream's exporter in a process of its own, behind a shim", fast="test_graph_equals_the_network")
def test_equals_upstreams_exporter(checkpoint, graph, tmp_path):
    """Upstream's exporter, run behind a TF1 shim, paints the same from the same checkpoint."""
    directory = models.build_for_training(tmp_path / "model")
    words = [sys.executable, str(ROOT / "tests" / "upstream_tf1.py"), "export", str(directory), checkpoint, str(tmp_path / "theirs.pb")]
    done = subprocess.run(words, cwd=str(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:]
    ours, theirs = Exported(graph), Exported(tmp_path / "theirs.pb")
    found = difference(ours, theirs, sample_pictures((288, 288)))
    assert found.largest <= 1 and found.mean < 1e-3
    assert abs(ours.bytes / theirs.bytes - 1) < 0.01


def test_a_cartoonizer_paints_with_what_the_command_exports(checkpoint, graph, tmp_path):
    directory = models.build(tmp_path / "model", [ASTRONAUT])
    for name in ("cartoon_h.pb", "cartoon_bg.pb"):
        done = CliRunner().invoke(app, ["export", checkpoint, str(directory / name)], catch_exceptions=False)
        assert done.exit_code == 0 and f"{directory / name}: 5.89 MB" in done.output
        assert (directory / name).read_bytes() == graph.read_bytes()
    photo = sample_pictures((320, 320))[0]
    steps = Cartoonizer(directory).steps(photo)
    assert len(steps.faces) == 1 and steps.result.shape == photo.shape
    assert np.abs(steps.result.astype(float) - photo).mean() > 10


@on_the_cards_stack
@pytest.mark.slow(reason="ModelScope's pipeline in a process of its own", fast="test_a_cartoonizer_paints_with_what_the_command_exports")
def test_modelscopes_pipeline_and_ours_paint_the_same_from_it(checkpoint, tmp_path):
    directory = models.build(tmp_path / "model", [ASTRONAUT])
    for name in ("cartoon_h.pb", "cartoon_bg.pb"):
        CartoonTranslationExporter().export_frozen_graph_def(ckpt_path=checkpoint, frozen_graph_path=str(directory / name))
    photo = sample_pictures((512, 512))[0]
    theirs = run_upstream({"exported": directory}, {"face": photo}, tmp_path)["exported/face"]
    steps = Cartoonizer(directory).steps(photo)
    assert len(steps.faces) == 1
    assert (np.abs(steps.result - theirs.astype(float)).max(axis=2) <= 1).mean() >= 0.999
    assert np.abs(steps.result.astype(float) - photo).mean() > 10


def test_what_was_there_first_is_kept(checkpoint, graph, tmp_path):
    target = tmp_path / "cartoon_h.pb"
    target.write_bytes(b"the official one")
    for _ in range(2):
        CartoonTranslationExporter().export_frozen_graph_def(checkpoint, target)
    assert (tmp_path / "cartoon_h.pb.bak").read_bytes() == b"the official one"
    assert target.read_bytes() == graph.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"cartoon_h.pb", "cartoon_h.pb.bak"}


def test_a_full_disk_leaves_what_was_there(checkpoint, tmp_path, monkeypatch):
    target = tmp_path / "cartoon_h.pb"
    target.write_bytes(b"the official one")

    def fail(path, data):
        open(path, "wb").close()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export.Path, "write_bytes", fail)
    with pytest.raises(ModelError, match="No space left"):
        CartoonTranslationExporter().export_frozen_graph_def(checkpoint, target)
    assert target.read_bytes() == b"the official one"
    assert {path.name for path in tmp_path.iterdir()} == {"cartoon_h.pb", "cartoon_h.pb.bak"}


@pytest.mark.parametrize(
    "values, words", [({"generator/Conv/biases": np.zeros(8)}, "is missing"), (None, "not a whole TensorFlow checkpoint")]
)
def test_a_wrong_checkpoint_is_told(values, words, tmp_path):
    path = save_as_tf1(values, tmp_path / "model") if values else tmp_path / "model-7"
    with pytest.raises(ModelError, match=words):
        CartoonTranslationExporter().export_frozen_graph_def(path, tmp_path / "cartoon_h.pb")
    assert not (tmp_path / "cartoon_h.pb").exists()


def test_another_network_is_told(weights, tmp_path):
    other = {**weights, "generator/Conv/biases": np.zeros(8, np.float32)}
    with pytest.raises(ModelError, match="another network"):
        export.read_generator(save_as_tf1(other, tmp_path / "model"))


def test_a_missing_folder_is_told(checkpoint, tmp_path):
    with pytest.raises(ModelError, match="does not exist"):
        CartoonTranslationExporter().export_frozen_graph_def(checkpoint, tmp_path / "nowhere" / "cartoon_h.pb")


@pytest.mark.parametrize("content", ["no json", "[]"])
def test_a_corrupt_configuration_is_told(checkpoint, tmp_path, content):
    """Only a checkpoint whose training was noted changes it at all."""
    (tmp_path / "configuration.json").write_text(content)
    write = CartoonTranslationExporter().export_frozen_graph_def
    write(checkpoint, str(tmp_path / "cartoon_h.pb"))
    assert (tmp_path / "configuration.json").read_text() == content
    noted = tmp_path / "saved_models"
    training_note.write(noted, "vgg19.npy")
    for file in Path(checkpoint).parent.glob("model-0*"):
        (noted / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError, match="configuration.json is corrupt"):
        write(str(noted / "model-0"), str(tmp_path / "cartoon_h.pb"))
    assert (tmp_path / "configuration.json").read_text() == content
