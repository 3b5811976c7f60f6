"""What the judge is worth: its mistakes on people it never saw, and what its distances say of sets whose quality is known."""

from __future__ import annotations

from helpers.metrics import judge
from helpers.metrics.distributions import frechet_distance, kernel_distance, real_against_real
from helpers.metrics.intervals import wilson
from helpers.metrics.neighbours import precision, recall
from helpers.metrics.survival import ACCESSORIES

import judge_pictures as pictures
import numpy as np

MEASURES = {"frechet_distance": frechet_distance, "kernel_distance": kernel_distance, "precision": precision, "recall": recall}
FLOORS = (100, 200, 500)  # pictures a side
BLURS, NOISES = (0.5, 1.0, 1.5, 2.0), (5, 10, 20, 30)  # px; levels


def report(weights, people) -> dict:
    """Everything that judge.json says. people: judge_pictures.People that were not trained on."""
    return {
        "people": len(people.classes),
        "accuracy": accuracies(weights, people),
        "accuracy_blurred_by_1_px": accuracies(weights, people, blur=1.0),
        "always_the_most_frequent": {name: _most_frequent(people.classes[:, place]) for place, name in enumerate(pictures.ABOUT_PEOPLE)},
        "number_error": number_errors(weights, people),
        "accessories": {style: accessories(weights, people, style) for style in pictures.STYLES},
        "real_against_real": {style: floors(judge.embed(heads(people, style), weights)) for style in pictures.STYLES},
        "orders": {style: orders(weights, people, style) for style in pictures.STYLES},
    }


def heads(people, style):
    """Everybody in one style: uint8 [people, 64, 64, 3]."""
    return people.pictures[people.of(style)]


def accuracies(weights, people, blur=0.0):
    """By style and question: the share of right answers where there is one."""
    found = {}
    for place, style in enumerate(pictures.STYLES):
        said = judge.probabilities(worse(heads(people, style), blur), weights)
        right = {"style": said["style"].argmax(axis=1) == place}
        for column, question in enumerate(pictures.ABOUT_PEOPLE):
            truth = people.classes[:, column]
            right[question] = (said[question].argmax(axis=1) == truth)[truth != pictures.UNKNOWN]
        found[style] = {question: _rounded(each.mean()) for question, each in right.items()}
    return found


def number_errors(weights, people):
    """By style: mean error of each number of the person, beside the error of always saying the mean."""
    names, truth = judge.NUMBERS[: -pictures.OF_THE_PICTURE], people.numbers
    found = {"always_the_mean": dict(zip(names, map(_rounded, np.abs(truth - truth.mean(axis=0)).mean(axis=0))))}
    for style in pictures.STYLES:
        said = judge.numbers(heads(people, style), weights)
        found[style] = {name: _rounded(np.abs(said[name] - truth[:, column]).mean()) for column, name in enumerate(names)}
    return found


def accessories(weights, people, style):
    """Of one style: how many who wear it are seen, how many others are thought to, with Wilson's intervals."""
    said, found = judge.answers(heads(people, style), weights), {}
    for accessory, (question, counted) in ACCESSORIES.items():
        truth = people.classes[:, pictures.ABOUT_PEOPLE.index(question)]
        wears = np.isin(truth, [judge.QUESTIONS[question].index(each) for each in counted])
        others, seen = ~wears & (truth != pictures.UNKNOWN), np.isin(said[question], counted)
        if not wears.any() or not others.any():
            continue
        entry = {}
        for name, these in (("sensitivity", wears), ("false_alarms", others)):
            share = wilson(int(seen[these].sum()), int(these.sum()))
            entry[name], entry[name + "_interval"] = _rounded(share.value), [_rounded(share.low), _rounded(share.high)]
        found[accessory] = {**entry, "wearing": int(wears.sum()), "others": int(others.sum())}
    return found


def floors(features):
    """What each measure says of two true sets of the same style, by the number of pictures: mean, low and high of 20 repeats."""
    counts = [count for count in FLOORS if 2 * count <= len(features)]
    return {
        str(count): {
            name: [_rounded(each, 5) for each in real_against_real(measure, features, count)] for name, measure in MEASURES.items()
        }
        for count in counts
    }


def orders(weights, people, style):
    """Distances of half the people's true pictures from the other half's, spoiled or in another style."""
    half = len(people.classes) // 2
    real = judge.embed(heads(people, style)[:half], weights)

    def away(pictures_of_others):
        features = judge.embed(pictures_of_others, weights)
        return {name: _rounded(MEASURES[name](real, features), 5) for name in ("frechet_distance", "kernel_distance")}

    other = heads(people, style)[half:]
    found = {"nothing": away(other)}
    found.update({f"blur {sigma:g} px": away(worse(other, blur=sigma)) for sigma in BLURS})
    found.update({f"noise {levels} levels": away(worse(other, noise=levels)) for levels in NOISES})
    found.update({f"as {wrong}": away(heads(people, wrong)[half:]) for wrong in pictures.STYLES if wrong != style})
    return found


def worse(heads, blur=0.0, noise=0.0, seed=0):
    """Heads, RGB uint8 [N, 64, 64, 3], blurred by a sigma in px and with noise of a deviation in levels."""
    random = np.random.RandomState(seed)
    spoiled = [pictures.with_faults(np.float32(head), blur / pictures.BLUR, noise / pictures.NOISE, 0, random) for head in heads]
    return np.uint8(np.clip(np.rint(spoiled), 0, 255))


def _most_frequent(labels):
    known = labels[labels != pictures.UNKNOWN]
    return _rounded(np.bincount(known).max() / len(known))


def _rounded(value, digits=4):
    return round(float(value), digits)
