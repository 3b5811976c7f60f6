"""The command line: what is printed, exit codes, one sentence for a mistake."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

import models
import numpy as np
import pytest
from skimage.data import astronaut
from standin_hub import StandinHub

import helpers
from helpers import __main__ as cli
from helpers import hub, settings
from helpers.images import read_image, write_image


@pytest.fixture(autouse=True)
def own_place(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(settings, "MODELS", tmp_path / "models")
    monkeypatch.setattr(settings, "RUNS", tmp_path / "runs")


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    write_image(path, np.arange(64 * 64 * 3, dtype=np.uint8).reshape(64, 64, 3))
    return path


@pytest.fixture
def no_work(monkeypatch):
    """Fails the test if a model is opened."""

    def opened(*arguments, **options):
        pytest.fail("a model was opened although the mistake was plain before")

    monkeypatch.setitem(vars(helpers), "Cartoonizer", opened)  # setattr would load TensorFlow to look at the old one


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs one command in this process; returns exit code, stdout, stderr."""

    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **options: None, raising=False)  # pytest's stand-ins lack it
    monkeypatch.setattr(sys.stderr, "reconfigure", lambda **options: None, raising=False)

    monkeypatch.setattr(warnings, "formatwarning", warnings.formatwarning)  # main changes it
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "2")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["helpers"] + [str(word) for word in words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


def assert_one_sentence(result, *words):
    code, out, err = result
    assert code == 1 and out == ""
    assert len(err.splitlines()) == 1 and err.strip().endswith(".") and "Traceback" not in err, err
    for word in words:
        assert word in err, err


def shell(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "helpers"] + [str(word) for word in words],
        cwd=str(settings.ROOT),
        env=dict(os.environ, **environment),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_help_lists_the_commands_without_loading_tensorflow():
    done = shell("--help")
    assert done.returncode == 0
    for name in ("cartoonize", "video", "demo", "styles", "doctor"):
        assert name in done.stdout
    loaded = "import sys, helpers.__main__; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=str(settings.ROOT)).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ["styles"],
        ["cartoonize", "nowhere.jpg", "out.png"],
        ["export", "nowhere/model-0", "out/cartoon_h.pb"],
        ["space", "nowhere", "--check"],
    ],
)
def test_a_command_imports_what_it_needs_and_no_more(words, tmp_path):
    """A mistake is told at once: the slow packages come when there is work for them."""
    code = f"import sys; sys.argv[1:] = {words}; from helpers.__main__ import main\ntry: main()\nexcept SystemExit: pass\n"
    code += "print('SLOW', *{'tensorflow', 'cv2', 'gradio', 'matplotlib', 'IPython', 'skimage', 'av'} & set(sys.modules))"
    environment = dict(os.environ, PYTHONPATH=str(settings.ROOT))
    done = subprocess.run([sys.executable, "-c", code], cwd=str(tmp_path), env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-1].strip() == "SLOW", done.stdout + done.stderr


def test_styles_prints_the_table(command):
    code, out, err = command("styles")
    assert code == 0
    for style in hub.STYLES.values():
        assert style.name in out and style.model_id in out and style.chinese in out


