"""A site's days for other sites, and what it takes of them: of a small shop with a journal."""

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flowing import Desk, at, shop

from galleria.app.benchmarks import Benchmarks, own_days
from galleria.app.reporting.asking import Desk as ReportDesk
from galleria.domain.access import RIGHTS, Actor, Role
from galleria.domain.benchmark import BenchmarkDay
from galleria.domain.errors import AccessError, InputError
from galleria.domain.purpose import Purpose
from galleria.storage.benchmark_file import benchmark_text, read_benchmark

MONDAY = date(2026, 5, 4)
NOW = at("2026-05-07", "12:00")
WEEK = (MONDAY, MONDAY + timedelta(days=7))
ADA = Actor("a", "A", RIGHTS[Role.ADMINISTRATOR])
OTHER = """\
site,name,simulated,date,open,coverage,footfall
north,North,no,2026-05-04,yes,1,30
north,North,no,2026-05-05,yes,1,50
"""


class Written:
    """An audit that remembers."""

    def __init__(self):
        self.entries = []

    def write(self, by, action, subject="", **facts):
        self.entries.append((by.id, action, subject, facts))


@pytest.fixture
def desk(tmp_path):
    """Twelve on Monday, seen whole; ten on Tuesday, half of it seen; nothing on Wednesday; Thursday goes on."""
    with closing(Desk(tmp_path, shop())) as made:
        made.open_day("2026-05-04", 12)
        made.see(at("2026-05-05", "10:00"), at("2026-05-05", "15:00"))
        for n in range(10):
            made.come(at("2026-05-05", "12:00") + 60 * n)
        made.see(at("2026-05-07", "10:00"), NOW)
        made.come(at("2026-05-07", "11:00"))
        made.keeper.turn(NOW)
        yield made


@pytest.fixture
def benchmarks(desk):
    return Benchmarks(ReportDesk(desk.site, desk.flows), desk.folder, Written())


def test_days_that_are_over_are_told_with_their_coverage_and_gaps_stay_gaps(desk) -> None:
    told = own_days(ReportDesk(desk.site, desk.flows), WEEK, NOW)
    assert told.id == desk.site.id
    assert [day.day for day in told.days] == [4, 5, 6]  # the day that goes on is no day yet
    monday, tuesday, wednesday = told.days.values()
    assert (monday.opened, monday.coverage, monday.came) == (True, 1, 12)
    assert (tuesday.coverage, tuesday.came) == (0.5, 10)
    assert (wednesday.opened, wednesday.coverage, wednesday.came) == (True, 0, None)
    assert (monday.visits, monday.buyers, monday.currency) == (None, None, "")


def test_a_closed_day_is_told_as_closed(desk) -> None:
    told = own_days(ReportDesk(desk.site, desk.flows), (MONDAY, date(2026, 5, 18)), at("2026-05-18", "12:00"))
    assert [day.isoweekday() for day, one in told.days.items() if not one.opened] == [7, 7]


def test_before_it_counted_there_are_no_days_and_too_much_is_refused(desk) -> None:
    report = ReportDesk(desk.site, desk.flows)
    assert own_days(report, (date(2026, 4, 1), date(2026, 5, 1)), NOW).days == {}
    assert own_days(report, (date(2027, 4, 1), date(2027, 5, 1)), NOW).days == {}
    for wrong in ((MONDAY, MONDAY), (MONDAY, MONDAY + timedelta(days=400))):
        with pytest.raises(InputError):
            own_days(report, wrong, NOW)


def test_what_a_file_says_of_a_face_purpose_is_nothing(benchmarks) -> None:
    columns = set(benchmarks.csv(ADA, WEEK, NOW).splitlines()[0].split(","))
    assert columns == {"site", "name", "simulated", "date", "open", "coverage", "footfall", "pass_by", "visits",
                       "visit_dwell", "visitors", "buyers", "sales", "currency"}  # fmt: skip
    assert not columns & {purpose.value for purpose in Purpose if purpose is not Purpose.FOOTFALL}
    assert benchmarks.audit.entries == [("a", "export.benchmark", "", {"begin": "2026-05-04", "end": "2026-05-11"})]


def test_what_one_site_writes_another_reads(benchmarks, tmp_path) -> None:
    path = tmp_path / "sent"
    path.write_text(benchmarks.csv(ADA, WEEK, NOW), newline="")
    assert read_benchmark(path) == own_days(benchmarks.desk, WEEK, NOW)


def test_this_site_stands_beside_one_whose_file_it_took(benchmarks, tmp_path) -> None:
    path = tmp_path / "sent"
    path.write_text(OTHER)
    assert benchmarks.neighbours().sites == []
    benchmarks.take(ADA, path)
    found = benchmarks.compared(WEEK, NOW)
    footfall = found.measures[0]
    assert (footfall.name, footfall.days, footfall.median) == ("footfall", 1, 21)  # Tuesday was seen by half here
    assert [(one.value, one.index) for one in footfall.sites] == [(12, 12 / 21), (30, 30 / 21)]
    assert [(one.told, one.opened, one.unseen) for one in found.seen] == [(3, 3, 2), (2, 2, 0)]
    benchmarks.drop(ADA, "north")
    assert benchmarks.neighbours().sites == []
    assert [entry[1:3] for entry in benchmarks.audit.entries] == [
        ("benchmark.taken", "site:north"), ("benchmark.removed", "site:north"),
    ]  # fmt: skip


def test_ones_own_file_and_those_who_may_not_are_refused(benchmarks, desk, tmp_path) -> None:
    path = tmp_path / "sent"
    path.write_text(OTHER.replace("north", desk.site.id))
    with pytest.raises(InputError, match="this very site"):
        benchmarks.take(ADA, path)
    path.write_text(OTHER)
    analyst = replace(ADA, rights=RIGHTS[Role.ANALYST])
    for ask in (lambda: benchmarks.take(analyst, path), lambda: benchmarks.drop(analyst, "north")):
        with pytest.raises(AccessError):
            ask()
    assert benchmarks.neighbours().sites == []
    assert benchmarks.audit.entries == []


def test_a_day_is_written_to_four_digits(benchmarks) -> None:
    own = own_days(benchmarks.desk, WEEK, NOW)
    odd = replace(own, days={MONDAY: BenchmarkDay(opened=True, coverage=2 / 3, came=1.0)})
    assert ",0.6667,1.0," in benchmark_text(odd)
