"""Runs ModelScope 1.3.2's own trainer and exporter, for tests and the training benchmark. In a process of its own.

They need TensorFlow 1. Under TensorFlow 2.7 a shim is put in its place: the package's own TF1 interface, and the one function of
tensorflow.contrib that they call. `pretend_tf1` says which of the two it is.

    python tests/upstream_tf1.py train MODEL_DIRECTORY WORK_DIRECTORY STEPS
    python tests/upstream_tf1.py export MODEL_DIRECTORY CHECKPOINT GRAPH
"""

from __future__ import annotations

import sys
import types


def pretend_tf1() -> str:
    """Make `import tensorflow` give TensorFlow 1 from now on. Returns what it is, in words."""
    import tensorflow as tf

    if tf.__version__.startswith("1."):
        return f"TensorFlow {tf.__version__}"
    name, v1 = f"TensorFlow {tf.__version__} behind a TF1 shim", tf.compat.v1
    v1.disable_v2_behavior()
    v1.__version__ = "1.15"  # upstream looks at it and fails on a 2
    v1.contrib = types.ModuleType("tensorflow.contrib")
    v1.contrib.slim = types.ModuleType("tensorflow.contrib.slim")
    v1.contrib.slim.convolution2d = convolution2d
    sys.modules.update({"tensorflow": v1, "tensorflow.contrib": v1.contrib, "tensorflow.contrib.slim": v1.contrib.slim})
    return name


def convolution2d(inputs, channels, size, stride=1, activation_fn=None, scope=None):
    """What TF-slim's function of this name does where upstream calls it: a linear convolution with bias, Xavier start, slim's names."""
    import tensorflow as tf  # the shim

    assert activation_fn is None
    with tf.variable_scope(scope, "Conv", [inputs]):
        weights = tf.get_variable("weights", [*size, inputs.shape[-1], channels], initializer=tf.glorot_uniform_initializer())
        biases = tf.get_variable("biases", [channels], initializer=tf.zeros_initializer())
        return tf.nn.bias_add(tf.nn.conv2d(inputs, weights, [1, stride, stride, 1], "SAME"), biases)


def make_trainer(directory, **settings):
    """Upstream's trainer on a model directory with a `train` block and vgg19.npy. Call pretend_tf1 first."""
    from modelscope.models.cv.cartoon import utils
    from modelscope.trainers.cv import CartoonTranslationTrainer

    trainer = CartoonTranslationTrainer(model=str(directory), **settings)
    utils.read_image.__defaults__ = (trainer.params["patch_size"],)  # it reads pictures at 256, whatever the patch size
    return trainer


def train(directory, work, steps):
    make_trainer(directory, work_dir=work, max_steps=int(steps)).train()


def export(directory, checkpoint, graph):
    """Upstream's exporter works only beside a trainer: it takes the trainer's variables."""
    make_trainer(directory)
    from modelscope.exporters.cv import CartoonTranslationExporter

    CartoonTranslationExporter().export_frozen_graph_def(ckpt_path=checkpoint, frozen_graph_path=graph)


if __name__ == "__main__":
    print(pretend_tf1())
    {"train": train, "export": export}[sys.argv[1]](*sys.argv[2:])
