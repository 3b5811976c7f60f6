"""A small training for tests: folders of pictures and a model directory with a random VGG19, and a process that trains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
from dctnet_fixture import random_vgg

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = dict(patch_size=32, batch_size=2, logging_interval=1, ckpt_period_interval=1)


def make(folder):
    """Write model/, photo/ and cartoon/ and return the arguments of a trainer on them, as a dict."""
    folder = Path(folder)
    for name, seed in (("photo", 1), ("cartoon", 2)):
        write_pictures(folder / name, 6, seed)
    (folder / "model").mkdir()
    configuration = {"framework": "tensorflow", "task": "image-portrait-stylization", "train": {"adv_train_lr": 0.0002, "resume_epoch": 0}}
    (folder / "model" / "configuration.json").write_text(json.dumps(configuration))
    np.save(folder / "model" / "vgg19.npy", random_vgg(), allow_pickle=True)
    return {"model": str(folder / "model"), "photo": str(folder / "photo"), "cartoon": str(folder / "cartoon"), **OPTIONS}


def write_pictures(folder, count, seed):
    """Smooth random pictures of several sizes."""
    folder.mkdir(parents=True)
    random = np.random.RandomState(seed)
    for number in range(count):
        coarse = random.randint(0, 256, (6, 6, 3)).astype(np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), cv2.resize(coarse, (40 + number, 48), interpolation=cv2.INTER_CUBIC))


def start_process(arguments):
    """A process of its own that trains, picture by picture, and prints a line a step. arguments: of the trainer, a dict."""
    code = "import json, sys; from helpers import CartoonTranslationTrainer as T; from helpers.dctnet import micro_batches; "
    code += "micro_batches.MICRO_BATCH_PIXELS['CPU'] = 1; T(**json.loads(sys.argv[1])).train()"
    environment = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONUNBUFFERED="1")
    command = [sys.executable, "-c", code, json.dumps(arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
