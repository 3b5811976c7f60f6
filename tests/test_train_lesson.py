"""The script that trains a notebook's own definitions, on a notebook of four cells."""

import json

import numpy as np
import pytest
import train_lesson as script

from helpers.errors import CourseError
from helpers.learn import load_or_train, networks_of, shipped

IMPORTS = """import numpy as np
import tensorflow as tf

from helpers import layers, learn
from helpers.learn import State, adam
"""
PAGE = '''SLOPE = 2.0
SHIPPED_NETWORKS = ["line"]


def line(x, weights):
    return layers.dense(x, weights, "only", 1)


def step(state, batch):
    x, y = batch
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean((line(x, state["line"]) - y) ** 2)
        other = tf.reduce_mean((line(x, state["critic"]) + y) ** 2)
    adam(state, "line", tape.gradient(loss, state["line"]), rate=0.1)
    adam(state, "critic", tape.gradient(other, state["critic"]), rate=0.1)
    return {"line": loss, "critic": other}


def training(seed):
    """Everything that learn.fit needs."""

    def batches(random):
        x = random.standard_normal((16, 1))
        return x, SLOPE * x + 1

    def samples(state):
        return np.full((16, 16, 3), 9, np.uint8)

    state = State(line=layers.initial(line, seed, tf.zeros([1, 1])), critic=layers.initial(line, seed + 1, tf.zeros([1, 1])))
    return dict(state=state, step=step, batches=batches, samples=samples, average={"line": 0.9}, schedule=learn.cosine, watch=print)
'''
LIVE = "raise RuntimeError('a cell that a script must not run')\n"


@pytest.fixture
def page(tmp_path, monkeypatch):
    """A function that writes the notebook 05_lines."""
    for name, folder in {"NOTEBOOKS": tmp_path, "RUNS": tmp_path / "runs"}.items():
        monkeypatch.setattr(script, name, folder)

    def write(*cells):
        code = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
        (tmp_path / "05_lines.ipynb").write_text(json.dumps({"cells": code}))

    write(IMPORTS, PAGE, LIVE)
    return write


def test_a_page_is_trained_stored_and_goes_on(page, tmp_path, monkeypatch):
    stored = tmp_path / "checkpoints"
    report = script.train("05_lines", steps=150, seed=3, folder=stored)
    assert json.loads((stored / "05_lines.json").read_text()) == report
    assert report["command"] == "python data/make/train_lesson.py 05_lines --steps 150 --seed 3"
    assert report["steps"] == 150 and report["losses"]["line"] < 0.05 and report["numbers"] == 2
    with np.load(stored / "05_lines.npz") as file:
        assert sorted(file.files) == ["line|only|biases", "line|only|weights"] and file["line|only|weights"].dtype == np.float16
    monkeypatch.setattr(shipped, "SHIPPED", stored)
    weights = networks_of(load_or_train("05_lines", None))["line"]
    assert weights["only/weights"] == pytest.approx(2, abs=0.1) and weights["only/biases"] == pytest.approx(1, abs=0.1)

    work = tmp_path / "runs" / "lessons" / "05_lines"
    assert {file.name for file in work.iterdir()} == {"state.npz", "record.jsonl", "samples"}
    assert script.train("05_lines", steps=150, seed=3, folder=stored)["steps"] == 150  # all is done: nothing changes
    assert script.train("05_lines", steps=160, seed=3, folder=stored)["steps"] == 160


def test_variants_and_starts(page, tmp_path):
    several = PAGE.replace("def training(seed):", "def training(seed, variant):")
    page(IMPORTS, several.replace("SLOPE * x", "(3 if variant == 'steep' else 2) * x"))
    script.train("05_lines", steps=150, variant="steep", folder=tmp_path)
    steep = script.load_weights(tmp_path / "05_lines_steep.npz")
    assert steep["line/only/weights"] == pytest.approx(3, abs=0.1)
    report = script.train("05_lines", steps=1, variant="flat", start=tmp_path / "05_lines_steep.npz", folder=tmp_path)
    assert script.load_weights(tmp_path / "05_lines_flat.npz")["line/only/weights"] == pytest.approx(3, abs=0.3)
    assert "--variant flat" in report["command"] and "--start" in report["command"]
    with pytest.raises(CourseError, match="variant"):
        script.train("05_lines", steps=1, folder=tmp_path)


def test_mistakes_are_told(page, tmp_path):
    with pytest.raises(CourseError, match="no 06_none.ipynb"):
        script.train("06_none", steps=1)
    with pytest.raises(CourseError, match="How long"):
        script.train("05_lines", folder=tmp_path)
    page(IMPORTS, PAGE.replace("def training", "def trains"))
    with pytest.raises(CourseError, match=r"defines no training\(seed\)"):
        script.train("05_lines", steps=1)
    page(IMPORTS, PAGE.replace("SLOPE * x + 1", "1e7 * x").replace("rate=0.1", "rate=1e6"))
    with pytest.raises(CourseError, match="16 bits"):
        script.train("05_lines", steps=5, folder=tmp_path / "wild")
    assert not (tmp_path / "wild").exists()
