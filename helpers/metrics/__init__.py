"""Numbers that say how good a result is, each named as what it is.

Here are the measures that need arrays alone: pictures, recognition (of a person), motion (of a video), textures (synthesized ones),
distributions and neighbours (of two sets of pictures), intervals (how sure a number is). What looks at pictures by a network has to be
imported by its own name, because it starts TensorFlow: helpers.metrics.identity, helpers.metrics.judge, helpers.metrics.survival.
"""

from helpers.metrics.distributions import frechet_distance, kernel_distance, kernel_distance_interval, kernel_distances, real_against_real
from helpers.metrics.intervals import Interval, bootstrap, corrected_share, mcnemar, paired_bootstrap, wilson
from helpers.metrics.motion import flicker, flicker_by_octave, lag, trembling, warped_difference
from helpers.metrics.neighbours import nearest, nearest_exemplar_ratio, precision, recall
from helpers.metrics.pictures import absolute_error, stray_colours, structural_similarity
from helpers.metrics.recognition import cosines, found_first, rank_one, separability

__all__ = [
    "Interval",
    "absolute_error",
    "bootstrap",
    "corrected_share",
    "cosines",
    "flicker",
    "flicker_by_octave",
    "found_first",
    "frechet_distance",
    "kernel_distance",
    "kernel_distance_interval",
    "kernel_distances",
    "lag",
    "mcnemar",
    "nearest",
    "nearest_exemplar_ratio",
    "paired_bootstrap",
    "precision",
    "rank_one",
    "real_against_real",
    "recall",
    "separability",
    "stray_colours",
    "structural_similarity",
    "trembling",
    "warped_difference",
    "wilson",
]
