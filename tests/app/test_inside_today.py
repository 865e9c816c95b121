from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from galleria.app.inside import Inside, entrance_lines
from galleria.app.today import Today
from galleria.domain.events import Crossing, Event, Origin
from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Camera, Entrance, Hours, Site, Tripwire

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC).timestamp()  # a Monday
HOUR = 3600.0


def _wire(name: str, entrance: str | None = None) -> Tripwire:
    return Tripwire(name, Segment(Point(0.0, 0.5), Point(1.0, 0.5)), entrance=entrance)


def _site(*wires: Tripwire, hours: dict[int, Hours] | None = None) -> Site:
    entrances = tuple(Entrance(e) for e in {w.entrance for w in wires if w.entrance})
    return Site("shop", hours=hours or {}, cameras=(Camera("door", tripwires=wires),), entrances=entrances)


def _crossing(number: int, direction: str, at: float = NOON, wire: str = "front") -> Crossing:
    origin = Origin("shop", "door", "epoch")
    return Crossing(
        origin.event_id(number, "crossing", 1), origin, number, at, wire, direction, "up", Point(0.5, 0.5)
    )  # fmt: skip


OPEN = {day: Hours(time(9), time(20)) for day in range(7)}


def test_without_entrances_every_line_is_one() -> None:
    assert entrance_lines(_site(_wire("front"), _wire("back"))) == {("door", "front"), ("door", "back")}


def test_with_entrances_only_their_lines_count() -> None:
    site = _site(_wire("front", "main"), _wire("aisle"))
    inside = Inside(site, NOON, (), [_crossing(1, "in"), _crossing(2, "in", wire="aisle")])
    assert inside.now().value == 1


def test_crossings_of_the_journal_and_those_that_follow_count_once() -> None:
    site = _site(_wire("front"))
    first = [_crossing(1, "in"), _crossing(2, "in"), _crossing(3, "out")]
    inside, today = Inside(site, NOON, (), first), Today(site, NOON)
    today.take(first)
    again: list[Event] = [_crossing(2, "in"), _crossing(4, "in")]  # a recording that is counted again after a crash
    inside.take(again)
    today.take(again)
    assert inside.now().value == 2
    assert today.of("door") == {"front": (3, 1)}
    assert today.of("elsewhere") == {}


def test_it_is_nobody_from_closing_on() -> None:
    site = _site(_wire("front"), hours=OPEN)
    inside = Inside(site, NOON, (), [_crossing(1, "in"), _crossing(2, "in")])
    assert not inside.turn(NOON + 7 * HOUR)
    assert inside.now().value == 2
    assert inside.turn(NOON + 8 * HOUR + 1)
    assert inside.now().value == 0
    assert not inside.turn(NOON + 9 * HOUR)


def test_it_is_nobody_when_the_day_turns_where_there_are_no_hours() -> None:
    inside = Inside(_site(_wire("front")), NOON, (), [_crossing(1, "in")])
    assert inside.turn(NOON + 12 * HOUR)
    assert inside.now().value == 0


def test_what_a_person_set_to_zero_stays_so_after_a_restart() -> None:
    site = _site(_wire("front"))
    crossings = [_crossing(1, "in"), _crossing(2, "in", NOON + 60)]
    assert Inside(site, NOON + HOUR, (NOON + 30,), crossings).now().value == 1
    running = Inside(site, NOON, (), crossings[:1])
    running.reset(NOON + 30)
    running.take(crossings[1:])
    assert running.now().value == 1


@pytest.mark.parametrize("later", [12 * HOUR, 40 * HOUR])
def test_a_new_day_begins_at_nothing(later: float) -> None:
    site = _site(_wire("front"))
    today = Today(site, NOON)
    today.take([_crossing(1, "in")])
    today.turn(site, NOON + HOUR)
    assert today.of("door") == {"front": (1, 0)}
    today.turn(site, NOON + later)
    assert today.of("door") == {}
    today.take([_crossing(2, "out", NOON + later), _crossing(3, "in", NOON)])
    assert today.of("door") == {"front": (0, 1)}
