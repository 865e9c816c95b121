import pytest
from flowing import Desk, at, shop

from galleria.domain.health import CameraState, Condition
from galleria.domain.live import Occupancy

TODAY = "2026-03-23"
EARLIER = [f"2026-0{day}" for day in ("1-26", "2-02", "2-09", "2-16", "2-23", "3-02", "3-09", "3-16")]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def test_today_beside_the_usual_day(desk):
    for n, day in enumerate(EARLIER):
        desk.open_day(day, 10 + n)  # from noon on, one a minute
        desk.come(at(day, "18:00"))
    desk.see(at(TODAY, "10:00"), at(TODAY, "14:00"))
    for n in range(27):
        desk.come(at(TODAY, "12:00") + n)
    desk.go(at(TODAY, "13:00"))
    desk.stay(at(TODAY, "12:30"), 30)
    desk.keeper.turn(at(TODAY, "14:00"))
    found = desk.flows.overview(at(TODAY, "14:00"))
    assert (found.day, found.opens, found.closes) == (TODAY, at(TODAY, "10:00"), at(TODAY, "20:00"))
    assert (found.footfall.value, found.footfall.usual, found.footfall.coverage) == (27, 13.5, 1)
    assert found.footfall.change == 1
    assert found.usual_days == 8
    assert (found.occupancy.value, found.occupancy.came, found.occupancy.went) == (26, 27, 1)
    assert found.dwell.value == pytest.approx(30, rel=0.01)
    front, back = found.entrances
    assert (front.name, front.came.value, front.came.usual, front.went.value) == ("Front door", 27, 13.5, 1)
    assert (back.came.value, back.came.usual, back.came.change) == (0, 0, None)
    curve = {point.label: point for point in found.curve}
    assert next(iter(curve)) == "10:00"
    assert list(curve)[-1] == "19:45"
    assert (curve["12:00"].value, curve["12:00"].usual) == (27, 13.5)
    assert (curve["11:00"].value, curve["11:00"].usual) == (0, 0)
    assert (curve["18:00"].value, curve["18:00"].usual) == (None, 1)  # that is still to come


def test_up_to_the_same_time(desk):
    for day in EARLIER:
        desk.open_day(day, 15)  # all of them between 12:00 and 12:15
    desk.see(at(TODAY, "10:00"), at(TODAY, "12:05"))
    desk.keeper.turn(at(TODAY, "12:05"))
    assert desk.flows.overview(at(TODAY, "12:05")).footfall.usual == pytest.approx(5)


def test_days_that_were_not_seen_are_no_usual_days(desk):
    for day in EARLIER[:3]:
        desk.open_day(day, 10)
    desk.see(at(EARLIER[3], "15:00"), at(EARLIER[3], "20:00"))
    desk.see(at(TODAY, "10:00"), at(TODAY, "14:00"))
    desk.keeper.turn(at(TODAY, "14:00"))
    found = desk.flows.overview(at(TODAY, "14:00"))
    assert found.usual_days == 3
    assert found.footfall.usual == 10
    # From 15:00 on that day was seen, and its quarter hours count.
    assert {p.label: p.usual for p in found.curve}["16:00"] == 0


def test_gaps_of_today_are_gaps(desk):
    desk.see(at(TODAY, "10:00"), at(TODAY, "11:00"))
    desk.keeper.turn(at(TODAY, "12:00"))
    found = desk.flows.overview(at(TODAY, "12:00"))
    curve = {point.label: point for point in found.curve}
    assert (curve["10:15"].value, curve["10:15"].coverage) == (0, 1)
    assert (curve["11:15"].value, curve["11:15"].coverage) == (None, 0)
    assert found.footfall.coverage == 0.5
    assert any("50 %" in note for note in found.notes)
    assert found.footfall.usual is None
    assert any("no usual day" in note for note in found.notes)


def test_cameras(desk):
    desk.see(at(TODAY, "10:00"), at(TODAY, "11:00"), ["hall"])
    desk.live.conditions([Condition("shop", "hall", CameraState.OFFLINE, at(TODAY, "11:00"), None, "refused")])
    desk.keeper.turn(at(TODAY, "12:00"))
    hall, yard = desk.flows.overview(at(TODAY, "12:00")).cameras
    assert (hall.name, hall.state, hall.since, hall.reason) == (
        "Hall",
        CameraState.OFFLINE,
        at(TODAY, "11:00"),
        "refused",
    )
    assert hall.coverage == pytest.approx(0.5)
    assert (yard.name, yard.state, yard.since, yard.coverage) == ("yard", CameraState.STARTING, None, 0)


def test_before_anything_was_counted(desk):
    found = desk.flows.overview(at(TODAY, "12:00"))
    assert found.footfall.value is None
    assert found.occupancy.value == 0
    assert all(point.value is None for point in found.curve)
    assert len(found.entrances) == 2


def test_a_closed_day(desk):
    sunday = "2026-03-22"
    desk.keeper.turn(at(sunday, "12:00"))
    found = desk.flows.overview(at(sunday, "12:00"))
    assert (found.day, found.opens, found.closes, list(found.curve)) == (sunday, None, None, [])


def test_live_occupancy_goes_first(desk):
    live = Occupancy(7, 1.0, 0.0, 9, 2)
    assert desk.flows.overview(at(TODAY, "12:00"), live).occupancy == live


def test_without_entrances_lines_stand_for_them(tmp_path):
    desk = Desk(tmp_path, shop(entrances=()))
    desk.come(at(TODAY, "12:00"))
    desk.keeper.turn(at(TODAY, "13:00"))
    found = desk.flows.overview(at(TODAY, "13:00"))
    assert [one.id for one in found.entrances] == ["door", "gate"]
    assert any("declares no entrances" in note for note in found.notes)
    desk.close()
