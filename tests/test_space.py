"""Creation spaces: written whole, runnable alone, checked before they are uploaded."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import urllib.error
import urllib.request

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from helpers import ModelError, SpaceError, hub, space
from helpers.space import inspection, writer


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A space of each kind."""
    folder = tmp_path_factory.mktemp("spaces")
    return {kind: space.write(folder / kind, kind) for kind in space.KINDS}


@pytest.fixture
def single(written, tmp_path):
    """A copy of the single space, to be damaged."""
    return shutil.copytree(written["single"], tmp_path / "copy")


def failed(results):
    return {result.name: result.text for result in results if not result.ok}


@pytest.mark.parametrize("kind", space.KINDS)
def test_a_template_is_an_app_that_runs_as_it_is(kind, tmp_path, monkeypatch):
    """And a space for anime differs from it in nothing but the marks of the lines that are filled in."""
    monkeypatch.chdir(tmp_path)
    template = writer.TEMPLATES / f"{kind}.py"
    app = runpy.run_path(str(template), run_name="imported")
    assert app["demo"].blocks
    code = template.read_text(encoding="utf-8")
    filled = writer.fill_in(code, {name: app[name] for name in ("MODEL", "MODELS") if name in app})
    assert ast.dump(ast.parse(filled)) == ast.dump(ast.parse(code))
    assert code.count(writer.MARK) == (0 if kind == "rotate" else 1)


@pytest.mark.parametrize("kind", space.KINDS)
def test_an_app_shows_the_calls_of_gradio(kind):
    """A learner who reads app.py sees gradio, and not a kit that hides it."""
    code = (writer.TEMPLATES / f"{kind}.py").read_text(encoding="utf-8")
    assert "demo.launch(" in code and ("gr.Video(" if kind == "video" else "gr.Image(") in code
    assert ("examples=" if kind == "rotate" else "gr.Examples(") in code


FILLED = [("single", {"MODEL": "damo/x"}), ("styles", {"MODELS": {"a": "damo/x", "b": "damo/y"}}), ("video", {"MODELS": {"a": "damo/x"}})]


@pytest.mark.parametrize("name, values", FILLED)
def test_what_is_filled_in_is_what_the_app_gets(name, values):
    code = writer.fill_in((writer.TEMPLATES / "modelscope" / f"{name}.py").read_text(encoding="utf-8"), values)
    constants = {node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(code).body
                 if isinstance(node, ast.Assign) and node.targets[0].id.isupper()}  # fmt: skip
    assert constants == values


@pytest.mark.parametrize("kind", space.KINDS)
def test_a_written_space_passes_its_check(written, kind, capsys):
    assert failed(space.check(written[kind])) == {}
    assert capsys.readouterr().out.count("[OK]") == 6


