"""Tallies into tables: age bands and gender presentation, moods by the hour, a screen's watchers. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from galleria.domain.tally import Tally

BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS = ("female", "male")
UNSURE = "unsure"  # a gender presentation that a track's pictures do not agree on


@dataclass(frozen=True, slots=True)
class Bands:
    """Tracks by age band (rows) and gender presentation (columns)."""

    bands: tuple[str, ...]
    genders: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        return sum(map(sum, self.counts))


@dataclass(frozen=True, slots=True)
class Mood:
    """Faces at a place, and how many of them smiled or were frustrated."""

    faces: int = 0
    smiling: int = 0
    frustrated: int = 0


@dataclass(frozen=True, slots=True)
class Audience:
    """A screen's: tracks that could have looked, those that did, and for how many seconds altogether."""

    opportunities: int = 0
    watchers: int = 0
    attention: float = 0.0


def amounts(tallies: Iterable[Tally]) -> dict[str, float]:
    """The sum of each cell."""
    found: defaultdict[str, float] = defaultdict(float)
    for one in tallies:
        found[one.cell] += one.amount
    return dict(found)


def bands(cells: Mapping[str, float]) -> Bands:
    """Cells such as `25-34 female` as a table; other bands and genders than ours are left out."""
    rows = tuple(tuple(round(cells.get(f"{band} {gender}", 0)) for gender in GENDERS) for band in BANDS)
    return Bands(BANDS, GENDERS, rows)


def unsure(cells: Mapping[str, float]) -> int:
    """Tracks of all bands whose gender presentation is not sure; they are in no table."""
    return sum(round(cells.get(f"{band} {UNSURE}", 0)) for band in BANDS)


def added(tables: Iterable[Bands]) -> Bands:
    """The sum of tables."""
    some = [table.counts for table in tables]
    rows = tuple(tuple(sum(one[r][c] for one in some) for c in range(len(GENDERS))) for r in range(len(BANDS)))
    return Bands(BANDS, GENDERS, rows)


def mood(cells: Mapping[str, float]) -> Mood:
    """Cells `faces`, `smiling`, `frustrated`; more than all of the faces is not believed."""
    faces = round(cells.get("faces", 0))
    return Mood(faces, *(min(faces, round(cells.get(name, 0))) for name in ("smiling", "frustrated")))


def audience(cells: Mapping[str, float]) -> Audience:
    """Cells `opportunities`, `watchers`, `attention`; who watched could have."""
    watchers = round(cells.get("watchers", 0))
    return Audience(max(round(cells.get("opportunities", 0)), watchers), watchers, cells.get("attention", 0.0))


def moods(some: Iterable[Mood]) -> Mood:
    """The sum of several."""
    listed = list(some)
    return Mood(*(sum(getattr(one, name) for one in listed) for name in ("faces", "smiling", "frustrated")))


def audiences(some: Iterable[Audience]) -> Audience:
    """The sum of several."""
    listed = list(some)
    return Audience(
        sum(one.opportunities for one in listed),
        sum(one.watchers for one in listed),
        sum(one.attention for one in listed),
    )
