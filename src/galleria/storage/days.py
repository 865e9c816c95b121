"""Sealed days: all events of a trading day that is over, in one Parquet file each.

A file appears whole or not at all, and carries what was watched, so that measures can be made again from it alone.
What was seen in touching pieces is one piece there; otherwise the events are bit for bit those of the journal.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from galleria.analytics.facts import Facts, Spans, Watching
from galleria.domain.errors import StoreError
from galleria.domain.events import Event, Origin

from .columns import KINDS, DayEvents, Told, event_of, without_seams
from .exports import whole_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMAT = 1
_TYPES = {"id": "UUID", "flag": "BOOLEAN", "points": "DOUBLE[][]", "track": "BIGINT"}
_READ = {"id": "replace(id::VARCHAR, '-', '')", "points": "to_json(points)::VARCHAR"}


class Days:
    """The sealed days of one site.

    Args:
        folder: where the files lie; made when the first is written.
        site: its id.
    """

    def __init__(self, folder: Path, site: str) -> None:
        self._folder = folder
        self._site = site

    def path(self, day: str) -> Path:
        """Where a day lies, or would."""
        return self._folder / f"{day}.parquet"

    def days(self) -> list[str]:
        """Those that were sealed, in order."""
        return sorted(path.stem for path in self._folder.glob("????-??-??.parquet"))

    def write(self, day: str, events: DayEvents) -> DayEvents:
        """Seal a day, in place of what was sealed before; returns what the file holds.

        Raises:
            StoreError: it cannot be written; an earlier file is left as it was.
        """
        events = without_seams(events)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            problem = f"the folder {self._folder} cannot be made: {error.strerror}"
            raise StoreError(problem, "Check its place and your permissions.") from error
        cells = ", ".join(_stored(name) for name in KINDS)
        told = json.dumps({"format": FORMAT, "site": self._site, "recordings": [asdict(r) for r in events.recordings]})
        rows = {name: _plain(events, name) for name in KINDS}
        # Only names of our own columns go into the text; COPY takes no parameters, hence SET VARIABLE.
        copy = (
            f"COPY (SELECT {cells} FROM rows ORDER BY camera, begun) TO (getvariable('part'))"  # noqa: S608
            " (FORMAT parquet, COMPRESSION zstd, KV_METADATA {galleria: getvariable('told')})"
        )
        with whole_file(self.path(day)) as part:
            _run(self.path(day), copy, {"part": str(part), "told": told}, rows)
        return events

    def read(self, day: str) -> DayEvents:
        """A sealed day.

        Raises:
            StoreError: it cannot be read, or a newer Galleria wrote it.
        """
        path = self.path(day)
        names = ", ".join(f"{_READ.get(name, name)} AS {name}" for name in KINDS)
        found = _run(path, f"SELECT {names} FROM read_parquet(?)", [str(path)])  # noqa: S608
        columns = {name: _filled(found[name], kind) for name, kind in KINDS.items()}
        return DayEvents(columns, tuple(self.recordings(day)))

    def recordings(self, day: str) -> list[Told]:
        """What a sealed day says of its recordings."""
        path = self.path(day)
        sql = "SELECT decode(value) AS told FROM parquet_kv_metadata(?) WHERE key = 'galleria'::BLOB"
        values = _run(path, sql, [str(path)])["told"]
        told = json.loads(values[0]) if len(values) else {}
        if told.get("format") != FORMAT:
            problem = f"the sealed day {path} has format {told.get('format')}; this Galleria knows format {FORMAT}"
            raise StoreError(problem, "Update Galleria.")
        return [Told(r["camera"], r["epoch"], tuple(r["tripwires"]), tuple(r["zones"])) for r in told["recordings"]]

    def events(
        self,
        day: str,
        *,
        kinds: Collection[str] | None = None,
        cameras: Collection[str] | None = None,
    ) -> Iterator[Event]:
        """The day's events by time, as `Journal.events` gives them."""
        columns = self.read(day).columns
        order = np.lexsort((columns["id"].astype(str), columns["begun"]))
        for name, wanted in (("kind", kinds), ("camera", cameras)):
            if wanted is not None:
                order = order[np.isin(columns[name][order].astype(str), list(wanted))]
        # Lists: a day has half a million events, and each element of an array is made anew when it is taken.
        lists = [columns[name][order].tolist() for name in KINDS]
        origins = {
            (told.camera, told.epoch): Origin(self._site, told.camera, told.epoch) for told in self.recordings(day)
        }
        for row in zip(*lists, strict=True):
            found = dict(zip(KINDS, row, strict=True))
            key = (found["camera"], found["epoch"])
            yield event_of(origins.setdefault(key, Origin(self._site, *key)), found)

    def facts(self, day: str) -> Facts:
        """A sealed day's facts, millions of rows at a time; nothing is known of what was unseen."""
        path, told = self.path(day), self.recordings(day)
        lines = self._names(path, "crossing", "place")
        zones = self._names(path, "stay", "place")
        cameras = tuple(dict.fromkeys(r.camera for r in told))
        origins = [f"{r.camera}\n{r.epoch}" for r in told]
        return Facts(
            lines,
            zones,
            cameras,
            tuple(Watching(r.camera, frozenset(r.tripwires), frozenset(r.zones)) for r in told),
            self._spans(path, "crossing", "place", lines, "direction = 'in'"),
            self._spans(path, "stay", "place", zones, "flag"),
            self._spans(path, "path", "camera", cameras, "flag"),
            self._spans(path, "seen", "camera || chr(10) || epoch", origins, "false"),
        )

    def delete(self, day: str) -> None:
        """Remove a day's file."""
        try:
            self.path(day).unlink(missing_ok=True)
        except OSError as error:
            problem = f"the sealed day {self.path(day)} cannot be deleted: {error.strerror}"
            raise StoreError(problem, "Check your permissions.") from error

    def _names(self, path: Path, kind: str, column: str) -> tuple[str, ...]:
        sql = f"SELECT DISTINCT {column} AS name FROM read_parquet(?) WHERE kind = ? ORDER BY 1"  # noqa: S608
        return tuple(_run(path, sql, [str(path), kind])["name"].tolist())

    def _spans(self, path: Path, kind: str, place: str, names: Collection[str], flag: str) -> Spans:
        sql = (
            f"SELECT begun, ended, list_position(?, {place}) - 1 AS place, {flag} AS flag"  # noqa: S608
            " FROM read_parquet(?) WHERE kind = ?"
        )
        found = _run(path, sql, [list(names), str(path), kind])
        place_of = np.asarray(found["place"], np.int64)
        return Spans(
            np.asarray(found["begun"]), np.asarray(found["ended"]), place_of, np.asarray(found["flag"], np.bool_)
        )


