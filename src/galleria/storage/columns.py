"""Events of a whole day as columns, and columns into facts. Knows neither SQL nor files.

Columns: `id` (text, 32 hexadecimal digits), `camera`, `epoch`, `kind`, `track`, `begun`, `ended`, `place` (tripwire or
zone), `direction`, `towards`, `x`, `y`, `flag` (of a stay: open-ended; of a path: passed by), `points` (JSON).
What a kind does not have is None, in numbers NaN.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.facts import Facts, Spans, Watching
from galleria.domain.events import VERSION, Crossing, Event, Origin, Path, Stay
from galleria.domain.geometry import Point

from .rows import Row, to_event

Columns: TypeAlias = Mapping[str, NDArray[Any]]
KINDS: dict[str, type] = {
    "id": object,
    "camera": object,
    "epoch": object,
    "kind": object,
    "track": np.int64,
    "begun": np.float64,
    "ended": np.float64,
    "place": object,
    "direction": object,
    "towards": object,
    "x": np.float64,
    "y": np.float64,
    "flag": object,
    "points": object,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What must be known of a recording to read its events: which, and what was watched in it."""

    camera: str
    epoch: str
    tripwires: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayEvents:
    """All events of a day, with the recordings they are from."""

    columns: Columns
    recordings: tuple[Told, ...] = ()

    def __len__(self) -> int:
        return len(self.columns["id"])

    def with_late(self, late: DayEvents) -> DayEvents:
        """These and later ones; an event in both is as the later one says."""
        fresh = set(late.columns["id"])
        keep = np.array([one not in fresh for one in self.columns["id"]], np.bool_)
        columns = {name: np.concatenate((self.columns[name][keep], late.columns[name])) for name in KINDS}
        return DayEvents(columns, tuple(dict.fromkeys((*self.recordings, *late.recordings))))


def columns_of(rows: Sequence[tuple[Any, ...]]) -> dict[str, NDArray[Any]]:
    """From rows with the columns in order."""
    lists = list(zip(*rows, strict=True)) if rows else [()] * len(KINDS)
    return {name: _array(values, kind) for (name, kind), values in zip(KINDS.items(), lists, strict=True)}


def _array(values: Sequence[Any], kind: type) -> NDArray[Any]:
    if kind is not object:
        return np.array([np.nan if value is None else value for value in values], kind)
    array = np.empty(len(values), object)
    array[:] = values
    return array


def without_seams(day: DayEvents) -> DayEvents:
    """What was seen in pieces that touch, as one piece, with the id of its first. Nothing else changes."""
    columns = day.columns
    seen = np.flatnonzero(columns["kind"] == "seen")
    keep = np.ones(len(day), np.bool_)
    ended = columns["ended"].copy()
    at: dict[tuple[str, str], int] = {}
    for n in seen[np.argsort(columns["begun"][seen], kind="stable")].tolist():
        origin = (columns["camera"][n], columns["epoch"][n])
        before = at.get(origin)
        if before is not None and columns["begun"][n] <= ended[before]:
            ended[before] = max(ended[before], ended[n])
            keep[n] = False
        else:
            at[origin] = n
    joined = {name: (ended if name == "ended" else column)[keep] for name, column in columns.items()}
    return DayEvents(joined, day.recordings)


def event_of(origin: Origin, values: Mapping[str, Any]) -> Event:
    """One event, from its values by column.

    Raises:
        StoreError: a newer Galleria wrote a kind that this one does not know.
    """
    v = values
    match v["kind"]:
        case "crossing":
            way = (v["place"], v["direction"], v["towards"])
            return Crossing(v["id"], origin, v["track"], v["begun"], *way, Point(v["x"], v["y"]))
        case "stay":
            return Stay(v["id"], origin, v["track"], v["begun"], v["ended"], v["place"], bool(v["flag"]))
        case "path":
            points = tuple((t, x, y) for t, x, y in json.loads(v["points"] or "[]"))
            return Path(v["id"], origin, v["track"], v["begun"], v["ended"], points, bool(v["flag"]))
    row = Row(v["id"], v["kind"], VERSION, v["track"], v["begun"], v["ended"], "{}")
    return to_event(origin, row)


@dataclass(slots=True)
class FactsOf:
    """Collects facts row by row; names become places as they come."""

    recordings: list[Told]
    _lines: dict[str, int] = field(default_factory=dict)
    _zones: dict[str, int] = field(default_factory=dict)
    _cameras: dict[str, int] = field(default_factory=dict)

    def facts(
        self,
        rows: Iterable[tuple[int, str, float, float, str | None, int | None]],
        unseen: dict[str, list[tuple[float, float]]],
    ) -> Facts:
        """Facts of rows: recording (index), kind, begun, ended, place, flag."""
        spans: dict[str, list[tuple[float, float, int, object]]] = {
            "crossing": [],
            "stay": [],
            "path": [],
            "seen": [],
        }
        for recording, kind, begun, ended, place, flag in rows:
            match kind:
                case "crossing":
                    n = self._lines.setdefault(place or "", len(self._lines))
                case "stay":
                    n = self._zones.setdefault(place or "", len(self._zones))
                case "path":
                    n = self._cameras.setdefault(self.recordings[recording].camera, len(self._cameras))
                case _:
                    n = recording
            spans[kind].append((begun, ended, n, flag))
        crossings, stays, paths, seen = (Spans.of(spans[kind]) for kind in ("crossing", "stay", "path", "seen"))
        watching = tuple(Watching(r.camera, frozenset(r.tripwires), frozenset(r.zones)) for r in self.recordings)
        names = (tuple(self._lines), tuple(self._zones), tuple(self._cameras))
        return Facts(*names, watching, crossings, stays, paths, seen, unseen)
