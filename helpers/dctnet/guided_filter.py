"""The guided filter (引导滤波): a picture smoothed where its guide is smooth, sharp where the guide has an edge.

DCT-Net uses it twice: on the U-Net's output, guided by the photo, and on a picture guided by itself, to blur away texture.
"""

from __future__ import annotations

import tensorflow as tf


def guided_filter(guide, picture, radius, epsilon):
    """Filter each channel of a picture by the same channel of its guide. (He, Sun and Tang, 2010, equations 5, 6 and 8)

    guide, picture: float32 [N, H, W, C]. radius: of the square window, in pixels. epsilon: variance below which the guide counts
    as smooth. Returns float32 [N, H, W, C].
    """
    mean_guide, mean_picture = box_mean(guide, radius), box_mean(picture, radius)
    covariance = box_mean(guide * picture, radius) - mean_guide * mean_picture
    variance = box_mean(guide * guide, radius) - mean_guide * mean_guide
    slope = covariance / (variance + epsilon)
    offset = mean_picture - slope * mean_guide
    return box_mean(slope, radius) * guide + box_mean(offset, radius)


def box_mean(picture, radius):
    """Mean of a square window around each pixel; beyond the border there is nothing to count. float32 [N, H, W, C].

    Down and then across: the gradient of a window of 11x11 takes a fifth of the time so.
    """
    side = 2 * radius + 1
    return tf.nn.avg_pool2d(tf.nn.avg_pool2d(picture, [side, 1], 1, "SAME"), [1, side], 1, "SAME")
