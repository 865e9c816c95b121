"""Trading days as they were: whatever is changed when, a day that has begun is not cut anew."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from flowing import at, shop
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.app.visiting_calendar import Calendar
from galleria.domain.calendar import day_of
from galleria.domain.site import Hours
from galleria.storage.visitors import Visitors

FIRST = date(2026, 3, 23)  # clocks change on the next Sunday
DATES = [FIRST + timedelta(days=n) for n in range(-3, 14)]
TIMES = st.integers(24, 44).map(lambda n: time(n // 4, n % 4 * 15))
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 10 * 86400),
        st.sampled_from(("Europe/Berlin", "Asia/Kolkata", "America/New_York")),
        st.dictionaries(st.integers(0, 6), TIMES, max_size=7),
        st.sampled_from((time(20), time(3), time(0))),
    ),
    min_size=1,
    max_size=6,
)


def cut(store, site, now):
    calendar = Calendar.of(store, site, now)
    found = [(calendar.day(day), day) for day in DATES]
    return {day: (one[0].zone, one[0].hours, one[1]) for one, day in found if one}


@settings(max_examples=150, deadline=None)
@given(CHANGES)
def test_days_that_have_begun_stay_as_they_were_and_none_overlap(changes):
    with TemporaryDirectory() as folder, Visitors(Path(folder) / "visitors.db") as store:
        site, noon = shop(), at(FIRST.isoformat(), "12:00")
        Calendar.of(store, site, noon).note(store)
        for ahead, zone, openings, closing in sorted(changes, key=lambda change: change[0]):
            then = noon + ahead
            before = cut(store, site, then)
            site = replace(site, zone=zone, hours={day: Hours(one, closing) for day, one in openings.items()})
            after = cut(store, site, then)
            begun = {day: one for day, one in before.items() if one[2].begin <= then}
            assert {day: one for day, one in after.items() if day in begun} == begun
            spans = sorted((one.begin, one.end) for _, _, one in after.values())
            assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))
            Calendar.of(store, site, then).note(store)
            assert cut(store, site, then) == after


def test_what_never_changed_is_the_sites_calendar(tmp_path):
    site = shop()
    with Visitors(tmp_path / "visitors.db") as store:
        Calendar.of(store, site, at("2026-03-24")).note(store)
        calendar = Calendar.of(store, site, at("2026-04-24"))
        assert [calendar.day(day) for day in DATES] == [(site, day_of(site, day)) for day in DATES]
        assert len(store.calendars()) == 1


def test_other_hours_hold_once_the_day_that_goes_on_is_over(tmp_path):
    site = shop()
    later = replace(site, hours={day: Hours(time(11), time(20)) for day in range(6)})
    with Visitors(tmp_path / "visitors.db") as store:
        Calendar.of(store, site, at("2026-03-24", "12:00")).note(store)
        Calendar.of(store, later, at("2026-03-25", "12:00")).note(store)
        calendar = Calendar.of(store, later, at("2026-04-25", "12:00"))
        spans = [(one.begin, one.end) for n in (25, 26) for _, one in [calendar.day(date(2026, 3, n))]]
    assert spans == [
        (at("2026-03-25", "10:00"), at("2026-03-26", "10:00")),
        (at("2026-03-26", "11:00"), at("2026-03-27", "11:00")),
    ]


def test_what_was_changed_back_the_same_day_never_held(tmp_path):
    site = shop()
    later = replace(site, hours={})
    with Visitors(tmp_path / "visitors.db") as store:
        for one, clock in ((site, "10:30"), (later, "12:00"), (site, "13:00")):
            Calendar.of(store, one, at("2026-03-25", clock)).note(store)
        assert len(store.calendars()) == 1
