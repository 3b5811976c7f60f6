"""From weights to `cartoon_h.pb`: the frozen graph (冻结图) that ModelScope's pipeline opens.

Tensor names, types and colour order are upstream's, so that a graph written here replaces upstream's file:
`input_image:0` float32 [H, W, 3] BGR 0..255 -> `output_image:0` uint8 [H, W, 3] BGR.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

from .network import fast_unet, pad_to_multiple


def freeze_cartoon(weights, path, network=fast_unet):
    """Write the network with its weights as a frozen graph, whole or not at all.

    weights: dict name -> float32 array. They are stored as float16 and cast when the graph starts: half the file.
    network: function (RGB float32 [N, H, W, 3] in [-1, 1], weights) -> the same shape.
    """
    with tf.Graph().as_default() as graph:
        constants = {name: _stored_as_half(name, value) for name, value in weights.items()}
        image = tf.compat.v1.placeholder(tf.float32, [None, None, 3], name="input_image")
        cartoon = network(pad_to_multiple(_to_network(image)), constants)
        size = tf.shape(image)
        _to_image(cartoon[:, : size[0], : size[1]])
    path = Path(path)
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(graph_bytes(graph))
    partial.replace(path)


def graph_bytes(graph):
    """A graph's definition as bytes, without attributes at their default: an older TensorFlow may not know them."""
    with graph.as_default():
        return tf.compat.v1.train.export_meta_graph(strip_default_attrs=True).graph_def.SerializeToString()


def _stored_as_half(name, value):
    return tf.cast(tf.constant(np.asarray(value).astype(np.float16), name=name), tf.float32)


def _to_network(image):
    return tf.reverse(image, [-1])[tf.newaxis] / 127.5 - 1.0  # BGR 0..255 -> RGB [-1, 1]


def _to_image(cartoon):
    levels = tf.clip_by_value(tf.round((tf.reverse(cartoon[0], [-1]) + 1.0) * 127.5), 0.0, 255.0)
    return tf.cast(levels, tf.uint8, name="output_image")
