"""3x3 convolutions with a quarter of the multiplications (Winograd convolution, Winograd 卷积), for fixed kernels on a CPU.

A tile of 4x4 pixels of the output depends on 6x6 of the input. Written as polynomials, whose product is known from its values at six
points, the tile costs 36 multiplications a pair of channels instead of 144; what comes before and after is additions, and does not grow
with the number of pairs. (Lavin and Gray, 2016, F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity.) VGG19's convolutions with
many channels take half their time or less; results differ from the direct ones in float32's last digits.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

TILE = 4  # pixels of the output
FEWEST_CHANNELS = 128  # with fewer, the additions take longer than what they save
_INPUT = [[4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1]]
_KERNEL = [[1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6], [1 / 24, 1 / 12, 1 / 6], [1 / 24, -1 / 12, 1 / 6], [0, 0, 1]]
_OUTPUT = [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]
# Along both axes at once: [36, 36], [36, 9] and [16, 36].
INPUT, KERNEL, OUTPUT = (np.kron(matrix, matrix) for matrix in (_INPUT, _KERNEL, _OUTPUT))


class FastKernel:
    """A fixed 3x3 kernel, float32 [3, 3, I, O], transformed once for the convolution and once for its gradient."""

    def __init__(self, kernel):
        kernel = np.asarray(kernel)
        self.forward = transform(kernel)
        self.backward = transform(kernel[::-1, ::-1].transpose(0, 1, 3, 2))

    @staticmethod
    def pays(kernel):
        """Whether a kernel [3, 3, I, O] is convolved faster this way."""
        return min(kernel.shape[2:]) >= FEWEST_CHANNELS

    def __call__(self, x):
        """The convolution with stride 1 and padding "SAME": float32 [N, H, W, I] to [N, H, W, O]. Only x gets a gradient."""

        @tf.custom_gradient
        def convolved(x):
            return _convolve(x, self.forward), lambda gradient: _convolve(gradient, self.backward)

        return convolved(x)


def transform(kernel):
    """A kernel [3, 3, I, O] at the 36 points, computed in float64: float32 tensor [36, I, O]."""
    values = KERNEL @ kernel.reshape(9, -1).astype(np.float64)
    return tf.constant(values.reshape(-1, *kernel.shape[2:]), tf.float32)


def _convolve(x, transformed):
    inputs, outputs = transformed.shape[1:]
    _, height, width, _ = tf.unstack(tf.shape(x))
    rows, columns = -(-height // TILE), -(-width // TILE)
    values = tf.constant(INPUT, tf.float32) @ tf.reshape(_patches(x, rows, columns), [len(INPUT), -1])
    values = tf.reshape(values, [len(INPUT), -1, inputs]) @ transformed
    values = tf.constant(OUTPUT, tf.float32) @ tf.reshape(values, [len(INPUT), -1])
    tiles = tf.transpose(tf.reshape(values, [TILE, TILE, -1, rows, columns, outputs]), [2, 3, 0, 4, 1, 5])
    whole = tf.reshape(tiles, [-1, rows * TILE, columns * TILE, outputs])[:, :height, :width]
    return tf.ensure_shape(whole, [*x.shape[:3], outputs])


def _patches(x, rows, columns):
    """The 6x6 pixels that each tile depends on, [6, 6, N, rows, columns, C]: 4x4 of its own and 2 of the neighbours below and beside."""
    _, height, width, channels = tf.unstack(tf.shape(x))
    x = tf.pad(x, [[0, 0], [1, (rows + 1) * TILE - height - 1], [1, (columns + 1) * TILE - width - 1], [0, 0]])
    x = tf.reshape(x, [-1, rows + 1, TILE, columns + 1, TILE, channels])
    x = tf.transpose(x, [2, 4, 0, 1, 3, 5])
    x = tf.concat([x[:, :, :, :-1], x[:2, :, :, 1:]], 0)
    return tf.concat([x[:, :, :, :, :-1], x[:, :2, :, :, 1:]], 1)
