"""The face networks behind detector.pb and keypoints.pb, small enough to train on one CPU core."""

from __future__ import annotations

import functools

from helpers import layers
from helpers.files import write_bytes

import numpy as np
import tensorflow as tf

POINTS = 68
OUTPUTS = 143  # 68 (x, y), 3 head-pose values, 4 state logits


LEAK = 0.1  # slope of the leaky ReLU


def standardise(crops):
    """Give each crop mean 0 and deviation 1: exposure is the light's business, not the face's."""
    mean = tf.reduce_mean(crops, [1, 2, 3], keepdims=True)
    spread = tf.sqrt(tf.reduce_mean(tf.square(crops - mean), [1, 2, 3], keepdims=True))
    return (crops - mean) / (spread + 8.0)


def convolutions(x, weights, plan):
    """3x3 convolutions without batch norm: what is trained is what is frozen. plan: channels out and stride of each."""
    for i, (channels, stride) in enumerate(plan):
        x = _layer(layers.conv, x, weights, f"conv{i}", channels, stride=stride)
    return x


def _layer(kind, x, weights, name, channels, **how):
    return tf.nn.leaky_relu(kind(x, weights, name, channels, **how), LEAK)


KEYPOINT_SIDE = 160  # px of a crop
KEYPOINT_PLAN = [(24, 2), (32, 1), (48, 2), (48, 1), (72, 2), (72, 1), (96, 2), (96, 1)]


def keypoint_net(crops, weights):
    """A crop to 68 points: half the resolution, nine convolutions, two dense layers.

    Returns 68 (x, y) as fractions of the crop, float32 [N, 136], of RGB 0..255 [N, 160, 160, 3].
    """
    x = convolutions(standardise(tf.nn.avg_pool2d(crops, 2, 2, "VALID")), weights, KEYPOINT_PLAN)
    x = tf.reshape(_layer(layers.conv, x, weights, "squeeze", 48, size=1), [-1, 5 * 5 * 48])
    return 0.5 + layers.dense(_layer(layers.dense, x, weights, "hidden", 256), weights, "points", 2 * POINTS, gain=0.1)


PROPOSAL_STRIDE = 4  # px between two places that the proposal network looks at
PROPOSAL_FACE = 24.0  # px: the box width it is made for
PROPOSAL_PLAN = [(16, 2), (24, 2), (32, 1), (40, 1), (48, 1), (48, 1)]


def proposal_net(images, weights):
    """Looks for faces of about 24 px everywhere; a pyramid of sizes brings every face to that size.

    Returns logits [N, h, w] and boxes [N, h, w, 4] (y1 x1 y2 x2, px) of RGB 0..255 [N, 4h, 4w, 3].
    """
    x = convolutions(images / 64.0 - 2.0, weights, PROPOSAL_PLAN)
    head = layers.conv(x, weights, "head", 5, size=1, gain=0.1)
    rows, columns = ((tf.cast(tf.range(tf.shape(head)[axis]), tf.float32) + 0.5) * PROPOSAL_STRIDE for axis in (1, 2))
    y, x = tf.meshgrid(rows, columns, indexing="ij")
    logit, dy, dx, log_h, log_w = tf.unstack(head, axis=-1)
    y, x = y + dy * PROPOSAL_FACE, x + dx * PROPOSAL_FACE
    h, w = (tf.exp(tf.clip_by_value(log, -1.0, 1.0)) * PROPOSAL_FACE / 2 for log in (log_h, log_w))
    return logit, tf.stack([y - h, x - w, y + h, x + w], -1)


REFINE_SIDE = 48  # px of a crop
REFINE_PLAN = [(24, 1), (32, 2), (48, 1), (64, 2), (64, 1), (96, 2)]


def refine_net(crops, weights):
    """The second look: is this 48 px crop a face, and where exactly is its box?

    Returns logits [N] and the box (cy cx h w, fractions of the crop) [N, 4] of RGB 0..255 [N, 48, 48, 3].
    """
    x = tf.reshape(convolutions(standardise(crops), weights, REFINE_PLAN), [-1, 6 * 6 * 96])
    head = layers.dense(_layer(layers.dense, x, weights, "hidden", 64), weights, "head", 5, gain=0.1)
    return head[:, 0], tf.constant([0.5, 0.5, 0.7, 0.7]) + head[:, 1:]


# Name -> the network, its input and the seed of its first weights.
NETWORKS = {
    "keypoints": (keypoint_net, [1, KEYPOINT_SIDE, KEYPOINT_SIDE, 3], 0),
    "proposal": (proposal_net, [1, 72, 72, 3], 1),
    "refine": (refine_net, [1, REFINE_SIDE, REFINE_SIDE, 3], 2),
}


