"""One check for each exercise, under the name of the function that the exercise asks for. One file for each notebook."""

from .notebook_00 import mean_without_float, mix, share_changed, wrapped
from .notebook_01 import blocks_needed, make_tile, period
from .notebook_02 import histogram_loss, keep_colours, mixed_style, weighted_style
from .notebook_10 import composite, taken_out, undo, working_size
from .notebook_11 import box_overlap, frame_at, smooth_points
from .notebook_12 import fill_segments, last_whole, middle_square
from .notebook_13 import graph_inputs, pad_white, stored_bytes
from .notebook_15 import fit, front_matter, is_pinned
from .notebook_16 import cut_out, share_covered, turned

__all__ = [
    "blocks_needed",
    "box_overlap",
    "composite",
    "cut_out",
    "fill_segments",
    "fit",
    "frame_at",
    "front_matter",
    "graph_inputs",
    "histogram_loss",
    "is_pinned",
    "keep_colours",
    "last_whole",
    "make_tile",
    "mean_without_float",
    "middle_square",
    "mix",
    "mixed_style",
    "pad_white",
    "period",
    "share_changed",
    "share_covered",
    "smooth_points",
    "stored_bytes",
    "taken_out",
    "turned",
    "undo",
    "weighted_style",
    "working_size",
    "wrapped",
]
