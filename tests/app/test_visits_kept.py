"""A table of visits, put together from kept blocks of days, tells what the days tell, whatever was before."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from galleria.analytics.visit_days import Lengths, VisitDay, VisitHour
from galleria.app.studies import Studies
from galleria.app.study_list import VISITS
from galleria.app.visits_kept import VisitTables
from galleria.domain.time import HOUR, Bucket, hour_label, zone_named
from galleria.storage.studied import Studied, StudyStore

FIRST = date(2026, 3, 1)  # the clocks go forward within these days
ZONE = "Europe/Berlin"
DAYS = [FIRST + timedelta(days=n) for n in range(50)]
PLACES = ["site", "entrance:a"]
ADAPTER = TypeAdapter(VisitDay)

small = st.integers(0, 50)
hours = st.builds(VisitHour, small, small, st.integers(0, 2), st.just(2))
bins = st.dictionaries(st.integers(0, 400), st.integers(1, 9), max_size=4)
lengths = st.builds(Lengths, st.integers(0, 1), small, small, small, bins, bins)
visit_days = st.builds(VisitDay, st.dictionaries(st.integers(0, 14), hours, max_size=3), small, small, small, lengths)
numbers = st.integers(0, len(DAYS) - 1)
writes = st.tuples(st.just("write"), st.tuples(numbers, st.sampled_from(PLACES), st.none() | visit_days))
asks = st.tuples(st.just("ask"), st.tuples(numbers, numbers))


def bucket(day):
    begin = (day - date(1970, 1, 1)).days * 86400.0 + 9 * HOUR
    return Bucket(begin, begin + 86400.0, day.isoformat())


def by_clock(day, told):
    return {hour_label(day, n, zone_named(ZONE)): hour for n, hour in told.hours.items()}


def compare(table, n, days, known):
    """Against the days themselves, one after another."""
    mine = [(day, known[day.label][PLACES[n]]) for day in days if PLACES[n] in known.get(day.label, {})]
    labels = {day.label for day, _ in mine}
    assert [label for label, there in zip(table.days, table.known[n], strict=True) if there] == sorted(labels)
    wanted = VisitDay.together([told for _, told in mine])
    (found,) = table.wholes(n, [slice(None)])
    assert (found.whole.came, found.whole.seen, found.whole.of) == (
        wanted.whole.came,
        wanted.whole.seen,
        wanted.whole.of,
    )
    assert (found.passers, found.passers_off, found.soon) == (wanted.passers, wanted.passers_off, wanted.soon)
    assert table.lasted(n) == wanted.lengths
    clocks = {}
    for day, told in mine:
        for clock, hour in by_clock(day, told).items():
            clocks[clock] = clocks.get(clock, VisitHour()) + hour
    told = {clock: (hour.came, hour.coverage) for clock, hour in table.clock_hours(n).items()}
    assert told == {clock: (hour.came, hour.coverage) for clock, hour in sorted(clocks.items()) if hour.seen}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(writes, asks), max_size=12), st.randoms(use_true_random=False))
def test_it_tells_what_the_days_tell(steps, random):
    with TemporaryDirectory() as folder, StudyStore(Path(folder) / "studies.db") as store:
        studies = Studies(SimpleNamespace(zone=ZONE), Path(folder), None, store, (VISITS,))
        known = {}

        def write(day, place, told):
            some = known.setdefault(day.isoformat(), {})
            if told is None:
                some.pop(place, None)
            else:
                some[place] = told
            parts = {part: ADAPTER.dump_json(one) for part, one in some.items()}
            store.put(VISITS.name, day.isoformat(), Studied(1, 1, 0.0), parts)

        for n, day in enumerate(DAYS):
            if n % 9:
                hour = VisitHour(random.randrange(30), 3, 2, 2)
                write(
                    day, "site", VisitDay({random.randrange(14): hour}, 3, 1, 2, Lengths(1, 4, 50, 6, {n: 1}, {7: n}))
                )
        for what, more in [*steps, ("ask", (0, len(DAYS) - 1))]:
            if what == "write":
                write(DAYS[more[0]], *more[1:])
                continue
            begin, end = more
            days = [bucket(day) for day in DAYS[begin : end + 1]]
            for _ in range(2):  # the second time from what is kept
                table = VisitTables(studies, PLACES, bucket(DAYS[-1]).end).of(days)
                for n in range(len(PLACES)):
                    compare(table, n, days, known)


def test_of_a_day_that_goes_on_hours_that_are_not_over_are_left_out():
    with TemporaryDirectory() as folder, StudyStore(Path(folder) / "studies.db") as store:
        studies = Studies(SimpleNamespace(zone=ZONE), Path(folder), None, store, (VISITS,))
        day = bucket(FIRST)
        told = VisitDay({0: VisitHour(5, 5, 1, 1), 1: VisitHour(0, 0, 0, 1), 2: VisitHour(0, 0, 0, 1)})
        store.put(VISITS.name, day.label, Studied(1, 1, 0.0), {"site": ADAPTER.dump_json(told)})
        shares = [
            VisitTables(studies, ["site"], day.begin + n * HOUR).of([day]).wholes(0, [slice(None)])[0].whole.coverage
            for n in (1, 2, 3)
        ]
        assert shares == [1.0, 0.5, 1 / 3]
