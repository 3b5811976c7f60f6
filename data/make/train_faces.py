"""Train the face networks on rendered portraits alone and freeze them into a model directory.

    python data/make/train_faces.py pictures --people 1000
    python data/make/train_faces.py keypoints --minutes 40
    python data/make/train_faces.py proposal --minutes 15
    python data/make/train_faces.py mine
    python data/make/train_faces.py refine --minutes 30
    python data/make/train_faces.py freeze --into data/models/anime
    python data/make/train_faces.py measure data/models/anime

Each step goes on from where it stopped (runs/train_faces); minutes count all its sittings. Freeze on TensorFlow 2.7: newer versions
read its graphs, not the reverse.
"""

from __future__ import annotations

import argparse
import functools
from pathlib import Path

from helpers import settings
from helpers.files import whole
from helpers.learn import State, adam, cosine, fit, stored_networks
from helpers.settings import ROOT

import cv2
import face_nets as nets
import numpy as np
import tensorflow as tf

RUNS = settings.RUNS / "train_faces"
HELD_OUT = 30  # people that are measured, never trained on
RATE, WARM_UP, AVERAGE = 1e-3, 200, 0.998
REPLICA = 96  # px: the small copies that the detector's pictures are made of
PATCH = 72  # px of the proposal network's training pictures


def render(people, seed):
    """Render `people` portraits, each once as it is and three times with other proportions; the held-out ones come last."""
    from face_pictures import no_face, portrait
    from face_warps import respace, smile

    rng, faces, marks = np.random.default_rng(seed), [], []
    for i in range(people):
        picture, points = portrait(seed * 100_000 + i)
        copies = [(picture, points)]
        if i < people - HELD_OUT:
            copies += [smile(*respace(picture, points, rng), rng) for _ in range(3)]
        faces += [p for p, _ in copies]
        marks += [m for _, m in copies]
        if i % 50 == 0:
            print(f"{i} of {people} people", flush=True)
    faces, marks = np.stack(faces), np.stack(marks).astype(np.float32)
    others = np.stack([no_face(rng, faces[:-HELD_OUT], marks[:-HELD_OUT]) for _ in range(1600)])
    small = np.stack([cv2.resize(f, (REPLICA, REPLICA), interpolation=cv2.INTER_AREA) for f in faces])
    RUNS.mkdir(parents=True, exist_ok=True)
    for name, array in (("faces", faces), ("marks", marks), ("others", others), ("small", small)):
        _store(name, array)


def _store(name, array):
    with whole(RUNS / f"{name}.npy") as temporary, open(temporary, "wb") as file:
        np.save(file, array)


