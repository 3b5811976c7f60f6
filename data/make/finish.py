"""What the frozen graphs of embedded models do after their network: strokes of a pencil (铅笔笔触), tones with sharp borders.

Nobody can foresee where a stroke of a hand lies, so a network that learnt strokes from pairs would paint their average, a grey. Here the
network paints lines and tones, and fixed strokes lie over them: dense where it is dark, none on bare paper. Nor is a network sharp about a
threshold: it paints the border of a flat tone as a soft slope, which is made steep again here. Everything is TensorFlow, so it freezes with
the network.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

LUMA = np.float32([0.299, 0.587, 0.114])
TONES = 7  # levels of brightness in the anime
STEEP = 5  # of the border between two of them
PAPER, LEAD = np.float32([0.98, 0.97, 0.945]), np.float32([0.15, 0.15, 0.17])  # of a sketch: RGB, 0 to 1
SIDE = 256  # px: after so many the strokes repeat
STRENGTH = 1.0  # of strokes on middle tones
LENGTH, WIDTH = 14, 0.8  # of a stroke: sigmas in px


def flatten_tones(drawing):
    """RGB float32 [N, H, W, 3] in [-1, 1]: the same with TONES levels of brightness and short slopes between them."""
    colours = tf.clip_by_value((drawing + 1) / 2, 0.0, 1.0)  # below black, the quotient would have no limit
    luma = tf.reduce_sum(colours * LUMA, -1, keepdims=True)
    level = TONES * luma
    border = tf.floor(level + 0.5)
    toned = (border + tf.tanh(STEEP * (level - border)) / float(2 * np.tanh(STEEP / 2))) / TONES
    return colours * (2 * (toned + 0.02) / (luma + 0.02)) - 1  # the quotient first: it has one channel, the colours three


def streaks(degrees, seed):
    """Strokes in one direction: float16 [SIDE, SIDE], all values from -0.5 to 0.5 equally often; it repeats without a seam."""
    noise = np.fft.fft2(np.random.RandomState(seed).standard_normal((SIDE, SIDE)))
    frequency = 2 * np.pi * np.fft.fftfreq(SIDE)
    x, y = np.meshgrid(frequency, frequency)
    angle = np.deg2rad(degrees)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    smooth = np.fft.ifft2(noise * np.exp(-((LENGTH * along) ** 2 + (WIDTH * across) ** 2) / 2)).real
    return (smooth.ravel().argsort().argsort() / smooth.size - 0.5).reshape(smooth.shape).astype(np.float16)


def draw_strokes(drawing):
    """RGB float32 [N, H, W, 3] in [-1, 1], in tones between PAPER and LEAD: the same with strokes, nothing but these tones left."""
    dark = tf.reduce_mean((PAPER - (drawing + 1) / 2) / (PAPER - LEAD), -1)
    dark = tf.clip_by_value(dark, 0.0, 1.0)
    second = 0.8 * tf.clip_by_value((dark - 0.45) / 0.3, 0.0, 1.0)  # across the first, where it is darker
    size = tf.shape(dark)[1:]
    stroke = (1 - 0.6 * second) * _spread(streaks(50, 1), size) + second * _spread(streaks(-35, 2), size)
    dark = tf.clip_by_value(dark + STRENGTH * dark * (1 - dark) * stroke, 0.0, 1.0)[..., tf.newaxis]
    return 2 * (PAPER - (PAPER - LEAD) * dark) - 1


def _spread(tile, size):
    """A tile over a picture of this size: float32 [1, H, W]."""
    times = (size + SIDE - 1) // SIDE
    return tf.tile(tf.cast(tf.constant(tile), tf.float32), times)[tf.newaxis, : size[0], : size[1]]
