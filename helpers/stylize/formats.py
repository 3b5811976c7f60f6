"""A frozen cartoon graph in the formats of other engines: SavedModel (TF Serving), TFLite (phones) and ONNX (nearly everything).

Each of them takes what the graph takes and returns what it returns: `input_image`, float32 [H, W, 3] BGR 0..255, and `output_image`,
uint8 [H, W, 3] BGR. SavedModel and ONNX take any size the network takes. TFLite is written for one size: phones plan their memory ahead.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
from pathlib import Path

import tensorflow as tf

from helpers.errors import ModelError
from helpers.stylize.frozen import eagerly, read_graph

INPUT, OUTPUT = "input_image", "output_image"
HEAD_SIZE = (288, 288)  # height, width: what the head network is given
PRECISIONS = ("float32", "float16", "dynamic")
ONNX_OPSET = 13


def to_saved_model(graph, folder):
    """Write a frozen graph as a SavedModel (TensorFlow's folder format), whole or not at all. Returns the folder's Path.

    graph: .pb file. folder: a new one, or a SavedModel to replace. TF Serving wants it inside a folder with a whole number for
    a name: models/cartoon/1. Its signature, `serving_default`, takes `input_image` and returns `output_image`. Raises ModelError.
    """
    folder = Path(folder)
    if folder.exists() and not (folder / "saved_model.pb").is_file():
        raise ModelError(f"{folder} exists and is no SavedModel: name a new folder, so that nothing is lost.")
    partial = _beside(folder, "part")
    shutil.rmtree(partial, ignore_errors=True)
    with eagerly(), _quiet():
        module = tf.Module()
        module.serve = _serve(graph, (None, None))
        tf.saved_model.save(module, str(partial), signatures={"serving_default": module.serve})
    _replace_folder(partial, folder)
    return folder


def to_tflite(graph, path, precision="float16", size=HEAD_SIZE):
    """Write a frozen graph as a TFLite file (for phones and small computers), whole or not at all. Returns its Path.

    graph: .pb file. precision: of the stored weights. "float32" as they are; "float16" half the size; "dynamic" a quarter: 8-bit
    whole numbers, and activations are rounded to 8 bits while it runs (dynamic range quantisation, 动态范围量化).
    size: height and width of the pictures that it will take, multiples of 16. Raises ModelError.
    """
    if precision not in PRECISIONS:
        raise ModelError(f"There is no precision {precision!r}: choose one of {', '.join(PRECISIONS)}.")
    with eagerly(), _quiet():
        module = tf.Module()
        module.serve = _serve(graph, size)
        converter = tf.lite.TFLiteConverter.from_concrete_functions([module.serve.get_concrete_function()], module)
        if precision != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if precision == "float16":
            converter.target_spec.supported_types = [tf.float16]
        return _write(path, converter.convert())


def to_onnx(graph, path):
    """Write a frozen graph as an ONNX file, whole or not at all. Returns its Path. Raises ModelError, also where tf2onnx is missing."""
    try:
        import tf2onnx
    except ImportError:
        raise ModelError("Export to ONNX needs the package tf2onnx: set the course up with EXTRAS=onnx.") from None
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)  # it tells every step
    with eagerly(), _quiet():
        model, _ = tf2onnx.convert.from_graph_def(
            read_graph(graph), input_names=[f"{INPUT}:0"], output_names=[f"{OUTPUT}:0"], opset=ONNX_OPSET
        )
    return _write(path, model.SerializeToString())


def _serve(graph, size):
    """The graph as a tf.function of one picture of this height and width (None: any)."""
    graph_def = read_graph(graph)
    wrapped = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph_def, name=""), [])
    try:
        pruned = wrapped.prune(wrapped.graph.get_tensor_by_name(f"{INPUT}:0"), wrapped.graph.get_tensor_by_name(f"{OUTPUT}:0"))
    except KeyError:
        raise ModelError(f"{graph} has no tensors {INPUT} and {OUTPUT}: it is not a ModelScope cartoon network.") from None

    @tf.function(input_signature=[tf.TensorSpec([*size, 3], tf.float32, INPUT)])
    def serve(input_image):
        return {OUTPUT: pruned(input_image)}

    return serve


@contextlib.contextmanager
def _quiet():
    """Keep the converters' remarks off the page: they write to the log and, from C++, straight to standard output."""
    logger = tf.get_logger()
    level, kept, nowhere = logger.level, os.dup(1), os.open(os.devnull, os.O_WRONLY)
    sys.stdout.flush()
    logger.setLevel(logging.ERROR)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
        logger.setLevel(level)


def _beside(path, ending):
    """A name for something unfinished, in the same folder, which is made if it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{path.name}.{ending}")


def _write(path, data):
    path = Path(path)
    partial = _beside(path, "part")
    partial.write_bytes(data)
    os.replace(partial, path)
    return path


def _replace_folder(new, folder):
    """Rename `new` to `folder`. A folder cannot be replaced in one step, so what was there steps aside and goes last."""
    old = _beside(folder, "old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
