"""The cartoon engine by itself: shapes, steps, several faces, threads, memory, mistakes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import cv2
import models
import numpy as np
import pytest
from PIL import Image
from skimage import data

from helpers import Cartoonizer, ImageError, ModelError, processor, stylize
from helpers.images import read_image
from helpers.settings import MODELS
from helpers.stylize import alignment, bfloat16, faces, graphs

ONE = (0.33, 0.12, 0.55, 0.36)
TWO = (0.55, 0.5, 0.85, 0.8)


@pytest.fixture(scope="module")
def photo():
    return data.astronaut()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    models.build(root / "nobody")
    models.build(root / "one", [ONE])
    models.build(root / "two", [ONE, TWO])
    return root


@pytest.fixture(scope="module")
def nobody(folder):
    return Cartoonizer(folder / "nobody")


@pytest.fixture(scope="module")
def one(folder):
    return Cartoonizer(folder / "one")


@pytest.fixture(scope="module")
def two(folder):
    return Cartoonizer(folder / "two")


def quietly(cartoonize, image):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No face")
        return cartoonize(image)


# Results.


@pytest.mark.parametrize("size", [(512, 512), (16, 16), (33, 500), (720, 721), (1100, 1300), (900, 730)])
def test_result_has_the_inputs_size(one, nobody, photo, size):
    image = cv2.resize(photo, size)
    for cartoonize in (one, nobody):
        result = quietly(cartoonize, image)
        assert result.shape == image.shape and result.dtype == np.uint8


def test_without_a_face_the_result_has_the_inputs_size_and_a_warning(nobody, photo):
    """Deliberate difference: upstream returns the reduced size, and prints."""
    large = cv2.resize(photo, (1000, 800))
    with pytest.warns(UserWarning, match="No face found") as caught:
        result = nobody(large)
    assert result.shape == large.shape and len(caught) == 1
    reduced = nobody.background(cv2.resize(large, (900, 720), interpolation=cv2.INTER_AREA))
    np.testing.assert_array_equal(result, cv2.resize(reduced, (1000, 800), interpolation=cv2.INTER_AREA))


def embedded(folder, target):
    """A model directory like `folder`, whose configuration asks for what the embedded models ask."""
    shutil.copytree(folder, target)
    path = target / "configuration.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "course": {"border": "mirror", "enlarge": "cubic"}}))
    return Cartoonizer(target)


def test_embedded_models_enlarge_without_blocks(folder, nobody, tmp_path):
    """Upstream's way of enlarging repeats pixels: neighbours are equal, then jump. The official models keep it."""
    ramp = np.tile(np.arange(0, 240, 9, dtype=np.uint8)[None, :, None], (5, 1, 3))
    steps = {}
    for name, cartoonize in (("upstream", nobody), ("embedded", embedded(folder / "nobody", tmp_path / "model"))):
        steps[name] = np.diff(cartoonize.enlarge(ramp, (15, 81))[7, 6:-6, 0].astype(int))
    assert (steps["upstream"] == 0).mean() > 0.6 and steps["embedded"].min() > 0


def test_a_larger_side_is_sharper(folder, photo):
    large = cv2.resize(photo, (1440, 1440), interpolation=cv2.INTER_CUBIC)
    steps = Cartoonizer(folder / "one", side=1440).steps(large)
    assert steps.photo.shape == large.shape == steps.result.shape
    with pytest.raises(ModelError, match="at least 16"):
        Cartoonizer(folder / "one", side=8)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_stays_white(one, photo, mode):
    alpha = np.zeros(photo.shape[:2], np.uint8)
    alpha[:300] = 255
    picture = Image.fromarray(photo).convert(mode[:-1])
    picture.putalpha(Image.fromarray(alpha))
    result = one(picture)
    assert (result[300:] == 255).all()
    np.testing.assert_array_equal(result[:300], one(read_image(picture))[:300])


def test_with_a_face_there_is_no_warning(one, photo):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one(photo)


def test_result_is_uint8_with_a_face_too(one, photo):
    """Deliberate difference: upstream returns float32 where a face was found."""
    assert one(photo).dtype == np.uint8