def initial_weights(name):
    """Fresh weights of one of NETWORKS: dict name -> float32 array. (He et al., 2015)"""
    network, shape, seed = NETWORKS[name]
    return layers.initial(network, seed, tf.zeros(shape))


LEVELS = (416, 296, 208, 148, 104, 72, 52, 36, 28)  # px: a face of 24 to 440 px on the 512 px canvas is 24 px in one of them
CANDIDATES = 24
DARK = 80.0  # mean level of a canvas that is brightened


def pyramid(canvas):
    """Yield the 512 px canvas at every size of LEVELS; halved first, so that little is aliased."""
    for size in LEVELS:
        while canvas.shape[1] // 2 >= size:
            canvas = tf.nn.avg_pool2d(canvas, 2, 2, "VALID")
        yield tf.compat.v1.image.resize_bilinear(canvas, [size, size])


def cut(canvas, boxes, side):
    """Cut a square of 1.4 box sizes round each box [K, 4] (fractions): crops [K, side, side, 3] and squares (y x side) [K, 3]."""
    y, x = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    area = tf.nn.relu((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))  # a network may well answer with a negative height
    length = 1.4 * tf.sqrt(area + 1e-6)
    top, left = y - length / 2, x - length / 2
    size, pixels = 2 * side, float(canvas.shape[1])
    # crop_and_resize puts its first and last sample on the corners: move them half a sample inwards.
    inset = length * 0.5 / size
    corners = tf.stack([top + inset, left + inset, top + length - inset, left + length - inset], 1)
    corners = (corners * pixels - 0.5) / (pixels - 1.0)
    which = tf.zeros_like(y, tf.int32)
    crops = tf.image.crop_and_resize(canvas, corners, which, [size, size], extrapolation_value=116.0)
    return tf.nn.avg_pool2d(crops, 2, 2, "VALID"), tf.stack([top, left, length], 1)


def look(refine, canvas, boxes):
    """Judge each box (y1 x1 y2 x2, fractions) once more; returns logits [K] and better boxes [K, 4]."""
    crops, squares = cut(canvas, boxes, REFINE_SIDE)
    logits, found = refine(crops)
    top, left, length = tf.unstack(squares, axis=1)
    cy, cx, h, w = tf.unstack(found, axis=1)
    cy, cx, h, w = top + cy * length, left + cx * length, h * length / 2, w * length / 2
    return logits, tf.stack([cy - h, cx - w, cy + h, cx + w], 1)


def propose(proposal, canvas, count=CANDIDATES):
    """Return the `count` most face-like boxes of all levels [K, 4] (fractions) and their scores [K]."""
    scores, boxes = [], []
    for image in pyramid(canvas):
        logits, found = proposal(image)
        scores.append(tf.reshape(tf.sigmoid(logits), [-1]))
        boxes.append(tf.reshape(found, [-1, 4]) / float(image.shape[1]))
    scores, best = tf.nn.top_k(tf.concat(scores, 0), 400)
    boxes = tf.gather(tf.concat(boxes, 0), best)
    kept = tf.image.non_max_suppression(boxes, scores, count, iou_threshold=0.45)
    return tf.gather(boxes, kept), tf.gather(scores, kept)


def detect(proposal, refine, canvas):
    """Return boxes [1, N, 4] (y1 x1 y2 x2, fractions), scores [1, N], N [1] for one RGB 0..255 [1, 512, 512, 3].

    The score is the product of three looks: all of them have to see a face. The power moves it so that
    the 0.8 which the pipeline asks for keeps most rendered faces (a product of 0.69).
    """
    # The proposal network sees absolute brightness: a dark picture is brought to a common one first.
    canvas = tf.minimum(canvas * tf.clip_by_value(DARK / tf.reduce_mean(canvas), 1.0, 2.5), 255.0)
    boxes, first = propose(proposal, canvas)
    logits, boxes = look(refine, canvas, boxes)
    second = tf.sigmoid(logits)
    logits, boxes = look(refine, canvas, boxes)
    scores = tf.pow(first * second * tf.sigmoid(logits), 0.6)
    kept = tf.image.non_max_suppression(boxes, scores, CANDIDATES, iou_threshold=0.35, score_threshold=0.05)
    boxes, scores = tf.gather(boxes, kept), tf.gather(scores, kept)
    return boxes[None], scores[None], tf.shape(scores)


