"""Micro-batches (微批次): a large batch passes through the networks in pieces, so that only one piece's activations are in memory.

No layer mixes the pictures of a batch and each loss is a mean over them, so the sums are those of the whole batch.
"""

from __future__ import annotations

import tensorflow as tf

from .devices import device_kind

# As many as keep the device busy; more would only take more memory. A GPU also waits for the superpixels of each micro-batch.
MICRO_BATCH_PIXELS = {"CPU": 256**2, "GPU": 16 * 256**2}


def default_size(height, width):
    """Pictures of this size in a micro-batch: on a CPU 1 of side 256 or 4 of side 128."""
    return max(1, MICRO_BATCH_PIXELS[device_kind()] // (height * width))


def add_up(compute, batches, size, zeros):
    """Pass a batch through `compute` in pieces, one after the other: the sums of what it finds, and its outputs joined.

    compute: function (share, *pieces) -> (tensors to add up, output float32 [n, H, W, 3]). share: of the batch, above 0, up to 1;
    whoever computes a mean multiplies it by that. batches: list of float32 [N, ...], cut alike; the first is [N, H, W, 3]; None stays
    None. size: pictures in a piece; the last may be smaller. zeros: tensors of the sums' structure. Returns sums and output [N, H, W, 3].
    """
    count, height, width, _ = batches[0].shape

    def add_piece(start, sums, outputs):
        pieces = [None if batch is None else batch[start : start + size] for batch in batches]
        share = tf.cast(tf.shape(pieces[0])[0], tf.float32) / count
        found, output = compute(share, *pieces)
        return start + size, tf.nest.map_structure(tf.add, sums, found), outputs.write(start // size, output)

    outputs = tf.TensorArray(tf.float32, -(-count // size), infer_shape=False, element_shape=[None, height, width, 3])
    # One iteration at a time: side by side they would need the memory of the whole batch.
    _, sums, outputs = tf.while_loop(lambda start, *_: start < count, add_piece, (0, zeros, outputs), parallel_iterations=1)
    return sums, tf.ensure_shape(outputs.concat(), batches[0].shape)
