"""Checkpoints (检查点) in TensorFlow 1's Saver format, under upstream's names: ours resume upstream's run, and the other way round.

A checkpoint of step N is `model-N.index` and `model-N.data-00000-of-00001` with 210 variables: all weights, two Adam moments for
each that is trained, the spectral norm's u, and four powers of Adam's betas. It is there as a whole or not at all.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf

from helpers import files
from helpers.errors import ModelError
from helpers.stylize.graphs import eagerly  # ModelScope's pipeline may have switched eager execution off

from . import discriminator, unet

PREFIX = "model-"
ENDINGS = (".data-00000-of-00001", ".index")  # in the order of writing: a checkpoint counts from the moment it has its index
BETA1, BETA2 = 0.5, 0.99  # Adam's decay rates, as upstream's
MOMENTS = ("Adam", "Adam_1")  # TensorFlow 1's names of the first and the second moment
# TensorFlow 1 numbers the optimisers in the order of their making: the generator's came first.
POWERS = {"generator": ("beta1_power", "beta2_power"), "disc": ("beta1_power_1", "beta2_power_1")}


def shapes():
    """Name and shape of each of the 210 variables: dict name -> list of int."""
    found = {**unet.shapes(), **discriminator.shapes()}
    trained = [name for name in found if not name.endswith("/u")]
    found.update({f"{name}/{moment}": found[name] for name in trained for moment in MOMENTS})
    found.update({power: [] for powers in POWERS.values() for power in powers})
    return found


def fresh(seed, weights=None):
    """The state before the first step: dict name -> float32 array, with fresh weights where `weights` gives none."""
    state = {name: np.zeros(shape, np.float32) for name, shape in shapes().items()}
    state.update({**unet.initial_weights(seed), **discriminator.initial_weights(seed + 1), **(weights or {})})
    for beta1_power, beta2_power in POWERS.values():
        state.update({beta1_power: np.float32(BETA1), beta2_power: np.float32(BETA2)})
    return state


def read(prefix):
    """All variables of one checkpoint: dict name -> array. prefix: its path without an ending. Raises ModelError."""
    try:
        with eagerly():
            reader = tf.train.load_checkpoint(str(prefix))
            return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    except (ValueError, RuntimeError, tf.errors.OpError) as error:
        raise ModelError(f"{prefix} is not a whole TensorFlow checkpoint ({_first_line(error)}).") from error


def read_state(prefix):
    """As `read`, and all 210 variables must be there in their shapes. Raises ModelError."""
    state = read(prefix)
    for name, shape in shapes().items():
        if name not in state:
            raise ModelError(f"{prefix} is not a checkpoint of DCT-Net's training: {name} is missing.")
        if list(state[name].shape) != shape:
            raise ModelError(f"{prefix} is not a checkpoint of this network: {name} has shape {list(state[name].shape)}, not {shape}.")
    return {name: state[name] for name in shapes()}


def steps(folder):
    """Steps of the checkpoints in a folder, oldest first: list of int."""
    names = [path.name[len(PREFIX) : -len(".index")] for path in Path(folder).glob(PREFIX + "*.index")]
    return sorted(int(name) for name in names if name.isdigit())


def newest(folder):
    """(step, state) of the last checkpoint that can be read as a whole, or None. A damaged one is passed over, and said."""
    for step in reversed(steps(folder)):
        try:
            return step, read_state(Path(folder) / f"{PREFIX}{step}")
        except ModelError as error:
            print(f"{error} Going back to the one before it.", flush=True)
    return None


def way_back(folder, step):
    """What a person does when the losses of a step were no numbers: text. The checkpoint of the step before led there."""
    saved = steps(folder)
    good = [each for each in saved if each < step - 1]
    remove = f"Remove {folder / PREFIX}{step - 1}.*, which leads there; " if step - 1 in saved else ""
    return remove + (f"the last good checkpoint is {folder / PREFIX}{good[-1]}." if good else "there is no good checkpoint yet.")


def mean(prefixes):
    """The state of the last of several checkpoints, with the mean of their generators' weights: dict name -> array. Raises ModelError.

    Generator and discriminators pull against each other, so the weights swing from step to step; their mean over some hundred steps
    is calmer than any of them. (Izmailov et al., 2018, "Averaging weights leads to wider optima"; Yazici et al., 2019, for GANs)
    """
    state, sums = {}, {}
    for prefix in prefixes:
        state = read_state(prefix)
        for name in unet.shapes():
            sums[name] = sums.get(name, 0.0) + state[name].astype(np.float64)
    return {**state, **{name: (value / len(prefixes)).astype(np.float32) for name, value in sums.items()}}


def write(folder, step, state):
    """Write the checkpoint of one step, so that a crash or a full disk leaves the ones before it as they are.

    folder: made if needed. state: dict name -> array, as `read_state` returns it. Returns the prefix. Raises ModelError.
    """
    folder = Path(folder)
    name = f"{PREFIX}{step}"
    staging = folder / ".writing"
    try:
        shutil.rmtree(staging, ignore_errors=True)  # what a killed run left
        staging.mkdir(parents=True)
        _save(staging / name, state)
        _move(staging, folder, name)
        _write_list(folder, step)
    except (OSError, tf.errors.OpError) as error:
        last = steps(folder) if folder.is_dir() else []
        kept = f"the last good one is {folder / PREFIX}{last[-1]}" if last else "there is none yet"
        raise ModelError(f"The checkpoint of step {step} could not be written ({_first_line(error)}); {kept}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return folder / name


def _save(prefix, state):
    names = sorted(state)
    with eagerly():
        tensors = [tf.constant(state[name]) for name in names]
        tf.raw_ops.SaveV2(prefix=str(prefix), tensor_names=names, shape_and_slices=[""] * len(names), tensors=tensors)


def _move(staging, folder, name):
    """The index goes first when an old checkpoint of this step is replaced, and comes last: never an index of other data."""
    old = folder / (name + ".index")
    if old.exists():
        old.unlink()
    for ending in ENDINGS:
        files.move(staging / (name + ending), folder / (name + ending))


def _write_list(folder, step):
    """The file `checkpoint`, from which TensorFlow learns what there is."""
    lines = [f'model_checkpoint_path: "{PREFIX}{step}"']
    lines += [f'all_model_checkpoint_paths: "{PREFIX}{each}"' for each in steps(folder)]
    files.write_text(folder / "checkpoint", "\n".join(lines) + "\n")


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
