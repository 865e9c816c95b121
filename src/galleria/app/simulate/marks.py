"""What a day would look like to cameras that miss nothing: crossings, stays and tracks in columns."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from galleria.analytics.facts import Flags, Numbers, Places

CROSSING, STAY, PATH = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Marks:
    """Events as numbers; (n,) each.

    Attributes:
        kind: CROSSING, STAY or PATH.
        camera: index.
        place: index of the line or zone; -1 of a path.
        begin, end: seconds since 1970-01-01 UTC.
        flag: of a crossing: it is a coming; of a stay: cut short; of a path: it crossed no line.
        track: number within the day.
        x: metres from the left where a line was crossed; of others 0.
        points: JSON, of a path; else None.
    """

    kind: Places
    camera: Places
    place: Places
    begin: Numbers
    end: Numbers
    flag: Flags
    track: Places
    x: Numbers
    points: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.kind)

    def where(self, keep: Flags | NDArray[np.intp]) -> Marks:
        """Those that a mask or an index array picks."""
        return Marks(*(getattr(self, f.name)[keep] for f in fields(Marks)))


def joined(some: list[Marks]) -> Marks:
    """All of them."""
    return Marks(*(np.concatenate([getattr(one, f.name) for one in some]) for f in fields(Marks)))


@dataclass(slots=True)
class Book:
    """Collects the marks of one day, and numbers its tracks."""

    parts: list[Marks] = field(default_factory=list)
    tracks: int = 0

    def new_tracks(self, n: int) -> Places:
        """(n,) numbers that no other track of the day has."""
        self.tracks += n
        return np.arange(self.tracks - n, self.tracks)

    def add(  # noqa: PLR0913  one for each column
        self,
        kind: int,
        camera: ArrayLike,
        track: Places,
        begin: Numbers,
        *,
        end: Numbers | None = None,
        place: ArrayLike = -1,
        flag: ArrayLike = False,
        x: ArrayLike = 0.0,
        points: NDArray[np.object_] | None = None,
    ) -> None:
        """Note some; single values hold for all of them."""
        n = len(begin)
        if points is None:
            points = np.full(n, "[]" if kind == PATH else None, object)
        self.parts.append(
            Marks(
                np.full(n, kind, np.int64),
                np.broadcast_to(np.asarray(camera, np.int64), n),
                np.broadcast_to(np.asarray(place, np.int64), n),
                begin,
                begin if end is None else end,
                np.broadcast_to(np.asarray(flag, np.bool_), n),
                track,
                np.broadcast_to(np.asarray(x, np.float64), n),
                points,
            )
        )

    def marks(self) -> Marks:
        """All that were noted."""
        return joined(self.parts)