# The same 68 points seen in a mirror: left becomes right.
MIRROR = np.r_[16:-1:-1, 26:16:-1, 27:31, 35:30:-1, 45:41:-1, 47, 46, 39:35:-1, 41, 40, 54:47:-1, 59:54:-1, 64:59:-1, 67:64:-1]


def upright(crops, points, side=160.0):
    """Turn and centre each crop by its points, so that the second look starts where training did.

    Returns the new crops and the affine map new -> old as a [N, 2, 2] matrix and a [N, 1, 2] shift, in px.
    """
    across = tf.reduce_mean(points[:, 42:48], 1) - tf.reduce_mean(points[:, 36:42], 1)
    across = across / (tf.norm(across, axis=1, keepdims=True) + 1e-6)
    c, s = across[:, 0], across[:, 1]
    turn = tf.stack([tf.stack([c, -s], 1), tf.stack([s, c], 1)], 1)
    own = tf.matmul(points, turn)  # the points in the head's own frame
    low, high = tf.reduce_min(own, 1), tf.reduce_max(own, 1)
    scale = 1.4 * (high[:, 0] - low[:, 0])
    centre = tf.matmul((low + high)[:, None] / 2, turn, transpose_b=True) * side
    turn = scale[:, None, None] * turn
    shift = centre - tf.matmul(tf.fill([tf.shape(points)[0], 1, 2], side / 2), turn, transpose_b=True)
    # Pixel centres lie half a pixel from the corner that `shift` counts from.
    half_pixel = shift[:, 0] + tf.reduce_sum(turn, 2) * 0.5 - 0.5
    zero = tf.zeros_like(c)
    rows = [turn[:, 0, 0], turn[:, 0, 1], half_pixel[:, 0], turn[:, 1, 0], turn[:, 1, 1], half_pixel[:, 1], zero, zero]
    moved = tf.raw_ops.ImageProjectiveTransformV2(
        images=crops - 116.0, transforms=tf.stack(rows, 1), output_shape=tf.constant([160, 160]), interpolation="BILINEAR"
    )
    return moved + 116.0, turn, shift / side


def find_points(network, crops):
    """Return 68 (x, y) [N, 68, 2] as fractions of RGB 0..255 [N, 160, 160, 3]: a first look, then an upright one.

    The second look is averaged with its mirror image.
    """
    points = tf.reshape(network(crops), [-1, POINTS, 2])
    crops, turn, shift = upright(crops, points)
    both = tf.reshape(network(tf.concat([crops, tf.reverse(crops, [2])], 0)), [-1, POINTS, 2])
    plain, mirrored = tf.split(both, 2)
    mirrored = tf.gather(mirrored * [-1.0, 1.0] + [1.0, 0.0], MIRROR.astype(np.int32), axis=1)
    return tf.matmul((plain + mirrored) / 2, turn, transpose_b=True) + shift


def with_constants(network, weights):
    """A network whose weights are constants of the graph that is being built, stored in 16 bits and used in 32: half the file."""
    halves = {name: tf.cast(tf.constant(np.asarray(value, np.float16)), tf.float32) for name, value in weights.items()}
    return functools.partial(network, weights=halves)


def freeze_detector(proposal, refine, path):
    """Write detector.pb with upstream's tensor names. proposal, refine: weights of the two networks."""
    with tf.Graph().as_default() as graph:
        proposal, refine = with_constants(proposal_net, proposal), with_constants(refine_net, refine)
        tf.compat.v1.placeholder(tf.bool, [], name="training_flag")
        with tf.compat.v1.name_scope("tower_0"):
            images = tf.compat.v1.placeholder(tf.float32, [1, 512, 512, 3], name="images")
            boxes, scores, count = detect(proposal, refine, images)
            tf.identity(boxes, name="boxes")
            tf.identity(scores, name="scores")
            tf.identity(count, name="num_detections")
    write_bytes(path, graph.as_graph_def().SerializeToString())


def freeze_keypoints(weights, path):
    """Write keypoints.pb with upstream's tensor names; head pose and state, which nobody reads, are 0."""
    with tf.Graph().as_default() as graph:
        network = with_constants(keypoint_net, weights)
        tf.compat.v1.placeholder(tf.bool, [], name="training_flag")
        with tf.compat.v1.name_scope("tower_0"):
            images = tf.compat.v1.placeholder(tf.float32, [None, 160, 160, 3], name="images")
            points = tf.reshape(find_points(network, images), [-1, 2 * POINTS])
            rest = tf.zeros([tf.shape(points)[0], OUTPUTS - 2 * POINTS])
            tf.concat([points, rest], 1, name="prediction")
    write_bytes(path, graph.as_graph_def().SerializeToString())
