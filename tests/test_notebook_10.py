"""Notebook 10: the lecture's cell with a stand-in for ModelScope, the page's own algorithm, what it imports; solutions that fold."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import notebook_cells
import numpy as np
import pytest
import requests
from skimage import data

import helpers.stylize
from helpers import hub, read_image, write_image
from helpers.lesson.serving import serve
from helpers.settings import MODELS
from helpers.stylize import alignment

PAGE = notebook_cells.FOLDER / "10_inference.ipynb"
PICTURE = data.astronaut()[:40, :60]
POINTS = np.float32([[203, 100], [247, 104], [225, 127], [202, 141], [244, 143]])


def lecture_cell() -> str:
    (code,) = [code for code in notebook_cells.sources(PAGE, "code") if "Tasks.image_portrait_stylization" in code]
    return code


class OurEngine:
    """Stands in for the Cartoonizer: paints the negative."""

    def __init__(self, directory):
        assert directory == MODELS / "anime"

    def __call__(self, photo):
        assert self.finder == "finder", "the folder's own finders, or the comparison below it is unfair"
        return 255 - PICTURE


def fake_modelscope(monkeypatch, pipeline) -> None:
    """The three modules that the lecture imports from, with this pipeline; without one, as where torch is missing."""
    contents = {
        "modelscope": {},
        "modelscope.outputs": {"OutputKeys": types.SimpleNamespace(OUTPUT_IMG="output_img")},
        "modelscope.pipelines": {"pipeline": pipeline} if pipeline else {},
        "modelscope.utils": {},
        "modelscope.utils.constant": {"Tasks": types.SimpleNamespace(image_portrait_stylization="image-portrait-stylization")},
    }
    for name, values in contents.items():
        module = types.ModuleType(name)
        vars(module).update(values, __path__=[])
        monkeypatch.setitem(sys.modules, name, module)


def run_lecture_cell(monkeypatch, folder, pipeline) -> dict:
    fake_modelscope(monkeypatch, pipeline)
    monkeypatch.setitem(vars(helpers.stylize), "FaceFinder", lambda directory: "finder")
    names = {"Cartoonizer": OurEngine, "MODELS": MODELS, "write_image": write_image, "work": folder, "photo_url": "http://somewhere/a.png"}
    exec(lecture_cell(), names)
    return names


def test_the_lecture_s_lines_run_where_modelscope_does(monkeypatch, tmp_path):
    def pipeline(task, model):
        assert task == "image-portrait-stylization" and Path(model) == MODELS / "anime"
        return lambda photo: {"output_img": PICTURE[..., ::-1].astype(np.float32)} if photo.startswith("http") else None

    assert run_lecture_cell(monkeypatch, tmp_path, pipeline)["engine"] == "ModelScope's pipeline"
    assert np.array_equal(read_image(tmp_path / "result.png"), PICTURE)


def breaks_when_made(task, model):
    raise RuntimeError("DCTNet: module 'numpy' has no attribute 'float'")


def breaks_when_called(task, model):
    return lambda photo: {}["output_img"]


def dies_in_tensorflow(task, model):
    raise AttributeError("module 'tensorflow' has no attribute 'contrib'")


@pytest.mark.parametrize("pipeline", [None, breaks_when_made, breaks_when_called, dies_in_tensorflow])
def test_where_modelscope_fails_our_engine_writes_the_file(monkeypatch, tmp_path, capsys, pipeline):
    assert run_lecture_cell(monkeypatch, tmp_path, pipeline)["engine"] == "our engine"
    assert "does not run here (" in capsys.readouterr().out
    assert np.array_equal(read_image(tmp_path / "result.png"), 255 - PICTURE)


def page():
    module = notebook_cells.definitions(PAGE)
    module.places = ((alignment.TEMPLATE - 56) * 0.75 + 56) * module.SIDE / 112
    module.portrait = data.astronaut()
    return module


def test_the_page_aligns_as_the_engine_does():
    module, photo = page(), data.astronaut()
    for turn in (-0.6, 0.0, 0.9):
        points = np.float32(POINTS @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + [40, 60])
        (crop, matrix), (their_crop, their_matrix) = module.align(photo, points), alignment.align(photo, points)
        assert np.allclose(matrix, their_matrix, atol=1e-3)
        assert np.abs(crop.astype(int) - their_crop).mean() < 0.1


def test_the_measurements_of_the_page_can_fail():
    module, photo = page(), data.astronaut()
    assert module.equal_share(photo, photo) == 1 and module.equal_share(photo, 255 - photo) < 0.1
    assert module.make_sense(POINTS) and not module.make_sense(POINTS[::-1])
    assert module.spread([3, -4, 1]) == 7
    assert module.far_from_the_cut(lambda picture: 255 - picture) == 0 and module.far_from_the_cut(module.equalize) > 1


def test_a_folder_is_served_to_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nobody listens there
    (tmp_path / "a.txt").write_text("seen")
    address = serve(tmp_path)
    assert requests.get(f"{address}/a.txt", timeout=10).text == "seen" and serve(tmp_path) == address
    assert requests.get(f"{address}/b.txt", timeout=10).status_code == 404


def test_available_styles(monkeypatch):
    monkeypatch.setattr(hub, "reachable", lambda: False)
    monkeypatch.setattr(hub, "cached", lambda model_id, files=(): hub.STYLES["design"].model_id == model_id)
    assert hub.available_names() == [name for name in hub.STYLES if name in (*hub.embedded_names(), "design")]
    monkeypatch.setattr(hub, "reachable", lambda: True)
    assert hub.available_names() == list(hub.STYLES)


@pytest.mark.parametrize("path", notebook_cells.NOTEBOOKS, ids=lambda path: path.stem)
def test_solutions_fold_in_an_html_export(path):
    import nbformat
    from nbconvert import HTMLExporter

    book = notebook_cells.read(path)
    book.cells = [cell for cell in book.cells if cell.cell_type == "markdown" and "<details>" in cell.source]
    text = HTMLExporter().from_notebook_node(nbformat.from_dict(book))[0]
    text = text[text.index("<body") :]
    folded = [part.partition("</details>")[0] for part in text.split("<details>")[1:]]
    assert len(folded) == len(notebook_cells.solutions(path))
    assert all("<summary>" in part and 'class="highlight"' in part for part in folded)
