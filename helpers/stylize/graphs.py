"""A network in a file becomes a function: frozen graphs (冻结图, .pb) for all that the course runs, and the formats of other engines.

Nothing here knows what a graph computes. An exported cartoon network takes `input_image`, float32 [H, W, 3] BGR 0..255, and returns
`output_image`, uint8 [H, W, 3] BGR, in every format; helpers/export.py writes them.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import tensorflow as tf

from helpers.errors import ImageError, ModelError

INPUT, OUTPUT = "input_image", "output_image"  # names of a cartoon network's tensors, as upstream's
HEAD_SIZE = 288  # pixels: height and width of what the head network is given
TFLITE_MARK = b"TFL3"  # bytes 4 to 8 of every TFLite file

# ModelScope's pipeline switches eager execution off for the whole process when it is imported. What runs here must not mind.
eagerly = tf.__internal__.eager_context.eager_mode


def load_graph(path, inputs, outputs, rewrite=None):
    """Load a frozen graph once and return a function from arrays to a tuple of arrays.

    path: .pb file. inputs, outputs: tensor names such as "input_image:0"; the function takes and returns arrays in their
    order. rewrite: a function from GraphDef to GraphDef, applied first. There is no session, so threads may share the
    function. Raises ModelError.
    """
    graph_def = read_graph(path)
    if rewrite:
        graph_def = rewrite(graph_def)
    try:
        with eagerly():
            wrapped = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph_def, name=""), [])
    except (ValueError, tf.errors.OpError) as error:
        raise ModelError(f"{path} needs an operation that this TensorFlow lacks ({_first_line(error)}).") from None
    feeds = [_tensor(wrapped.graph, name, path) for name in inputs]
    fetches = [_tensor(wrapped.graph, name, path) for name in outputs]
    with eagerly():
        function = wrapped.prune(feeds, fetches)
    types = [feed.dtype for feed in feeds]

    def run(*arrays):
        with eagerly():
            tensors = [tf.constant(np.asarray(array), dtype) for array, dtype in zip(arrays, types)]
            return tuple(result.numpy() for result in function(*tensors))

    return run


def read_graph(path):
    """A frozen graph file as a GraphDef. Raises ModelError."""
    path = Path(path)
    graph_def = tf.compat.v1.GraphDef()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # protobuf only warns of bytes that it could not read
            graph_def.ParseFromString(path.read_bytes())
    except FileNotFoundError:
        raise ModelError(f"The model file {path} is missing: download the model again.") from None
    except Exception:  # protobuf's DecodeError lives in different places in its versions
        raise ModelError(f"{path} is not a TensorFlow graph or is cut short: download the model again.") from None
    if not graph_def.node:
        raise ModelError(f"{path} holds an empty graph: download the model again.")
    return graph_def


class Exported:
    """An exported network, opened: RGB uint8 [H, W, 3] to the same. Frozen graph, SavedModel, TFLite or ONNX, told by the name.

    size: height and width that it takes, or None for any. bytes: its size on the disk. Raises ModelError; ImageError when called
    with a picture of another size.
    """

    def __init__(self, path):
        self.path = Path(path)
        kind = "folder" if self.path.is_dir() else self.path.suffix
        if kind not in _OPENERS:
            raise ModelError(f"{path} is no .pb, .tflite or .onnx file and no SavedModel folder.")
        if not self.path.exists():
            raise ModelError(f"{path} does not exist: export it first.")
        self.size, self._run = _OPENERS[kind](self.path)

    @property
    def bytes(self) -> int:
        """Bytes on the disk, of all files together."""
        files = [self.path] if self.path.is_file() else [path for path in self.path.rglob("*") if path.is_file()]
        return sum(path.stat().st_size for path in files)

    def __call__(self, picture) -> np.ndarray:
        """Paint a picture, RGB uint8 [H, W, 3]. The files speak BGR."""
        if self.size and picture.shape[:2] != self.size:
            raise ImageError(f"{self.path} takes pictures of {self.size[0]} x {self.size[1]} pixels only: resize yours first.")
        return self._run(np.ascontiguousarray(picture[..., ::-1], np.float32))[..., ::-1]


class Difference(NamedTuple):
    """How far apart two networks' pictures are, in levels of 255: on average, and at the worst place."""

    mean: float
    largest: int


def difference(one, other, pictures) -> Difference:
    """Compare two networks (functions from RGB uint8 to RGB uint8) on pictures that both take."""
    gaps = [np.abs(one(picture).astype(int) - other(picture)) for picture in pictures]
    return Difference(float(np.mean([gap.mean() for gap in gaps])), int(max(gap.max() for gap in gaps)))


def sample_pictures(size=None):
    """Three pictures to compare networks on: a face, a cat, a cup. RGB uint8 [H, W, 3] of `size` (height, width), the head's if None."""
    from skimage import data

    height, width = size or (HEAD_SIZE, HEAD_SIZE)
    crops = (data.astronaut()[20:260, 100:340], data.chelsea()[20:260, 60:300], data.coffee()[60:360, 140:440])
    return [cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA) for crop in crops]


def _open_graph(path):
    run = load_graph(path, [f"{INPUT}:0"], [f"{OUTPUT}:0"])
    return None, lambda image: run(image)[0]


def _open_saved_model(path):
    try:
        with eagerly():
            model = tf.saved_model.load(str(path))
        serve = model.signatures["serving_default"]
    except (OSError, KeyError, ValueError):
        raise ModelError(f"{path} is no SavedModel with the signature serving_default: export it again.") from None

    def run(image):
        with eagerly():
            return serve(**{INPUT: tf.constant(image)})[OUTPUT].numpy()

    run.model = model  # a signature alone does not keep its weights
    return None, run


def _open_tflite(path):
    with open(path, "rb") as file:
        if file.read(8)[4:] != TFLITE_MARK:  # anything else ends the process
            raise ModelError(f"{path} is no TFLite file: export it again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # new TensorFlows announce that this class will move to a package of its own
            interpreter = tf.lite.Interpreter(model_path=str(path))
        interpreter.allocate_tensors()
    except (OSError, ValueError):
        raise ModelError(f"{path} cannot be run by this TensorFlow: export it again.") from None
    given, made = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def run(image):
        interpreter.set_tensor(given["index"], image)
        interpreter.invoke()
        return interpreter.get_tensor(made["index"])

    height, width, _ = given["shape"].tolist()
    return (height, width), run


def _open_onnx(path):
    try:
        import onnxruntime
    except ImportError:
        raise ModelError("To run ONNX files the package onnxruntime is needed: set the course up with EXTRAS=onnx.") from None
    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception:  # its own exception classes differ from version to version
        raise ModelError(f"{path} is no ONNX file or is cut short: export it again.") from None
    return None, lambda image: session.run([f"{OUTPUT}:0"], {f"{INPUT}:0": image})[0]


_OPENERS = {".pb": _open_graph, ".tflite": _open_tflite, ".onnx": _open_onnx, "folder": _open_saved_model}


def _tensor(graph, name, path):
    try:
        return graph.get_tensor_by_name(name)
    except (KeyError, ValueError):
        raise ModelError(f"{path} has no tensor {name}: it is not a ModelScope cartoon model.") from None


def _first_line(error) -> str:
    return str(error).strip().splitlines()[0]
