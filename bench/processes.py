"""Fresh processes: how much memory `galleria count` takes, and how soon `galleria --help` answers."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from .footage import PEOPLE

STARTS = 7
# The high-water mark of the process itself: what the system tells of children may include the parent's memory.
_WITH_MARK = """
import re, sys
from galleria.cli.main import main
try:
    main()
finally:
    print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1], file=sys.stderr)
"""


def peak_memory(data: Path) -> float | None:
    """Return the most memory, MB (10^6 bytes), that a count with one thread holds; None where it cannot be told."""
    if not Path("/proc/self/status").is_file():
        return None
    lines = [f"--line=line{n}={x}" for n, x in enumerate(("0,350,767,350", "150,0,150,431", "618,0,618,431"))]
    with tempfile.TemporaryDirectory(prefix="galleria-bench-") as folder:
        journal = f"--journal={folder}/journal.db"
        counting = ["count", str(PEOPLE.clip(data)), *lines, "--threads=1", "--json", journal]
        done = subprocess.run(  # noqa: S603  our own words only
            [sys.executable, "-c", _WITH_MARK, *counting], check=True, capture_output=True, text=True
        )
    return int(done.stderr.split()[-1]) * 1024 / 1e6


def cold_starts() -> list[float]:
    """Return the seconds that `galleria --help` takes, each in a fresh process, in order of length."""
    galleria = Path(sys.executable).with_name("galleria")
    seconds = []
    for _ in range(STARTS):
        began = perf_counter()
        subprocess.run([galleria, "--help"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        seconds.append(perf_counter() - began)
    return sorted(seconds)
