"""What surrounds the person: Light, Background and Camera."""

from __future__ import annotations

import dataclasses

from .parameters import Parameters, choice, number


@dataclasses.dataclass(frozen=True)
class Light(Parameters):
    """One key light, a soft fill, and a rim light from behind."""

    azimuth: float = number(-25, -65, 65, "degrees, positive from the right of the picture")
    elevation: float = number(30, 5, 55, "degrees above the eyes")
    key: float = number(0.95, 0.5, 1.4, "strength of the key light")
    fill: float = number(0.5, 0.2, 0.8, "strength of the fill light")
    warmth: float = number(0, -1, 1, "negative bluish, positive yellowish")
    rim: float = number(0.1, 0, 0.8, "strength of the rim light")


@dataclasses.dataclass(frozen=True)
class Background(Parameters):
    """What is behind the person; the same seed gives the same background."""

    kind: str = choice(("gradient", "flat", "bokeh", "leaves", "fractal", "rooms"), "kind of background")
    seed: int = number(1, 0, 2**31 - 1, "whole number")


@dataclasses.dataclass(frozen=True)
class Camera(Parameters):
    """What the camera does to the picture. Camera() is neutral: it does nothing.

    Exposure, cast, saturation and contrast (the grade) act on photos and cartoons alike, so that a pair
    can share its colours; blur, noise, vignette and JPEG act on photos only.
    """

    exposure: float = number(0, -1, 1, "stops")
    cast_red: float = number(0, -0.15, 0.15, "relative gain of red")
    cast_blue: float = number(0, -0.15, 0.15, "relative gain of blue")
    saturation: float = number(1, 0.5, 1.5, "1 is neutral")
    contrast: float = number(1, 0.7, 1.4, "1 is neutral")
    vignette: float = number(0, 0, 0.5, "darkening of the corners")
    blur: float = number(0, 0, 2, "sigma in pixels of a picture 128 pixels wide")
    noise: float = number(0, 0, 0.08, "standard deviation, 1 is white")
    jpeg: int = number(100, 20, 100, "quality; 100 leaves JPEG out")
    seed: int = number(0, 0, 2**31 - 1, "which noise")

    @classmethod
    def neutral(cls):
        """The camera that changes nothing."""
        return cls()
