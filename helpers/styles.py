"""The seven official portrait styles (风格) and which of them are embedded in this course."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass

from helpers import settings
from helpers.errors import ModelError


@dataclass(frozen=True)
class Style:
    """One style: its name, its Chinese name, its model on the ModelScope hub."""

    name: str
    chinese: str
    model_id: str
    revision: str | None  # None: the newest one on the hub
    summary: str

    @property
    def directory(self):
        """Folder of the embedded model of this style; it may not exist."""
        return settings.MODELS / self.name

    @property
    def embedded(self) -> bool:
        """Whether the course ships a model of its own for this style."""
        return (self.directory / "configuration.json").is_file()


def _official(name, chinese, tail, summary, revision=None):
    model_id = f"damo/cv_unet_person-image-cartoon{tail}_compound-models"
    return Style(name, chinese, model_id, revision, summary)


# Names and IDs: ModelScope's DCT-Net model cards. The two newest models are published under a tag.
_ALL = (
    _official("anime", "日漫风", "", "Japanese anime"),
    _official("3d", "3D风", "-3d", "virtual 3D character"),
    _official("handdrawn", "手绘风", "-handdrawn", "drawn by hand"),
    _official("sketch", "素描风", "-sketch", "pencil sketch"),
    _official("artstyle", "艺术风", "-artstyle", "painting"),
    _official("design", "设计风", "-sd-design", "design; exemplars from a diffusion model (SD)", "v1.0.0"),
    _official("illustration", "插画风", "-sd-illustration", "illustration; exemplars from a diffusion model (SD)", "v1.0.0"),
)
STYLES = {style.name: style for style in _ALL}


def find(name: str) -> Style:
    """Return the style with this name, Chinese name or model ID; else raise ModelError with the nearest name."""
    for style in STYLES.values():
        if name.lower() == style.name or name in (style.chinese, style.model_id):
            return style
    near = difflib.get_close_matches(name.lower(), STYLES, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"' if near else "choose one of the list"
    raise ModelError(f'There is no style "{name}": {hint} ({", ".join(STYLES)}).')


def embedded_names() -> list[str]:
    """Names of the styles that work without the internet."""
    return [style.name for style in STYLES.values() if style.embedded]


def table() -> str:
    """All styles as a text table: name, Chinese name, where the model is now, model ID."""
    from helpers import hub  # here, because hub imports this module

    rows = [("style", "中文", "where", "model ID", "kind")]
    for style in STYLES.values():
        rows.append((style.name, style.chinese, hub.where(style), style.model_id, style.summary))
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_pad(cell, width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _width(text: str) -> int:
    """Columns that a text takes in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
