"""Blocks of a site file, as they were written, into entries; one of a wrong shape is left out, and the rest is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError

from .sitefile_entry import Entry
from .sitefile_problems import Loc, Problems, quoted
from .sitefile_yaml import Plain

Some = TypeVar("Some", bound=Entry)
Whole = Mapping[str, Plain]


@dataclass(slots=True)
class Ids:
    """Ids that were given, each kind's once.

    Attributes:
        problems: takes those that were given twice.
    """

    problems: Problems
    _first: dict[tuple[str, str], Loc] = field(default_factory=dict)

    def unique(self, kind: str, raw: Whole, loc: Loc) -> bool:
        """Whether the block there is the first of its kind with its id; one without an id is told elsewhere."""
        if not isinstance(name := raw.get("id"), str):
            return True
        first = self._first.setdefault((kind, name), loc)
        if first != loc:
            line = self.problems.place((*first, "id")).line
            what = f"another {kind} has the id {quoted(name)} already (line {line})"
            self.problems.add((*loc, "id"), what, "give each its own")
        return first == loc


def part(entry: type[Some], raw: Whole, without: tuple[str, ...] = ()) -> Some | None:
    """Read one block; what is wrong in it is left out where it can be, and None is returned where not."""
    kept = {key: value for key, value in raw.items() if key not in without}
    try:
        return entry.model_validate(kept)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False):
            kept.pop(str(found["loc"][0]), None)
    if "id" in entry.model_fields:
        kept.setdefault("id", "unnamed")
    try:
        return entry.model_validate(kept)
    except ValidationError:
        return None


def blocks(raw: Whole, key: str | int) -> Iterator[tuple[int, dict[str, Plain]]]:
    """The blocks in a list, with their number; what is no block is told elsewhere."""
    items = raw.get(str(key))
    for n, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield n, item


def named(raw: Whole, key: str) -> Iterator[tuple[int, dict[str, Plain]]]:
    """Those of them that have an id."""
    return ((n, block) for n, block in blocks(raw, key) if "id" in block)
