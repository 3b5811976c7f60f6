"""What notebook 02 shows and asserts, but has no time to compute: `python data/make/measure_style_transfer.py PART`, in this order:

pictures: the portrait in three styles, by a longer search than a lesson has time for, as JPEG.
layers: which layer carries content and which style, as feature maps and as Gram matrix; three random networks, and twice the steps.
one_pass: the transform net against the search on photos that the net was not trained on.
geometry: eyes that are enlarged before the transfer, and searches that start at the drawing; 24 people, three random networks.

Networks, losses and searches are the notebook's own definitions, so page and numbers cannot drift apart. Pictures and numbers go to
data/checkpoints: transfer_<style>.jpg, and style_transfer.json with one entry for each part.
"""

from __future__ import annotations

import argparse
import json

from helpers import portraits
from helpers.files import load_weights, write_bytes, write_text
from helpers.learn import SHIPPED
from helpers.lesson.definitions import definitions
from helpers.lesson.plots import encode_jpeg
from helpers.lesson.style_pictures import STYLE_PICTURES, style_picture
from helpers.metrics.eye_growth import enlarge_eyes, eye_growth
from helpers.settings import ROOT

import cv2
import numpy as np
import tensorflow as tf
from skimage import data

FILE = SHIPPED / "style_transfer.json"
SEEDS = (0, 1, 2)  # of the random networks
OTHER = 9  # seed of the random network that measures: none of those that searched
SIDE = 96  # pixels of what is measured
LAYER_SIDE = 48
LAYERS = ("conv1_2", "conv2_2", "conv3_2", "conv4_1")
LAYER_STEPS = 150  # and as many again, to see whether they change anything
PICTURE_SIDE = 256
PICTURE_SIDES, PICTURE_STEPS = (64, 128, 256), (80, 80, 70)
PICTURE_WEIGHTS = {"night": 10, "window": 40, "woodcut": 20}
PEOPLE = 20
STRANGERS = 12
NET_SIDE = 64
NET_STYLE_WEIGHT = 10  # of the transform net
PART = 15  # steps after which the losses of a search are read
ENLARGED = 1.5
STEPS = 150
STYLE_WEIGHT = 3

lesson = definitions(ROOT / "notebooks" / "02_neural_style_transfer.ipynb")
REPRESENTATIONS = {"feature maps": tf.identity, "Gram matrix": lesson.gram}  # as on the page


def random_network(seed, side=SIDE):
    """The page's random network, set on the astronaut and the style images."""
    return lesson.random_vgg(seed, lesson.to_network(np.stack([astronaut(side), *(style_picture(name, side) for name in STYLE_PICTURES)])))


def astronaut(side):
    return lesson.resized(data.astronaut()[:260, 95:355], side)


def losses(picture, content, style, network):
    """Content loss and style loss of a picture, float32 [1, H, W, 3], without weights."""
    targets, features = lesson.targets_of(content, style, 1, network), lesson.vgg(picture, network)
    content_loss = lesson.distance(features[lesson.CONTENT_LAYER], targets["content"])[0]
    return float(content_loss), float(lesson.style_loss(features, targets["grams"])[0])


def layers():
    """Content loss and style loss of what is found from one layer, by a network that took no part in the search."""
    target, unrelated = (lesson.resized(image, LAYER_SIDE) for image in (shipped("window"), style_picture("woodcut", LAYER_SIDE)))
    judge = random_network(OTHER, LAYER_SIDE)
    report = {"side": LAYER_SIDE, "steps": LAYER_STEPS, "seeds": SEEDS, "layers": LAYERS, "found": {}}
    report["unrelated"] = losses(lesson.to_network(unrelated), target, target, judge)
    for name, represent in REPRESENTATIONS.items():
        for layer in LAYERS:
            found = [_reconstructed(target, layer, represent, seed) for seed in SEEDS]
            report["found"][f"{name}, {layer}"] = [[losses(tf.constant(p), target, target, judge) for p in pair] for pair in found]
            print(name, layer, np.round(report["found"][f"{name}, {layer}"], 3).tolist(), flush=True)
    return report


def _reconstructed(target, layer, represent, seed):
    """What is found by the network of a seed after LAYER_STEPS, and after as many again."""
    network, picture = random_network(seed, LAYER_SIDE), lesson.to_network(target)
    search = lesson.layer_loss(layer, represent, network)
    kept = represent(lesson.vgg(picture, network, last=layer)[layer])
    start = np.random.RandomState(seed).uniform(-0.2, 0.2, picture.shape)
    once, _ = lesson.optimise(search, kept, start, LAYER_STEPS)
    return once, lesson.optimise(search, kept, once, LAYER_STEPS)[0]


def shipped(style):
    return cv2.imread(str(SHIPPED / f"transfer_{style}.jpg"))[..., ::-1]


