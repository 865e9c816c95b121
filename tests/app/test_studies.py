from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from flowing import Desk, at, dates

from galleria.app.keep import JOURNAL
from galleria.app.studies import STUDIES, Studies, Study
from galleria.domain.events import Seen
from galleria.storage.journal import Journal
from galleria.storage.retention import Retention
from galleria.storage.studied import StudyStore

MONDAY, TUESDAY, WEDNESDAY = "2026-03-16", "2026-03-17", "2026-03-18"


@dataclass(frozen=True)
class Comings:
    times: tuple[float, ...] = ()
    seen: float = 0.0

    def __add__(self, other):
        return Comings(self.times + other.times, self.seen + other.seen)


def comings(site, day, events):
    made = {}
    for event in events:
        one = Comings(seen=event.end - event.time) if isinstance(event, Seen) else Comings((event.time,))
        made[event.origin.camera] = made.get(event.origin.camera, Comings()) + one
    return made


COMINGS = Study("comings", 1, frozenset({"crossing", "seen"}), Comings, comings)


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def studies(desk):
    with StudyStore(desk.folder / STUDIES) as store:
        yield Studies(desk.site, desk.folder, desk.rollups, store, [COMINGS])


def bodies(studies, begin=MONDAY, days=3):
    first, last = dates(begin, days)
    return studies.store.summaries("comings", ["hall", "yard"], first.isoformat(), last.isoformat())


def test_days_are_studied_once_and_add_up(desk, studies):
    desk.open_day(MONDAY, 5)
    desk.open_day(TUESDAY, 7)
    desk.keeper.turn(at(WEDNESDAY, "12:00"))
    assert studies.turn(at(WEDNESDAY, "12:00")) == 5 + 7 + 4
    assert studies.turn(at(WEDNESDAY, "12:10")) == 0
    whole = studies.whole(COMINGS, "hall", *dates(MONDAY, 2))
    assert len(whole.times) == 12
    assert whole.seen == 2 * 10 * 3600
    by_day = studies.summaries(COMINGS, ["hall"], *dates(MONDAY, 2))["hall"]
    assert {day: len(one.times) for day, one in by_day.items()} == {MONDAY: 5, TUESDAY: 7}
    assert studies.whole(COMINGS, "hall", *dates(WEDNESDAY, 1)) is None


def test_what_is_written_late_is_studied_and_the_bytes_are_those_of_a_journal_in_order(desk, studies, tmp_path):
    desk.open_day(MONDAY, 3)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    studies.turn(at(TUESDAY, "12:00"))
    desk.come(at(MONDAY, "11:00"))  # two days late, and earlier than what was known
    desk.keeper.turn(at(WEDNESDAY, "12:00"))
    assert studies.turn(at(WEDNESDAY, "12:00")) > 0
    assert studies.whole(COMINGS, "hall", *dates(MONDAY, 1)).times[0] == at(MONDAY, "11:00")
    with StudyStore(tmp_path / "again.db") as store:
        again = replace(studies, store=store)
        again._turned = float("-inf")
        again.turn(at(WEDNESDAY, "12:00"))
        assert bodies(again) == bodies(studies)


def test_a_turn_may_do_a_day_and_the_next_goes_on(desk, studies):
    desk.open_day(MONDAY, 5)
    desk.open_day(TUESDAY, 7)
    now = at(WEDNESDAY, "12:00")
    desk.keeper.turn(now)
    done = []
    while studies.due(now) and len(done) < 9:
        desk.keeper.turn(now + 20 * len(done))  # today goes on, and changes
        studies.turn(now + 20 * len(done), most=1)
        done.append(list(studies.store.days("comings")))
    assert done == [[WEDNESDAY], [TUESDAY, WEDNESDAY], [MONDAY, TUESDAY, WEDNESDAY]]
    assert not studies.due(now + 60)
    assert studies.due(now + 1000)


def test_another_version_studies_again(desk, studies):
    desk.open_day(MONDAY, 3)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    studies.turn(at(TUESDAY, "12:00"))
    newer = Studies(desk.site, desk.folder, desk.rollups, studies.store, [replace(COMINGS, version=2)])
    assert newer.turn(at(TUESDAY, "12:00")) > 0


