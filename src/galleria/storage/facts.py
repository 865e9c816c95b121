"""The journal's events as columns and facts: what roll-ups and sealed days are made from. Clip times are left out."""

from __future__ import annotations

import json
import math
import sqlite3
from typing import TypeAlias

from galleria.analytics.facts import Facts
from galleria.domain.health import CameraState

from . import conditions as health
from .columns import DayEvents, FactsOf, Told, columns_of

_TAKES = """
SELECT id, camera, epoch, tripwires, zones FROM take
WHERE id IN (SELECT id FROM shown) AND site = ? AND start_known = 1 AND reach >= ?
"""

# A path's body is long; whether it passed by is found in its text without reading its points.
_FACTS = """
SELECT kind, begun, ended,
  CASE kind WHEN 'crossing' THEN body ->> '$.tripwire' WHEN 'stay' THEN body ->> '$.zone' END,
  CASE kind WHEN 'crossing' THEN body ->> '$.direction' = 'in' WHEN 'stay' THEN body ->> '$.open_ended'
    WHEN 'path' THEN instr(body, '"passed_by":true') > 0 END
FROM event WHERE take = ? AND ended >= ? AND begun < ?
"""

_COLUMNS = """
SELECT id, kind, track, begun, ended, coalesce(body ->> '$.tripwire', body ->> '$.zone'),
  body ->> '$.direction', body ->> '$.towards', body ->> '$.at[0]', body ->> '$.at[1]',
  coalesce(body ->> '$.open_ended', body ->> '$.passed_by'), body -> '$.points'
FROM event WHERE take = ? AND ended >= ? AND begun >= ? AND begun < ?
"""

HALF_DAY = 43200
_MOMENTS = """
SELECT DISTINCT cast(e.begun / 43200 AS INTEGER) FROM take t JOIN event e ON e.take = t.id
WHERE t.site = ? AND t.start_known = 1 AND t.reach >= ?2 AND e.ended >= ?2 AND e.begun >= ?2 AND e.begun < ?3
"""

Gaps: TypeAlias = dict[str, list[tuple[float, float]]]


def read_facts(connection: sqlite3.Connection, site: str, begin: float, end: float) -> Facts:
    """Everything that overlaps [begin, end)."""
    takes, told = _takes(connection, site, begin)
    rows = ((n, *row) for n, take in enumerate(takes) for row in connection.execute(_FACTS, (take, begin, end)))
    return FactsOf(told).facts(rows, unseen(connection, site, begin, end))


def read_columns(connection: sqlite3.Connection, site: str, begin: float, end: float) -> DayEvents:
    """Events that began in [begin, end)."""
    takes, told = _takes(connection, site, begin)
    rows = [
        (row[0], recording.camera, recording.epoch, *row[1:])
        for take, recording in zip(takes, told, strict=True)
        for row in connection.execute(_COLUMNS, (take, begin, begin, end))
    ]
    present = {(row[1], row[2]) for row in rows}
    return DayEvents(columns_of(rows), tuple(r for r in told if (r.camera, r.epoch) in present))


def unseen(connection: sqlite3.Connection, site: str, begin: float, end: float) -> Gaps:
    """By camera, when its condition in [begin, end) was another than seeing; one that lasts has no end."""
    gaps: Gaps = {}
    for c in health.overlapping(connection, site, begin, end):
        if c.state is not CameraState.SEEING:
            gaps.setdefault(c.camera, []).append((c.begin, math.inf if c.end is None else c.end))
    return gaps


def half_days(connection: sqlite3.Connection, site: str, begin: float, end: float) -> list[float]:
    """Moments, at most half a day before each event that began in [begin, end), in order."""
    rows = connection.execute(_MOMENTS, (site, begin, end))
    return sorted(max(begin, row[0] * HALF_DAY) for row in rows)


def _takes(connection: sqlite3.Connection, site: str, begin: float) -> tuple[list[int], list[Told]]:
    rows = connection.execute(_TAKES, (site, begin)).fetchall()
    told = [
        Told(camera, epoch, tuple(json.loads(lines)), tuple(json.loads(zones)))
        for _, camera, epoch, lines, zones in rows
    ]
    return [row[0] for row in rows], told
