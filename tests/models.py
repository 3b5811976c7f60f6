"""Builds small ModelScope model directories for tests: constant faces, random cartoon networks. Never part of data/."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

v1 = tf.compat.v1


def build(directory, boxes=(), channels=8, seed=0, scores=None) -> Path:
    """Write a complete model directory and return its path.

    boxes: faces the detector reports, whatever it is shown: left, top, right, bottom as fractions of the longer side.
    channels: width of the random U-Nets (32 as upstream). scores: one a box, 0.99 each unless given.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    configuration = {
        "framework": "tensorflow",
        "task": "image-portrait-stylization",
        "pipeline": {"type": "unet-person-image-cartoon"},
    }
    (directory / "configuration.json").write_text(json.dumps(configuration))
    write_cartoon_graph(directory / "cartoon_bg.pb", channels, seed)
    write_cartoon_graph(directory / "cartoon_h.pb", channels, seed + 1)
    write_mask(directory / "alpha.jpg")
    write_detector(directory / "detector.pb", boxes, scores)
    write_keypoints(directory / "keypoints.pb")
    return directory


def build_for_training(directory, patch=64, batch=4, pictures=4, vgg_channels=(4, 4, 4, 4), steps=1) -> Path:
    """Write what a trainer needs and return the directory: configuration.json, vgg19.npy, and the folders photo and cartoon.

    vgg_channels: of VGG's four blocks, (64, 128, 256, 512) in the real one. Weights and pictures are random.
    """
    directory, random = Path(directory), np.random.RandomState(7)
    for folder in ("photo", "cartoon"):
        (directory / folder).mkdir(parents=True)
        for number in range(pictures):
            blocks = Image.fromarray(random.randint(0, 256, (9, 9, 3)).astype(np.uint8))
            blocks.resize((patch, patch), Image.BICUBIC).save(directory / folder / f"{number:02d}.png")
    train = dict(photo=str(directory / "photo"), cartoon=str(directory / "cartoon"), patch_size=patch, work_dir=str(directory / "work"))
    train.update(batch_size=batch, adv_train_lr=2e-4, max_steps=steps, logging_interval=1000, ckpt_period_interval=1000)
    train.update(resume_epoch=0, num_gpus=1)
    pipeline = {"type": "unet-person-image-cartoon"}
    configuration = {"framework": "tensorflow", "task": "image-portrait-stylization", "pipeline": pipeline, "train": train}
    (directory / "configuration.json").write_text(json.dumps(configuration))
    np.save(directory / "vgg19.npy", random_vgg(random, vgg_channels), allow_pickle=True)
    return directory


def random_vgg(random, channels):
    """Random weights under VGG19's names, up to conv4_4: dict layer -> [kernel, bias]."""
    weights, inputs = {}, 3
    for block, (layers, outputs) in enumerate(zip((2, 2, 4, 4), channels), start=1):
        for layer in range(1, layers + 1):
            kernel = random.randn(3, 3, inputs, outputs) * np.sqrt(2 / (9 * inputs))
            weights[f"conv{block}_{layer}"] = [np.float32(kernel), np.float32(random.randn(outputs) * 0.01)]
            inputs = outputs
    return weights


def write_mask(path, size=256) -> None:
    """A soft disc: 1 in the middle, 0 at the border."""
    y, x = np.mgrid[:size, :size] / (size - 1) * 2 - 1
    disc = np.clip((0.9 - np.hypot(x, y)) / 0.3, 0, 1)
    Image.fromarray(np.uint8(disc * 255)).convert("RGB").save(path, quality=95)


def write_detector(path, boxes=(), scores=None) -> None:
    """A detector that always reports `boxes`. Real ones hold TF1 control flow, so this one does, too."""
    boxes = np.reshape(np.float32(boxes), (-1, 4))[:, [1, 0, 3, 2]]
    scores = np.full(len(boxes), 0.99, np.float32) if scores is None else np.float32(scores)
    v1.disable_control_flow_v2()
    with tf.Graph().as_default() as graph:
        images = v1.placeholder(tf.float32, [1, 512, 512, 3], "tower_0/images")
        training = v1.placeholder(tf.bool, [], "training_flag")
        zero = _nothing(images, training)
        tf.identity(boxes[None] + zero, "tower_0/boxes")
        tf.identity(scores[None] + zero, "tower_0/scores")
        tf.identity(np.int32([len(boxes)]) + tf.cast(zero, tf.int32), "tower_0/num_detections")
    v1.enable_control_flow_v2()
    _write(graph, path)


