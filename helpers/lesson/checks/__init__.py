"""One check for each exercise, under the name of the function that the exercise asks for. One file for each notebook."""

from .notebook_00 import mix, share_changed
from .notebook_01 import blocks_needed, make_tile, period
from .notebook_02 import histogram_loss, keep_colours, mixed_style, weighted_style
from .notebook_10 import composite, undo, working_size
from .notebook_11 import box_overlap, frame_at, smooth_points
from .notebook_12 import balanced, content_of, fill_segments
from .notebook_13 import output_levels, quantise_whole, stored_bytes
from .notebook_15 import longest_wait, model_id, upright
from .notebook_16 import cut_out, share_covered, turned

__all__ = [
    "balanced",
    "blocks_needed",
    "box_overlap",
    "composite",
    "content_of",
    "cut_out",
    "fill_segments",
    "frame_at",
    "histogram_loss",
    "keep_colours",
    "longest_wait",
    "make_tile",
    "mix",
    "mixed_style",
    "model_id",
    "output_levels",
    "period",
    "quantise_whole",
    "share_changed",
    "share_covered",
    "smooth_points",
    "stored_bytes",
    "turned",
    "undo",
    "upright",
    "weighted_style",
    "working_size",
]
