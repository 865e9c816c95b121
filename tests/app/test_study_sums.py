"""A sum of days from what is kept of blocks of them is that of the days, whatever was asked and written before."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from galleria.analytics.units import LARGEST, Units
from galleria.app.study_sums import Sums, one_by_one
from galleria.storage.studied import Studied, StudyStore

FIRST = date(2027, 1, 18)  # so that a year's end, a month and parts of months are among the days
DAYS = [(FIRST - timedelta(days=30) + timedelta(days=n)).isoformat() for n in range(90)]
PARTS = ["a", "b"]
ADAPTER = TypeAdapter(Units)


def units(n):
    return Units({n % 7: tuple(n + k for k in range(LARGEST))})


numbers = st.integers(0, len(DAYS) - 1)
writes = st.tuples(st.just("write"), st.lists(st.tuples(numbers, st.integers(1, 99), st.booleans()), max_size=8))
asks = st.tuples(st.just("ask"), st.tuples(numbers, numbers, st.integers(1, 7)))
drops = st.tuples(st.just("drop"), numbers)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(writes, asks, drops), max_size=8))
def test_it_is_the_sum_of_the_days(steps):
    known = {day: {part: units(n) for part in PARTS} for n, day in enumerate(DAYS) if n % 11}
    with TemporaryDirectory() as folder, StudyStore(Path(folder) / "studies.db") as store:

        def write(day):
            bodies = {part: ADAPTER.dump_json(some) for part, some in known[day].items()}
            store.put("units", day, Studied(1, 1, 0.0), bodies)

        for day in known:
            write(day)
        for what, more in [*steps, ("ask", (0, len(DAYS) - 1, 1))]:
            if what == "write":
                for n, size, both in more:
                    known[DAYS[n]] = {part: units(size) for part in (PARTS if both else PARTS[:1])}
                    write(DAYS[n])
            elif what == "drop":
                known = {day: some for day, some in known.items() if day >= DAYS[more]}
                store.drop_before(DAYS[more])
            else:
                begin, end, step = more
                asked = DAYS[begin : end + 1 : step]
                period = (date.fromisoformat(DAYS[begin]), date.fromisoformat(DAYS[end]) + timedelta(days=1))
                found = Sums(store, "units", ADAPTER, one_by_one).of(PARTS, asked, period)
                wanted = {}
                for part in PARTS:
                    if mine := [known[day][part] for day in asked if part in known.get(day, {})]:
                        wanted[part] = sum(mine, Units())
                assert found == wanted


def test_a_year_is_read_from_months(tmp_path):
    days = [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(400)]
    with StudyStore(tmp_path / "studies.db") as store:
        for n, day in enumerate(days):
            store.put("units", day, Studied(1, 1, 0.0), {"a": ADAPTER.dump_json(units(n))})
        period = (date(2026, 1, 1), date(2027, 1, 1))
        sums = Sums(store, "units", ADAPTER, one_by_one)
        before = sums.of(["a"], days[:365], period)
        # What is read then is not the days.
        read = []
        on = store.on
        store.on = lambda study, parts, some: read.extend(some) or on(study, parts, some)
        assert sums.of(["a"], days[:365], period) == before
        assert read == []
