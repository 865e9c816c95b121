"""A till that tells the time of another zone, over a night on which the site's clocks change."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from flowing import BERLIN, Desk, at, dates, shop

from galleria.app.conversion import conversion_answers
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_list import SERVICES
from galleria.app.till_clocks import till_clocks
from galleria.domain.calendar import Grain
from galleria.domain.sale import Sale
from galleria.domain.site import Queue, Shop, Till
from galleria.storage.sales import Sales
from galleria.storage.studied import StudyStore

SITE = replace(
    shop(),
    shops=(Shop("books", tripwires=("door",)),),
    queues=(Queue("tills", "shelf"),),
    tills=(Till("1", "books", queue="tills"),),
)
SPRING = [f"2026-03-{n}" for n in (26, 27, 28, 30, 31)]  # the clocks go forward in the night to the 29th
AUTUMN = [f"2026-10-{n}" for n in (22, 23, 24, 26, 27)]  # and back in the night to the 25th


class Open:
    """A shop that sells for some days, seen and rung up; `told` asks about it."""

    def __init__(self, folder, days, zone, site=SITE):
        self.desk, self.days, self.site = Desk(folder, site), days, site
        self.sales = Sales(folder / "sales.db")
        self.store = StudyStore(folder / STUDIES)
        self.studies = Studies(site, folder, self.desk.rollups, self.store, [SERVICES])
        self.true, made = Counter(), []
        random = np.random.default_rng(7)
        for day in days:
            with self.desk.live.envelope():
                self.desk.see(at(day, "10:00"), at(day, "20:00"))
                for n, begin in enumerate(np.sort(at(day, "10:05") + random.uniform(0, 34_000, 60)).tolist()):
                    end = begin + 12 + float(random.exponential(60))
                    self.desk.come(begin - 30)
                    self.desk.stay(begin, end - begin)
                    self.true[day, datetime.fromtimestamp(end, BERLIN).hour] += 1
                    # What it prints is read as if it were the time of the site.
                    wall = datetime.fromtimestamp(end, zone).replace(tzinfo=BERLIN)
                    made.append(Sale(f"{day} {n}", "books", "1", wall.timestamp(), 1000, "EUR", 1))
        self.sales.put(made)
        self.now = at(days[-1], "23:59")
        self.desk.keeper.turn(self.now)
        self.studies.turn(self.now)

    def told(self, first, count):
        selling = SimpleNamespace(sales=self.sales)
        answer = conversion_answers(
            self.site, self.desk.flows, self.studies, selling, dates(first, count), Grain.DAY, now=self.now
        )
        return answer, next(part for part in answer.parts if part.key == "shop:books")

    def close(self):
        for one in (self.store, self.sales, self.desk):
            one.close()


@pytest.fixture(params=["UTC", "Asia/Dubai", "Europe/London", "Europe/Berlin"])
def zone(request):
    return ZoneInfo(request.param)


@pytest.mark.parametrize("days", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_each_side_of_the_night_is_set_right_by_its_own_hour(tmp_path, zone, days):
    opened = Open(tmp_path, days, zone)
    (clock,) = till_clocks(opened.site, opened.studies, opened.sales, dates(days[0], 6))
    offsets = [at(day, "12:00") - datetime.fromtimestamp(at(day, "12:00"), zone).replace(tzinfo=BERLIN).timestamp()
               for day in (days[0], days[-1])]  # fmt: skip
    found = [before.ahead for _, before in clock.earlier] + [clock.skew.ahead]
    assert found == pytest.approx([-offset for offset in offsets], abs=20)
    answer, books = opened.told(days[0], 6)
    true = Counter()
    for (_, hour), count in opened.true.items():
        true[f"{hour:02}:00"] += count
    hours = {one.label: one.receipts for one in books.hours if one.receipts}
    wrong = sum(abs(hours.get(one, 0) - true[one]) for one in {*hours, *true}) / 2
    assert wrong <= 0.02 * true.total() + 2
    by_day = {point.label: point.receipts for point in books.points if point.receipts}
    assert by_day == {day: sum(n for (one, _), n in opened.true.items() if one == day) for day in days}
    moves = abs(offsets[0] - offsets[1]) > 1
    assert any("Up to 2026-" in note for note in answer.notes) == moves
    opened.close()


def test_what_was_found_of_one_side_holds_where_the_other_tells_nothing(tmp_path):
    opened = Open(tmp_path, SPRING[:3], ZoneInfo("UTC"))
    (clock,) = till_clocks(opened.site, opened.studies, opened.sales, dates(SPRING[0], 30))
    assert clock.earlier == ()
    assert clock.skew.ahead == pytest.approx(-3600, abs=20)
    opened.close()
