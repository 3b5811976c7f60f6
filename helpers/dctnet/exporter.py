"""From a checkpoint (检查点) to the frozen graph in a model directory: upstream's exporter, for TensorFlow 2.

Upstream's takes its variables from a trainer in the same process, so nothing can be exported later. This one needs the checkpoint alone.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from helpers.errors import ModelError

from . import checkpoints, training_note, unet
from .freeze import freeze_translation
from .model_directory import CONFIGURATION


class CartoonTranslationExporter:
    """Writes DCT-Net's network as the frozen graph that ModelScope's pipeline opens. Takes upstream's calls.

    model: accepted because upstream's constructor takes it, and not needed.
    """

    def __init__(self, model=None):
        self.model = model

    def export_frozen_graph_def(self, ckpt_path, frozen_graph_path):
        """Write the generator of a checkpoint as a frozen graph, and return {"model": frozen_graph_path}, as upstream does.

        ckpt_path: as TensorFlow 1's Saver names it, without ending, for example "exp_localtoon/saved_models/model-0".
        frozen_graph_path: the file to write, for example a model directory's cartoon_h.pb. The graph takes input_image:0, float32
        [H, W, 3] BGR 0..255, H and W multiples of 4, and returns output_image:0, uint8. A file that is there already is kept as
        <name>.bak; the first one kept stays, so that the original can always be brought back. Where the trainer noted which features
        its content loss compared, a configuration.json in the same folder gets it as train.content_features. Raises ModelError.
        """
        path = Path(frozen_graph_path)
        if not path.parent.is_dir():
            raise ModelError(f"The folder {path.parent} does not exist: export into a model directory, or create the folder first.")
        weights = read_generator(ckpt_path)
        try:
            _keep(path)
            freeze_translation(weights, path)
            _state_training(ckpt_path, path.with_name(CONFIGURATION))
        except OSError as error:
            raise ModelError(f"{path} cannot be written ({error.strerror}): what was there is untouched.") from error
        return {"model": str(frozen_graph_path)}


def read_generator(ckpt_path):
    """The generator's weights in a checkpoint: dict name -> float32 array. Discriminators and Adam's memory are left. Raises ModelError."""
    stored = checkpoints.read(ckpt_path)
    for name, shape in unet.shapes().items():
        if name not in stored:
            raise ModelError(f"{ckpt_path} is no checkpoint of this network: {name} is missing.")
        if list(stored[name].shape) != shape:
            raise ModelError(f"{ckpt_path} holds another network: {name} has the shape {list(stored[name].shape)}, not {shape}.")
    return {name: stored[name] for name in unet.shapes()}


def _state_training(ckpt_path, configuration):
    """Let the model directory say how its new network was trained."""
    note = training_note.read(ckpt_path)
    if note and configuration.is_file():
        _keep(configuration)
        training_note.add_to(configuration, note)


def _keep(path):
    """Copy what will be replaced to <name>.bak."""
    kept = path.with_name(path.name + ".bak")
    if path.exists() and not kept.exists():
        partial = kept.with_name(kept.name + ".part")
        shutil.copyfile(path, partial)
        os.replace(partial, kept)