def test_a_space_runs_alone(written):
    """Its own package and model, in a process that cannot see the course."""
    code = "import helpers, app; from skimage.data import astronaut; print(helpers.__file__); print(app.infer(astronaut()).shape)"
    environment = {**os.environ, "PYTHONPATH": str(written["single"]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=written["single"], env=environment, capture_output=True, text=True, check=True)
    home, said, shape = done.stdout.strip().splitlines()[-3:]
    assert home.startswith(str(written["single"]))
    assert said == "infer finished" and shape == "(512, 512, 3)"


def test_the_page_of_a_space_answers(written):
    assert inspection.check_answer(written["rotate"]).ok


def test_an_app_that_ends_at_once_is_told(single):
    (single / "app.py").write_text("raise SystemExit('no more')\n")
    assert inspection.check_answer(single).text == "the app ended: no more"


def test_an_app_that_runs_is_stopped_and_what_it_said_is_kept(single):
    (single / "app.py").write_text(SERVER)
    with space.run(single) as app:
        assert urllib.request.urlopen(app.address).read() == b"here"
        assert "serving\n" in app.log()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(app.address)


SERVER = """
import http.server, os
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"here")
    def log_message(self, *_): pass
print("serving")
http.server.HTTPServer((os.environ["GRADIO_SERVER_NAME"], int(os.environ["GRADIO_SERVER_PORT"])), Page).serve_forever()
"""


def test_apps_are_short_and_private(written):
    for folder in written.values():
        code = (folder / "app.py").read_text(encoding="utf-8")
        assert len(code.splitlines()) <= 50
        assert "share" not in code
    kit = (written["single"] / "helpers" / "space" / "kit.py").read_text(encoding="utf-8")
    assert re.findall(r"\"share\": (\w+)", kit) == ["False"]


def test_the_app_without_a_model_needs_gradio_alone(written):
    """And is the lecture's: its function turns a picture."""
    folder = written["rotate"]
    assert [line.split("==")[0] for line in (folder / "requirements.txt").read_text().splitlines()] == ["gradio"]
    assert not (folder / "helpers").exists() and not (folder / "data").exists()
    picture = Image.fromarray(np.uint8(np.arange(300).reshape(10, 10, 3) % 256))
    turned = runpy.run_path(str(folder / "app.py"), run_name="imported")["image_mod"](picture)
    np.testing.assert_array_equal(np.asarray(turned), np.asarray(picture.rotate(45)))


def test_each_space_has_examples_to_click(written):
    for kind, folder in written.items():
        files = sorted((folder / "examples").iterdir())
        assert len(files) == (1 if kind == "video" else 3)
        assert all(file.suffix == (".mp4" if kind == "video" else ".jpg") and 5_000 < file.stat().st_size < 500_000 for file in files)


@pytest.mark.parametrize("kind", ["styles", "video"])
def test_all_embedded_styles_are_offered(written, kind):
    code = (written[kind] / "app.py").read_text(encoding="utf-8")
    assert all(f'"{name} {hub.STYLES[name].chinese}": "data/models/{name}"' in code for name in hub.embedded_names())
    assert {path.name for path in (written[kind] / "data" / "models").iterdir()} == set(hub.embedded_names())


@pytest.fixture
def own_model(tmp_path):
    """A model directory of one's own, with what an export and a training left in it."""
    folder = shutil.copytree(hub.find("sketch").directory, tmp_path / "my pencil")
    (folder / "cartoon_h.pb.bak").write_bytes(b"the one before")
    (folder / "tf_ckpts").mkdir()
    return folder


def test_a_space_for_a_model_of_ones_own(own_model, tmp_path):
    folder = space.write(tmp_path / "space", style=own_model)
    assert 'MODEL = "data/models/my_pencil"' in (folder / "app.py").read_text(encoding="utf-8")
    carried = folder / "data" / "models" / "my_pencil"
    assert (carried / "cartoon_h.pb").read_bytes() == (own_model / "cartoon_h.pb").read_bytes()
    assert not (carried / "cartoon_h.pb.bak").exists() and not (carried / "tf_ckpts").exists()
    assert failed(space.check(folder)) == {}


def test_a_model_of_ones_own_comes_first_among_the_styles(own_model, tmp_path):
    code = (space.write(tmp_path / "space", "styles", own_model) / "app.py").read_text(encoding="utf-8")
    models = ast.literal_eval(re.search(r"^MODELS = (\{.*?\})", code, re.M | re.S).group(1))
    assert list(models.values()) == [f"data/models/{name}" for name in ["my_pencil", *hub.embedded_names()]]


def test_a_folder_that_is_no_model_is_told(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(ModelError, match="not complete"):
        space.write(tmp_path / "space", style=tmp_path / "mine")
    assert not (tmp_path / "space").exists()


def test_requirements_are_the_current_stacks():
    assert requirements("single")["gradio"].split(".")[0] >= "6", "4.44 no longer gets fixes"
    assert "torch" in requirements("single", "modelscope") and "torch" not in requirements("single")


def test_requirements_name_all_that_the_carried_package_imports(written):
    names = {"cv2": "opencv-python-headless", "PIL": "pillow"}
    code = "\n".join(path.read_text(encoding="utf-8") for path in written["video"].rglob("*.py"))
    imported = set(re.findall(r"^(?:import|from) (\w+)", code, re.M)) - {"helpers"}
    assert {names.get(name, name) for name in imported if not is_standard(name)} <= set(requirements("video"))


def is_standard(name):
    """Whether a module comes with Python itself."""
    origin = importlib.util.find_spec(name).origin
    return origin in (None, "built-in", "frozen") or ("site-packages" not in origin and origin.startswith(sysconfig.get_path("stdlib")))


def requirements(kind, engine="helpers"):
    return dict(line.split("==") for line in writer.requirements(kind, engine))


def test_engine_modelscope_is_the_lectures_code(tmp_path):
    folder = space.write(tmp_path / "lecture", "styles", engine="modelscope")
    code = (folder / "app.py").read_text(encoding="utf-8")
    assert "pipeline(Tasks.image_portrait_stylization" in code and "OutputKeys.OUTPUT_IMG" in code and "infer finished" in code
    assert all(style.model_id in code for style in hub.STYLES.values())
    assert not (folder / "helpers").exists() and not (folder / "data").exists()
    assert inspection.check_models(folder).ok and inspection.check_card(folder).ok
    assert set(inspection.read_card(folder)["deployspec"]) == inspection.DEPLOYSPEC
    assert "were resolved together, not run" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.version_info >= (3, 9), reason="ModelScope's pipelines need torch on this stack")
@pytest.mark.slow(reason="ModelScope's pipeline in a process of its own", fast="test_engine_modelscope_is_the_lectures_code")
def test_engine_modelscope_paints(tmp_path):
    """The lecture's app, run with the embedded model directory instead of the hub's."""
    folder = space.write(tmp_path / "lecture", "single", engine="modelscope")
    code = (folder / "app.py").read_text(encoding="utf-8")
    here = code.replace(hub.find("anime").model_id, str(hub.find("anime").directory))
    assert here != code
    (folder / "app.py").write_text(here, encoding="utf-8")
    script = "import app; from PIL import Image; from skimage.data import astronaut; print(app.infer(Image.fromarray(astronaut())).shape)"
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout.strip().splitlines()[-2:] == ["infer finished", "(512, 512, 3)"], done.stderr[-2000:]


BAD_CARDS = {
    "no front matter": ("# My app\n", "no front matter"),
    "empty": ("---\n\n---\n", "empty"),
    "no YAML": ("---\ntitle: [\n---\n", "no YAML"),
    "unknown field": ("---\ntitel: x\n---\n", "titel"),
    "unknown deployspec": ("---\ndeployspec:\n  entry: app.py\n---\n", "deployspec.entry"),
    "unknown domain": ("---\ndomain:\n- portraits\n---\n", "portraits"),
}


@pytest.mark.parametrize("case", BAD_CARDS)
def test_a_bad_card_is_told(single, case):
    text, said = BAD_CARDS[case]
    (single / "README.md").write_text(text)
    result = inspection.check_card(single)
    assert not result.ok and said in result.text


def test_what_would_stop_a_space_is_told(single):
    (single / "app.py").write_text("import no_such_package\n")
    (single / "requirements.txt").write_text("gradio>=4\n")
    (single / "big.bin").write_bytes(b"0" * (inspection.MAX_FILE + 1))
    (single / "notes.txt").write_text('access_key = "abcdefgh12345678"\n')
    (single / "data" / "models" / "anime" / "detector.pb").unlink()
    found = failed(space.check(single))
    assert set(found) == {"entry", "requirements", "sizes", "secrets", "models"}
    assert "no_such_package" in found["entry"] and "gradio>=4" in found["requirements"]
    assert "big.bin" in found["sizes"] and "notes.txt" in found["secrets"] and "detector.pb" in found["models"]


def test_a_missing_entry_file_and_an_unknown_model_are_told(single):
    card = (single / "README.md").read_text(encoding="utf-8").replace("entry_file: app.py", "entry_file: main.py")
    (single / "README.md").write_text(card.replace("models: []", "models:\n- damo/no_such_model"), encoding="utf-8")
    found = failed(space.check(single))
    assert "main.py is missing" in found["entry"] and "damo/no_such_model" in found["models"]


def test_a_missing_folder_is_told(tmp_path):
    assert "does not exist" in failed(space.check(tmp_path / "nothing"))["folder"]


BAD_ORDERS = {
    "kind": ({"kind": "images"}, "rotate, single, styles, video"),
    "engine": ({"engine": "torch"}, "helpers, modelscope"),
    "style that is not embedded": ({"style": "artstyle"}, "not embedded"),
}


@pytest.mark.parametrize("case", BAD_ORDERS)
def test_what_cannot_be_written_is_told_and_nothing_is_written(tmp_path, case):
    order, said = BAD_ORDERS[case]
    with pytest.raises(SpaceError, match=said):
        space.write(tmp_path / "new", **order)
    assert not any(tmp_path.iterdir())


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SpaceError, match="not empty"):
        space.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "_copy", full)
    with pytest.raises(SpaceError, match="No space left"):
        space.write(tmp_path / "new")
    assert not any(tmp_path.iterdir())


def test_command_line(tmp_path):
    from helpers.__main__ import app

    done = CliRunner().invoke(app, ["space", str(tmp_path / "mine"), "--kind", "rotate"])
    assert done.exit_code == 0 and "[OK]   entry" in done.output
    (tmp_path / "mine" / "requirements.txt").unlink()
    assert CliRunner().invoke(app, ["space", str(tmp_path / "mine"), "--check"]).exit_code == 1
