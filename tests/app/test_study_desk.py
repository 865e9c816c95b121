"""Queues, heat and groups as the site answers them: what was seen, what was not, and why there is nothing."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from flowing import Desk, at, dates, shop
from people import Noted

from galleria.app.camera_seen import NotThere
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_desk import StudyDesk
from galleria.app.study_list import STUDIES_KEPT
from galleria.domain.access import Actor, Right
from galleria.domain.calendar import Grain
from galleria.domain.errors import InputError, NotFoundError
from galleria.domain.events import Path, Stay
from galleria.domain.geometry import Point
from galleria.domain.site import Calibration, Queue
from galleria.storage.studied import StudyStore

MONDAY, TUESDAY = "2026-03-16", "2026-03-17"
SQUARE = (Point(0.0, 0.0), Point(1.0, 0.0), Point(1.0, 1.0), Point(0.0, 1.0))
FLOOR = Calibration(SQUARE, ((0.0, 0.0), (10.0, 0.0), (10.0, 5.0), (0.0, 5.0)))
ANYBODY = Actor("u", "u", frozenset(Right), "user")


def plaza(calibration=FLOOR):
    site = shop()
    hall = replace(site.cameras[0], calibration=calibration)
    return replace(site, cameras=(hall, *site.cameras[1:]), queues=(Queue("line", "shelf", target=20.0),))


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, plaza())
    yield desk
    desk.close()


@pytest.fixture
def asked(desk):
    """Study what was written by Tuesday noon; the answers' desk."""
    with StudyStore(desk.folder / STUDIES) as store:

        def asked():
            desk.clock.time = at(TUESDAY, "12:00")
            studies = Studies(desk.site, desk.folder, desk.rollups, store, STUDIES_KEPT)
            desk.keeper.turn(desk.clock.now())
            studies.turn(desk.clock.now())
            return StudyDesk(studies, desk.flows, Noted(), desk.clock)

        yield asked


def walk(desk, t, y, seconds=20):
    """Somebody walks through the picture from the left to the right at a height."""
    points = tuple((t + n / 2, 0.1 + 0.8 * n / (2 * seconds), y) for n in range(2 * seconds + 1))
    desk.write("hall", lambda i, o, n: Path(i, o, n, t, t + seconds, points, passed_by=False))


def test_heat_lies_where_people_were(desk, asked):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    walk(desk, at(MONDAY, "11:00"), 0.7)
    found = asked().heat("hall", dates(MONDAY, 1))
    assert (found.coverage, found.why) == (1.0, None)
    assert found.seconds.sum() == pytest.approx(20, abs=0.2)
    assert set(np.flatnonzero(found.seconds.sum(axis=1))) == {int(0.7 * 27)}
    (shelf,) = found.zones
    assert 0 < shelf.seconds < found.seconds.sum()
    assert shelf.share == pytest.approx(shelf.seconds / found.seconds.sum())


def test_the_floor_plan_is_in_metres(desk, asked):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    walk(desk, at(MONDAY, "11:00"), 0.7)
    plan = asked().plan(dates(MONDAY, 1), 1.0)
    assert plan.seconds.sum() == pytest.approx(20, abs=0.2)
    assert plan.seconds.shape == (1, 10)
    assert plan.corner == (0.0, 3.0)
    assert plan.coverage == {"hall": 1.0}


def test_a_square_has_its_limits(asked):
    with pytest.raises(InputError, match=r"0\.01 m cannot be drawn"):
        asked().plan(dates(MONDAY, 1), 0.01)


def test_what_lies_at_the_horizon_is_left_out(tmp_path):
    """A floor seen nearly level: the cells below the horizon are kilometres away."""
    level = Calibration(
        (Point(0.1, 0.9), Point(0.9, 0.9), Point(0.45, 0.55), Point(0.55, 0.55)),
        ((0.0, 0.0), (4.0, 0.0), (0.0, 40.0), (4.0, 40.0)),
    )
    desk = Desk(tmp_path, plaza(level))
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    for y in (0.51, 0.515, 0.52, 0.9):
        walk(desk, at(MONDAY, "11:00"), y)
    with StudyStore(desk.folder / STUDIES) as store:
        studies = Studies(desk.site, desk.folder, desk.rollups, store, STUDIES_KEPT)
        desk.keeper.turn(at(TUESDAY, "12:00"))
        studies.turn(at(TUESDAY, "12:00"))
        plan = StudyDesk(studies, desk.flows, Noted(), desk.clock).plan(dates(MONDAY, 1), 0.25)
    desk.close()
    assert max(plan.seconds.shape) * plan.cell < 100
    assert plan.seconds.sum() > 0


