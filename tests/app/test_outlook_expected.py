"""What campaigns did is told from what is known now, however often it was asked before."""

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path as File
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from flowing import at, shop
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.cells import PARTS, Cells, Part
from galleria.analytics.forecast import Past, forecast
from galleria.app.flow_query import FlowQuery
from galleria.app.flows import Flows, Grain
from galleria.app.outlook import Outlook
from galleria.app.outlook_campaigns import campaigns_of, effect
from galleria.app.public_holidays import holidays_of
from galleria.domain.calendar import day_of
from galleria.domain.measure import MeasureName
from galleria.storage.rollups import RolledDay, Rollups

TODAY = date(2026, 12, 23)
NOW = at(str(TODAY), "12:00")
DAYS = 100  # before today
NO_AUDIT = None


def declared(name, begin, last):
    return {"name": name, "begin": str(begin), "last": str(last)}


CAMPAIGNS = [
    declared("first days", TODAY - timedelta(days=DAYS), TODAY - timedelta(days=DAYS - 4)),
    declared("before all", TODAY - timedelta(days=DAYS + 30), TODAY - timedelta(days=DAYS + 29)),
    declared("advent", date(2026, 11, 28), date(2026, 12, 5)),
    declared("going on", TODAY - timedelta(days=9), TODAY + timedelta(days=3)),
    declared("to come", TODAY + timedelta(days=1), TODAY + timedelta(days=2)),
]


class Written:
    """A shop whose days are written one by one."""

    def __init__(self, folder):
        self.site = shop(country="DE-BY")
        self.rollups = Rollups(folder / "measures.db")
        self.campaigns = {"campaigns": CAMPAIGNS}
        self.outlook = self.anew(folder)
        for n in range(DAYS, 0, -1):
            self.write(n, 100 + n % 7 * 10)

    def anew(self, folder=File("nowhere")):
        return Outlook(self.site, Flows(self.site, self.rollups, folder / "none"), folder, self.told, NO_AUDIT)

    def told(self):
        return self.campaigns

    def write(self, ago, came, seen=1.0):
        """A day so many days ago."""
        bucket = day_of(self.site, TODAY - timedelta(days=ago))
        parts = np.zeros((1, PARTS))
        parts[0, Part.CAME] = came
        for whole, covered in ((Part.SECONDS, Part.COVERED), (Part.OPEN, Part.COVERED_OPEN)):
            parts[0, whole] = bucket.end - bucket.begin
            parts[0, covered] = seen * parts[0, whole]
        edges = np.array([bucket.begin, bucket.end])
        self.rollups.put(RolledDay(bucket.label, edges, bucket.end, True), {"site": Cells(parts)})

    def change(self, country):
        self.site = shop(country=country)
        self.outlook.site = self.outlook.flows.site = self.site

    def close(self):
        self.rollups.close()


def from_scratch(written):
    """Each campaign by itself, from all days that may matter."""
    flows = written.outlook.flows

    def counts(begin, end):
        points = flows.query(FlowQuery(MeasureName.IN, "site", Grain.DAY, begin, end)).points
        found = {date.fromisoformat(p.label): p.value for p in points if p.coverage >= 0.8}
        return [found.get(begin + timedelta(days=n)) for n in range((end - begin).days)]

    named = holidays_of(written.site.country)
    for one in sorted(campaigns_of(written.campaigns), key=lambda one: (one.begin, one.name), reverse=True):
        begin = one.begin - timedelta(days=1200)
        known = np.array([np.nan if n is None else n for n in counts(begin, one.begin)])
        first = int(np.argmin(np.isnan(known)))
        past = Past(begin + timedelta(days=first), known[first:], lambda day: bool(named(day)))
        length = (one.last - one.begin).days + 1
        seen = {one.begin + timedelta(days=n): came for n, came in enumerate(counts(one.begin, one.last + DAY))}
        ahead = forecast(past, length)
        yield effect(one, ahead, {day: n for day, n in seen.items() if n is not None and day < TODAY})


DAY = timedelta(days=1)
changes = st.lists(
    st.one_of(
        st.builds(lambda *told: ("write", told), st.integers(1, DAYS), st.integers(0, 900), st.sampled_from([1, 0.5])),
        st.builds(lambda country: ("change", (country,)), st.sampled_from(["DE", "DE-BY", "FR"])),
        st.builds(lambda begin, length: ("declare", (begin, length)), st.integers(-DAYS - 9, 40), st.integers(0, 30)),
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=15)
@given(changes)
def test_every_change_counts_at_once(some) -> None:
    with TemporaryDirectory() as folder, closing(Written(File(folder))) as written:
        assert written.outlook.effects(NOW) == list(from_scratch(written))
        for what, told in some:
            if what == "declare":
                begin = TODAY + timedelta(days=told[0])
                more = declared("more", begin, begin + timedelta(days=told[1]))
                written.campaigns = {"campaigns": [*CAMPAIGNS, more]}
            else:
                getattr(written, what)(*told)
            assert written.outlook.effects(NOW) == list(from_scratch(written))


@pytest.fixture
def written(tmp_path):
    with closing(Written(tmp_path)) as written:
        yield written


@pytest.fixture
def learnt(monkeypatch):
    """How many days each forecast was made from."""
    found = []

    def told(past, horizon):
        found.append(len(past.counts))
        return forecast(past, horizon)

    monkeypatch.setattr("galleria.app.outlook_expected.forecast", told)
    return found


def test_campaigns_are_looked_ahead_one_after_another(written, learnt) -> None:
    before = [0]
    for _ in CAMPAIGNS:
        written.outlook.turn(NOW)
        assert len(learnt) - before[-1] <= 1
        before.append(len(learnt))
    assert learnt
    found, made = written.outlook.effects(NOW), len(learnt)
    assert made == before[-1]  # nobody waits
    assert found == written.anew().effects(NOW)
    for ago in range(12, 60):
        written.write(ago, 500)
    for _ in CAMPAIGNS:
        written.outlook.turn(NOW)
    made = len(learnt)
    assert written.outlook.effects(NOW)[1].expected != found[1].expected
    assert len(learnt) == made


def test_nothing_is_learnt_of_what_is_to_come(written, learnt) -> None:
    written.campaigns = {"campaigns": [CAMPAIGNS[-1], declared("far", date(2099, 12, 1), date(2099, 12, 2))]}
    assert [one.actual for one in written.outlook.effects(NOW)] == [None, None]
    assert not learnt


def test_campaigns_decades_apart_are_told(written) -> None:
    written.write(5200, 50)  # fourteen years ago
    written.campaigns = {"campaigns": [*CAMPAIGNS, declared("old", date(2012, 10, 1), date(2012, 10, 2))]}
    assert written.outlook.effects(NOW) == list(from_scratch(written))


def test_campaigns_that_cannot_be_read_stop_nothing_else(written) -> None:
    written.campaigns = {"campaigns": [declared("odd", "2026-11-05", "2026-11-01")]}
    written.outlook.turn(NOW)
    assert written.outlook.forecast_at_hand("site", NOW)
