"""A year of events of a centre with 200 cameras and 50 entrances: size on disk, ingest rate, query times.

The events go the way of real ones: a day's columns into its sealed file, facts from that file, cells, roll-ups. How
fast single events get into the journal is measured apart, in envelopes of one second, durable when written. Last, pages
are fetched from a running site: see `bench/pages.py`.
`python -m bench.year [--days 365] [--scale 1.0]`; scale 1 is about 80,000 events on an ordinary day.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from galleria.analytics.facts import Numbers
from galleria.app.flow_query import FlowQuery
from galleria.app.flows import Compare, Flows, Grain
from galleria.app.keep import DAYS, JOURNAL, MEASURES, edges_of, roll_up
from galleria.domain.calendar import days_of
from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Camera, Entrance, Hours, Site, Tripwire, Zone
from galleria.domain.time import Bucket, SetClock
from galleria.storage.columns import KINDS, DayEvents, Told
from galleria.storage.days import Days
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording
from galleria.storage.rollups import RolledDay, Rollups

from .pages import page_times, told

CAMERAS, ENTRANCES, ZONES = 200, 50, 100
ZONE = "Europe/Lisbon"
END = datetime.now(ZoneInfo(ZONE)).date()  # pages look back from today
OPENING, CLOSING = 10, 21
# Comings by hour of opening, and by weekday: quiet mornings, a full Saturday.
_HOURS = np.array([3, 5, 8, 9, 8, 8, 9, 11, 10, 7, 4], np.float64)
_WEEK = np.array([0.8, 0.8, 0.85, 0.9, 1.2, 1.6, 0.0])
_IN_A_DAY = {"crossing": 40_000, "stay": 10_000, "path": 30_000}
_FLAGGED = 0.1  # share of stays cut short, and of tracks that pass by
_DOWN = 0.05  # share of cameras that go away on a day
_QUERIES = 5


def centre() -> Site:
    """The site: entrances one to a line, a zone in every other camera."""
    line, corners = Segment(Point(0.1, 0.5), Point(0.9, 0.5)), (Point(0.1, 0.1), Point(0.9, 0.1), Point(0.5, 0.9))
    cameras = tuple(
        Camera(
            f"cam-{n:03}",
            tripwires=(Tripwire(f"line-{n:02}", line, entrance=f"door-{n:02}"),) if n < ENTRANCES else (),
            zones=(Zone(f"zone-{n // 2:03}", Polygon(corners)),) if n % 2 == 0 else (),
        )
        for n in range(CAMERAS)
    )
    hours = {day: Hours(time(OPENING), time(CLOSING)) for day in range(6)}
    doors = tuple(Entrance(f"door-{n:02}", f"Door {n}") for n in range(ENTRANCES))
    return Site("centre", "A centre", ZONE, hours, cameras, doors)


def a_day(site: Site, day: Bucket, scale: float, random: np.random.Generator) -> DayEvents:
    """Made up: Poisson, by hour and weekday, busier doors and quieter ones, an outage now and then."""
    recordings = tuple(
        Told(c.id, day.label, tuple(w.id for w in c.tripwires), tuple(z.id for z in c.zones)) for c in site.cameras
    )
    names = np.array([camera.id for camera in site.cameras], object)
    share = _WEEK[date.fromisoformat(day.label).weekday()] * scale
    pieces = [_seen(day, names, random)]
    for kind, number in _IN_A_DAY.items():
        n = int(random.poisson(number * share))
        begun = _moments(day, n, random)
        ended = begun + (0.0 if kind == "crossing" else random.gamma(2.0, 20.0, n))
        places = np.minimum(
            (random.pareto(1.2, n) * 4).astype(np.int64),
            {"crossing": ENTRANCES, "stay": ZONES, "path": CAMERAS}[kind] - 1,
        )
        camera = {"crossing": places, "stay": places * 2, "path": places}[kind]
        place = {"crossing": [f"line-{p:02}" for p in places], "stay": [f"zone-{p:03}" for p in places]}.get(kind)
        came = begun - day.begin < random.uniform(0.0, 2 * (CLOSING - OPENING) * 3600, n)
        piece: dict[str, Any] = {
            "camera": names[camera],
            "begun": begun,
            "ended": ended,
            "kind": _fill(n, kind),
            "flag": random.random(n) < _FLAGGED if kind != "crossing" else _fill(n, None),
            "place": place or _fill(n, None),
        }
        if kind == "crossing":
            piece |= {
                "direction": np.where(came, "in", "out"),
                "towards": _fill(n, "up"),
                "x": random.random(n),
                "y": random.random(n),
            }
        pieces.append(piece)
    columns = {name: np.concatenate([_column(piece, name) for piece in pieces]) for name in KINDS}
    total = len(columns["begun"])
    text = random.bytes(16 * total).hex()
    columns["id"][:] = [text[32 * n : 32 * n + 32] for n in range(total)]
    columns["epoch"][:] = day.label
    columns["track"][:] = np.arange(total)
    columns["points"][columns["kind"] == "path"] = "[]"
    return DayEvents(columns, recordings)


def _seen(day: Bucket, names: Any, random: np.random.Generator) -> dict[str, Any]:  # noqa: ANN401
    """Every camera all day; one in twenty goes away for up to two hours."""
    down = random.random(len(names)) < _DOWN
    at = random.uniform(day.begin, day.end - 7200, len(names))
    first = np.where(down, at, day.end)
    again = at + random.uniform(60, 7200, len(names))
    count = len(names) + int(down.sum())
    return {
        "camera": np.concatenate((names, names[down])),
        "begun": np.concatenate((np.full(len(names), day.begin), again[down])),
        "ended": np.concatenate((first, np.full(int(down.sum()), day.end))),
        "kind": _fill(count, "seen"),
    }


def _moments(day: Bucket, n: int, random: np.random.Generator) -> Numbers:
    hour = random.choice(len(_HOURS), n, p=_HOURS / _HOURS.sum())
    moments: Numbers = np.minimum(day.begin + (hour + random.random(n)) * 3600, day.end - 1)
    return moments


def _fill(n: int, value: object) -> Any:  # noqa: ANN401
    return np.full(n, value, object)


def _column(piece: dict[str, Any], name: str) -> Any:  # noqa: ANN401
    n = len(piece["begun"])
    kind = KINDS[name]
    if name not in piece or piece[name] is None:
        return np.full(n, np.nan if kind is np.float64 else 0 if kind is np.int64 else None, kind)
    return np.asarray(piece[name], kind)


def ingest(site: Site, folder: Path, begin: date, end: date, scale: float) -> Iterator[tuple[int, float, float]]:
    """Seal and roll up each day; yields its events, and the seconds for sealing and for rolling up."""
    random = np.random.default_rng(1)
    days = Days(folder / DAYS, site.id)
    with Rollups(folder / MEASURES) as rollups:
        for day in days_of(site, begin, end):
            events = a_day(site, day, scale, random)
            started = perf_counter()
            days.write(day.label, events)
            sealed = perf_counter()
            edges = edges_of(site, day, day.end)
            cells = roll_up(site, day, days.facts(day.label), edges)
            rollups.put(RolledDay(day.label, edges, day.end, sealed=True, events=len(events)), cells)
            yield len(events), sealed - started, perf_counter() - sealed


def journal_rate(site: Site, folder: Path, envelopes: int = 100, each: int = 200) -> float:
    """Events a second into the journal, in envelopes that are each durable when written."""
    origin = Origin(site.id, site.cameras[0].id, "rate")
    clock = SetClock(1e9)
    at = Point(0.5, 0.5)
    with LiveJournal(folder / "rate.db", site.id, clock) as live:
        live.begin(Recording(origin, "s", "made up", 1e9))
        started = perf_counter()
        for n in range(envelopes):
            clock.advance(1)
            live.append(
                origin,
                [
                    Crossing(
                        origin.event_id(n * each + k, "crossing", 0), origin, k, clock.now(), "line-00", "in", "up", at
                    )
                    for k in range(each)
                ],
            )
        return envelopes * each / (perf_counter() - started)


def questions(flows: Flows, now: float) -> dict[str, Callable[[], object]]:
    """What is asked, by name."""

    def ask(
        measure: str, subject: str, grain: Grain, days: int, compare: Compare = Compare.NONE
    ) -> Callable[[], object]:
        return lambda: flows.query(FlowQuery(measure, subject, grain, END - timedelta(days=days), END, compare))

    lines = [s.key for s in flows.subjects() if s.kind == "tripwire"]
    return {
        "overview": lambda: flows.overview(now),
        "site, footfall, a year by day": ask("in", "site", Grain.DAY, 364),
        "the same, against last week": ask("in", "site", Grain.DAY, 357, Compare.LAST_WEEK),
        "site, median dwell, a year by month": ask("dwell_median", "site", Grain.MONTH, 364),
        "site, footfall, a quarter by hour": ask("in", "site", Grain.HOUR, 91),
        "line, a week by quarter hour": ask("in", lines[0], Grain.QUARTER_HOUR, 7, Compare.LAST_WEEK),
        "50 lines, a year by day": lambda: [ask("in", line, Grain.DAY, 364)() for line in lines],
        "50 lines, a year by month": lambda: [ask("in", line, Grain.MONTH, 364)() for line in lines],
        "50 lines, a week by day, against last": lambda: [
            ask("in", line, Grain.DAY, 7, Compare.LAST_WEEK)() for line in lines
        ],
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, write `out/year.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--folder", type=Path, help="keep what is made here")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary) / "year"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _measure(centre(), folder, chosen.days, chosen.scale)


def _measure(site: Site, folder: Path, days: int, scale: float) -> None:
    started = perf_counter()
    rows = list(ingest(site, folder, END - timedelta(days=days), END, scale))
    events, sealing, rolling = (sum(row[n] for row in rows) for n in range(3))
    parquet = sum(path.stat().st_size for path in (folder / DAYS).iterdir())
    measures = sum(path.stat().st_size for path in folder.glob(f"{MEASURES}*"))
    found: dict[str, float] = {
        "days": len(rows),
        "events": events,
        "sealed days, MB": parquet / 1e6,
        "bytes an event": parquet / events,
        "measures, MB": measures / 1e6,
        "sealing, events/s": events / sealing,
        "sealing and rolling up, events/s": events / (sealing + rolling),
        "rolling up, ms a day": 1000 * rolling / len(rows),
        "journal, events/s": journal_rate(site, folder),
        "making it all, s": perf_counter() - started,
    }
    with Rollups(folder / MEASURES) as rollups:
        last = rollups.last()
        assert last is not None
        now = last.end - 1.0  # a quiet day's end: everything of it has passed
        for name, ask in questions(Flows(site, rollups, folder / JOURNAL), now).items():
            walls, works = [], []
            for _ in range(_QUERIES):
                began, worked = perf_counter(), process_time()
                ask()
                walls.append(1000 * (perf_counter() - began))
                works.append(1000 * (process_time() - worked))
            # On a busy machine only the processor's time says what a query costs.
            found[f"{name}, ms"] = median(walls)
            found[f"{name}, ms of processor"] = median(works)
    pages = page_times(site, folder)
    told(found | pages)
    out = Path("out")
    out.mkdir(exist_ok=True)
    (out / "year.json").write_text(json.dumps(found | pages, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
