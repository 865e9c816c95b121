"""Templates that are filled for people to read: reports, and pages that need nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2


def templates_in(folder: Path, filters: Mapping[str, Callable[..., Any]]) -> jinja2.Environment:
    """The templates of a folder. What they are not given is an error; plain text is not escaped."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=jinja2.select_autoescape(["html"]),  # `&amp;` has no meaning in plain text
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= filters
    return made
