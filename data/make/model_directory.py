"""Put trained weights into a ModelScope model directory: `python data/make/model_directory.py anime weights.npz`.

Writes cartoon_h.pb, cartoon_bg.pb, alpha.jpg and configuration.json into data/models/<style>/. The face graphs come from train_faces.py.
Of several files for one network, the average is taken: of two trainings from one start it has the calm of one and the lines of the other
(model soups, Wortsman et al. 2022).
"""

from __future__ import annotations

import argparse
import json

from helpers.files import load_weights
from helpers.settings import ROOT

import cv2
import numpy as np
from fast_unet import freeze_cartoon
from looks import FINISH

SIDE = 288  # of the aligned head crop, pixels
HEAD_CENTRE, HEAD_RADII = (144, 142), (128, 134)  # of the head in the crop; the eyes lie at y = 136, the chin near 256
EDGE = 0.22  # width of the soft border, as a share of the radii

CONFIGURATION = {
    "framework": "tensorflow",
    "task": "image-portrait-stylization",
    "pipeline": {"type": "unet-person-image-cartoon"},
    "course": {"faces": "mediapipe", "border": "mirror", "enlarge": "cubic"},  # ModelScope overlooks it, our Cartoonizer does not
    "train": {
        "photo": "face_photo",
        "cartoon": "face_cartoon",
        "patch_size": 256,
        "work_dir": "exp_localtoon",
        "batch_size": 16,
        "adv_train_lr": 0.0002,
        "max_steps": 300000,
        "logging_interval": 1000,
        "ckpt_period_interval": 1000,
        "resume_epoch": 0,
        "num_gpus": 1,
    },
}


def head_mask():
    """Where the head net's picture replaces the background net's: uint8 [288, 288], 255 inside the head, softly 0 at the border."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    distance = np.sqrt(((x - HEAD_CENTRE[0]) / HEAD_RADII[0]) ** 2 + ((y - HEAD_CENTRE[1]) / HEAD_RADII[1]) ** 2)
    inside = np.clip((1 - distance) / EDGE, 0, 1)
    return np.round(255 * inside * inside * (3 - 2 * inside)).astype(np.uint8)


def configuration(style):
    """The content of configuration.json; a fine-tuning starts from the style's U-Net where train_unet.py has made one."""
    trained = ROOT / "data" / "checkpoints" / f"unet_{style}.json"
    steps = json.loads(trained.read_text())["steps"] if trained.is_file() else 0
    return {**CONFIGURATION, "train": {**CONFIGURATION["train"], "resume_epoch": steps}}


def average(paths):
    """The mean of the weights in some npz files: a dict of arrays."""
    weights = [load_weights(path) for path in paths]
    return {name: np.mean([one[name] for one in weights], axis=0) for name in weights[0]}


def write(style, background, head):
    """Write the directory of one style from npz files of weights, a list for each network."""
    directory = ROOT / "data" / "models" / style
    directory.mkdir(parents=True, exist_ok=True)
    for weights, name in ((background, "cartoon_bg.pb"), (head, "cartoon_h.pb")):
        freeze_cartoon(average(weights), directory / name, finish=FINISH.get(style))
    cv2.imwrite(str(directory / "alpha.jpg"), head_mask(), [cv2.IMWRITE_JPEG_QUALITY, 95])
    (directory / "configuration.json").write_text(json.dumps(configuration(style), indent=4) + "\n")
    return directory


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("style")
    arguments.add_argument("weights", nargs="+", help="npz of the background net; several are averaged")
    arguments.add_argument("--head", nargs="+", help="npz of the head net; the same weights if not given")
    given = arguments.parse_args()
    print(write(given.style, given.weights, given.head or given.weights))
