"""One check for each exercise, under the name of the function that the exercise asks for. One file for each notebook."""

from .notebook_00 import mix, share_changed
from .notebook_01 import blocks_needed, make_tile, period
from .notebook_02 import histogram_loss, keep_colours, mixed_style, weighted_style
from .notebook_10 import composite, undo, working_size
from .notebook_11 import box_overlap, frame_at, smooth_points
from .notebook_12 import balanced, content_of, fill_segments
from .notebook_13 import graph_inputs, pad_white, stored_bytes
from .notebook_15 import fit, front_matter, is_pinned
from .notebook_16 import cut_out, share_covered, turned

__all__ = [
    "balanced",
    "blocks_needed",
    "box_overlap",
    "composite",
    "content_of",
    "cut_out",
    "fill_segments",
    "fit",
    "frame_at",
    "front_matter",
    "graph_inputs",
    "histogram_loss",
    "is_pinned",
    "keep_colours",
    "make_tile",
    "mix",
    "mixed_style",
    "pad_white",
    "period",
    "share_changed",
    "share_covered",
    "smooth_points",
    "stored_bytes",
    "turned",
    "undo",
    "weighted_style",
    "working_size",
]
