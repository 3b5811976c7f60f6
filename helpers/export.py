"""A trained network becomes a file for use: the frozen graph (冻结图) of a model directory, SavedModel, TFLite or ONNX.

Whatever the format, what the network takes and returns is upstream's, so that a graph written here replaces upstream's file:
`input_image`, float32 [H, W, 3] BGR 0..255, and `output_image`, uint8 [H, W, 3] BGR. SavedModel and ONNX take any size the network takes.
TFLite is written for one size: phones plan their memory ahead. helpers/stylize/graphs.py opens all of these files again.

Upstream's exporter takes its variables from a trainer in the same process, so nothing can be exported later. This one needs the
checkpoint alone. DCT-Net is imported by the functions that open its checkpoints: the others need no network of ours.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

from helpers import files
from helpers.errors import ModelError
from helpers.stylize.graphs import HEAD_SIZE, INPUT, OUTPUT, eagerly, read_graph

PRECISIONS = ("float32", "float16", "dynamic")
ONNX_OPSET = 13
ALMOST_ONE = 0.999999  # upstream's clip: cut to whole numbers, the brightest level is 254 or 255, never 256


# From a checkpoint to a frozen graph.


class CartoonTranslationExporter:
    """Writes DCT-Net's network as the frozen graph that ModelScope's pipeline opens. Takes upstream's calls.

    model: accepted because upstream's constructor takes it, and not needed.
    """

    def __init__(self, model=None):
        self.model = model

    def export_frozen_graph_def(self, ckpt_path, frozen_graph_path):
        """Write the generator of a checkpoint as a frozen graph, and return {"model": frozen_graph_path}, as upstream does.

        ckpt_path: as TensorFlow 1's Saver names it, without ending, for example "exp_localtoon/saved_models/model-0".
        frozen_graph_path: the file to write, for example a model directory's cartoon_h.pb. The graph takes input_image:0, float32
        [H, W, 3] BGR 0..255, H and W multiples of 4, and returns output_image:0, uint8. A file that is there already is kept as
        <name>.bak; the first one kept stays, so that the original can always be brought back. Where the trainer noted which features
        its content loss compared, a configuration.json in the same folder gets it as train.content_features. Raises ModelError.
        """
        path = Path(frozen_graph_path)
        if not path.parent.is_dir():
            raise ModelError(f"The folder {path.parent} does not exist: export into a model directory, or create the folder first.")
        weights = read_generator(ckpt_path)
        try:
            _keep(path)
            freeze_translation(weights, path)
            _state_training(ckpt_path, path.parent)
        except OSError as error:
            raise ModelError(f"{path} cannot be written ({error.strerror}): what was there is untouched.") from error
        return {"model": str(frozen_graph_path)}


def read_generator(ckpt_path):
    """The generator's weights in a checkpoint: dict name -> float32 array. Discriminators and Adam's memory are left. Raises ModelError."""
    from helpers.dctnet import checkpoints, unet

    stored = checkpoints.read(ckpt_path)
    for name, shape in unet.shapes().items():
        if name not in stored:
            raise ModelError(f"{ckpt_path} is no checkpoint of this network: {name} is missing.")
        if list(stored[name].shape) != shape:
            raise ModelError(f"{ckpt_path} holds another network: {name} has the shape {list(stored[name].shape)}, not {shape}.")
    return {name: stored[name] for name in unet.shapes()}


def _state_training(ckpt_path, directory):
    """Let the model directory say how its new network was trained."""
    from helpers.dctnet import training_note

    note, configuration = training_note.read(ckpt_path), directory / training_note.CONFIGURATION
    if note and configuration.is_file():
        _keep(configuration)
        training_note.add_to(configuration, note)


def _keep(path):
    """Copy what will be replaced to <name>.bak."""
    kept = path.with_name(path.name + ".bak")
    if path.exists() and not kept.exists():
        with files.whole(kept) as temporary:
            shutil.copyfile(path, temporary)


# From weights to a frozen graph.


def freeze(path, weights, paint, stored=np.float32):
    """Write a network with its weights as a frozen graph, whole or not at all.

    weights: dict name -> float32 array. stored: the type they are written in; float16 makes half the file and is cast back when the
    graph starts. paint: function (BGR float32 [H, W, 3] 0..255, weights) -> float32 of the same shape and range; its fraction is cut off.
    """
    with tf.Graph().as_default() as graph:
        constants = {name: _constant(name, value, stored) for name, value in weights.items()}
        image = tf.compat.v1.placeholder(tf.float32, [None, None, 3], name=INPUT)
        tf.cast(paint(image, constants), tf.uint8, name=OUTPUT)
    files.write_bytes(path, graph_bytes(graph))


def freeze_translation(weights, path):
    """Write DCT-Net's texture translation network as a frozen graph, as upstream does: height and width must be multiples of 4.

    weights: dict name -> float32 array, what `unet.cartoonize` takes.
    """
    from helpers.dctnet import unet

    def paint(image, constants):
        cartoon = unet.cartoonize(image[tf.newaxis] / 127.5 - 1.0, constants)[0]
        return (tf.clip_by_value(cartoon, -ALMOST_ONE, ALMOST_ONE) + 1.0) * 127.5

    freeze(path, weights, paint)


def graph_bytes(graph):
    """A graph's definition as bytes, without attributes at their default: an older TensorFlow may not know them."""
    with graph.as_default():
        return tf.compat.v1.train.export_meta_graph(strip_default_attrs=True).graph_def.SerializeToString(deterministic=True)


def _constant(name, value, stored):
    return tf.cast(tf.constant(np.asarray(value).astype(stored), name=name), tf.float32)


# From a frozen graph to the formats of other engines.


def to_saved_model(graph, folder):
    """Write a frozen graph as a SavedModel (TensorFlow's folder format, for TF Serving), whole or not at all. Returns the folder's Path.

    graph: .pb file. folder: a new one, or a SavedModel to replace. TF Serving wants it inside a folder with a whole number for
    a name: models/cartoon/1. Its signature, `serving_default`, takes `input_image` and returns `output_image`. Raises ModelError.
    """
    folder = Path(folder)
    if folder.exists() and not (folder / "saved_model.pb").is_file():
        raise ModelError(f"{folder} exists and is no SavedModel: name a new folder, so that nothing is lost.")
    with files.whole_folder(folder) as temporary, eagerly(), _quiet():
        module = tf.Module()
        module.serve = _serve(graph, (None, None))
        tf.saved_model.save(module, str(temporary), signatures={"serving_default": module.serve})
    return folder


def to_tflite(graph, path, precision="float16", size=(HEAD_SIZE, HEAD_SIZE)):
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
    """Write a frozen graph as an ONNX file (most engines read it), whole or not at all. Returns its Path.

    Raises ModelError, also where the package tf2onnx is missing.
    """
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


def _write(path, data):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_bytes(path, data)
    return path
