"""A folder appears whole or not at all; so does a file that is moved to its name."""

from __future__ import annotations

import os

import pytest

from helpers import files


def content(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_folder_appears_when_its_block_ends(tmp_path):
    target = tmp_path / "new" / "model"
    with files.whole_folder(target) as temporary:
        (temporary / "weights").write_text("1")
        assert not target.exists() and temporary.parent == target.parent
    assert content(target) == {"weights": "1"} and list(target.parent.iterdir()) == [target]


def test_a_folder_is_replaced(tmp_path):
    target = tmp_path / "model"
    for round_ in "12":
        with files.whole_folder(target) as temporary:
            (temporary / f"weights{round_}").write_text(round_)
    assert content(target) == {"weights2": "2"} and list(tmp_path.iterdir()) == [target]


def test_a_block_that_fails_leaves_what_was_there(tmp_path):
    target = tmp_path / "model"
    with files.whole_folder(target) as temporary:
        (temporary / "weights").write_text("1")
    with pytest.raises(ValueError), files.whole_folder(target) as temporary:
        (temporary / "weights").write_text("2")
        raise ValueError
    assert content(target) == {"weights": "1"} and list(tmp_path.iterdir()) == [target]


def test_a_name_that_cannot_be_given_leaves_what_was_there(tmp_path, monkeypatch):
    target = tmp_path / "model"
    target.mkdir()
    (target / "weights").write_text("1")
    rename = os.rename

    def refuse(source, name):
        if str(source).rpartition(os.sep)[2].startswith(".writing"):
            raise OSError(28, "No space left on device")
        rename(source, name)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", refuse)
        with pytest.raises(OSError, match="No space left"), files.whole_folder(target):
            pass
    assert content(target) == {"weights": "1"} and list(tmp_path.iterdir()) == [target]


def test_another_process_was_faster(tmp_path):
    target = tmp_path / "model"
    with files.whole_folder(target, replace=False) as temporary:
        (temporary / "weights").write_text("mine")
        target.mkdir()
        (target / "weights").write_text("theirs")
    assert content(target) == {"weights": "theirs"} and list(tmp_path.iterdir()) == [target]


def test_a_file_is_moved_to_its_name(tmp_path):
    (tmp_path / "finished").write_text("new")
    (tmp_path / "model").write_text("old")
    files.move(tmp_path / "finished", tmp_path / "model")
    assert content(tmp_path) == {"model": "new"}
    with pytest.raises(OSError):
        files.move(tmp_path / "missing", tmp_path / "model")
    assert content(tmp_path) == {"model": "new"}