def test_no_state_between_pictures(folder, one, photo):
    """Deliberate difference: upstream's face tracker writes the last picture's boxes into the pipeline."""
    before = dict(vars(one), **vars(one.finder))
    other = np.ascontiguousarray(photo[:, ::-1])
    fresh = Cartoonizer(folder / "one")(photo)
    one(other)
    np.testing.assert_array_equal(one(photo), fresh)
    after = dict(vars(one), **vars(one.finder))
    assert all(after[name] is value for name, value in before.items()) and len(after) == len(before)


def test_file_bytes_and_array_give_the_same(one, photo, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(photo).save(str(path))
    expected = one(photo)
    for source in (path, str(path), path.read_bytes(), Image.fromarray(photo)):
        np.testing.assert_array_equal(one(source), expected)


def test_the_picture_given_is_not_changed(one, photo):
    before = photo.copy()
    one(photo)
    np.testing.assert_array_equal(photo, before)


# Steps.


def test_steps_lead_to_the_result(two, photo):
    steps = two.steps(photo)
    assert len(steps.faces) == len(steps.crops) == len(steps.heads) == 2
    canvas = two.background(photo)
    np.testing.assert_array_equal(steps.background, canvas)
    for face, crop, head in zip(steps.faces, steps.crops, steps.heads):
        again, matrix = stylize.align(photo, face.points5)
        np.testing.assert_array_equal(again, crop)
        np.testing.assert_array_equal(two.head(crop), head)
        canvas, _ = two.blend(canvas, head, matrix)
    np.testing.assert_array_equal(steps.result, np.uint8(np.clip(np.rint(canvas), 0, 255)))
    np.testing.assert_array_equal(steps.result, two(photo))


def test_mask_says_where_heads_are(two, photo):
    steps = two.steps(photo)
    assert steps.mask.dtype == np.float32 and steps.mask.shape == photo.shape[:2]
    assert steps.mask.min() == 0 and 0.9 < steps.mask.max() <= 1
    outside = steps.mask == 0
    assert 0.3 < outside.mean() < 0.95
    np.testing.assert_array_equal(steps.result[outside], steps.background[outside])
    for face in steps.faces:
        x, y = face.points5[2].astype(int)
        assert steps.mask[y, x] > 0.5


def test_embedded_models_see_no_edge_where_the_picture_ends():
    """100 px are padded to 112: white there would be an edge, along which the network draws a line."""
    cartoonize, flat = Cartoonizer(MODELS / "anime"), np.full((100, 100, 3), 110, np.uint8)
    painted = cartoonize.background(flat).astype(int)
    assert np.abs(painted[-8:] - painted[40:48]).max() <= 4
    cartoonize._border = cv2.BORDER_CONSTANT
    assert np.abs(cartoonize.background(flat).astype(int) - painted)[-4:].max() > 20


def test_two_faces_change_two_places(one, two, photo):
    difference = np.abs(one(photo).astype(int) - two(photo)).max(axis=2) > 1
    y, x = np.nonzero(difference)
    assert 0.5 * 512 < x.mean() < 0.9 * 512 and 0.45 * 512 < y.mean() < 0.85 * 512


def test_faces_come_in_the_pictures_own_pixels(one, photo):
    large = cv2.resize(photo, (1024, 1024))
    (small,), (big,) = one.faces(photo), one.faces(large)
    np.testing.assert_allclose(big.points68, 2 * small.points68, atol=3)
    np.testing.assert_allclose(big.box, 2 * small.box, atol=3)
    assert small.points68.shape == (68, 2) and small.points5.shape == (5, 2) and small.box.shape == (4,)


def test_faces_largest_first(two, photo):
    first, second = two.faces(photo)
    assert first.box[0] > second.box[0]  # TWO is the larger one, and further right


def test_faces_below_the_score_or_the_size_are_left_out(tmp_path, photo):
    boxes = [ONE, TWO, (0.1, 0.1, 0.15, 0.2)]
    models.write_detector(tmp_path / "detector.pb", boxes, scores=[0.95, 0.79, 0.95])
    models.write_keypoints(tmp_path / "keypoints.pb")
    found = stylize.FaceFinder(tmp_path).find(photo)
    assert len(found) == 1 and abs(found[0].box[0] - ONE[0] * 512) < 20


# Alignment.


def test_aligned_points_land_on_the_template(photo):
    points = np.float32([[202, 107], [253, 107], [225, 137], [203, 162], [246, 162]])
    crop, back = stylize.align(photo, points)
    assert crop.shape == (288, 288, 3)
    forward = np.linalg.inv(np.vstack([back, [0, 0, 1]]))[:2]
    landed = points @ forward[:, :2].T + forward[:, 2]
    template = ((alignment.TEMPLATE - 56) * 0.75 + 56) * 288 / 112
    assert np.abs(landed - template).max() < 12
    np.testing.assert_allclose(landed.mean(axis=0), template.mean(axis=0), atol=2)
    scaling = back[:, :2].T @ back[:, :2]
    np.testing.assert_allclose(scaling, scaling[0, 0] * np.eye(2), atol=1e-9)  # a similarity: no shear


def test_alignment_turns_a_tilted_head_upright(photo):
    points = np.float32([[202, 107], [253, 107], [225, 137], [203, 162], [246, 162]])
    turn = cv2.getRotationMatrix2D((256, 256), 30, 1.0)
    turned = cv2.warpAffine(photo, turn, (512, 512), borderValue=(255, 255, 255))
    crop, _ = stylize.align(photo, points)
    again, _ = stylize.align(turned, points @ turn[:, :2].T + turn[:, 2])
    assert np.abs(crop[60:220, 60:220].astype(float) - again[60:220, 60:220]).mean() < 4


def test_points_that_coincide():
    with pytest.raises(ImageError, match="coincide"):
        stylize.align(np.zeros((50, 50, 3), np.uint8), np.full((5, 2), 20.0))


def test_pupil_is_the_dark_spot(photo):
    eye_left, eye_right = (40, 40), (100, 40)
    image = np.full((120, 140, 3), 230, np.uint8)
    points = np.zeros((68, 2), np.float32)
    for first, (x, y) in ((36, eye_left), (42, eye_right)):
        cv2.circle(image, (x + 3, y), 4, (20, 20, 20), -1)
        points[first : first + 6] = [(x - 14, y), (x - 7, y - 8), (x + 7, y - 8), (x + 14, y), (x + 7, y + 8), (x - 7, y + 8)]
    points[[30, 48, 54]] = (70, 70), (50, 95), (90, 95)
    five = stylize.five_points(image, points)
    np.testing.assert_allclose(five[:2], [(43, 40), (103, 40)], atol=2)
    np.testing.assert_array_equal(five[2:], points[[30, 48, 54]])


def test_closed_eye_falls_back_to_the_mean(photo):
    points = np.float32(models.face_points() * 200 + 50)
    points[36:42, 1] = 130
    five = stylize.five_points(photo, points)
    np.testing.assert_allclose(five[:2], [points[36:41].mean(axis=0), points[42:47].mean(axis=0)])


# Precision.


def processor_lacks_bfloat16() -> str:
    try:
        bfloat16.check_processor()
    except ModelError as error:
        return str(error)
    return ""


@pytest.mark.skipif(bool(processor_lacks_bfloat16()), reason=processor_lacks_bfloat16() or "runs here")
def test_bfloat16_is_close_to_float32_and_not_the_same(folder, two, photo):
    expected, result = two(photo).astype(int), Cartoonizer(folder / "two", precision="bfloat16")(photo)
    difference = np.abs(result - expected)
    assert 0 < difference.mean() < 1


def test_bfloat16_changes_convolutions_only(folder):
    before = graphs.read_graph(folder / "one" / "cartoon_bg.pb")
    after = bfloat16.use_bfloat16(before)
    kept = {node.name: node for node in after.node}
    for node in before.node:
        is_convolution = node.op == "Conv2D"
        assert (kept[node.name].attr["T"].type == bfloat16.BFLOAT16) == is_convolution
    assert len(after.node) > len(before.node)


def test_bfloat16_is_refused_where_the_processor_lacks_it(folder, tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text("flags : sse4_2 avx2 fma\n")
    monkeypatch.setattr(processor, "CPU_INFO", tmp_path / "cpuinfo")
    with pytest.raises(ModelError, match="no bfloat16 instructions"):
        Cartoonizer(folder / "one", precision="bfloat16")
    monkeypatch.setattr(processor, "CPU_INFO", tmp_path / "missing")
    with pytest.raises(ModelError, match="no bfloat16 instructions"):
        Cartoonizer(folder / "one", precision="bfloat16")


def test_unknown_precision(folder):
    with pytest.raises(ModelError, match="There is no precision 'float64'"):
        Cartoonizer(folder / "one", precision="float64")


# Threads and memory.


def test_threads_share_one_cartoonizer(two, photo):
    pictures = [np.roll(photo, 40 * i, axis=1) for i in range(8)]
    expected = [two(picture) for picture in pictures]
    results = [None] * 8
    start = threading.Barrier(8)

    def work(i):
        start.wait()
        results[i] = [two(pictures[i]) for _ in range(2)]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result, right in zip(results, expected):
        assert result is not None
        for again in result:
            assert np.abs(again.astype(int) - right).max() <= 1


MEMORY = """
import resource, sys
import numpy as np
from helpers import Cartoonizer, write_image
image = np.random.RandomState(0).randint(0, 255, (3000, 4000, 3), dtype=np.uint8)
path = write_image(sys.argv[2], image)
del image
result = Cartoonizer(sys.argv[1])(path)
assert result.shape == (3000, 4000, 3)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss counts kilobytes on Linux only")
def test_memory_of_a_large_photo(tmp_path):
    """A 4000x3000 photo with two faces and networks of upstream's width stays below 3 GB, TensorFlow included."""
    directory = models.build(tmp_path / "model", [ONE, (0.5, 0.3, 0.7, 0.55)], channels=32)
    environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parents[1]), TF_CPP_MIN_LOG_LEVEL="2")
    command = [sys.executable, "-c", MEMORY, str(directory), str(tmp_path / "photo.jpg")]
    printed = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert int(printed.split()[-1]) * 1024 < 3e9


