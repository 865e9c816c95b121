"""Events as columns: what measures of whole days are made from, millions of rows at a time.

Nothing here says which track it was, or where in the picture: only when, and at which place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spans:
    """Events of one kind, in any order.

    Attributes:
        begin: (n,) seconds since 1970-01-01 UTC.
        end: (n,) likewise; of a crossing the same as its begin.
        place: (n,) index into the names that belong to the kind.
        flag: (n,) of a crossing: it was a coming; of a stay: it was cut short; of a path: passed by.
    """

    begin: Numbers
    end: Numbers
    place: Places
    flag: Flags

    def __len__(self) -> int:
        return len(self.begin)

    @staticmethod
    def of(rows: Sequence[tuple[float, float, int, object]]) -> Spans:
        """From rows of begin, end, place and flag."""
        begin, end, place, flag = zip(*rows, strict=True) if rows else ((), (), (), ())
        return Spans(
            np.array(begin, np.float64), np.array(end, np.float64), np.array(place, np.int64), np.array(flag, np.bool_)
        )

    def where(self, keep: Flags | NDArray[np.intp]) -> Spans:
        """Those that a mask or an index array picks."""
        return Spans(self.begin[keep], self.end[keep], self.place[keep], self.flag[keep])


def none() -> Spans:
    """No events."""
    return Spans.of(())


@dataclass(frozen=True, slots=True)
class Watching:
    """One recording: whose, and what was watched in it. Places of seen spans are indices into these."""

    camera: str
    tripwires: frozenset[str]
    zones: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that happened in some stretch of time, at one site.

    Attributes:
        lines: ids of tripwires; the places of crossings.
        zones: ids; the places of stays.
        cameras: ids; the places of paths.
        recordings: the places of what was seen.
        unseen: by camera: stretches in which its state says that it was not seeing, whatever frames came.
    """

    lines: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    recordings: tuple[Watching, ...] = ()
    crossings: Spans = field(default_factory=none)
    stays: Spans = field(default_factory=none)
    paths: Spans = field(default_factory=none)
    seen: Spans = field(default_factory=none)
    unseen: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    @property
    def events(self) -> int:
        """How many."""
        return len(self.crossings) + len(self.stays) + len(self.paths) + len(self.seen)

    def __add__(self, other: Facts) -> Facts:
        lines = _names(self.lines, other.lines)
        zones = _names(self.zones, other.zones)
        cameras = _names(self.cameras, other.cameras)
        # Recordings are not joined: coverage is a union in any case.
        shifted = Spans(other.seen.begin, other.seen.end, other.seen.place + len(self.recordings), other.seen.flag)
        unseen = {camera: [*gaps] for camera, gaps in self.unseen.items()}
        for camera, gaps in other.unseen.items():
            unseen.setdefault(camera, []).extend(gaps)
        return Facts(
            lines,
            zones,
            cameras,
            (*self.recordings, *other.recordings),
            _joined(lines, (self.lines, self.crossings), (other.lines, other.crossings)),
            _joined(zones, (self.zones, self.stays), (other.zones, other.stays)),
            _joined(cameras, (self.cameras, self.paths), (other.cameras, other.paths)),
            _append(self.seen, shifted),
            unseen,
        )


def _names(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *others)))


def _joined(names: tuple[str, ...], *some: tuple[tuple[str, ...], Spans]) -> Spans:
    """Spans whose places are indices into different names, as indices into all of them."""
    moved = []
    for mine, spans in some:
        places = np.array([names.index(name) for name in mine], np.int64)
        moved.append(Spans(spans.begin, spans.end, places[spans.place], spans.flag))
    return _append(*moved)


def _append(a: Spans, b: Spans) -> Spans:
    return Spans(
        np.concatenate((a.begin, b.begin)),
        np.concatenate((a.end, b.end)),
        np.concatenate((a.place, b.place)),
        np.concatenate((a.flag, b.flag)),
    )