def write_keypoints(path, points=None) -> None:
    """A landmark network that always reports `points`, float [68, 2], fractions of its crop; an upright face unless given."""
    prediction = np.concatenate([np.ravel(face_points() if points is None else points), np.zeros(7)])
    with tf.Graph().as_default() as graph:
        images = v1.placeholder(tf.float32, [1, 160, 160, 3], "tower_0/images")
        training = v1.placeholder(tf.bool, [], "training_flag")
        tf.identity(np.float32(prediction)[None] + _nothing(images, training), "tower_0/prediction")
    _write(graph, path)


def _nothing(images, training):
    """Zero, computed through everything a real graph has: both inputs, a branch, a loop."""
    kept = v1.cond(training, lambda: 0.5 * images, lambda: images)
    total = v1.while_loop(lambda i, _: i < 2, lambda i, t: (i + 1, t + tf.reduce_mean(kept)), (0, tf.constant(0.0)))[1]
    return total * 0.0


def face_points() -> np.ndarray:
    """68 landmarks (iBUG order) of an upright face, float [68, 2], as fractions of the landmark crop."""
    angle = np.linspace(np.pi, 0, 17)
    jaw = np.stack([0.5 + 0.36 * np.cos(angle), 0.42 + 0.45 * np.sin(angle)], 1)
    brows = np.concatenate([_line(0.2, 0.44, 0.33, 5), _line(0.56, 0.8, 0.33, 5)])
    nose = np.concatenate([np.stack([np.full(4, 0.5), np.linspace(0.42, 0.6, 4)], 1), _line(0.42, 0.58, 0.64, 5)])
    eyes = np.concatenate([_ring(0.34, 0.42, 0.075, 0.035, 6), _ring(0.66, 0.42, 0.075, 0.035, 6)])
    mouth = np.concatenate([_ring(0.5, 0.76, 0.14, 0.06, 12), _ring(0.5, 0.76, 0.1, 0.03, 8)])
    return np.concatenate([jaw, brows, nose, eyes, mouth])


def _line(left, right, y, count):
    return np.stack([np.linspace(left, right, count), np.full(count, y)], 1)


def _ring(x, y, width, height, count):
    angle = np.pi + np.arange(count) * 2 * np.pi / count
    return np.stack([x + width * np.cos(angle), y + height * np.sin(angle)], 1)


def write_cartoon_graph(path, channels=32, seed=0) -> None:
    """The cartoon U-Net with random weights, guided filter included: the work of a real one, not its art."""
    random = np.random.RandomState(seed)
    with tf.Graph().as_default() as graph:
        image = v1.placeholder(tf.float32, [None, None, 3], "input_image")
        photo = image[None] / 127.5 - 1
        output = guided_filter(photo, unet(photo, channels, random))
        levels = tf.clip_by_value((output[0] + 1) * 127.5, 0, 255)
        tf.cast(levels, tf.uint8, "output_image")
    _write(graph, path)


def unet(photo, channels, random):
    """Upstream's generator: added skips, four residual blocks, bilinear up-sampling (half_pixel_centers=False)."""

    def conv(x, count, size=3, stride=1):
        fan = size * size * (x.shape[-1] + count)
        kernel = random.uniform(-1, 1, (size, size, x.shape[-1], count)) * np.sqrt(6 / fan)
        return tf.nn.bias_add(tf.nn.conv2d(x, np.float32(kernel), stride, "SAME"), np.zeros(count, np.float32))

    def relu(x):
        return tf.nn.leaky_relu(x, 0.2)

    def up(x):
        return v1.image.resize_bilinear(x, tf.shape(x)[1:3] * 2)

    c = channels
    x0 = relu(conv(photo, c, 7))
    x1 = relu(conv(relu(conv(x0, c, stride=2)), 2 * c))
    x2 = relu(conv(relu(conv(x1, 2 * c, stride=2)), 4 * c))
    for _ in range(4):
        x2 = x2 + conv(relu(conv(x2, 4 * c)), 4 * c)
    x2 = relu(conv(x2, 2 * c))
    x3 = relu(conv(relu(conv(up(x2) + x1, 2 * c)), c))
    return conv(relu(conv(up(x3) + x0, c)), 3, 7)


def guided_filter(guide, image, radius=1, epsilon=1e-2):
    """Guided filter (引导滤波; He, Sun and Tang, 2010), channel by channel, with box means of side 2 radius + 1."""

    def box(x):
        return tf.nn.avg_pool2d(x, 2 * radius + 1, 1, "SAME")

    mean_guide, mean_image = box(guide), box(image)
    covariance = box(guide * image) - mean_guide * mean_image
    variance = box(guide * guide) - mean_guide * mean_guide
    slope = covariance / (variance + epsilon)
    offset = mean_image - slope * mean_guide
    return box(slope) * guide + box(offset)


def _write(graph, path) -> None:
    Path(path).write_bytes(graph.as_graph_def().SerializeToString())
