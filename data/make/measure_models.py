"""Measure embedded models on 200 held-out pairs each: `python data/make/measure_models.py anime sketch 3d`.

Prints a table and writes data/models/<style>/figures.json. Each photo goes through the real Cartoonizer: whole picture, faces found by the
model's own detector. Beside the cartoon's numbers stand those of the photo itself and of a plain filter. Identity is measured with
helpers.metrics.identity: each cartoon, aligned by the photo's true points, looks for its photo among 200, and for a photo of the same
person on another day. The pairs are drawn once and kept in runs/held_out.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings

from helpers import metrics
from helpers.files import write_text
from helpers.metrics import identity
from helpers.settings import MODELS
from helpers.stylize.cartoonizer import Cartoonizer
from helpers.stylize.faces import MIN_FACE

import cv2
import held_out
import numpy as np
import tensorflow as tf
from tqdm import tqdm

FIGURES = "figures.json"
FACE_WIDTH = 2.2  # of the eye distance
NEAR = 0.5  # of the eye distance: a face counts as found if its five points lie nearer than that, on average


def plain_filter(photo):
    """What a cartoon costs without learning: smooth areas by a bilateral filter (双边滤波), dark lines where brightness jumps."""
    smooth = photo
    for _ in range(3):
        smooth = cv2.bilateralFilter(smooth, 9, 40, 9)
    gray = cv2.medianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), 5)
    lines = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 9, 4)
    return np.where(lines[..., None] > 0, smooth, smooth // 3)


def paint(cartoonizer, photos, points):
    """Cartoons, RGB uint8 like the photos, and whether the true face, float [N, 5, 2], was found: bool [N]."""
    made, found = [], []
    for photo, truth in zip(tqdm(photos, "cartoons", mininterval=10), points):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where no face is found: that is counted here
            steps = cartoonizer.steps(photo)
        made.append(steps.result)
        near = NEAR * np.linalg.norm(truth[1] - truth[0])
        found.append(any(np.linalg.norm(face.points5 - truth, axis=1).mean() < near for face in steps.faces))
    return np.stack(made), np.array(found)


def measure(pairs, made, found, groups, weights=None):
    """All figures of a style, a dict for JSON. L1 in levels, shares in percent. weights: of the identity network."""
    photos, targets = pairs["photo"], pairs["target"]
    pictures = {"cartoon": made, "photo_itself": photos, "plain_filter": [plain_filter(photo) for photo in photos]}
    errors = {name: np.array(list(map(metrics.absolute_error, side, targets))) for name, side in pictures.items()}
    alike = {name: np.array(list(map(metrics.structural_similarity, side, targets))) for name, side in pictures.items()}

    def embeddings(side):
        return identity.embed([identity.crop_face(*pair) for pair in zip(side, pairs["points"])], weights)

    of_photo, of_cartoon, of_target = map(embeddings, (photos, made, targets))
    galleries = {"its_photo": of_photo, "other_day": identity.embed(pairs["other_day"], weights)}
    ranks = {name: metrics.found_first(of_cartoon, gallery) for name, gallery in galleries.items()}

    eyes = np.linalg.norm(pairs["points"][:, 1] - pairs["points"][:, 0], axis=1)
    large = FACE_WIDTH * eyes >= MIN_FACE  # smaller ones are background to the Cartoonizer

    def of_group(chosen):
        numbers = {"l1": errors["cartoon"], "l1_of_the_photo": errors["photo_itself"], "ssim": alike["cartoon"]}
        shares = {"finds_its_photo": ranks["its_photo"], "finds_other_day": ranks["other_day"], "faces_found": found}
        means = {name: _short(values[chosen].mean()) for name, values in numbers.items()}
        return {"people": int(chosen.sum()), **means, **{name: _percent(values[chosen]) for name, values in shares.items()}}

    def of_gallery(name, gallery):
        auc = _short(metrics.separability(of_cartoon, gallery))
        return {"rank_one": _percent(ranks[name]), "rank_one_of_the_target": _percent(metrics.found_first(of_target, gallery)), "auc": auc}

    return {
        "pairs": len(photos),
        "l1": {name: _short(values.mean()) for name, values in errors.items()},
        "ssim": {name: _short(values.mean()) for name, values in alike.items()},
        "stray_colours": _percent(list(map(metrics.stray_colours, made, photos)), 3),
        "faces_found": _percent(found),
        "faces_found_of_large": {"from_px": MIN_FACE, "faces": int(large.sum()), "found": _percent(found[large])},
        "identity": {name: of_gallery(name, gallery) for name, gallery in galleries.items()},
        "groups": {kind: {name: of_group(chosen) for name, chosen in parts.items() if chosen.any()} for kind, parts in groups.items()},
    }


def _short(value):
    return round(float(value), 3)


def _percent(values, digits=1):
    return round(100 * float(np.mean(values)), digits)


def table(figures):
    """The figures as lines of text."""
    lines = [f"{figures['style']}: {figures['pairs']} held-out pairs", f"{'':24}{'cartoon':>10}{'photo itself':>14}{'plain filter':>14}"]
    for name, title in (("l1", "L1, levels"), ("ssim", "SSIM")):
        lines.append(f"{title:24}" + "".join(f"{figures[name][side]:{width}}" for side, width in _SIDES))
    for name, title in (("its_photo", "finds its photo"), ("other_day", "finds the other day")):
        who = figures["identity"][name]
        lines.append(f"{title:24}{who['rank_one']:>8} %   the drawn target {who['rank_one_of_the_target']} %   AUC {who['auc']}")
    lines.append(f"{'stray colours':24}{figures['stray_colours']:>8} %")
    large = figures["faces_found_of_large"]
    lines.append(f"{'faces found':24}{figures['faces_found']:>8} %   from {large['from_px']} px on {large['found']} % of {large['faces']}")
    for kind, parts in figures["groups"].items():
        for name, part in parts.items():
            text = f"L1 {part['l1']} ({part['l1_of_the_photo']} of the photo), SSIM {part['ssim']}, found {part['faces_found']} %"
            ranks = f"finds its photo {part['finds_its_photo']} %, the other day {part['finds_other_day']} %"
            lines.append(f"{kind + ' ' + name:18}{part['people']:4} people: {text}, {ranks}")
    return "\n".join(lines)


_SIDES = (("cartoon", 10), ("photo_itself", 14), ("plain_filter", 14))


def measure_style(style, people, directory):
    """Measure the model in a directory and write its figures.json. Returns the figures."""
    pairs = held_out.pairs(style, people)
    made, found = paint(Cartoonizer(directory), pairs["photo"], pairs["points"])
    drawn = {"first_seed": held_out.FIRST_SEED, "size": pairs["photo"].shape[1], "exaggeration": held_out.EXAGGERATION}
    stack = f"Python {sys.version.split()[0]}, TensorFlow {tf.__version__}"
    figures = {"style": style, "stack": stack, **drawn, **measure(pairs, made, found, held_out.groups(people))}
    write_text(directory / FIGURES, json.dumps(figures, indent=1, sort_keys=True) + "\n")
    return figures


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("styles", nargs="+")
    arguments.add_argument("--people", type=int, default=held_out.PEOPLE)
    given = arguments.parse_args()
    for each in given.styles:
        print(table(measure_style(each, given.people, MODELS / each)))