def _run(
    path: Path, sql: str, values: list[Any] | dict[str, str], rows: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Run one statement. `values` are its parameters, or named variables; `rows` is a table of that name."""
    import duckdb  # noqa: PLC0415  takes longer to load than most commands take to run

    try:
        with _database().cursor() as database:
            parameters: list[Any] = values if isinstance(values, list) else []
            if isinstance(values, dict):
                for name, value in values.items():
                    database.execute(f"SET VARIABLE {name} = ?", [value])
            if rows is not None:
                database.register("rows", rows)
            found: dict[str, Any] = database.execute(sql, parameters).fetchnumpy()
            return found
    except duckdb.Error as error:
        _database.cache_clear()  # a bad error leaves it of no more use, to other days either
        problem = f"the sealed day {path} cannot be written or read: {str(error).splitlines()[0]}"
        raise StoreError(problem, "Check free space and the file; a backup may have a good copy.") from error


@cache
def _database() -> DuckDBPyConnection:
    """In memory, with nothing in it; to make one takes longer than most statements."""
    import duckdb  # noqa: PLC0415  as above

    # One thread: analysis goes on beside it. No files in memory: a day that is over may be written anew.
    return duckdb.connect(config={"threads": 1, "enable_external_file_cache": False})


def _stored(name: str) -> str:
    if name == "points":
        return "points::JSON::DOUBLE[][] AS points"
    if name == "flag":
        return "CASE flag WHEN -1 THEN NULL ELSE flag = 1 END AS flag"
    return f"{name}::{_TYPES[name]} AS {name}" if name in _TYPES else name


def _plain(events: DayEvents, name: str) -> Any:  # noqa: ANN401
    column = events.columns[name]
    if name == "flag":
        return np.array([-1 if value is None else int(value) for value in column], np.int8)
    return column


def _filled(column: Any, kind: type) -> Any:  # noqa: ANN401
    """Without DuckDB's masks: None, and NaN in numbers."""
    if kind is np.float64:
        return np.ma.filled(column.astype(kind), np.nan)
    plain: Any = np.array(np.ma.getdata(column), kind)
    if kind is object:
        plain[np.ma.getmaskarray(column)] = None  # not np.ma.filled, which takes None for "its own filling"
    return plain