def test_what_was_studied_outlives_its_events(desk, studies):
    desk.open_day(MONDAY, 3)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    studies.turn(at(TUESDAY, "12:00"))
    desk.days.delete(MONDAY)
    with Journal(desk.folder / JOURNAL) as journal:
        journal.drop_events(desk.site.id, at(TUESDAY, "10:00"))
    newer = Studies(desk.site, desk.folder, desk.rollups, studies.store, [replace(COMINGS, version=2)])
    newer.turn(at(TUESDAY, "12:00"))
    assert len(newer.whole(COMINGS, "hall", *dates(MONDAY, 1)).times) == 3


def test_what_was_studied_of_more_stays_when_only_late_ones_are_left(desk, studies):
    desk.open_day(MONDAY, 3)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    studies.turn(at(TUESDAY, "12:00"))
    desk.keeper.retention = studies.retention = Retention(events=1)
    now = at("2026-03-20", "12:00")
    desk.keeper.turn(now)
    desk.rollups.drop_before(WEDNESDAY)  # measures are lost, so that the late one makes a day of its own
    desk.come(at(MONDAY, "11:00"))
    desk.keeper.turn(now + 60)
    studies.turn(now + 60)
    assert desk.rollups.days()[MONDAY].events == 1
    assert len(studies.whole(COMINGS, "hall", *dates(MONDAY, 1)).times) == 3


def test_what_a_late_piece_joins_is_studied_again_although_there_are_fewer(desk, studies):
    studies.retention = Retention(events=10)
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "11:00"), ["hall"])
    desk.see(at(MONDAY, "12:00"), at(MONDAY, "13:00"), ["hall"])
    desk.keeper.turn(at(TUESDAY, "12:00"))
    studies.turn(at(TUESDAY, "12:00"))
    desk.see(at(MONDAY, "11:00"), at(MONDAY, "12:00"), ["hall"])
    desk.keeper.turn(at(WEDNESDAY, "12:00"))
    assert desk.rollups.days()[MONDAY].events == 1
    studies.turn(at(WEDNESDAY, "12:00"))
    assert studies.store.days("comings")[MONDAY].events == 1


def test_a_day_that_has_nothing_yet_is_studied_when_it_has(desk, studies):
    desk.keeper.turn(at(MONDAY, "10:00:30"))
    studies.turn(at(MONDAY, "10:00:30"))
    desk.open_day(MONDAY, 3)
    desk.keeper.turn(at(MONDAY, "21:00"))
    studies.turn(at(MONDAY, "21:00"))
    assert len(studies.whole(COMINGS, "hall", *dates(MONDAY, 1)).times) == 3


def test_seen_is_cut_to_the_day_and_each_event_is_of_one(desk, studies):
    # The trading day begins with the opening at ten; this is seen from before to after.
    desk.see(at(MONDAY, "10:00"), at(TUESDAY, "12:00"), ["hall"])
    desk.come(at(TUESDAY, "09:59:59"))
    desk.come(at(TUESDAY, "10:00"))
    desk.keeper.turn(at(WEDNESDAY, "12:00"))
    studies.turn(at(WEDNESDAY, "12:00"))
    by_day = studies.summaries(COMINGS, ["hall"], *dates(MONDAY, 2))["hall"]
    assert by_day[MONDAY].times == (at(TUESDAY, "09:59:59"),)
    assert by_day[TUESDAY].times == (at(TUESDAY, "10:00"),)
    assert (by_day[MONDAY].seen, by_day[TUESDAY].seen) == (24 * 3600, 2 * 3600)


def test_old_days_go(desk, studies):
    desk.open_day(MONDAY, 3)
    desk.open_day(TUESDAY, 3)
    desk.keeper.turn(at(WEDNESDAY, "12:00"))
    studies.turn(at(WEDNESDAY, "12:00"))
    assert studies.store.drop_before(TUESDAY) > 0
    first = date.fromisoformat(MONDAY)
    assert list(studies.summaries(COMINGS, ["hall"], first, first + timedelta(days=3))["hall"]) == [TUESDAY]
    assert min(studies.store.days("comings")) == TUESDAY