def test_groups_by_hour_of_the_day(desk, asked):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    walk(desk, at(MONDAY, "11:00"), 0.50)
    walk(desk, at(MONDAY, "11:00"), 0.55)  # a quarter of a metre beside
    walk(desk, at(MONDAY, "15:30"), 0.50)
    whole, hall = asked().groups(dates(MONDAY, 1))
    assert (whole.camera, hall.camera) == ("", "hall")
    assert (hall.whole.groups, hall.whole.tracks, hall.whole.sizes[:2]) == (2, 3, (1, 1))
    assert hall.whole.mean == pytest.approx(1.5)
    assert hall.whole.shared == pytest.approx(2 / 3)
    assert [(one.label, one.groups) for one in hall.hours] == [("11:00", 1), ("15:00", 1)]
    assert whole.whole == hall.whole


def test_why_there_is_nothing(desk, asked):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"), cameras=("yard",))
    found = asked()
    assert found.heat("hall", dates(MONDAY, 1)).why is NotThere.NOT_SEEN
    assert found.heat("yard", dates(MONDAY, 1)).why is None  # seen, and nobody came
    assert found.plan(dates(MONDAY, 1)).why is NotThere.NOT_SEEN
    (whole, hall) = found.groups(dates(MONDAY, 1))
    assert whole.why is hall.why is NotThere.NOT_SEEN
    assert whole.whole is None
    found.studies.site = replace(desk.site, cameras=desk.site.cameras[1:])
    assert found.plan(dates(MONDAY, 1)).why is NotThere.NOT_CALIBRATED
    assert [one.why for one in found.groups(dates(MONDAY, 1))] == [NotThere.NOT_CALIBRATED]


def test_what_is_not_looked_through_yet_is_told_so(desk, asked):
    found = asked()
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    desk.keeper.turn(at(TUESDAY, "12:00"))
    assert found.heat("hall", dates(MONDAY, 1)).why is NotThere.NOT_STUDIED
    assert found.groups(dates(MONDAY, 1))[0].why is NotThere.NOT_STUDIED


def test_no_such_camera(asked):
    with pytest.raises(NotFoundError):
        asked().heat("roof", dates(MONDAY, 1))


def test_what_is_still_to_come_is_no_gap(desk, asked):
    desk.see(at(TUESDAY, "10:00"), at(TUESDAY, "12:00"))
    t = at(TUESDAY, "11:00")
    desk.write("hall", lambda i, o, n: Stay(i, o, n, t, t + 30, "shelf"))
    (answer,) = asked().queues(dates(TUESDAY, 5), Grain.DAY)
    assert answer.whole.coverage == pytest.approx(1.0)
    assert answer.whole.arrivals == 1


def test_files_say_the_same_and_are_noted(desk, asked):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    walk(desk, at(MONDAY, "11:00"), 0.7)
    t = at(MONDAY, "11:00")
    desk.write("hall", lambda i, o, n: Stay(i, o, n, t, t + 30, "shelf"))
    found, period = asked(), dates(MONDAY, 1)
    cells = read(found.heat_csv(ANYBODY, "hall", period))
    assert sum(float(row["seconds"]) for row in cells) == pytest.approx(found.heat("hall", period).seconds.sum())
    squares = read(found.plan_csv(ANYBODY, period, 1.0))
    assert {(row["y"], row["cell"]) for row in squares} == {("3.0", "1.0")}
    groups = read(found.groups_csv(ANYBODY, period))
    assert [(row["camera"], row["local"], row["groups"]) for row in groups][:2] == [("", "", "1"), ("", "11:00", "1")]
    queues = read(found.queues_csv(ANYBODY, period, Grain.DAY))
    assert [(row["by"], row["arrivals"]) for row in queues if row["arrivals"] == "1"] == [
        ("day", "1"), ("hour-of-day", "1"), ("whole", "1")
    ]  # fmt: skip
    assert len(found.audit.entries) == 4


def read(text):
    return list(csv.DictReader(io.StringIO(text)))
