"""Whatever comes late, in whatever order, and however often it is reckoned anew: the same bytes.

A day without daylight saving, one of 23 hours and one of 25 hours, of a site that never closes and of one that closes
at two in the morning.
"""

import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from flowing import BERLIN, Desk, at, shop

from galleria.app.conversion import conversion_answers
from galleria.app.flow_query import FlowQuery
from galleria.app.keep import MEASURES, Keeper
from galleria.app.reporting.asking import Desk as ReportDesk
from galleria.app.reporting.making import period_report
from galleria.app.reporting.numbers import report_table
from galleria.app.reporting.page import html
from galleria.app.routing import routes_answer, routes_csv
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_desk import StudyDesk
from galleria.app.study_list import QUEUES, STUDIES_KEPT
from galleria.app.visits_answers import visits_answer, visits_csv
from galleria.domain.calendar import Grain, day_of
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point
from galleria.domain.period import Dates
from galleria.domain.sale import Sale
from galleria.domain.site import Hours, Queue, Shop, Till
from galleria.domain.time import SetClock
from galleria.storage.exports import csv_text
from galleria.storage.rollups import Rollups
from galleria.storage.sales import Sales
from galleria.storage.studied import StudyStore

HOUR, DAY = 3600.0, 86400.0
NIGHTS = {day: Hours(time(10), time(2)) for day in range(7)}
# The trading day that holds the change of clocks: of a site that closes at two it begins the day before.
CASES = [
    pytest.param((NIGHTS, "2026-06-20", 24), id="night"),
    pytest.param((NIGHTS, "2026-03-28", 23), id="night in spring"),
    pytest.param((NIGHTS, "2026-10-24", 25), id="night in autumn"),
    pytest.param(({}, "2026-03-29", 23), id="always in spring"),
    pytest.param(({}, "2026-10-25", 25), id="always in autumn"),
]


def site_of(hours):
    return replace(
        shop(hours=hours),
        shops=(Shop("books", tripwires=("door",), zones=("shelf",)),),
        queues=(Queue("line", "shelf"),),
        tills=(Till("1", "books", queue="line"),),
    )


def neighbours(site, label):
    """The trading day and those around it."""
    middle = date.fromisoformat(label)
    return [day_of(site, middle + timedelta(days=n)) for n in (-1, 0, 1)]


def happened(site, days, seed=5):
    """(when it is told in time, event), in order; each event has its id whatever comes before it."""
    chance, n = random.Random(seed), 0
    found = []
    for day in days:
        opened = day.begin, day.end if not site.hours else at_closing(day)
        for camera in ("hall", "yard"):
            origin = Origin(site.id, camera, "run-1")
            wire = {"hall": "door", "yard": "gate"}[camera]
            t = day.begin
            while t < day.end:
                n += 1
                end = min(t + HOUR, day.end)
                found.append((end, Seen(origin.event_id(n, "seen", 0), origin, t, end, n)))
                t = end
            t = opened[0]
            while (t := t + chance.uniform(300, 3000)) < opened[1] - 700:
                n += 1
                found += [(getattr(one, "end", one.time) + 1, one) for one in walk(origin, n, t, wire, chance)]
    return sorted(found, key=lambda one: (one[0], one[1].id))


def walk(origin, n, t, wire, chance):
    """Somebody comes in, stays at the shelf, and goes."""
    a = Point(0.1, 0.5)
    yield Crossing(origin.event_id(n, "in", 0), origin, n, t, wire, "in", "up", a)
    stay, left = t + chance.uniform(5, 30), t + chance.uniform(60, 600)
    if origin.camera == "hall":
        yield Stay(origin.event_id(n, "stay", 0), origin, n, stay, left, "shelf")
    yield Crossing(origin.event_id(n, "out", 0), origin, n, left + 5, wire, "out", "down", a)
    points = tuple((t + s, round(chance.random(), 3), 0.5) for s in range(0, 40, 4))
    yield Path(origin.event_id(n, "path", 0), origin, n, t, left + 6, points, bool(chance.random() < 0.3))


def at_closing(day):
    following = (date.fromisoformat(day.label) + timedelta(days=1)).isoformat()
    return at(following, "02:00")


