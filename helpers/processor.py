"""What this processor can do."""

from __future__ import annotations

from pathlib import Path

BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16", "avx_ne_convert", "bf16"}  # the last one: arm64
CPU_INFO = Path("/proc/cpuinfo")  # Linux tells; other systems do not


def has_bfloat16() -> bool:
    """Whether this processor is known to calculate in bfloat16 (脑浮点)."""
    text = CPU_INFO.read_text() if CPU_INFO.exists() else ""
    return bool(BFLOAT16_FLAGS & set(text.split()))
