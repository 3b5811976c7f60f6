"""Mistakes that a person can make. Each message is one sentence: what was wrong and what to do."""

from __future__ import annotations


class CourseError(Exception):
    """Any of the mistakes below."""


class ImageError(CourseError):
    """A picture that cannot be read, used or written."""


class ModelError(CourseError):
    """A style, a model directory or a graph that cannot be used."""


class DatasetError(CourseError):
    """A folder of training pictures that cannot be used."""


class VideoError(CourseError):
    """A video that cannot be read or written."""


class SpaceError(CourseError):
    """A creation space that cannot be written or checked."""