class Pictures:
    """What `render` stored, and one random training sample of each kind."""

    def __init__(self):
        self.faces = np.load(RUNS / "faces.npy", mmap_mode="r")
        self.small, self.others = np.load(RUNS / "small.npy"), np.load(RUNS / "others.npy")
        self.marks = np.load(RUNS / "marks.npy")
        self.small_marks = self.marks * (REPLICA / self.faces.shape[1])
        hard = RUNS / "hard.npy"
        self.hard = np.load(hard) if hard.exists() else None

    def person(self, rng, held_out=False):
        n = len(self.faces)
        return int(rng.integers(n - HELD_OUT, n) if held_out else rng.integers(n - HELD_OUT))

    def other(self, rng, side):
        """A random square of a picture without a face."""
        picture, width = self.others[rng.integers(len(self.others))], int(np.exp(rng.uniform(np.log(20), np.log(160))))
        y, x = rng.integers(0, 161 - width, 2)
        how = cv2.INTER_AREA if width > side else cv2.INTER_LINEAR
        return cv2.resize(picture[y : y + width, x : x + width], (side, side), interpolation=how)

    def draw(self, rng, canvas, x, y, width, fill, held_out=False):
        from face_pictures import box, place

        i = self.person(rng, held_out)
        return box(place(rng, canvas, self.small[i], self.small_marks[i], x, y, width, fill))

    def keypoints(self, rng, held_out=False):
        """A 160 px crop of a face, as loosely framed as a detector does it, and its points as fractions."""
        from face_pictures import camera, cover, place
        from face_warps import bend, smile

        i, side = self.person(rng, held_out), 160
        width = side / 1.4 * np.exp(rng.normal(0, 0.07))
        x, y = side / 2 + rng.normal(0, 0.05, 2) * width
        crop = np.zeros((side, side, 3), np.uint8)
        points = place(rng, crop, np.ascontiguousarray(self.faces[i]), self.marks[i], x, y, width, True)
        if rng.random() < 0.5:  # people smile at cameras, wider than the renderer's do
            crop, points = smile(crop, points, rng)
        crop, points = bend(rng, crop, points)
        if rng.random() < 0.3:
            crop = cover(rng, crop)
        return camera(rng, crop), (points / side).astype(np.float32)

    def proposal(self, rng, held_out=False):
        """A 72 px patch; for each cell of 4 px: label, "do not care", box."""
        from face_pictures import camera, cover

        patch, boxes = self.other(rng, PATCH), []
        kind = rng.random()
        if kind < 0.62:
            x, y = rng.uniform(8, PATCH - 8, 2)
            width = np.exp(rng.uniform(np.log(17), np.log(34)))
            boxes.append(self.draw(rng, patch, x, y, width, rng.random() < 0.6, held_out))
        elif kind < 0.75:  # far too large or too small: not this level's business
            width = rng.uniform(50, 160) if rng.random() < 0.75 else rng.uniform(5, 11)
            self.draw(rng, patch, *rng.uniform(-10, PATCH + 10, 2), width, rng.random() < 0.8, held_out)
        if rng.random() < 0.25:
            patch = cover(rng, patch, 0.04, 0.2)
        return (camera(rng, patch),) + cells(boxes)

    def refine(self, rng, held_out=False):
        """A 48 px crop, 1 for a well framed face or 0, and the face's box (cy cx h w, fractions)."""
        from face_pictures import camera

        side, kind = nets.REFINE_SIDE, rng.random()
        crop, label, target = self.other(rng, side), 0.0, [0.5, 0.5, 0.7, 0.7]
        middle, width = np.array([side / 2, side / 2]), side / 1.4
        if kind < 0.5:
            x, y = middle + np.clip(rng.normal(0, 0.09, 2), -0.2, 0.2) * side
            y1, x1, y2, x2 = self.draw(rng, crop, x, y, width / np.exp(rng.normal(0, 0.16)), rng.random() < 0.75, held_out) / side
            label, target = 1.0, [(y1 + y2) / 2, (x1 + x2) / 2, y2 - y1, x2 - x1]
        elif kind < 0.68:
            size = width * (rng.uniform(2, 5) if rng.random() < 0.5 else rng.uniform(0.12, 0.48))
            self.draw(rng, crop, *(middle + rng.uniform(-0.8, 0.8, 2) * side), size, rng.random() < 0.8, held_out)
        elif kind < 0.86 and self.hard is not None:
            crop = self.hard[rng.integers(len(self.hard))].copy()
        return camera(rng, crop), np.float32(label), np.float32(target)


def cells(boxes):
    """Mark the cells at a face's middle; those around it, and faces of a doubtful size, count neither way."""
    n = PATCH // 4
    y, x = np.meshgrid(np.arange(n) * 4 + 2, np.arange(n) * 4 + 2, indexing="ij")
    label, skip, target = np.zeros((n, n), np.float32), np.zeros((n, n), np.float32), np.zeros((n, n, 4), np.float32)
    target[..., 2:] = 1
    for y1, x1, y2, x2 in boxes:
        away, width = np.maximum(abs(y - (y1 + y2) / 2), abs(x - (x1 + x2) / 2)), x2 - x1
        fits = 0.69 < width / nets.PROPOSAL_FACE < 1.45
        middle = (away < max(3.0, 0.15 * width)) & fits
        skip[(away < 0.45 * width) & ~middle] = 1
        label[middle], target[middle] = 1, (y1, x1, y2, x2)
    return label, skip, target


def keypoint_loss(network, crops, points):
    """Wing loss: small errors count more than squares would let them. Eyes, nose tip, mouth corners weigh double."""
    weight = np.ones(68, np.float32)
    weight[:17], weight[36:48], weight[[30, 48, 54]] = 0.5, 2, 2
    away = 100 * tf.abs(tf.reshape(network(crops), [-1, 68, 2]) - points)
    wing = tf.where(away < 10, 10 * tf.math.log(1 + away / 2), away - 10 + 10 * np.float32(np.log(6)))
    return tf.reduce_mean(wing * (weight / weight.mean())[None, :, None])


