"""Which smoothing keeps a cartoon video steady: `nice python data/make/measure_video.py shaken`, then `... slow`, then `... methods`.

shaken: ten hand-held clips of people, drawn ones and the astronaut, whose motion is known, noise added; slow: the same by a camera that
does not shake. For each way of following faces: how much the five points tremble and lag, by the known truth, and the flicker of the
painted frames, in each style. "truth" aligns heads by the true points: what no tracker can better. methods: the flicker of methods that
paint each frame by itself, over three seeds. Writes data/clips/steadiness.json, clip by clip and seed by seed: start it again and it
goes on; --anew forgets what was measured. Notebook 11 reads it, and helpers.video's default rests on it. Measure again after an
embedded model has changed (20 minutes of a core).
"""

from __future__ import annotations

import argparse
import json
from types import SimpleNamespace

from helpers import metrics, portraits
from helpers.files import write_text
from helpers.lesson.clips import hand_held, with_noise
from helpers.lesson.definitions import definitions
from helpers.lesson.style_pictures import style_picture
from helpers.settings import DATA, MODELS, ROOT
from helpers.stylize.cartoonizer import Cartoonizer
from helpers.video.track import SMOOTHINGS, FaceTracker

import cv2
import numpy as np
from skimage import data

FILE = DATA / "clips" / "steadiness.json"
PEOPLE = range(40, 49)  # seeds; the tenth person is the astronaut
FRAMES, SIDE, RATE = 16, 256, 25
SEEDS, FEW, SMALL = range(3), 2, 96  # of the methods: seeds, frames, pixels
STEPS = (60, 120)  # of the style transfer: twice the steps must not change what the page says
STYLES = ("anime", "sketch", "3d")
PHOTO_SIDE = 384
SHAKES = {"shaken": 1.5, "slow": 0.0}  # of the hand: deviation in pixels
SHAKE = SHAKES["shaken"]


def photo_of(name):
    """A square photo of a person, and the five points of the face in it, float [5, 2]."""
    if name == "astronaut":
        photo = np.ascontiguousarray(data.astronaut()[:320, 60:380])
        return photo, Cartoonizer(MODELS / "anime").faces(cv2.resize(photo, None, fx=2, fy=2))[0].points5 / 2
    person, room = portraits.Identity.sample(int(name)), portraits.Background.sample(int(name))
    photo = portraits.render(person, size=PHOTO_SIDE, background=room)
    return photo, portraits.landmarks(person, PHOTO_SIDE).points5 - 0.5


def clip_of(name, seed, shake):
    """A noisy hand-held clip: pictures, motions and the true paths of the five points, float [FRAMES, 5, 2]."""
    photo, points = photo_of(name)
    pictures, motions, matrices = hand_held(photo, FRAMES, SIDE, shake, seed)
    truth = [cv2.transform(np.float64(points)[None], matrix)[0] for matrix in matrices]
    return with_noise(pictures, seed=seed), motions, np.array(truth)


def follow(pictures, smoothing, finder):
    """The largest face of each frame."""
    tracker = FaceTracker(finder, smoothing)
    return [tracker.find(picture, i / RATE)[:1] for i, picture in enumerate(pictures)]


def true_faces(faces, truth):
    """Faces that have the true paths, with the mean error of those found: the painted crop stays where it was on average."""
    error = np.mean([face.points5 - points for (face,), points in zip(faces, truth)], axis=0)
    return [[SimpleNamespace(points5=np.float32(points + error))] for points in truth]


def paint(cartoonizer, pictures, ways) -> dict:
    """The painted frames for each way of following faces: ways maps its name to faces. Backgrounds are painted once."""
    backgrounds = [cartoonizer.background(picture) for picture in pictures]
    painted = {}
    for way, faces in ways.items():
        canvases = [cartoonizer.add_heads(*frame)[0] for frame in zip(pictures, backgrounds, faces)]
        painted[way] = [np.rint(canvas).clip(0, 255).astype(np.uint8) for canvas in canvases]
    return painted


