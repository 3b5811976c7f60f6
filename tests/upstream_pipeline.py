"""Runs ModelScope's own portrait pipeline, for test_upstream_equality.py and the benchmark.

    python tests/upstream_pipeline.py pictures.npz results.npz NAME=MODEL_DIRECTORY ...

In a process of its own: importing ModelScope's pipeline switches TensorFlow to graph mode and rewrites
CUDA_VISIBLE_DEVICES. Arrays in the .npz files: RGB [H, W, 3]; results are called "NAME/picture".
"""

from __future__ import annotations

import sys

import numpy as np


def make_pipeline(directory):
    """The lecture's call: ModelScope's pipeline on a model directory. Takes BGR, returns BGR under "output_img"."""
    from modelscope.pipelines import pipeline
    from modelscope.utils.constant import Tasks

    return pipeline(Tasks.image_portrait_stylization, model=str(directory))


def main(source, target, *models):
    with np.load(source) as archive:
        pictures = dict(archive)
    results = {}
    for name, directory in (model.split("=", 1) for model in models):
        run = make_pipeline(directory)
        for picture, image in pictures.items():
            results[f"{name}/{picture}"] = run(image[:, :, ::-1])["output_img"][:, :, ::-1]
    np.savez(target, **results)


if __name__ == "__main__":
    main(*sys.argv[1:])
