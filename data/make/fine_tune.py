"""Fine-tune anime's U-Net towards a style of the Mini dataset, by the course's own trainer: the checkpoint that notebooks 12 and 13 show.

    python data/make/fine_tune.py train sketch --steps 1000 --precision bfloat16
    python data/make/fine_tune.py store sketch 749

`train` goes on in runs/fine_tune_<style>/ where it stopped; each call adds a line to calls.json there. Generator and discriminators
swing, so look at the pictures before you store. The shipped checkpoint was chosen by eye among those of 1300 steps: after step 1000, even
at a quarter of the rate, dark backgrounds become black patches, as if they were hair. `store` writes fine_tuned_<style>.npz in
data/checkpoints/, the 36 weights of the generator as float16, and .json: the calls and their minutes. Of several steps it takes the mean
(helpers.dctnet.checkpoints.mean).
"""

from __future__ import annotations

import argparse
import json
import time

from helpers import CartoonTranslationTrainer, hub
from helpers.dctnet import checkpoints, losses, training_note, unet
from helpers.files import save_weights, write_text
from helpers.learn import SHIPPED
from helpers.settings import RUNS

import numpy as np
import tensorflow as tf

CALLS = "calls.json"  # how the training was made, part by part


def work_dir(style):
    return RUNS / f"fine_tune_{style}"


def train(style, steps, rate, patch, batch, precision, weights=None, folder=None):
    """Train up to so many steps, and note the call and its minutes. weights: of the losses, balanced for the patch if left out."""
    data, folder = hub.mini_dataset(style), folder or work_dir(style)
    options = dict(patch_size=patch, batch_size=batch, adv_train_lr=rate, max_steps=steps, precision=precision)
    options.update(weights or losses.weights_for(patch), logging_interval=50, ckpt_period_interval=50)
    trainer = CartoonTranslationTrainer("anime", None, str(folder), str(data / "face_photo"), str(data / "face_cartoon"), **options)
    began, computed = time.monotonic(), time.process_time()
    trainer.train()
    options.update(minutes=round((time.monotonic() - began) / 60, 1), cpu_minutes=round((time.process_time() - computed) / 60, 1))
    write_text(folder / CALLS, json.dumps([*calls(folder), options], indent=4) + "\n")


def calls(folder):
    """The calls so far: list of dict."""
    return json.loads((folder / CALLS).read_text()) if (folder / CALLS).is_file() else []


def store(style, steps, folder=SHIPPED):
    """Write the mean of the generators after these steps. Returns the path of the weights."""
    saved = work_dir(style) / "saved_models"
    mean = checkpoints.mean([saved / f"{checkpoints.PREFIX}{step}" for step in steps])
    note = {"steps": steps[-1] + 1, "mean_of_checkpoints": list(steps), "start": "unet_anime", "data": f"data/mini, {style}"}
    note.update(training_note.read(saved / "model"), calls=calls(work_dir(style)))
    name = f"fine_tuned_{style}"
    save_weights(folder / f"{name}.npz", {each: np.float16(mean[each]) for each in unet.shapes()})
    write_text(folder / f"{name}.json", json.dumps(note, indent=4) + "\n")
    return folder / f"{name}.npz"


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["train", "store"])
    arguments.add_argument("style")
    arguments.add_argument("checkpoints", type=int, nargs="*", help="to store: steps of the checkpoints")
    arguments.add_argument("--steps", type=int, default=2000)
    arguments.add_argument("--rate", type=float, default=2e-4)
    arguments.add_argument("--patch", type=int, default=128)
    arguments.add_argument("--batch", type=int, default=2)
    arguments.add_argument("--precision", default="float32")
    arguments.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    given = arguments.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    if given.what == "train":
        train(given.style, given.steps, given.rate, given.patch, given.batch, given.precision)
    else:
        print(store(given.style, given.checkpoints))
