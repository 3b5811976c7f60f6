"""A video becomes a cartoon: read, painted frame by frame, written with its sound; faces are tracked, so that nothing trembles."""

from helpers.video.job import cartoonize_video

__all__ = ["cartoonize_video"]
