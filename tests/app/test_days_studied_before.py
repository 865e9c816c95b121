"""Hours of days that were studied stay where they are when the site opens at another time, or is in another zone."""

from contextlib import closing
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from flowing import Desk, at, shop
from pydantic import TypeAdapter

from galleria.analytics.units import Units
from galleria.app.audit import Audit
from galleria.app.grouping import group_answers
from galleria.app.queueing import queue_answers
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_desk import StudyDesk
from galleria.app.study_list import STUDIES_KEPT, UNITS
from galleria.app.till_clocks import till_clocks
from galleria.app.visits_answers import visits_answer
from galleria.domain.calendar import Grain
from galleria.domain.geometry import Point
from galleria.domain.sale import Sale, SaleKind
from galleria.domain.site import Calibration, Hours, Queue, Shop, Till
from galleria.storage.records import Records
from galleria.storage.sales import Sales
from galleria.storage.studied import StudyStore

FIRST = date(2026, 3, 9)
PERIOD = (FIRST, FIRST + timedelta(days=13))
NOW = at("2026-03-23", "12:00")
CORNERS = (Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1))


def opening(clock):
    return {day: Hours(time.fromisoformat(clock), time(20)) for day in range(6)}


def mall():
    plain = shop()
    hall = replace(plain.cameras[0], calibration=Calibration(CORNERS, ((0, 0), (5, 0), (5, 5), (0, 5))))
    return replace(
        plain, cameras=(hall, plain.cameras[1]), shops=(Shop("books", tripwires=("door",)),),
        queues=(Queue("tills", "shelf"),), tills=(Till("1", "books", queue="tills"),),
    )  # fmt: skip


def fill(desk, sales):
    """Two weeks; who comes in waits at a till, and gets a receipt five seconds later."""
    random, made = np.random.default_rng(3), []
    for n in range(12):
        day = (FIRST + timedelta(days=n)).isoformat()
        with desk.live.envelope():
            desk.see(at(day, "10:00"), at(day, "20:00"))
            for t in (at(day, "10:05") + random.uniform(0, 30_000, 8)).tolist():
                desk.come(t - 30)
                desk.stay(t, 40)
                made.append(Sale(f"{len(made)}", "books", "1", t + 45, 1500, "EUR", 2, SaleKind.SALE, ""))
    sales.put(made)
    desk.keeper.turn(NOW)
    desk.clock.time = NOW


@pytest.fixture
def asked(tmp_path):
    folder = Path(tmp_path)
    with (
        closing(Desk(folder, mall())) as desk,
        Sales(folder / "sales.db") as sales,
        StudyStore(folder / STUDIES) as store,
        closing(Records(folder / "records.db")) as records,
    ):
        fill(desk, sales)
        studies = Studies(desk.site, folder, desk.rollups, store, STUDIES_KEPT)
        studies.turn(NOW)
        monday = FIRST.isoformat()
        third_hour = TypeAdapter(Units).dump_json(Units({2: (4, 1, 0, 0, 0, 0, 0, 0)}))
        store.put(UNITS.name, monday, store.days(UNITS.name)[monday], {"hall": third_hour})
        study_desk = StudyDesk(studies, desk.flows, Audit(records, desk.clock), desk.clock)

        def ask(site):
            studies.site = desk.flows.site = site
            hours = [(one.label, one.comings) for one in visits_answer(study_desk, PERIOD, None).places[0].hours]
            (queue,) = queue_answers(site, studies, PERIOD, Grain.MONTH, now=NOW)
            waits = [(one.label, one.arrivals) for one in queue.hours]
            groups = [(one.label, one.tracks) for one in group_answers(site, studies, desk.flows, PERIOD)[0].hours]
            (clock,) = till_clocks(site, studies, sales, PERIOD)
            return hours, waits, groups, clock

        yield ask


@pytest.mark.parametrize("hours", [opening("09:00"), opening("10:30"), {}])
def test_what_was_at_noon_is_still_at_noon_when_it_opens_at_another_time(asked, hours):
    site = mall()
    visits, waits, groups, clock = asked(site)
    assert all((visits, waits))
    assert groups == [("12:00", 6)]
    assert clock.right
    after = asked(replace(site, hours=hours))
    assert after[0] == visits
    assert after[1:3] == (waits, groups)
    assert after[3].skew == clock.skew is not None
