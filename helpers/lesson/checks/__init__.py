"""One check for each exercise, under the name of the function that the exercise asks for. One file for each notebook."""

from .notebook_00 import mean_without_float, mix, share_changed, wrapped
from .notebook_01 import blocks_needed, greedy_seam, make_tile
from .notebook_02 import keep_colours, masked_gram, same_style
from .notebook_10 import composite, taken_out, undo, working_size
from .notebook_11 import box_overlap, by_flicker, without_speed
from .notebook_12 import balanced, content_of, fill_segments
from .notebook_13 import output_levels, quantise_whole, stored_bytes
from .notebook_15 import longest_wait, model_id, upright
from .notebook_16 import cut_out, share_covered, stencil, turned

__all__ = [
    "balanced",
    "blocks_needed",
    "box_overlap",
    "by_flicker",
    "composite",
    "content_of",
    "cut_out",
    "fill_segments",
    "greedy_seam",
    "keep_colours",
    "longest_wait",
    "make_tile",
    "masked_gram",
    "mean_without_float",
    "mix",
    "model_id",
    "output_levels",
    "quantise_whole",
    "same_style",
    "share_changed",
    "share_covered",
    "stencil",
    "stored_bytes",
    "taken_out",
    "turned",
    "undo",
    "upright",
    "without_speed",
    "working_size",
    "wrapped",
]
