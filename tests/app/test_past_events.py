from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from galleria.app.keep import Keeper
from galleria.app.past_events import past_events
from galleria.domain.events import Crossing, Event, Origin, Stay
from galleria.domain.geometry import Point
from galleria.domain.site import Camera, Site
from galleria.domain.time import SetClock
from galleria.storage.days import Days
from galleria.storage.journal import Journal
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording
from galleria.storage.rollups import Rollups

SITE = Site("shop", cameras=(Camera("door"),))
DAY = 86400.0
MONDAY = datetime(2026, 5, 4, tzinfo=UTC).timestamp()
ORIGIN = Origin("shop", "door", "epoch")


def _crossing(number: int, at: float) -> Crossing:
    name = ORIGIN.event_id(number, "crossing", 1)
    return Crossing(name, ORIGIN, number, at, "front", "in", "up", Point(0.5, 0.5))


def _stay(number: int, begin: float, end: float) -> Stay:
    return Stay(ORIGIN.event_id(number, "stay", 1), ORIGIN, number, begin, end, "till")


EVENTS: list[Event] = [
    _crossing(1, MONDAY + 3600),
    _stay(2, MONDAY + DAY - 60, MONDAY + DAY + 60),  # over midnight
    _crossing(3, MONDAY + DAY + 3600),
    _crossing(4, MONDAY + 2 * DAY + 3600),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Monday and Tuesday are sealed, and both are in the journal still; Wednesday goes on."""
    clock = SetClock(MONDAY + 2 * DAY + 7200)
    with LiveJournal(tmp_path / "journal.db", "shop", clock) as live, Rollups(tmp_path / "measures.db") as rollups:
        live.begin(Recording(ORIGIN, "", "door", MONDAY))
        live.append(ORIGIN, EVENTS)
        Keeper(SITE, tmp_path, rollups).turn(clock.now())
    assert Days(tmp_path / "days", "shop").path("2026-05-04").exists()
    return tmp_path


def _asked(folder: Path, begin: float, end: float, kinds: set[str] | None = None) -> list[str]:
    with Journal(folder / "journal.db") as journal:
        places = journal, Days(folder / "days", "shop")
        return [event.id for event in past_events(SITE, places, (begin, end), kinds=kinds)]


def test_everything_comes_once(folder: Path) -> None:
    assert sorted(_asked(folder, MONDAY, MONDAY + 3 * DAY)) == sorted(event.id for event in EVENTS)


def test_the_period_cuts(folder: Path) -> None:
    assert _asked(folder, MONDAY, MONDAY + 3600) == []
    assert _asked(folder, MONDAY, math.nextafter(MONDAY + 3600, math.inf)) == [EVENTS[0].id]
    # What reaches into the period belongs to it.
    assert _asked(folder, MONDAY + DAY, MONDAY + DAY + 30) == [EVENTS[1].id]


def test_kinds_are_chosen(folder: Path) -> None:
    assert _asked(folder, MONDAY, MONDAY + 3 * DAY, {"stay"}) == [EVENTS[1].id]


def test_what_left_the_journal_is_in_the_file(folder: Path) -> None:
    (folder / "journal.db").unlink()
    for side in folder.glob("journal.db-*"):
        side.unlink()
    assert _asked(folder, MONDAY, MONDAY + 2 * DAY) == [event.id for event in EVENTS[:3]]
