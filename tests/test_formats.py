"""The same network as frozen graph, SavedModel, TFLite and ONNX: names, sizes, and how far the pictures are apart."""

from __future__ import annotations

import importlib.util
import sys

import models
import numpy as np
import pytest
import tensorflow as tf

from helpers import export
from helpers.errors import ImageError, ModelError
from helpers.settings import MODELS
from helpers.stylize.graphs import Exported, difference, sample_pictures

SIZE = (64, 80)
needs_onnx = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("tf2onnx", "onnxruntime"))), reason="the extra `onnx` is not installed"
)


@pytest.fixture(scope="module", params=["standard", "embedded"])
def graph(request, tmp_path_factory):
    """A frozen graph: upstream's network with few channels and random weights, and the embedded one."""
    if request.param == "embedded":
        return MODELS / "anime" / "cartoon_h.pb"
    path = tmp_path_factory.mktemp("graph") / "cartoon_h.pb"
    models.write_cartoon_graph(path, channels=8)
    return path


def gap(graph, exported):
    """Mean and largest difference on the three pictures; these must differ from each other far more than the results may."""
    reference, pictures = Exported(graph), sample_pictures(SIZE)
    face, cat, cup = map(reference, pictures)
    assert face.shape == (*SIZE, 3) and face.dtype == np.uint8 and face.std() > 10
    assert np.abs(face - cat.astype(float)).mean() > 10 and np.abs(cat - cup.astype(float)).mean() > 10
    return difference(reference, exported, pictures)


def test_saved_model(graph, tmp_path):
    folder = export.to_saved_model(graph, tmp_path / "cartoon" / "1")
    assert gap(graph, Exported(folder)).largest <= 1
    assert [path.name for path in folder.parent.iterdir()] == ["1"]


def test_saved_model_has_the_signature_that_tf_serving_asks_for(graph, tmp_path):
    loaded = tf.saved_model.load(str(export.to_saved_model(graph, tmp_path / "1")))
    serve = loaded.signatures["serving_default"]
    assert serve.structured_input_signature[1] == {"input_image": tf.TensorSpec([None, None, 3], tf.float32, name="input_image")}
    assert serve.structured_outputs["output_image"].dtype == tf.uint8
    picture = sample_pictures((32, 48))[0]
    answer = serve(input_image=tf.constant(picture[..., ::-1], tf.float32))["output_image"].numpy()
    np.testing.assert_allclose(answer[..., ::-1].astype(int), Exported(graph)(picture), atol=1)


@pytest.mark.parametrize("precision, mean, share", [("float32", 0.01, None), ("float16", 0.1, 0.6), ("dynamic", 2.0, 0.4)])
def test_tflite(graph, tmp_path, precision, mean, share):
    exported = Exported(export.to_tflite(graph, tmp_path / "cartoon.tflite", precision, SIZE))
    assert exported.size == SIZE
    found = gap(graph, exported)
    assert found.mean <= mean
    if share:
        full = export.to_tflite(graph, tmp_path / "full.tflite", "float32", SIZE)
        assert exported.bytes < share * full.stat().st_size
        assert found.mean > 0  # the weights were rounded


@needs_onnx
def test_onnx(graph, tmp_path):
    exported = Exported(export.to_onnx(graph, tmp_path / "cartoon.onnx"))
    assert exported.size is None
    assert gap(graph, exported).largest <= 1


def test_onnx_without_its_package(graph, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(ModelError, match="EXTRAS=onnx"):
        export.to_onnx(graph, tmp_path / "cartoon.onnx")
    assert not list(tmp_path.iterdir())


def test_a_saved_model_is_replaced_and_another_folder_is_not(graph, tmp_path):
    export.to_saved_model(graph, tmp_path / "1")
    export.to_saved_model(graph, tmp_path / "1")
    assert [path.name for path in tmp_path.iterdir()] == ["1"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(ModelError, match="new folder"):
        export.to_saved_model(graph, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("convert", [export.to_saved_model, export.to_tflite])
def test_a_failed_export_leaves_what_was_there(convert, graph, tmp_path, monkeypatch):
    target = convert(graph, tmp_path / "out")
    before = Exported(graph)(sample_pictures((288, 288))[0])

    def fail(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tf.saved_model, "save", fail)
    monkeypatch.setattr(export.Path, "write_bytes", fail)
    with pytest.raises(OSError):
        convert(graph, target)
    monkeypatch.undo()
    if target.is_file():
        target = target.rename(tmp_path / "out.tflite")
    np.testing.assert_allclose(Exported(target)(sample_pictures((288, 288))[0]).astype(int), before, atol=2)


def test_wrong_pictures_and_files_are_told(graph, tmp_path):
    exported = Exported(export.to_tflite(graph, tmp_path / "cartoon.tflite", "float16", SIZE))
    with pytest.raises(ImageError, match="64 x 80"):
        exported(np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(ModelError, match="float16"):
        export.to_tflite(graph, tmp_path / "x.tflite", "int4")
    with pytest.raises(ModelError, match="does not exist"):
        Exported(tmp_path / "missing.tflite")
    with pytest.raises(ModelError, match=r"no \.pb"):
        Exported(tmp_path / "letter.txt")
    (tmp_path / "letter.tflite").write_text("dear")
    with pytest.raises(ModelError, match="no TFLite file"):
        Exported(tmp_path / "letter.tflite")
    with pytest.raises(ModelError, match="not a ModelScope cartoon network"):
        export.to_saved_model(MODELS / "anime" / "detector.pb", tmp_path / "1")
