"""Our engine against ModelScope 1.3.2's own pipeline, run for real: same model directories, same pictures."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import cv2
import models
import numpy as np
import pytest
from skimage import data

from helpers import Cartoonizer

RUNNER = Path(__file__).with_name("upstream_pipeline.py")
ASTRONAUT = (0.33, 0.12, 0.55, 0.36)  # her face, in fractions of the longer side
FACES = {
    "no face": [],
    "one face": [ASTRONAUT],
    "two faces": [ASTRONAUT, (0.45, 0.3, 0.7, 0.55)],
    "faces at the border": [(-0.05, 0.02, 0.2, 0.25), (0.8, 0.3, 1.05, 0.6), ASTRONAUT],
    "a small face and a tall box": [(0.1, 0.1, 0.15, 0.15), (0.3, 0.1, 0.5, 0.45)],
    "twelve faces": [(0.05 * i, 0.3, 0.05 * i + 0.2 + 0.01 * i, 0.5 + 0.01 * i) for i in range(12)],
}
FEW = ("no face", "one face", "anime")  # and of the pictures:
FEW_PICTURES = ("odd", "large")
EMBEDDED = {path.parent.name: path.parent for path in RUNNER.parents[1].glob("data/models/*/configuration.json")}


def pictures() -> dict:
    photo = data.astronaut()
    return {
        "odd": photo[:333, 11:512],
        "high": photo[:400, :505],  # only the height is a multiple of 16
        "large": cv2.resize(photo, (1000, 1301), interpolation=cv2.INTER_CUBIC),
        "wide": cv2.resize(photo[:300], (1280, 751), interpolation=cv2.INTER_CUBIC),
    }


def why_not() -> str:
    """Why ModelScope's pipeline cannot run here; empty if it can. On the card's stack it must, so nothing is skipped."""
    if sys.version_info < (3, 9):
        return ""
    if importlib.util.find_spec("torch") is None:
        return "ModelScope's pipelines need torch on this stack"
    return "compared with ModelScope 1.3.2 only"


pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "runs here")


def run_upstream(directories: dict, images: dict, folder: Path) -> dict:
    """{"case/picture": result} of ModelScope's pipeline, in a process of its own."""
    source, target = folder / "pictures.npz", folder / "results.npz"
    np.savez(source, **images)
    environment = dict(os.environ, TF_ENABLE_ONEDNN_OPTS="1", TF_CPP_MIN_LOG_LEVEL="2", MODELSCOPE_CACHE=str(folder))
    command = [sys.executable, str(RUNNER), str(source), str(target)]
    command += [f"{name}={directory}" for name, directory in directories.items()]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    with np.load(target) as results:
        return dict(results)


def as_upstream_sees_it(directory: Path, copy: Path) -> Path:
    """A copy of a model that asks nothing of our engine alone: its own graphs look for faces, pictures are padded with white."""
    shutil.copytree(directory, copy)
    configuration = json.loads((copy / "configuration.json").read_text())
    del configuration["course"]
    (copy / "configuration.json").write_text(json.dumps(configuration))
    return copy


def run_both(folder, cases, images):
    """Model directories, pictures, and upstream's results for every case and picture."""
    directories = {case: models.build(folder / case.replace(" ", "_"), faces) for case, faces in FACES.items() if case in cases}
    embedded = {style: directory for style, directory in EMBEDDED.items() if style in cases}
    directories.update({style: as_upstream_sees_it(directory, folder / style) for style, directory in embedded.items()})
    return directories, images, run_upstream(directories, images, folder)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Few cases and pictures."""
    images = {name: image for name, image in pictures().items() if name in FEW_PICTURES}
    return run_both(tmp_path_factory.mktemp("few"), FEW, images)


@pytest.fixture(scope="module")
def all_cases(tmp_path_factory):
    """Every case and every picture."""
    return run_both(tmp_path_factory.mktemp("upstream"), [*FACES, *EMBEDDED], pictures())


@pytest.mark.parametrize("case", FEW)
def test_equals_upstream_on_few(case, few):
    compare(case, *few)


@pytest.mark.slow(reason="36 pictures, painted by both", fast="test_equals_upstream_on_few")
@pytest.mark.parametrize("case", [*FACES, *sorted(EMBEDDED)])
def test_equals_upstream(case, all_cases):
    compare(case, *all_cases)


def compare(case, directories, images, expected):
    cartoonize = Cartoonizer(directories[case])
    for name, image in images.items():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "No face")
            result = cartoonize(image)
        reference = expected[f"{case}/{name}"]
        assert result.dtype == np.uint8 and result.shape == image.shape
        if reference.shape != result.shape:  # no face: ours has the input's size
            assert reference.dtype == np.uint8
            reference = cv2.resize(reference, result.shape[1::-1], interpolation=cv2.INTER_AREA)
        close = np.abs(result - reference.astype(np.float64)).max(axis=2) <= 1
        assert close.mean() >= 0.999, f"{case}, {name}: {close.mean():.4%} of pixels within one level"


def test_heads_matter_in_the_comparison(few):
    """The comparison would notice a head that is missing: nobody and somebody differ far beyond one level."""
    *_, expected = few
    somebody, nobody = (expected[f"{case}/odd"].astype(float) for case in ("one face", "no face"))
    assert (np.abs(somebody - nobody).max(axis=2) > 1).mean() > 0.05


def test_upstream_without_a_face_returns_the_reduced_size(few):
    """One of our deliberate differences, seen on upstream's side."""
    *_, expected = few
    assert expected["no face/large"].shape == (936, 720, 3)
    assert expected["one face/large"].shape == (1301, 1000, 3)


def test_upstream_with_a_face_returns_floats(few):
    """Another one: a caller of upstream gets two types."""
    *_, expected = few
    assert expected["no face/large"].dtype == np.uint8
    assert expected["one face/large"].dtype == np.float32
