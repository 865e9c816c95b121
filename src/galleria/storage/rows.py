"""Events to database rows and back. Knows the shape of each kind and nothing of SQL."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from galleria.domain.errors import StoreError
from galleria.domain.events import VERSION, Crossing, Event, Origin, Path, Seen, Stay, kind_of
from galleria.domain.geometry import Point


class Row(NamedTuple):
    """One event as stored.

    Attributes:
        begun: when it happened or began, seconds since 1970-01-01 UTC.
        ended: when it ended; equal to `begun` for crossings.
        body: what only its kind has, JSON.
    """

    id: str
    kind: str
    version: int
    track: int
    begun: float
    ended: float
    body: str


def to_row(event: Event) -> Row:
    """The row of an event. Numbers become plain ones: SQLite stores other float types as bytes."""
    ended = event.time if isinstance(event, Crossing) else event.end
    body = json.dumps(_body(event), allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return Row(event.id, kind_of(event), VERSION, int(event.track), float(event.time), float(ended), body)


def to_event(origin: Origin, row: Row) -> Event:
    """The event of a row.

    Raises:
        StoreError: a newer Galleria wrote a kind or version that this one does not know.
    """
    if row.version == VERSION:
        body = json.loads(row.body)
        if row.kind == "crossing":
            at = Point(*body["at"])
            way = (body["tripwire"], body["direction"], body["towards"])
            return Crossing(row.id, origin, row.track, row.begun, *way, at)
        if row.kind == "stay":
            return Stay(row.id, origin, row.track, row.begun, row.ended, body["zone"], body["open_ended"])
        if row.kind == "path":
            points = tuple((t, x, y) for t, x, y in body["points"])
            return Path(row.id, origin, row.track, row.begun, row.ended, points, body["passed_by"])
        if row.kind == "seen":
            return Seen(row.id, origin, row.begun, row.ended, row.track)
    problem = f"the journal holds an event of kind {row.kind!r}, version {row.version}, that is not known here"
    raise StoreError(problem, "Update Galleria.")


def _body(event: Event) -> dict[str, Any]:
    if isinstance(event, Crossing):
        at = [float(event.at.x), float(event.at.y)]
        return {"tripwire": event.tripwire, "direction": event.direction, "towards": event.towards, "at": at}
    if isinstance(event, Stay):
        return {"zone": event.zone, "open_ended": bool(event.open_ended)}
    if isinstance(event, Path):
        points = [[float(value) for value in point] for point in event.points]
        return {"points": points, "passed_by": bool(event.passed_by)}
    return {}
