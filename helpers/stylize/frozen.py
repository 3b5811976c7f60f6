"""A frozen graph (冻结图, a .pb file) becomes a Python function. Nothing here knows what the graph computes."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import tensorflow as tf

from helpers.errors import ModelError

# ModelScope's pipeline switches eager execution off for the whole process when it is imported. Graphs loaded here must not mind.
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


def _tensor(graph, name, path):
    try:
        return graph.get_tensor_by_name(name)
    except (KeyError, ValueError):
        raise ModelError(f"{path} has no tensor {name}: it is not a ModelScope cartoon model.") from None


def _first_line(error) -> str:
    return str(error).strip().splitlines()[0]
