"""Periods beside others, put together from days that were kept, are what a question about the whole period tells."""

from contextlib import closing
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from flowing import Desk, at, shop
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.app.flow_query import FlowQuery
from galleria.app.outlook import Outlook
from galleria.app.outlook_compare import compare
from galleria.app.outlook_query import Against
from galleria.domain.calendar import Compare, Grain
from galleria.domain.errors import InputError
from galleria.domain.measure import MeasureName
from galleria.domain.site import Hours, Shop

FIRST = date(2026, 9, 28)  # a Monday; the clocks go back within these days, on 25 October
DAYS = 35
LATE = {day: Hours(time(10), time(1)) for day in range(5)} | {5: Hours(time(9), time(2))}
USUAL = shop(shops=(Shop("both", "Both", ("door", "gate")),))
SITES = {"usual": USUAL, "late": replace(USUAL, hours=LATE)}
NOW = at(str(FIRST + timedelta(days=DAYS - 1)), "15:00")
NOISE = 2e-6  # coverage has six digits


def known(some):
    found = [one for one in some if one is not None]
    return sum(found) if found else None


def whole(some):
    found = [one for one in some if one is not None]
    return sum(found) if len(found) == len(some) else None


def asked_at_once(outlook, begin, end, against):
    """From answers about the whole period, as the page *Flows* has them."""
    site = outlook.site
    places = {"site": ["site"]} | {f"entrance:{one.id}": [f"entrance:{one.id}"] for one in site.entrances}
    places |= {f"shop:{one.id}": [f"tripwire:{wire}" for wire in one.tripwires] for one in site.shops}
    for place, keys in places.items():
        if against is Against.USUAL:
            parts = outlook.days_of(keys, begin, end)
            both = [[day for day in days if None not in (day.value, day.usual)] for days in parts]
            every = [day.coverage for days in parts for day in days if day.coverage or day.value is not None]
            told = [known(day.value for day in days) for days in parts]
            alike, before = (
                [known(getattr(day, name) for day in days) for days in both] for name in ("value", "usual")
            )
            yield place, whole(told), whole(alike), whole(before), sum(every) / len(every) if every else 0.0
        else:
            how = Compare(str(against))
            answers = [outlook.flows.query(FlowQuery(MeasureName.IN, k, Grain.DAY, begin, end, how)) for k in keys]
            numbers = [whole([getattr(one, name) for one in answers]) for name in ("total", "alike", "total_before")]
            yield place, *numbers, sum(one.coverage for one in answers) / len(answers)


def told(outlook, begin, end, against):
    for one in compare(outlook, begin, end, against):
        yield one.key, one.value, one.alike, one.before, one.coverage


day_numbers = st.integers(0, DAYS - 1)
steps_taken = st.lists(
    st.one_of(
        st.tuples(st.just("come"), day_numbers, st.integers(0, 14), st.sampled_from(["hall", "yard"])),
        st.tuples(st.just("see"), day_numbers, st.integers(0, 14), st.sampled_from(["hall", "yard"])),
        st.tuples(st.just("hours"), st.booleans(), st.just(0), st.just("")),
        st.tuples(st.just("ask"), day_numbers, st.integers(1, DAYS), st.sampled_from([*Against])),
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """By hours: a shop of some weeks."""
    made = {}
    for name, site in SITES.items():
        made[name] = tmp_path_factory.mktemp(name)
        with closing(Desk(made[name], site)) as desk:
            with desk.live.envelope():
                for n in range(DAYS - 2):
                    day = str(FIRST + timedelta(days=n))
                    if n % 6:
                        desk.see(at(day, "10:00"), at(day, "20:00" if n % 5 else "16:00"))
                    for minute in range(n % 4):
                        desk.come(at(day, "12:00") + 60 * minute, "yard" if n % 3 else "hall")
            desk.keeper.turn(NOW)
    return made


@settings(max_examples=8, deadline=None)
@given(steps_taken, st.sampled_from([*SITES]))
def test_it_tells_what_asking_about_the_whole_period_tells(folders, steps, name):
    site = SITES[name]
    with (
        TemporaryDirectory() as folder,
        closing(Desk(Path(copytree(folders[name], f"{folder}/shop")), site, 10**6)) as desk,
    ):
        outlook = Outlook(site, desk.flows, desk.folder, dict, None)
        for what, number, more, which in [*steps, ("ask", 0, DAYS, Against.LAST_WEEK), ("ask", 0, DAYS, Against.USUAL)]:
            begin = FIRST + timedelta(days=number)
            t = at(str(begin), "10:00") + 3600 * more
            if what == "come":
                desk.come(t, which)
            elif what == "see":
                desk.see(t, t + 3600, (which,))
            elif what == "hours":
                site = SITES[[*SITES][number]]
                outlook.site = desk.flows.site = site
                desk.keeper.reload(site)
            if what != "ask":
                desk.keeper.turn(NOW)
                continue
            end = min(begin + timedelta(days=more), FIRST + timedelta(days=DAYS))
            for (key, *mine), (other, *wanted) in zip(
                told(outlook, begin, end, which), asked_at_once(outlook, begin, end, which), strict=True
            ):
                assert key == other
                assert [one is None for one in mine] == [one is None for one in wanted]
                numbers = zip(mine, wanted, strict=True)
                assert all(a is None or abs(a - b) < NOISE for a, b in numbers), (key, which, mine, wanted)


def test_days_are_read_once(tmp_path, monkeypatch):
    with closing(Desk(tmp_path)) as desk:
        with desk.live.envelope():
            for n in range(21):
                desk.see(*(at(str(FIRST + timedelta(days=n)), clock) for clock in ("10:00", "20:00")))
        desk.keeper.turn(at(str(FIRST + timedelta(days=21)), "11:00"))
        outlook = Outlook(desk.site, desk.flows, desk.folder, dict, None)
        period = (FIRST + timedelta(days=7), FIRST + timedelta(days=21))
        for against in Against:
            compare(outlook, *period, against)
        read = []
        for name in ("cells", "totals"):
            whole = getattr(type(desk.rollups), name)
            monkeypatch.setattr(
                type(desk.rollups),
                name,
                lambda me, keys, days, whole=whole, **how: read.append(days) or whole(me, keys, days, **how),
            )
        for against in Against:
            compare(outlook, *period, against)
        assert read == []
        desk.come(at(str(FIRST + timedelta(days=8)), "12:30"))  # late
        desk.keeper.turn(at(str(FIRST + timedelta(days=21)), "11:10"))
        compare(outlook, *period, Against.LAST_WEEK)
        assert [day for days in read for day in days] == ["2026-09-29", "2026-10-06", "2026-10-06", "2026-10-13"]


def test_an_empty_period_is_refused(tmp_path):
    with closing(Desk(tmp_path)) as desk:
        outlook = Outlook(desk.site, desk.flows, desk.folder, dict, None)
        for against in Against:
            with pytest.raises(InputError, match="the period ends on"):
                compare(outlook, FIRST, FIRST, against)
