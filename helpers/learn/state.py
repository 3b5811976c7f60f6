"""Everything that a training changes, in one place: what a checkpoint must hold, and nothing else."""

from __future__ import annotations

import zipfile

import numpy as np
import tensorflow as tf

from helpers.errors import CourseError
from helpers.files import write_arrays


class State:
    """Networks, their moving averages, Adam's memory, steps and seconds so far.

    State(generator=weights, discriminator=others): each a dict name -> array, as `layers.initial` makes it, or name -> tf.Variable.
    state["generator"]: dict name -> tf.Variable. Vectors of spectral norm (<name>/u) are kept, not trained; for anything else that a step
    changes by itself, such as a pool of old pictures, or for a layer to be frozen, give tf.Variable(value, trainable=False).
    average: dict network -> dict name -> tf.Variable; the weights themselves where `fit` was not asked for an average.
    done: steps so far, int64 variable. rate: the schedule's share of each learning rate in this step, float32 variable.
    """

    def __init__(self, **networks):
        self.networks = {
            network: {name: _variable(name, value) for name, value in weights.items()} for network, weights in networks.items()
        }
        self.average = dict(self.networks)
        self.memory = {network: _memory(self.trained(network)) for network in self.networks}
        self.done, self.skipped = tf.Variable(0, dtype=tf.int64, trainable=False), tf.Variable(0, dtype=tf.int64, trainable=False)
        self.rate = tf.Variable(1.0, trainable=False)
        self.seconds = 0.0

    def __getitem__(self, network) -> dict:
        return self.networks[network]

    def trained(self, network) -> dict:
        """The variables of a network that an optimiser moves."""
        return {name: value for name, value in self.networks[network].items() if value.trainable}

    def seed(self, number: int):
        """A seed for tf.random.stateless_normal and the like: another one for each step and number, the same when the training resumes."""
        return tf.stack([self.done, tf.constant(number, tf.int64)])

    def keep_average(self, networks) -> None:
        """Begin moving averages of these networks, from the weights that they have."""
        for network in networks:
            if self.average[network] is self.networks[network]:
                copies = {name: tf.Variable(value, trainable=False) for name, value in self.networks[network].items()}
                self.average[network] = copies

    def follow(self, decays: dict) -> None:
        """Move the averages towards the weights: average = decay * average + (1 - decay) * weights. decays: dict network -> decay.

        In the first steps the decay is (1 + done) / (10 + done) if that is less, so that the initial weights are soon forgotten.
        """
        done = tf.cast(self.done, tf.float32)
        for network, decay in decays.items():
            decay = tf.minimum(decay, (1 + done) / (10 + done))
            for name, value in self.networks[network].items():
                mean = self.average[network][name]
                mean.assign(decay * mean + (1 - decay) * value if value.trainable else value)

    def result(self, networks=None) -> dict:
        """What one ships: dict "network/name" -> array of the averages of some networks, of all if not given."""
        chosen = {network: self.average[network] for network in networks or self.networks}
        return {f"{network}/{name}": value.numpy() for network, weights in chosen.items() for name, value in weights.items()}

    def start_from(self, weights: dict) -> None:
        """Begin with other weights: dict "network/name" -> array, of some or all networks. Raises CourseError if one is not known here."""
        for network, values in networks_of(weights).items():
            for name, value in values.items():
                variable = self.networks.get(network, {}).get(name)
                if variable is None or variable.shape != value.shape:
                    raise CourseError(
                        f"These networks have no {network}/{name} of shape {list(value.shape)}: the weights are another network's."
                    )
                variable.assign(value)
                self.average[network][name].assign(value)

    def save(self, path) -> None:
        """Write everything as npz, whole or not at all. Raises OSError."""
        arrays = {name: value.numpy() for name, value in self._variables().items()}
        write_arrays(path, {**arrays, "seconds": np.float64(self.seconds)})

    def load(self, path) -> None:
        """Go on from what `save` wrote. Raises CourseError if the file is damaged or of other networks."""
        variables = self._variables()
        try:
            with np.load(path) as stored:
                found = {name: stored[name] for name in stored.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            raise CourseError(f"{path} is damaged: delete its folder to begin again.") from None
        seconds = float(found.pop("seconds", 0))
        other = sorted(
            name for name in {*found, *variables} if getattr(found.get(name), "shape", None) != getattr(variables.get(name), "shape", None)
        )
        if other:
            raise CourseError(f"{path} is of other networks ({other[0]}): delete its folder to begin again, or choose another one.")
        for name, value in found.items():
            variables[name].assign(value)
        self.seconds = seconds

    def _variables(self):
        found = {"done": self.done, "skipped": self.skipped}
        for network, weights in self.networks.items():
            found.update({f"weights|{network}|{name}".replace("/", "|"): value for name, value in weights.items()})
            if self.average[network] is not weights:
                found.update({f"average|{network}|{name}".replace("/", "|"): value for name, value in self.average[network].items()})
            memory = self.memory[network]
            found[f"adam|{network}|steps"] = memory["steps"]
            for moment in ("first", "second"):
                found.update({f"adam|{network}|{moment}|{name}".replace("/", "|"): value for name, value in memory[moment].items()})
        return found


def stored_networks(path):
    """What a state.npz is worth: dict network -> dict name -> array, averages where they were kept, and the number of steps."""
    with np.load(path) as stored:
        arrays = {name.replace("|", "/"): stored[name] for name in stored.files}
    weights, averages = (
        {name[len(kind) :]: value for name, value in arrays.items() if name.startswith(kind)} for kind in ("weights/", "average/")
    )
    return networks_of({**weights, **averages}), int(arrays["done"])


def networks_of(weights: dict) -> dict:
    """The networks in a dict "network/name" -> value: dict network -> dict name -> value."""
    found = {}
    for full, value in weights.items():
        network, name = full.split("/", 1)
        found.setdefault(network, {})[name] = value
    return found


def _variable(name, value):
    return value if isinstance(value, tf.Variable) else tf.Variable(value, trainable=not name.endswith("/u"))


def _memory(weights):
    """What Adam remembers of a network: the mean gradient and the mean of its square, and the steps that it made."""
    moments = {
        moment: {name: tf.Variable(tf.zeros_like(value), trainable=False) for name, value in weights.items()}
        for moment in ("first", "second")
    }
    return {**moments, "steps": tf.Variable(0.0, trainable=False)}
