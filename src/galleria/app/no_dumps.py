"""What a crash leaves behind holds no memory: pictures and templates live there, and nowhere else."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

FILTER = Path("/proc/self/coredump_filter")


def forbid_dumps() -> None:
    """No core file, and no memory in what a handler of crashes is given; holds for children too."""
    with suppress(ValueError, OSError):  # some containers refuse even less of it
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    with suppress(OSError):  # only Linux has it
        FILTER.write_text("0", encoding="ascii")
