"""Turns a site file (YAML, written by people) into a `Site`, or tells all that is wrong with it at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from galleria.domain.errors import SiteFileError
from galleria.domain.site import Site

from .sitefile_build import Builder
from .sitefile_models import SCHEMA_FILE, SCHEMA_ID, json_schema
from .sitefile_problems import Place, Problems
from .sitefile_words import note_shape
from .sitefile_yaml import read_yaml

__all__ = ["MOST_BYTES", "SCHEMA_FILE", "SCHEMA_ID", "json_schema", "load_site", "parse_site"]

MOST_BYTES = 1 << 20


def load_site(path: Path | str) -> Site:
    """Read a site file.

    Args:
        path: the file; paths in it start from its folder.

    Returns:
        the site, coordinates normalised, lines directed, `${NAME}` filled in from the environment.

    Raises:
        SiteFileError: it cannot be read or is wrong; `problem` has one line for each mistake,
            `file:line:column: what is wrong; what to do`.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        problem = f"there is no site file {path}"
        raise SiteFileError(problem, f"`galleria init {path}` writes one.") from error
    except IsADirectoryError as error:
        problem = f"{path} is a folder, not a site file"
        raise SiteFileError(problem, "Name the file in it.") from error
    except OSError as error:
        problem = f"the site file {path} cannot be read ({error.strerror})"
        raise SiteFileError(problem, "Check its permissions.") from error
    return parse_site(content, path)


def parse_site(content: bytes, path: Path, environment: Mapping[str, str] | None = None) -> Site:
    """Read what is (or will be) in a site file.

    Args:
        content: UTF-8, with or without a byte order mark.
        path: its name for messages, and where paths in it start from.
        environment: what `${NAME}` stands for; the program's environment if None.

    Raises:
        SiteFileError: as `load_site`.
    """
    problems = Problems(str(path))
    text = _decode(content, problems)
    whole = read_yaml(text, problems) if text is not None else None
    if not isinstance(whole, dict):
        if not problems:
            what = "a site file is a block of lines `key: value`" if whole is not None else "the file is empty"
            problems.add((), what, "`galleria init` writes a starting file")
        raise problems.error()
    note_shape(whole, problems)
    site = Builder(whole, problems, path.parent, os.environ if environment is None else environment).site()
    if problems:
        raise problems.error()
    return site


def _decode(content: bytes, problems: Problems) -> str | None:
    if len(content) > MOST_BYTES:
        what = "the file is larger than 1 MiB"
        problems.at(Place(1, 1), what, "a site file is a few pages of text; is this the right file?")
        return None
    try:
        text = content.decode("utf-8-sig")
        nul = text.find("\0")
        before, broken = text[: max(nul, 0)], nul >= 0
    except UnicodeDecodeError as error:
        text, before, broken = "", content[: error.start].decode("utf-8-sig", "replace"), True
    if not broken:
        return text
    place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
    problems.at(place, "this is not UTF-8 text", "save it as UTF-8, or check that this is the right file")
    return None
