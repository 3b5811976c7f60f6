"""What this processor can do."""

from __future__ import annotations

from pathlib import Path

BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16", "avx_ne_convert", "bf16"}  # the last one: arm64
CPU_INFO = Path("/proc/cpuinfo")  # Linux tells; other systems do not


def has_bfloat16() -> bool:
    """Whether this processor is known to calculate in bfloat16 (脑浮点)."""
    return bool(BFLOAT16_FLAGS & _flags())


def has_bfloat16_tiles() -> bool:
    """Whether it multiplies whole tiles of bfloat16 at once (AMX): what makes training in bfloat16 several times as fast."""
    return "amx_bf16" in _flags()


def _flags():
    return set(CPU_INFO.read_text().split()) if CPU_INFO.exists() else set()
