"""DCT-Net's losses (损失函数): style, content and total variation, with ModelScope's definitions and weights.

Content and total variation are divided by the size of what they look at, so their weights are meant for one patch size: 256 pixels in
upstream's configurations. A patch of half the side makes both four times as strong beside style; `weights_for` keeps the balance.
Pictures are BGR float32 [N, H, W, 3] in [-1, 1]. A loss is a float32 scalar.
"""

from __future__ import annotations

import tensorflow as tf

from .guided_filter import guided_filter

STYLE_WEIGHT, CONTENT_WEIGHT, TV_WEIGHT = 0.1, 200.0, 10000.0  # upstream's
PATCH_SIZE = 256  # pixels: what they are meant for
GRAY_LOWEST = (0.014, 0.487, 0.199)  # of the weights of blue, green and red; 0.1 below the usual ones of gray ...
GRAY_HIGHEST = (0.214, 0.687, 0.399)  # ... and 0.1 above


def blur(picture):
    """Colours and shapes without texture, for "disc_blur": the picture filtered by itself."""
    return guided_filter(picture, picture, radius=5, epsilon=0.2)


def draw_gray_weights(seed):
    """Weights of blue, green and red for one step, float32 [3]. seed: two ints; the same seed draws the same weights."""
    return tf.random.stateless_uniform([3], seed) * (tf.constant(GRAY_HIGHEST) - GRAY_LOWEST) + GRAY_LOWEST


def gray(picture, weights):
    """Texture without colours, for "disc_gray": float32 [N, H, W, 1]. weights: of blue, green and red, any sum."""
    return tf.reduce_sum(picture * weights, -1, keepdims=True) / tf.reduce_sum(weights)


def style_loss_generator(scores_fake):
    """How far the made cartoons are from being taken for real. scores_fake: list of patch scores. (LSGAN, Mao et al., 2017)"""
    return tf.add_n([tf.reduce_mean((fake - 1.0) ** 2) for fake in scores_fake])


def style_loss_discriminator(scores_real, scores_fake):
    """How far the discriminators are from telling real from made. Lists of patch scores, in the same order."""
    pairs = zip(scores_real, scores_fake)
    return tf.add_n([0.5 * (tf.reduce_mean((real - 1.0) ** 2) + tf.reduce_mean(fake**2)) for real, fake in pairs])


def content_loss(features_output, features_photo, features_superpixel):
    """Distance of the output's features from the photo's and from its own superpixels', float32 [N, h, w, c] each."""
    volume = tf.cast(tf.reduce_prod(tf.shape(features_output)[1:]), tf.float32)
    to_photo = tf.reduce_mean(tf.abs(features_photo - features_output))
    to_superpixel = tf.reduce_mean(tf.abs(features_superpixel - features_output))
    return (to_photo + to_superpixel) / volume


def total_variation_loss(picture):
    """Total variation (全变分): squared differences of neighbouring pixels, small for a smooth picture."""
    down = tf.reduce_mean((picture[:, 1:] - picture[:, :-1]) ** 2)
    across = tf.reduce_mean((picture[:, :, 1:] - picture[:, :, :-1]) ** 2)
    height, width = tf.shape(picture)[1], tf.shape(picture)[2]
    return (down + across) / tf.cast(3 * height * width, tf.float32)


def generator_loss(style, content, total_variation, style_weight=STYLE_WEIGHT, content_weight=CONTENT_WEIGHT, tv_weight=TV_WEIGHT):
    """What the generator minimises."""
    return style_weight * style + content_weight * content + tv_weight * total_variation


def weights_for(patch_size):
    """Upstream's weights with their balance at another patch size: a dict for the trainer's three arguments.

    The divisors of content and total variation grow with the number of pixels, the style loss has none.
    """
    share = patch_size**2 / PATCH_SIZE**2
    return {"style_weight": STYLE_WEIGHT, "content_weight": CONTENT_WEIGHT * share, "tv_weight": TV_WEIGHT * share}


def describe(weights, patch_size):
    """A line for a person on the weights of a training: what they are, and what would keep upstream's balance at its patch size."""
    told, balanced = (", ".join(f"{name}={value:g}" for name, value in each.items()) for each in (weights, weights_for(patch_size)))
    if told == balanced:
        return f"Weights of the losses: {told} (upstream's balance at {patch_size} pixels)."
    return f"Weights of the losses: {told}. Upstream's balance at {patch_size} pixels would be {balanced}."
