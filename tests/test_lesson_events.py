"""Event files read back for plots, also those of a killed process; and TensorBoard, which opens and closes."""

import requests
import tensorflow as tf

from helpers.lesson.board import Board
from helpers.lesson.events import merge_runs, read_runs


def write(folder, values, suffix=""):
    writer = tf.summary.create_file_writer(str(folder), filename_suffix=suffix)
    with writer.as_default():
        for step, value in values.items():
            tf.summary.scalar("g_loss", value, step=step)
        tf.summary.text("content_features", "vgg19.npy", step=0)
    writer.close()


def test_runs_are_read_and_merged(tmp_path, monkeypatch):
    write(tmp_path, {0: 3.0, 1: 2.0})
    (first,) = read_runs(tmp_path)
    assert {step: value for step, (value, _) in first["g_loss"].items()} == {0: 3.0, 1: 2.0}
    assert first.keys() == {"g_loss"} and first["g_loss"][1][1] >= first["g_loss"][0][1] > 1e9
    later = {"g_loss": {1: (5.0, 0.0), 2: (4.0, 0.0)}}
    assert merge_runs([first, later]) == {"g_loss": {0: 3.0, 1: 5.0, 2: 4.0}}


def test_files_come_in_the_order_of_their_making(tmp_path):
    for name, value in (("events.out.tfevents.1700000009.host.1.0.v2", 1.0), ("events.out.tfevents.1700000010.a.2.0.v2", 2.0)):
        write(tmp_path / "made", {0: value})
        next((tmp_path / "made").iterdir()).rename(tmp_path / name)
    assert [run["g_loss"][0][0] for run in read_runs(tmp_path)] == [1.0, 2.0]


def test_half_a_record_at_the_end_is_left_out(tmp_path):
    write(tmp_path, dict.fromkeys(range(5), 1.0))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-150])
    (run,) = read_runs(tmp_path)
    assert 0 < len(run["g_loss"]) <= 5


def test_a_board_opens_and_closes(tmp_path):
    write(tmp_path, {0: 1.0})
    board = Board(tmp_path)
    try:
        assert board.address.startswith("http://127.0.0.1:")
        assert "TensorBoard" in requests.get(board.wait(), timeout=20).text and board.is_open()
    finally:
        board.close()
    assert not board.is_open()
