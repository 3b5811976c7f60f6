"""The training script of notebook 02's transform net, on two small pictures."""

import numpy as np
import train_transform as script

from helpers.learn import read_record, stored_networks


def test_the_pages_step_is_trained(tmp_path, monkeypatch):
    for name, value in {"RUNS": tmp_path, "SIDE": 32, "PAINTING_SIDE": 48}.items():
        monkeypatch.setattr(script, name, value)
    pictures = np.random.RandomState(0).randint(0, 256, (6, 4, 4, 3)).astype(np.uint8).repeat(8, 1).repeat(8, 2)
    monkeypatch.setattr(script, "photos", lambda: pictures)
    weights = script.train("woodcut", minutes=0.02)
    folder = tmp_path / "transform_woodcut"
    networks, steps = stored_networks(folder / "state.npz")
    fresh = script.definitions(script.ROOT / "notebooks" / "02_neural_style_transfer.ipynb").initial_transform(0)
    assert all(np.array_equal(networks["transform"][name], value) for name, value in weights.items())
    assert all(not np.array_equal(networks["transform"][name], value) for name, value in fresh.items())
    record = read_record(folder / "record.jsonl")
    assert record["step"][-1] == steps and {"content", "style"} <= record.keys() and np.isfinite(record["style"]).all()
    assert (folder / "samples" / "000000.jpg").is_file()