class Site:
    """One that is told what happened, and reckons."""

    def __init__(self, folder, site):
        folder.mkdir()
        self.folder, self.site = folder, site
        self.desk = Desk(folder, site)
        self.store = StudyStore(folder / STUDIES)
        self.studies = Studies(site, folder, self.desk.rollups, self.store, STUDIES_KEPT)
        self.sales = Sales(folder / "sales.db")

    def live(self, told, until, every=9 * HOUR):
        """Told of everything when it is, and reckoning meanwhile."""
        now, rest = told[0][0], list(told)
        while rest or now < until:
            due = [one for when, one in rest if when <= now]
            rest = [(when, one) for when, one in rest if when > now]
            with self.desk.live.envelope():
                for one in due:
                    self.desk.live.append(one.origin, [one])
            self.turn(now)
            now += every
        self.turn(until)

    def turn(self, now):
        self.desk.keeper.turn(now)
        self.studies.turn(now)

    def close(self):
        for one in (self.store, self.sales, self.desk):
            one.close()

    def measures(self, days, rollups=MEASURES, studies=STUDIES):
        """All that is kept of these days, byte by byte; empty days are rolled up only as they pass."""
        labels = [day.label for day in days]
        found = {}
        for name, table in ((rollups, "cell"), (rollups, "total"), (studies, "summary")):
            with closing(sqlite3.connect(self.folder / name)) as connection:
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                rows = connection.execute(f"SELECT * FROM {table} WHERE day BETWEEN ? AND ?", (labels[0], labels[-1]))
                found[table] = sorted(map(repr, rows))
        return found

    def papers(self, period, now):
        """Exports and the report of a period."""
        quiet = SimpleNamespace(write=lambda *_, **__: None)
        desk = StudyDesk(self.studies, self.desk.flows, quiet, SetClock(now))
        report = period_report(ReportDesk(self.site, self.desk.flows, desk), Dates(*period), now)
        return [
            desk.queues_csv(None, period, Grain.DAY),
            desk.groups_csv(None, period),
            desk.heat_csv(None, "hall", period),
            visits_csv(desk, None, period, Grain.DAY),
            routes_csv(desk, None, period, "site"),
            routes_csv(desk, None, period, "camera:hall"),
            csv_text(report_table(report)),
            html(report),
        ]


@pytest.fixture(params=CASES)
def case(request):
    hours, label, length = request.param
    site = site_of(hours)
    days = neighbours(site, label)
    assert days[1].end - days[1].begin == length * HOUR
    return site, days


def period_of(days):
    first = date.fromisoformat(days[0].label)
    return first, first + timedelta(days=len(days))


def test_up_to_48_hours_late_and_in_any_order_gives_the_same_bytes_and_so_does_the_journal_again(case, tmp_path):
    site, days = case
    told = happened(site, days)
    chance = random.Random(11)
    late = sorted(((when + chance.choice((0, 0, chance.uniform(0, 2 * DAY))), one) for when, one in told),
                  key=lambda one: (one[0], chance.random()))  # fmt: skip
    until = days[-1].end + 2 * DAY + 2 * HOUR
    in_time, behind = Site(tmp_path / "in-time", site), Site(tmp_path / "late", site)
    in_time.live(told, until)
    behind.live(late, until)
    kept = in_time.measures(days)
    assert behind.measures(days) == kept
    papers = in_time.papers(period_of(days), until)
    assert behind.papers(period_of(days), until) == papers
    for one in (in_time, behind):
        for again in ("again", "and-again"):
            with (
                Rollups(one.folder / f"{again}.db") as rollups,
                StudyStore(one.folder / f"{again}-studies.db") as store,
            ):
                Keeper(site, one.folder, rollups).turn(until)
                anew = replace(one.studies, rollups=rollups, store=store)
                anew._turned = float("-inf")
                anew.turn(until)
            assert one.measures(days, f"{again}.db", f"{again}-studies.db") == kept
        one.close()


def local_hours(moments):
    return Counter(f"{datetime.fromtimestamp(t, BERLIN):%H}:00" for t in moments)


