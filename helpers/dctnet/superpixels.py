"""Superpixels (超像素): a picture in about 200 flat patches, so that the content loss pulls towards flat colours, as cartoons have."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from skimage.segmentation import slic

SEGMENTS, SIGMA, COMPACTNESS = 200, 1, 10
_threads = ThreadPoolExecutor()  # SLIC lets other threads run while it counts


def superpixels(pictures):
    """Each picture of a batch, its segments filled with their mean colour. float32 [N, H, W, 3] in and out.

    SLIC (Achanta et al., 2012), one thread a picture. The pictures may go beyond [-1, 1]: SLIC brings them to [0, 1] itself.
    """
    return np.stack(list(_threads.map(_flatten, np.asarray(pictures))))


def _flatten(picture):
    labels = slic(picture, n_segments=SEGMENTS, sigma=SIGMA, compactness=COMPACTNESS, start_label=1).ravel()
    size = np.maximum(np.bincount(labels), 1)  # label 0 is not used
    means = [np.bincount(labels, weights=channel.ravel()) / size for channel in np.moveaxis(picture, -1, 0)]
    return np.stack(means, -1)[labels].reshape(picture.shape).astype(np.float32)
