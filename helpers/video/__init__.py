"""A video becomes a cartoon.

scan: what a video is, before its pictures are decoded. read: its pictures; hdr: those of telephones, made ordinary.
track: faces from frame to frame. write: pictures into a file; sound: what is heard. cartoonize: all of it together.
"""

from __future__ import annotations


def __getattr__(name):
    if name != "cartoonize_video":
        raise AttributeError(f"module 'helpers.video' has no attribute {name!r}")
    from helpers.video.cartoonize import cartoonize_video  # starts TensorFlow: a mistake in a name is told without it

    return cartoonize_video