# Mistakes.


@pytest.mark.parametrize("size", [(1, 1), (15, 400)])
def test_tiny_pictures(one, size):
    with pytest.raises(ImageError, match="at least 16"):
        one(np.zeros((*size, 3), np.uint8))


def test_missing_picture(one):
    with pytest.raises(ImageError, match="There is no file"):
        one("nobody.jpg")


@pytest.mark.parametrize("name", ["cartoon_bg.pb", "cartoon_h.pb", "detector.pb", "keypoints.pb", "alpha.jpg"])
@pytest.mark.parametrize("damage", ["missing", "text", "cut"])
def test_damaged_model(folder, tmp_path, name, damage):
    directory = tmp_path / "model"
    shutil.copytree(str(folder / "one"), str(directory))
    file = directory / name
    content = file.read_bytes()
    file.unlink()
    if damage != "missing":
        file.write_bytes(b"<html>not found</html>" if damage == "text" else content[: min(len(content) // 3, 100)])
    with pytest.raises(ModelError) as raised:
        Cartoonizer(directory)
    assert name in str(raised.value) and "\n" not in str(raised.value)


def test_graph_of_something_else(folder, tmp_path):
    path = folder / "one" / "detector.pb"
    with pytest.raises(ModelError, match="no tensor input_image:0"):
        graphs.load_graph(path, ["input_image:0"], ["output_image:0"])


def test_thin_picture_has_no_face(folder):
    finder = faces.FaceFinder(folder / "one")
    assert finder.find(np.zeros((16, 20000, 3), np.uint8)) == []


def test_it_runs_after_modelscope_has_switched_eager_execution_off(folder, photo):
    """ModelScope's cartoon pipeline does that on import, for the whole process; a notebook uses both engines."""
    code = (
        "import sys, numpy, tensorflow as tf\n"
        "tf.compat.v1.disable_eager_execution()\n"
        "from helpers import Cartoonizer\n"
        "print(Cartoonizer(sys.argv[1])(numpy.zeros((64, 64, 3), numpy.uint8)).shape)\n"
    )
    root = Path(__file__).resolve().parents[1]
    answer = subprocess.run([sys.executable, "-c", code, str(folder / "one")], cwd=root, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "(64, 64, 3)"