def measure_clip(name, seed, shake, cartoonizers):
    """All numbers of a clip, a dict for JSON."""
    pictures, motions, truth = clip_of(name, seed, shake)
    found = {smoothing: follow(pictures, smoothing, cartoonizers["anime"].finder) for smoothing in SMOOTHINGS}
    paths = {smoothing: np.array([face.points5 for (face,) in faces]) for smoothing, faces in found.items()}
    found["truth"] = true_faces(found["none"], truth)
    numbers = {
        "input": metrics.flicker(pictures, motions),
        "trembling": {smoothing: metrics.trembling(points, truth) for smoothing, points in paths.items()},
        "lag": {smoothing: metrics.lag(points, truth) for smoothing, points in paths.items()},
        "flicker": {
            style: {way: metrics.flicker(frames, motions) for way, frames in paint(cartoonizer, pictures, found).items()}
            for style, cartoonizer in cartoonizers.items()
        },
    }
    return json.loads(json.dumps(numbers), parse_float=lambda number: round(float(number), 4))


def kept() -> dict:
    """What was measured so far."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def measure_smoothing(part, styles):
    """Measure the clips of a part, "shaken" or "slow", that are not measured yet."""
    cartoonizers = {style: Cartoonizer(MODELS / style) for style in styles}
    for seed, name in enumerate(["astronaut", *map(str, PEOPLE)]):
        done = kept()
        if name not in done.get(part, {}):
            done.setdefault(part, {})[name] = numbers = measure_clip(name, seed, SHAKES[part], cartoonizers)
            write_text(FILE, json.dumps(done, indent=1) + "\n")
            print(name, numbers, flush=True)


def measure_methods(styles):
    """Flicker of methods that paint each frame by itself, for the seeds that are not measured yet."""
    lesson = definitions(ROOT / "notebooks" / "11_video.ipynb")
    painting = np.float32(style_picture("night", SMALL))[None] / 127.5 - 1
    for seed in SEEDS:
        done = kept()
        if len(done.get("methods", {}).get("the film", [])) > seed:
            continue
        films = _films(seed, styles, lesson, painting)
        motions = hand_held(photo_of("astronaut")[0], FRAMES, SMALL, SHAKE * SMALL / SIDE, seed)[1][: FEW - 1]
        for name, pictures in films.items():
            value = round(metrics.flicker(pictures, motions), 4)
            done.setdefault("methods", {}).setdefault(name, []).append(value)
            print(seed, name, value, flush=True)
        write_text(FILE, json.dumps(done, indent=1) + "\n")


def _films(seed, styles, lesson, painting):
    """Method -> its first frames, small."""

    def small(pictures):
        return [cv2.resize(picture, (SMALL, SMALL), interpolation=cv2.INTER_AREA) for picture in pictures]

    frames = with_noise(hand_held(photo_of("astronaut")[0], FRAMES, SIDE, SHAKE, seed)[0][:FEW], seed=seed)
    films = {"the film": small(frames)}
    for style in styles:
        films[style] = small(map(Cartoonizer(MODELS / style), frames))
    films[f"{styles[0]}, unrelated frames"] = [np.rot90(picture, turns).copy() for turns, picture in enumerate(films[styles[0]])]
    as_input = np.float32(films["the film"]) / 127.5 - 1
    fresh = np.random.RandomState(seed).uniform(-1, 1, as_input.shape)
    starts = {"from the frame": (as_input, STEPS[-1:]), "from noise": (fresh, STEPS)}
    for name, (start, budgets) in starts.items():
        for steps in budgets:
            films[f"transfer, {name}, {steps} steps"] = lesson.as_images(lesson.restyle(as_input, painting, start, steps))
    return films


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("part", choices=(*SHAKES, "methods"))
    arguments.add_argument("--styles", nargs="+", default=STYLES)
    arguments.add_argument("--anew", action="store_true")
    given = arguments.parse_args()
    if given.anew:
        write_text(FILE, json.dumps({part: numbers for part, numbers in kept().items() if part != given.part}, indent=1) + "\n")
    if given.part == "methods":
        measure_methods(given.styles)
    else:
        measure_smoothing(given.part, given.styles)
