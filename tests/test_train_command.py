"""The command `python -m helpers train`: its help, its options, its mistakes."""

import inspect
import re

import pytest
from typer.testing import CliRunner

import helpers.dctnet.trainer
from helpers import settings
from helpers.__main__ import app
from helpers.errors import CourseError

TRAINER = helpers.dctnet.trainer.CartoonTranslationTrainer


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs `train` with a trainer that only notes what it was given."""

    (tmp_path / "model-6.index").touch()
    (tmp_path / "model-0.index").touch()

    class Noted:
        saved_models, model_dir = tmp_path, "runs/models/anime"

        def __init__(self, **options):
            self.options = options
            made.append(self)

        def train(self):
            self.trained = True

    made = []
    monkeypatch.setattr(helpers.dctnet.trainer, "CartoonTranslationTrainer", Noted)

    def train(*arguments):
        result = CliRunner().invoke(app, ["train", *arguments], catch_exceptions=True)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result, made

    return train


def test_help_tells_about_several_machines(run):
    result, _ = run("--help")
    said = " ".join(result.output.split())
    assert result.exit_code == 0
    for word in ("--max-steps", "--devices", "TF_CONFIG", '"cluster"', "goes on from the last whole", "--on-bad-image", "loss scaling"):
        assert word in said, word


def test_help_tells_defaults_as_they_are(run):
    result, _ = run("--help")
    assert "[default: anime]" in result.output and "\\" not in result.output


def test_options_reach_the_trainer(run, tmp_path):
    result, made = run("anime", "--photo", "p", "--cartoon", "c", "--max-steps", "7", "--adv-train-lr", "0.001", "--precision", "bfloat16")
    assert result.exit_code == 0 and made[0].trained
    expected = {"model": "anime", "photo": "p", "cartoon": "c", "max_steps": 7, "adv_train_lr": 0.001, "precision": "bfloat16"}
    assert {name: made[0].options[name] for name in expected} == expected
    assert made[0].options["patch_size"] is None and made[0].options["strategy"] is None  # left to the configuration
    assert f"python -m helpers export {tmp_path}/model-6 runs/models/anime/cartoon_h.pb" in result.output


def test_every_option_of_the_command_is_one_of_the_trainer(run):
    accepted = inspect.signature(TRAINER).parameters
    assert set(run()[1][0].options) - set(accepted) == set()


@pytest.mark.parametrize("text", [None, "{}", "no json", '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}'])
def test_workers_without_their_addresses(run, monkeypatch, text):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if text is not None:
        monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(CourseError, match="--devices workers needs TF_CONFIG in each process"):
        run("--devices", "workers")


def test_unknown_devices(run):
    with pytest.raises(CourseError, match="--devices is tpu: set it to one of one, gpus, workers"):
        run("--devices", "tpu")


def test_the_readme_exports_the_last_step():
    """The first step's checkpoint is the model that one started from."""
    text = (settings.ROOT / "README.md").read_text(encoding="utf-8")
    steps = int(re.search(r"max_steps=(\d+)", text).group(1))
    assert steps >= 1000 and f'saved_models/model-{steps - 1}"' in text
