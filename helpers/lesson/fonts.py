"""Is there a font with Chinese characters on this machine? Without one a browser draws boxes."""

from __future__ import annotations

import shutil
import subprocess

# Families, as fontconfig and matplotlib call them, the ones that look best on a screen first.
CHINESE_FONTS = (
    "Noto Sans CJK",
    "Noto Sans SC",
    "Source Han Sans",
    "PingFang",
    "Microsoft YaHei",
    "WenQuanYi",
    "Heiti",
    "SimHei",
    "Droid Sans Fallback",
    "Arial Unicode",
)


def chinese_font():
    """The family of an installed font with Chinese characters, or None. Asks fontconfig, as browsers do, else matplotlib."""
    asked = shutil.which("fc-list") is not None
    families = _fontconfig() if asked else _matplotlib()
    known = [family for start in CHINESE_FONTS for family in families if family.startswith(start)]
    return next(iter(known + families * asked), None)


def _fontconfig() -> list:
    """All families that hold simplified Chinese, known to us or not."""
    answer = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, timeout=60, check=False)
    return sorted({line.split(",")[0].strip() for line in answer.stdout.splitlines() if line.strip()})


def _matplotlib() -> list:
    """All families, whatever they hold."""
    from matplotlib import font_manager

    return sorted({font.name for font in font_manager.fontManager.ttflist})
