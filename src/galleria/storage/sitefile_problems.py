"""What is wrong in a site file, all of it, in the order of its lines. Knows nothing of what a site is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple

from galleria.domain.errors import Fault, SiteFileError

Loc = tuple[str | int, ...]

MOST_SHOWN = 100
MOST_LETTERS = 40


class Place(NamedTuple):
    """A place in a text; both count from 1."""

    line: int
    column: int


class Problem(NamedTuple):
    """One thing that is wrong, without the file's name."""

    place: Place
    what: str
    remedy: str


class Problems:
    """Collects problems of one file and turns them into one error.

    Attributes:
        keys: where each key stands, by the way to it from the top of the file, e.g. `("cameras", 0, "id")`.
        values: where each value begins.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Loc, Place] = {}
        self.values: dict[Loc, Place] = {}
        self._found: list[Problem] = []
        self._faults: list[Fault] = []
        self._told: set[Loc] = set()

    def __bool__(self) -> bool:
        return bool(self._found)

    def at(self, place: Place, what: str, remedy: str) -> None:
        """Note a problem at a place."""
        self._found.append(Problem(place, what, remedy))

    def add(self, loc: Loc, what: str, remedy: str, *, at_key: bool = False) -> None:
        """Note a problem with the value (or the key) at `loc`; only the first for each value is kept."""
        if loc not in self._told:
            self._told.add(loc)
            self._faults.append(Fault(loc, what, remedy))
            self.at(self.place(loc, at_key=at_key), what, remedy)

    def forget(self, loc: Loc) -> None:
        """Say nothing more about `loc`: what is wrong there has been told."""
        self._told.add(loc)

    def place(self, loc: Loc, *, at_key: bool = False) -> Place:
        """Where `loc` stands; what is not in the file stands where the nearest thing around it does."""
        for end in range(len(loc), -1, -1):
            known = (self.keys, self.values) if at_key or end < len(loc) else (self.values, self.keys)
            for places in known:
                if loc[:end] in places:
                    return places[loc[:end]]
        return Place(1, 1)

    def error(self) -> SiteFileError:
        """Make one error of all problems; each is a line `file:line:column: what; remedy`."""
        found = sorted(set(self._found))
        lines = [f"{self.file}:{p.place.line}:{p.place.column}: {p.what}; {p.remedy}" for p in found[:MOST_SHOWN]]
        if len(found) > MOST_SHOWN:
            lines.append(f"{self.file}: {len(found) - MOST_SHOWN} problems more")
        return SiteFileError("\n".join(lines), faults=tuple(self._faults[:MOST_SHOWN]))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that somebody who wrote `word` may have meant."""
    by_lower = {name.lower().replace("-", "_"): name for name in known}
    close = difflib.get_close_matches(word.lower().replace("-", "_"), by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else None


def quoted(text: str) -> str:
    """Make text from the file fit for a message: short, printable, no URL (it may hold a password)."""
    if "://" in text:
        return "`…://…`"
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return f"`{shown[:MOST_LETTERS]}…`" if len(shown) > MOST_LETTERS else f"`{shown}`"
