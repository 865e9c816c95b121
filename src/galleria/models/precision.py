"""Which precision this machine's processor should run."""

from __future__ import annotations

import platform
from pathlib import Path

from .cards import Entry

# Without these the integer kernels add in 16 bits, which overflow: slower gains, and other answers.
INTEGER_FLAGS = {"avx512_vnni", "avx_vnni"}


def integers_are_exact(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor multiplies bytes into 32-bit sums (AVX-512 VNNI or AVX-VNNI), as far as can be told."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return False
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return False
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), [])
    return not INTEGER_FLAGS.isdisjoint(flags)


def choose_variant(entry: Entry, wanted: str = "auto") -> str:
    """Return the variant to run: `auto` takes int8 where the processor computes it fast and exactly, else fp32."""
    if wanted != "auto":
        return wanted
    if "int8" in entry.variants and (integers_are_exact() or len(entry.variants) == 1):
        return "int8"
    return "fp32"
