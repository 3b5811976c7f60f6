"""From weights to `cartoon_h.pb`: the frozen graph (冻结图) that ModelScope's pipeline opens.

Tensor names, types and colour order are upstream's, so that a graph written here replaces upstream's file:
`input_image:0` float32 [H, W, 3] BGR 0..255 -> `output_image:0` uint8 [H, W, 3] BGR.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

from . import unet

INPUT, OUTPUT = "input_image", "output_image"
ALMOST_ONE = 0.999999  # upstream's clip: cut to whole numbers, the brightest level is 254 or 255, never 256


def freeze(path, weights, paint, stored=np.float32):
    """Write a network with its weights as a frozen graph, whole or not at all.

    weights: dict name -> float32 array. stored: the type they are written in; float16 makes half the file and is cast back when the
    graph starts. paint: function (BGR float32 [H, W, 3] 0..255, weights) -> float32 of the same shape and range; its fraction is cut off.
    """
    with tf.Graph().as_default() as graph:
        constants = {name: _constant(name, value, stored) for name, value in weights.items()}
        image = tf.compat.v1.placeholder(tf.float32, [None, None, 3], name=INPUT)
        tf.cast(paint(image, constants), tf.uint8, name=OUTPUT)
    path = Path(path)
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_bytes(graph_bytes(graph))
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def freeze_translation(weights, path):
    """Write DCT-Net's texture translation network as a frozen graph, as upstream does: height and width must be multiples of 4.

    weights: dict name -> float32 array, what `unet.cartoonize` takes.
    """

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
