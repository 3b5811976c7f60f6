"""One check for each exercise, under the name of the function that the exercise asks for. One file for each notebook."""

from .notebook_00 import mix, share_changed
from .notebook_01 import blocks_needed, make_tile, period
from .notebook_02 import keep_colours, masked_gram, same_style
from .notebook_10 import composite, undo, working_size
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
    "is_pinned",
    "keep_colours",
    "last_whole",
    "make_tile",
    "middle_square",
    "masked_gram",
    "mix",
    "pad_white",
    "period",
    "same_style",
    "share_changed",
    "share_covered",
    "smooth_points",
    "stored_bytes",
    "turned",
    "undo",
    "working_size",
]
