from dataclasses import replace
from datetime import time

import pytest
from flowing import Desk, at, dates, shop

from galleria.app.queueing import queue_answers
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_list import QUEUES
from galleria.domain.calendar import Grain
from galleria.domain.errors import InputError
from galleria.domain.events import Stay
from galleria.domain.site import Hours, Queue, Zone
from galleria.storage.studied import StudyStore

MONDAY, TUESDAY, WEDNESDAY = "2026-03-16", "2026-03-17", "2026-03-18"


def till():
    site = shop()
    hall = site.cameras[0]
    zones = (*hall.zones, Zone("line", hall.zones[0].polygon), Zone("desk", hall.zones[0].polygon))
    queue = Queue("tills", "line", service="desk", target=60.0)
    return replace(site, cameras=(replace(hall, zones=zones), *site.cameras[1:]), queues=(queue,))


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, till())
    yield desk
    desk.close()


def serve(desk, day, clock, wait=30.0, service=60.0):
    t, track = at(day, clock), desk.number + 1000
    for zone, begin, end in (("line", t, t + wait), ("desk", t + wait, t + wait + service)):
        desk.write("hall", lambda i, o, _, z=zone, b=begin, e=end: Stay(i, o, track, b, e, z))


def asked(desk, days=2, grain=Grain.DAY):
    with StudyStore(desk.folder / STUDIES) as store:
        studies = Studies(desk.site, desk.folder, desk.rollups, store, [QUEUES])
        desk.keeper.turn(at(WEDNESDAY, "12:00"))
        studies.turn(at(WEDNESDAY, "12:00"))
        (answer,) = queue_answers(desk.site, studies, dates(MONDAY, days), grain)
    return answer


def test_by_day_and_by_hour_of_the_day(desk):
    for day, hour, wait in (
        (MONDAY, "11:10", 30),
        (MONDAY, "11:40", 90),
        (TUESDAY, "11:20", 40),
        (TUESDAY, "15:00", 20),
    ):
        serve(desk, day, hour, wait)
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    desk.see(at(TUESDAY, "10:00"), at(TUESDAY, "15:00"))
    desk.see(at(TUESDAY, "15:00"), at(TUESDAY, "16:00"))
    answer = asked(desk)
    assert [(one.label, one.arrivals, one.coverage) for one in answer.points] == [(MONDAY, 2, 1.0), (TUESDAY, 2, 0.6)]
    hours = {one.label: one for one in answer.hours}
    assert list(hours) == [f"{hour}:00" for hour in range(10, 20)]
    assert hours["11:00"].arrivals == 3
    assert hours["11:00"].wait == pytest.approx(40, rel=0.02)
    assert hours["11:00"].length == pytest.approx((30 + 90 + 40) / 7200)
    assert hours["11:00"].coverage == 1.0
    assert hours["19:00"].coverage == 0.5
    assert (answer.whole.arrivals, answer.whole.abandonment, answer.whole.tills) == (4, 0.0, 1)
    assert answer.whole.service == pytest.approx(60)


def test_hours_of_a_day_that_opens_at_half_past_begin_at_half_past(tmp_path):
    opening = {day: Hours(time(9, 30), time(20)) for day in range(6)}
    desk = Desk(tmp_path, replace(till(), hours=opening))
    serve(desk, MONDAY, "10:10")
    desk.see(at(MONDAY, "09:30"), at(MONDAY, "20:00"))
    hours = {one.label: one for one in asked(desk).hours}
    assert list(hours)[:2] == ["09:30", "10:30"]
    assert (hours["09:30"].arrivals, hours["10:30"].arrivals) == (1, 0)
    desk.close()


def test_what_was_not_seen_is_no_zero(desk):
    serve(desk, MONDAY, "11:10")
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    empty = asked(desk).points[1]
    assert (empty.coverage, empty.arrivals, empty.length, empty.wait, empty.tills) == (0.0, None, None, None, None)


def test_weeks(desk):
    serve(desk, MONDAY, "11:10")
    serve(desk, TUESDAY, "11:10")
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    assert [(one.label, one.arrivals) for one in asked(desk, 7, Grain.WEEK).points] == [("2026-W12", 2)]


def test_other_grains_are_refused(desk):
    with pytest.raises(InputError, match="not told by hour"):
        asked(desk, grain=Grain.HOUR)
