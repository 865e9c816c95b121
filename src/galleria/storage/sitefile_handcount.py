"""Turns what a site file says about counts by hand into records, and notes what cannot have been counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from galleria.domain.hand_count import HandCount

from .sitefile_entry import Day, Entry, Identifier
from .sitefile_hours import read_day
from .sitefile_problems import Loc, Problems, nearest, quoted

_MOST = 1_000_000
_Count = Annotated[int, Field(ge=0, le=_MOST)]


class HandCountEntry(Entry):
    """What somebody who stood at the doors counted: by it comings are told from visits."""

    day: Day = Field(description="The day it was counted on.", examples=["2026-10-01"])
    comings: Annotated[int, Field(ge=1, le=_MOST)] = Field(
        description="How many people who came in were looked at, in opening hours.", examples=[640]
    )
    staff: _Count = Field(0, description="How many of them were staff.", examples=[18])
    again: _Count = Field(
        0, description="How many of them had been inside within the last three hours, staff left out.", examples=[21]
    )
    entrance: Identifier | None = Field(
        None, description="The entrance they came in by; without it any.", examples=["main-entrance"]
    )
    shop: Identifier | None = Field(
        None, description="The shop they went into, if it was counted at a shop's door.", examples=["books"]
    )


@dataclass(frozen=True, slots=True)
class Doors:
    """Ids of what may be named, parts with mistakes as well: one mistake is told once."""

    entrances: Collection[str]
    shops: Collection[str]


def read_hand_counts(
    entries: Iterable[tuple[HandCountEntry, Loc]], doors: Doors, problems: Problems
) -> tuple[HandCount, ...]:
    """Read counts by hand, in the file's order.

    Args:
        entries: each with where it stands in the file.
        doors: the site's.
        problems: takes what is wrong.
    """
    found = []
    for entry, loc in entries:
        place = _place(entry, loc, doors, problems)
        if entry.staff + entry.again > entry.comings:
            what = f"of {entry.comings} comings {entry.staff + entry.again} are staff's or of those who came again"
            problems.add((*loc, "comings"), what, "`comings` are all that were looked at, these among them")
        if (day := read_day(entry.day, (*loc, "day"), problems)) is not None:
            found.append(HandCount(day, entry.comings, entry.staff, entry.again, place))
    return tuple(found)


def _place(entry: HandCountEntry, loc: Loc, doors: Doors, problems: Problems) -> str:
    if entry.entrance is not None and entry.shop is not None:
        what = "a count is of an entrance or of a shop"
        problems.add((*loc, "shop"), what, "write two counts, or remove this line")
    for kind, name, known in (("entrance", entry.entrance, doors.entrances), ("shop", entry.shop, doors.shops)):
        if name is None:
            continue
        if name not in known:
            close = nearest(name, known)
            remedy = f"did you mean `{close}`?" if close else f"add `- id: {name}` under `{kind}s:`"
            problems.add((*loc, kind), f"there is no {kind} {quoted(name)}", remedy)
        return f"{kind}:{name}"
    return "site"