def proposal_loss(network, patches, label, skip, target):
    """Focal loss on the cells, plus the boxes' error in box widths where there is a face."""
    logits, boxes = network(patches)
    hard = tf.pow(tf.abs(label - tf.sigmoid(logits)), 1.5) * (1 - skip)
    faces = tf.reduce_sum(label) + 1
    seen = tf.reduce_sum(hard * tf.nn.sigmoid_cross_entropy_with_logits(labels=label, logits=logits)) / faces
    off = tf.reduce_mean(tf.abs(boxes - target) / (target[..., 3:] - target[..., 1:2]), -1)
    return seen + 2 * tf.reduce_sum(off * label) / faces


def refine_loss(network, crops, label, target):
    """Cross-entropy with labels 0.01 and 0.99, plus the boxes' error where there is a face."""
    logits, boxes = network(crops)
    seen = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=label * 0.98 + 0.01, logits=logits))
    off = tf.reduce_mean(tf.abs(boxes - target), -1)
    return seen + 6 * tf.reduce_sum(off * label) / (tf.reduce_sum(label) + 1)


STAGES = {"keypoints": (keypoint_loss, 32), "proposal": (proposal_loss, 32), "refine": (refine_loss, 48)}  # and pictures in a batch


def batch(sample, rng, size, held_out=False):
    return [np.stack(part).astype(np.float32) for part in zip(*[sample(rng, held_out) for _ in range(size)])]


def training_step(stage, rate):
    """The step of one network, for learn.fit."""
    network, loss_of = nets.NETWORKS[stage][0], STAGES[stage][0]

    def step(state, data):
        weights = state[stage]
        with tf.GradientTape() as tape:
            loss = loss_of(functools.partial(network, weights=weights), *data)
        adam(state, stage, tape.gradient(loss, weights), rate, clip=10.0)
        return loss

    return step


def train(stage, minutes, seed, rate=RATE, **budget):
    """Train one network until it had so many minutes; the rate falls from `rate` along a cosine over them. Returns the record."""
    pictures, state = Pictures(), State(**{stage: nets.initial_weights(stage)})

    def draw(random):
        return batch(getattr(pictures, stage), np.random.default_rng(random.randint(2**31 - 1)), STAGES[stage][1])

    how = dict(minutes=minutes, seed=seed, schedule=functools.partial(cosine, floor=0.001), warm_up=WARM_UP, average=AVERAGE, **budget)
    return fit(training_step(stage, rate), draw, RUNS / stage, state=state, **how)


def trained(stage):
    """The averaged weights of a stage: dict name -> array."""
    return stored_networks(RUNS / stage / "state.npz")[0][stage]


def mine(count, seed):
    """Collect what the proposal network takes for faces in pictures without any: the refine network's hardest lessons."""
    pictures, proposal = Pictures(), functools.partial(nets.proposal_net, weights=trained("proposal"))
    rng, hard = np.random.default_rng(seed), []
    look = tf.function(lambda canvas: nets.cut(canvas, nets.propose(proposal, canvas)[0], nets.REFINE_SIDE)[0])
    for _ in range(count):
        canvas = pictures.other(rng, 512)
        for _ in range(int(rng.integers(3, 14))):
            side = int(np.exp(rng.uniform(np.log(40), np.log(300))))
            y, x = rng.integers(0, 513 - side, 2)
            canvas[y : y + side, x : x + side] = pictures.other(rng, side)
        hard.append(look(tf.constant(canvas[None].astype(np.float32))).numpy().astype(np.uint8))
    _store("hard", np.concatenate(hard))


def freeze(into):
    """Write detector.pb and keypoints.pb from the averaged weights."""
    nets.freeze_keypoints(trained("keypoints"), Path(into) / "keypoints.pb")
    nets.freeze_detector(trained("proposal"), trained("refine"), Path(into) / "detector.pb")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=["pictures", *STAGES, "mine", "freeze", "measure"])
    parser.add_argument("directories", nargs="*", default=[ROOT / "data" / "models" / "anime"], help="to measure, side by side")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=RATE, help="the rate a training starts with; less where it goes on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--into", default=str(ROOT / "data" / "models" / "anime"))
    options = parser.parse_args()
    if options.stage == "pictures":
        render(options.people, options.seed)
    elif options.stage == "mine":
        mine(100, options.seed)
    elif options.stage == "freeze":
        freeze(options.into)
    elif options.stage == "measure":
        from measure_faces import measure

        measure(options.directories, RUNS / "held_out.npz")
    else:
        train(options.stage, options.minutes, options.seed, options.rate)


if __name__ == "__main__":
    main()
