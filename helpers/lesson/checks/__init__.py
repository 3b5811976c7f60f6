"""One check for each exercise, under the name of the function that the exercise asks for. One file for each notebook."""

from .notebook_00 import mix, share_changed
from .notebook_01 import blocks_needed, make_tile, period
from .notebook_02 import histogram_loss, keep_colours, mixed_style, weighted_style
from .notebook_10 import composite, undo, working_size
from .notebook_11 import box_overlap, by_flicker, without_speed
from .notebook_12 import fill_segments, last_whole, middle_square
from .notebook_13 import graph_inputs, pad_white, stored_bytes
from .notebook_15 import fit, front_matter, is_pinned
from .notebook_16 import cut_out, share_covered, turned

__all__ = [
    "blocks_needed",
    "box_overlap",
    "by_flicker",
    "composite",
    "cut_out",
    "fill_segments",
    "fit",
    "front_matter",
    "graph_inputs",
    "histogram_loss",
    "is_pinned",
    "keep_colours",
    "last_whole",
    "make_tile",
    "middle_square",
    "mix",
    "mixed_style",
    "pad_white",
    "period",
    "share_changed",
    "share_covered",
    "stored_bytes",
    "turned",
    "undo",
    "weighted_style",
    "without_speed",
    "working_size",
]
