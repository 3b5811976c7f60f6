"""Resizing, under names that say where the pixels lie, and padding."""

from __future__ import annotations

import tensorflow as tf


def double_size_half_pixel(x):
    """Twice the height and width, bilinear, a pixel's centre half a pixel from its corner, as tf.image.resize and cv2.resize do it.

    float [N, H, W, C] -> [N, 2H, 2W, C] of the same type. The picture stays where it is.
    """
    return _double_size(x, half_pixel_centers=True)


def double_size_corners(x):
    """Twice the height and width, bilinear, upper left corners of old and new pixels aligned, as TensorFlow 1 did it.

    float [N, H, W, C] -> [N, 2H, 2W, C] of the same type. The picture moves a quarter of an old pixel up and left; ModelScope's
    weights are trained for it.
    """
    return _double_size(x, half_pixel_centers=False)


def pad_to_multiple(picture, multiple):
    """Mirror the lower and right border until both sides are multiples. float [N, H, W, C], sides >= multiple."""
    missing = -tf.shape(picture)[1:3] % multiple
    return tf.pad(picture, [[0, 0], [0, missing[0]], [0, missing[1]], [0, 0]], "SYMMETRIC")


def sides(x):
    """Height and width of [N, H, W, C]: two ints where they are known, else two tensors."""
    return [known or tf.shape(x)[axis] for axis, known in ((1, x.shape[1]), (2, x.shape[2]))]


def _double_size(x, half_pixel_centers):
    larger = tf.raw_ops.ResizeBilinear(images=x, size=tf.shape(x)[1:3] * 2, half_pixel_centers=half_pixel_centers)
    return tf.cast(larger, x.dtype)  # the operation answers in float32 whatever it is given