def test_a_terminal_without_chinese_letters_gets_the_table_too():
    done = shell("styles", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and "sketch" in done.stdout


def test_a_mistake_is_one_sentence_and_exit_code_1(tmp_path):
    done = shell("cartoonize", tmp_path / "nowhere.jpg", tmp_path / "out.png")
    assert done.returncode == 1
    assert "nowhere.jpg" in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (tmp_path / "out.png").exists()


def test_output_in_a_missing_folder(command, photo, no_work, tmp_path):
    assert_one_sentence(command("cartoonize", photo, tmp_path / "no" / "out.png"), "does not exist")
    assert not (tmp_path / "no").exists()


def test_output_in_a_read_only_folder(command, photo, no_work, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    if os.access(str(folder), os.W_OK):  # root may write anywhere, except where the system itself says no
        folder = "/proc"
    if not os.path.isdir(str(folder)):
        pytest.skip("no folder that this user cannot write to")
    assert_one_sentence(command("cartoonize", photo, f"{folder}/out.png"), "cannot be written to")


def test_output_is_a_folder(command, photo, no_work, tmp_path):
    assert_one_sentence(command("cartoonize", photo, tmp_path), "is a folder")


def test_output_of_unknown_kind(command, photo, no_work, tmp_path):
    assert_one_sentence(command("cartoonize", photo, tmp_path / "out.xyz"), ".png")


def test_a_wrong_photo_is_told_before_the_model_is_opened(command, no_work, tmp_path):
    (tmp_path / "text.jpg").write_text("not a picture")
    assert_one_sentence(command("cartoonize", tmp_path / "text.jpg", tmp_path / "out.png"), "text.jpg")


def test_unknown_style(command, photo, no_work, tmp_path):
    assert_one_sentence(command("cartoonize", photo, tmp_path / "out.png", "--style", "anmie"), '"anime"')
    assert not (tmp_path / "out.png").exists()


def build_model(folder):
    """A small real model with one constant face."""
    import models  # loads TensorFlow

    return models.build(folder, boxes=[(0.2, 0.2, 0.8, 0.8)])


def test_cartoonize_writes_a_picture_of_the_same_size(command, photo, tmp_path):
    model = build_model(tmp_path / "model")
    code, out, err = command("cartoonize", photo, tmp_path / "out.png", "--style", model)
    assert code == 0 and out.strip() == str(tmp_path / "out.png")
    assert read_image(tmp_path / "out.png").shape == (64, 64, 3)


def test_cartoonize_with_a_model_from_the_hub(command, photo, tmp_path, monkeypatch):
    files = {file.name: file.read_bytes() for file in build_model(tmp_path / "model").iterdir()}
    with StandinHub() as server:
        server.add(hub.STYLES["sketch"].model_id, files)
        monkeypatch.setenv("MODELSCOPE_ENDPOINT", server.url)
        monkeypatch.setenv("COURSE_OFFLINE", "0")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(hub, "_answers", {})
        code, out, err = command("cartoonize", photo, tmp_path / "out.png", "--style", "sketch")
    assert code == 0 and "Downloading" in err
    assert (tmp_path / "out.png").exists()


def test_unknown_precision(command, photo, tmp_path):
    model = build_model(tmp_path / "model")
    assert_one_sentence(command("cartoonize", photo, tmp_path / "out.png", "--style", model, "--precision", "float8"), "float8")


def test_demo_draws_every_embedded_style(command):
    build_model(settings.MODELS / "anime")
    code, out, err = command("demo")
    assert code == 0
    folder = settings.RUNS / "demo"
    assert out.split() == [str(folder / "photo.png"), str(folder / "anime.png")]
    assert np.array_equal(read_image(folder / "photo.png"), astronaut())
    assert read_image(folder / "anime.png").shape == astronaut().shape


def test_demo_without_embedded_models(command):
    assert_one_sentence(command("demo"), "no embedded model")
    assert not settings.RUNS.exists()


def test_export_writes_other_formats_and_says_how_far_they_are(command, tmp_path):
    models.write_cartoon_graph(tmp_path / "cartoon_h.pb", channels=4)
    for target, words in ((tmp_path / "phone.tflite", ("--size", "64")), (tmp_path / "served" / "1", ())):
        code, out, err = command("export", tmp_path / "cartoon_h.pb", target, *words)
        assert code == 0, err
        assert f"{target}: 0." in out and "MB" in out and "levels of 255 from the frozen graph" in out
    assert (tmp_path / "served" / "1" / "saved_model.pb").is_file()


def test_export_makes_the_folder(command, tmp_path):
    from helpers.dctnet import checkpoints

    prefix = checkpoints.write(tmp_path / "saved_models", 0, checkpoints.fresh(seed=1))
    code, out, err = command("export", prefix, tmp_path / "new" / "model" / "cartoon_h.pb")
    assert code == 0, err
    assert (tmp_path / "new" / "model" / "cartoon_h.pb").is_file()
    (tmp_path / "file").touch()
    assert_one_sentence(command("export", prefix, tmp_path / "file" / "cartoon_h.pb"), "cannot be made")


def test_export_of_nothing_is_one_sentence(command, tmp_path):
    assert_one_sentence(command("export", tmp_path / "model-7", tmp_path / "cartoon_h.pb"), "model-7")
    assert_one_sentence(command("export", tmp_path / "missing.pb", tmp_path / "phone.tflite"), "missing.pb")
    assert_one_sentence(command("export", tmp_path / "model-7", tmp_path / "nowhere" / "cartoon_h.pb"), "model-7.index")
    assert not (tmp_path / "nowhere").exists()
    models.write_cartoon_graph(tmp_path / "cartoon_h.pb", channels=4)
    assert_one_sentence(command("export", tmp_path / "cartoon_h.pb", tmp_path / "copy.pb"), "frozen graph already")
    assert_one_sentence(command("export", tmp_path / "cartoon_h.pb", tmp_path / "x.tflite", "--precision", "int4"), "int4")
