"""Training pictures: which are taken, their shape, their order."""

import numpy as np
import pytest
import training_fixture

from helpers.dctnet.dataset import Batches, PictureFolder, order, to_square
from helpers.errors import DatasetError


@pytest.fixture
def folder(tmp_path):
    training_fixture.write_pictures(tmp_path / "photos", 5, seed=0)
    return tmp_path / "photos"


def test_pictures_are_bgr_squares_in_minus_one_to_one(folder):
    import cv2

    cv2.imwrite(str(folder / "blue.PNG"), np.full((16, 16, 3), [255, 0, 0], np.uint8))
    pictures = PictureFolder(folder, 16)
    assert len(pictures) == 6
    blue = pictures.load([path.name for path in pictures.paths].index("blue.PNG"))
    assert blue.dtype == np.float32 and blue.shape == (16, 16, 3)
    np.testing.assert_array_equal(blue[3, 4], [1, -1, -1])


def test_corrupt_pictures_are_skipped_with_a_line_or_refused(folder, capsys):
    whole = (folder / "3.png").read_bytes()
    (folder / "3.png").write_bytes(whole[: len(whole) // 2])
    assert len(PictureFolder(folder, 16, "skip")) == 4
    assert "3.png" in capsys.readouterr().out
    with pytest.raises(DatasetError, match="3.png"):
        PictureFolder(folder, 16, "raise")


def test_fewer_than_four_usable_pictures_are_refused(folder):
    (folder / "0.png").unlink()
    assert len(PictureFolder(folder, 16)) == 4
    (folder / "1.png").write_bytes(b"")
    with pytest.raises(DatasetError, match="holds 3 usable pictures"):
        PictureFolder(folder, 16)


@pytest.mark.parametrize("height, width", [(8, 8), (40, 60), (9, 300), (16, 16)])
def test_any_size_becomes_a_square(height, width):
    assert to_square(np.zeros((height, width, 3), np.uint8), 16).shape == (16, 16, 3)


def test_the_square_is_the_middle_and_not_stretched():
    wide = np.zeros((16, 48, 3), np.uint8)
    wide[:, 16:32] = np.arange(16)[:, None, None]
    np.testing.assert_array_equal(to_square(wide, 16), wide[:, 16:32])


def test_order_shows_all_pictures_once_an_epoch():
    seen = [index for step in range(9) for index in order(6, 4, step, [0, 1])]
    epochs = np.reshape(seen, (6, 6))
    assert (np.sort(epochs) == np.arange(6)).all() and len({tuple(epoch) for epoch in epochs}) > 1
    assert seen[4:8] == order(6, 4, 1, [0, 1]) != order(6, 4, 1, [0, 2])


def test_devices_share_a_batch(folder):
    batches = Batches(PictureFolder(folder, 16), 4, [0, 0])
    for step in (0, 1, 5):
        whole = batches.pictures(step)
        np.testing.assert_array_equal(whole, np.concatenate([batches.pictures(step, part, 2) for part in (0, 1)]))
        np.testing.assert_array_equal(whole[1], batches.folder.load(batches.numbers(step)[1]))