def pictures():
    """The three pictures that the page opens with."""
    network, report = random_network(0, PICTURE_SIDE), {"sides": PICTURE_SIDES, "steps": PICTURE_STEPS, "weights": PICTURE_WEIGHTS}
    search = lesson.transfer_loss(network)
    for name, weight in PICTURE_WEIGHTS.items():
        style = style_picture(name, PICTURE_SIDE)
        image, terms = lesson.stylise(astronaut(PICTURE_SIDE), style, weight, network, search, PICTURE_SIDES, PICTURE_STEPS)
        write_bytes(SHIPPED / f"transfer_{name}.jpg", encode_jpeg(image))
        report[name] = {term: values[-1] for term, values in terms.items()}
        print(name, report[name], flush=True)
    return report


def one_pass():
    """For photos of strangers: losses of photo, untrained net, net and search; content losses of net and search at equal style."""
    network, style = random_network(0, NET_SIDE), style_picture("woodcut", NET_SIDE)
    photos = portraits.random_portraits(range(5000, 5000 + STRANGERS), size=NET_SIDE, workers=1)
    targets, search = lesson.targets_of(photos, style, NET_STYLE_WEIGHT, network), lesson.transfer_loss(network)
    path = [lesson.to_network(photos)]
    for _ in range(STEPS // PART):
        path.append(lesson.optimise(search, targets, path[-1], PART)[0])
    nets = {"untrained": lesson.initial_transform(0), "one_pass": load_weights(SHIPPED / "transform_woodcut.npz")}
    pictures = {"photo": path[0], "search": path[-1]}
    pictures.update({name: np.clip(lesson.transform(path[0], weights), -1, 1) for name, weights in nets.items()})

    def terms(picture):
        return [search(tf.constant(picture), targets)[0][name].numpy() for name in ("content", "style", "total variation")]

    found, way = {name: terms(picture) for name, picture in pictures.items()}, np.array([terms(picture) for picture in path])
    people = [{name: float(sum(part[number] for part in parts)) for name, parts in found.items()} for number in range(STRANGERS)]
    for number, row in enumerate(people):
        row["content"], reached = float(found["one_pass"][0][number]), found["one_pass"][1][number]
        falling = slice(None, None, -1)  # np.interp wants rising numbers, and the style loss falls
        row["content_of_search"] = float(np.interp(reached, way[falling, 1, number], way[falling, 0, number]))
    return {"side": NET_SIDE, "steps": STEPS, "style_weight": NET_STYLE_WEIGHT, "people": people}


def bare_faces(count):
    """People without glasses, mask or hat, so that their eyes are seen."""
    people = map(portraits.Identity.sample, range(300, 500))
    return [p for p in people if (p.eyewear, p.face_mask, p.hat) == ("none", "none", "none")][:count]


def geometry():
    """How much the eyes grew (1: not at all), for each person and way; and the losses from both starts."""
    exemplar, *people = bare_faces(1 + PEOPLE)
    exemplar = portraits.render(exemplar, "anime", SIDE)
    rows = []
    for place, seed in enumerate(SEEDS):
        rows += _grown(people[place :: len(SEEDS)], exemplar, random_network(seed))
        print(rows[-1], flush=True)
    return {"side": SIDE, "steps": STEPS, "style_weight": STYLE_WEIGHT, "enlarged": ENLARGED, "people": rows}


def _grown(people, exemplar, network):
    """A row for each person. One search has all pictures of one kind, since a search on one small picture mostly waits."""
    photos, drawings = ([portraits.render(person, style, SIDE) for person in people] for style in ("photo", "anime"))
    points = [portraits.landmarks(person, SIDE).points68 for person in people]
    enlarged = [enlarge_eyes(photo, where, ENLARGED) for photo, where in zip(photos, points)]
    read = {"enlarged": enlarged, "drawing": drawings}
    starts = {"from_photo": (photos, photos), "from_enlarged": (enlarged, enlarged), "from_drawing": (photos, drawings)}
    rows, search = [{} for _ in people], lesson.transfer_loss(network)
    for way, (contents, start) in starts.items():
        targets = lesson.targets_of(np.stack(contents), exemplar, STYLE_WEIGHT, network)
        begun = lesson.to_network(np.stack(start))
        found, _ = lesson.optimise(search, targets, begun, STEPS)
        read[way] = [lesson.to_image(picture[None]) for picture in found]
        for label, pictures in ((f"{way}_loss", found), (f"{way}_loss_before", begun)):
            for row, loss in zip(rows, tf.add_n(list(search(tf.constant(pictures), targets)[0].values())).numpy()):
                row[label] = float(loss)
    for way, images in read.items():
        for row, image, photo, where in zip(rows, images, photos, points):
            row[way] = eye_growth(image, photo, where)
    return rows


def store(part, report):
    """Write a part's entry, and leave the others as they are."""
    content = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    write_text(FILE, json.dumps({**content, part: _rounded(report)}, indent=1) + "\n")


def _rounded(value):
    """Four digits are what such a number is worth."""
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    parts = {part.__name__: part for part in (pictures, layers, one_pass, geometry)}
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("part", choices=list(parts))
    given = arguments.parse_args()
    store(given.part, parts[given.part]())