@pytest.fixture
def counted(case, tmp_path):
    """A site that was told everything, and what happened on the day in the middle."""
    site, days = case
    told = [one for _, one in happened(site, days)]
    made = Site(tmp_path / "site", site)
    made.live([(days[-1].end, one) for one in told], days[-1].end + 2 * HOUR)
    mine = [one for one in told if days[1].begin <= one.time < days[1].end]
    yield made, days[1], mine
    made.close()


def moments(events, kind, **facts):
    return [one.time for one in events if isinstance(one, kind)
            and all(getattr(one, name) == value for name, value in facts.items())]  # fmt: skip


def test_crossings_and_stays_by_the_hour(counted):
    made, day, events = counted
    period = period_of([day])
    for measure, subject, times in (
        ("in", "site", moments(events, Crossing, direction="in")),
        ("out", "tripwire:door", moments(events, Crossing, direction="out", tripwire="door")),
        ("stays", "zone:shelf", moments(events, Stay)),
    ):
        answer = made.desk.flows.query(FlowQuery(measure, subject, Grain.HOUR, *period))
        assert answer.total == len(times)
        assert answer.coverage == 1.0
        assert len(answer.points) == round((day.end - day.begin) / HOUR)
        for point in answer.points:  # each of an hour that comes twice has its own
            assert (point.value or 0) == sum(point.begin <= t < point.end for t in times)
        whole = made.desk.flows.query(FlowQuery(measure, subject, Grain.DAY, *period))
        assert [(point.label, point.value) for point in whole.points] == [(day.label, len(times))]


def test_queues_visits_and_routes(counted):
    made, day, events = counted
    period = period_of([day])
    desk = StudyDesk(made.studies, made.desk.flows, None, SetClock(day.end + 2 * HOUR))
    waits = moments(events, Stay)
    (queue,) = desk.queues(period, Grain.DAY)
    assert queue.whole.arrivals == len(waits)
    assert {one.label: one.arrivals for one in queue.hours if one.arrivals} == dict(local_hours(waits))
    assert [*made.studies.summaries(QUEUES, ["line"], *period)["line"]] == [day.label]
    came = moments(events, Crossing, direction="in")
    place = visits_answer(desk, period, Grain.DAY).places[0]
    assert place.whole.comings == len(came)
    assert place.whole.coverage == 1.0
    assert {one.label: one.comings for one in place.hours if one.comings} == dict(local_hours(came))
    routes = routes_answer(desk, period, "camera:hall")
    from_door = [step for step in routes.steps if (step.a, step.b) == ("tripwire:door", "zone:shelf")]
    assert sum(step.counted for step in from_door) == len(waits)
    assert routes.coverage == 1.0


def test_conversion_and_the_report(counted):
    made, day, events = counted
    period = period_of([day])
    bought = [t + 3 for t in moments(events, Crossing, direction="in", tripwire="door")][::3]
    sold = [Sale(f"{n}", "books", "1", t, 2000, "EUR", 1) for n, t in enumerate(bought)]
    chance = random.Random(3)
    chance.shuffle(sold)
    for one in sold:
        made.sales.put([one])
    now = day.end + 2 * HOUR
    selling = SimpleNamespace(sales=made.sales)
    answer = conversion_answers(made.site, made.desk.flows, made.studies, selling, period, Grain.DAY, now=now)
    books = next(part for part in answer.parts if part.key == "shop:books")
    assert [(one.label, one.receipts) for one in books.points] == [(day.label, len(bought))]
    assert {one.label: one.receipts for one in books.hours if one.receipts} == dict(local_hours(bought))
    came = moments(events, Crossing, direction="in", tripwire="door")
    assert {one.label: one.visitors for one in books.hours if one.visitors} == dict(local_hours(came))
    assert books.whole.rate == pytest.approx(len(bought) / len(came))
    table = report_table(period_report(ReportDesk(made.site, made.desk.flows), Dates(*period), now))
    told = {row[8]: row[9] for row in table.rows if (row[3], row[4]) == ("", "in")}
    assert told[day.label] == len(moments(events, Crossing, direction="in"))
