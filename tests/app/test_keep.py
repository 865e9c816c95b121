import random
from dataclasses import replace

import numpy as np
import pytest
from flowing import Desk, at, dates, shop

from galleria.app.flow_query import FlowQuery
from galleria.app.flows import Grain
from galleria.app.keep import DAYS, JOURNAL, MEASURES, Keeper
from galleria.domain.errors import StoreError
from galleria.domain.events import Origin
from galleria.domain.health import CameraState, Condition
from galleria.storage.journal import Journal
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording
from galleria.storage.retention import Retention
from galleria.storage.rollups import Rollups

MONDAY, TUESDAY = "2026-03-16", "2026-03-17"


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def contents(rollups):
    days = rollups.days()
    return {
        day: (
            rolled.edges.tolist(),
            rolled.sealed,
            {
                k: (v.parts.round(3).tolist(), sorted(map(tuple, v.dwells.tolist())))
                for k, v in all_on(rollups, day).items()
            },
        )
        for day, rolled in days.items()
    }


def all_on(rollups, day):
    keys = [
        "site",
        "entrance:front",
        "entrance:back",
        "tripwire:door",
        "tripwire:gate",
        "zone:shelf",
        "camera:hall",
        "camera:yard",
    ]
    return {key: rollups.some(key, [day])[day] for key in keys if rollups.some(key, [day])}


def total(desk, day, measure="in", subject="site"):
    return desk.flows.query(FlowQuery(measure, subject, Grain.DAY, *dates(day, 1))).total


def busy_morning(desk, seed=3):
    """Things that happen, in the order in which they are written."""
    chance = random.Random(seed)
    begin = at(MONDAY, "10:00")
    for minute in range(150):
        t = begin + 60 * minute
        yield t + 60, lambda t=t: desk.see(t, t + 60)
        if chance.random() < 0.5:
            moment = t + chance.random() * 60
            yield t + 61, lambda m=moment: desk.come(m, chance.choice(["hall", "yard"]))
        if chance.random() < 0.4:
            moment = t + chance.random() * 60
            yield t + 62, lambda m=moment: desk.go(m)
        if chance.random() < 0.3:
            began = t - chance.random() * 1800
            yield t + 62.5, lambda b=began, e=t: desk.stay(b, e - b)
        if chance.random() < 0.3:
            began = t - chance.random() * 600
            yield t + 63, lambda b=began, e=t: desk.walk(b, e - b)


def test_turn_by_turn_is_the_same_as_at_once(desk, tmp_path):
    for now, happens in list(busy_morning(desk)):
        with desk.live.envelope():
            happens()
        if int(now) % 7 == 0:
            desk.keeper.turn(now)
    end = at(MONDAY, "12:41:30")
    desk.keeper.turn(end)
    with Rollups(tmp_path / "again.db") as again:
        Keeper(desk.site, tmp_path, again).turn(end)
        assert contents(again) == contents(desk.rollups)
    assert total(desk, MONDAY) > 50


def test_a_turn_again_changes_nothing(desk):
    desk.open_day(MONDAY, 5)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    before, files = contents(desk.rollups), desk.days.path(MONDAY).read_bytes()
    for hour in ("12:00", "12:01"):
        Keeper(desk.site, desk.folder, desk.rollups).turn(at(TUESDAY, hour))
    assert contents(desk.rollups)[MONDAY] == before[MONDAY]
    assert desk.days.path(MONDAY).read_bytes() == files


def test_a_day_is_sealed_when_it_is_over(desk):
    desk.open_day(MONDAY, 5)
    desk.keeper.turn(at(MONDAY, "21:00"))
    assert not desk.rollups.days()[MONDAY].sealed
    desk.keeper.turn(at(TUESDAY, "10:05"))
    assert not desk.rollups.days()[MONDAY].sealed
    assert desk.days.days() == []
    desk.keeper.turn(at(TUESDAY, "10:11"))
    assert desk.rollups.days()[MONDAY].sealed
    assert desk.days.days() == [MONDAY]
    assert total(desk, MONDAY) == 5
    assert len(list(desk.days.events(MONDAY, kinds=["crossing"]))) == 5


def test_days_missed_while_it_was_off_are_caught_up_with(desk):
    desk.open_day("2026-03-02", 3)
    desk.open_day("2026-03-11", 4)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    assert desk.days.days() == ["2026-03-02", "2026-03-11"]
    assert set(desk.rollups.days()) == {"2026-03-02", "2026-03-11", TUESDAY}
    assert total(desk, "2026-03-11") == 4


def test_what_is_written_late_opens_its_day_again(desk):
    desk.open_day(MONDAY, 5)
    desk.keeper.turn(at("2026-03-18", "12:00"))
    desk.come(at(MONDAY, "15:00"))
    desk.keeper.turn(at("2026-03-18", "12:01"))
    assert total(desk, MONDAY) == 6
    assert len(list(desk.days.events(MONDAY, kinds=["crossing"]))) == 6
    # Even when the journal has only the late one any more.
    with Journal(desk.folder / JOURNAL) as journal:
        journal.drop_events("shop", at(TUESDAY, "12:00"))
    desk.come(at(MONDAY, "16:00"))
    desk.keeper.turn(at("2026-03-18", "12:02"))
    assert total(desk, MONDAY) == 7
    assert desk.rollups.some("camera:hall", [MONDAY])[MONDAY].parts[:, 9].sum() == 36000


def test_a_blind_camera_is_a_gap(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "12:00"))
    desk.keeper.turn(at(MONDAY, "12:00"))
    assert coverage(desk) == 1
    desk.live.conditions([Condition("shop", "hall", CameraState.FROZEN, at(MONDAY, "11:00"))])  # known only now
    desk.keeper.turn(at(MONDAY, "12:00:30"))
    assert coverage(desk) == pytest.approx(0.5, abs=0.01)
    desk.live.conditions([Condition("shop", "hall", CameraState.SEEING, at(MONDAY, "12:00"))])
    desk.keeper.turn(at(MONDAY, "12:00:40"))
    assert coverage(desk) == pytest.approx(0.5, abs=0.01)


def coverage(desk, subject="entrance:front"):
    return desk.flows.query(FlowQuery("in", subject, Grain.DAY, *dates(MONDAY, 1))).coverage


def test_a_seeing_camera_is_covered_before_it_writes_so(desk):
    desk.live.conditions(
        [Condition("shop", camera, CameraState.SEEING, at(MONDAY, "09:59")) for camera in ("hall", "yard")]
    )
    desk.keeper.turn(at(MONDAY, "10:01"))
    assert coverage(desk) == 1
    desk.keeper.turn(at(MONDAY, "11:00"))  # it vouches for a minute and a half, no more
    assert coverage(desk) == pytest.approx(90 / 3600)


def test_downtime_is_a_gap(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "11:00"))
    desk.live.conditions([Condition("shop", "hall", CameraState.SEEING, at(MONDAY, "10:00"))])
    desk.clock.time = at(MONDAY, "11:00")
    desk.live.beat()
    desk.live.close()  # as a crash would: the condition stays open
    desk.clock.time = at(MONDAY, "12:00")
    desk.live = LiveJournal(desk.folder / JOURNAL, "shop", desk.clock)
    desk.keeper.turn(at(MONDAY, "12:00"))
    assert coverage(desk) == pytest.approx(0.5)
    with Journal(desk.folder / JOURNAL) as journal:
        assert [c.end for c in journal.conditions("shop")] == [at(MONDAY, "11:00")]


def test_occupancy_is_zero_at_closing_and_when_somebody_says_so(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    for n in range(5):
        desk.come(at(MONDAY, "11:00") + n)
    with Journal(desk.folder / JOURNAL) as journal:
        journal.reset("shop", at(MONDAY, "12:10"))
    desk.come(at(MONDAY, "12:20"))
    desk.keeper.turn(at(MONDAY, "13:00"))
    quarter = FlowQuery("occupancy", "site", Grain.QUARTER_HOUR, *dates(MONDAY, 1))
    values = {p.label[11:16]: p.value for p in desk.flows.query(quarter).points}
    assert (values["10:45"], values["11:00"], values["11:45"], values["12:00"]) == (0, 5, 5, 5)
    assert (values["12:15"], values["12:30"]) == (1, 1)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    cells = desk.rollups.some("site", [MONDAY])[MONDAY].parts
    assert cells[40:, 12].max() == 0  # closed at 20:00, ten hours after the day began


def test_a_changed_site_is_rolled_up_anew(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "11:00"))
    desk.come(at(MONDAY, "10:30"), "yard")
    desk.keeper.turn(at(MONDAY, "11:00"))
    hall, yard = desk.site.cameras
    changed = replace(
        desk.site, cameras=(hall, replace(yard, tripwires=(replace(yard.tripwires[0], entrance="front"),)))
    )
    desk.keeper.reload(changed)
    desk.flows.site = changed
    desk.keeper.turn(at(MONDAY, "11:00:20"))
    assert total(desk, MONDAY, subject="entrance:front") == 1


def test_something_newly_watched_does_not_break_the_day(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "11:00"))
    desk.keeper.turn(at(MONDAY, "11:00"))
    origin = Origin("shop", "attic", "run-1")
    desk.live.begin(Recording(origin, "s", "x", 1.0, "Europe/Berlin", True, ("hatch",), ()))
    desk.come(at(MONDAY, "11:10"), "attic", tripwire="hatch")
    desk.keeper.turn(at(MONDAY, "11:15"))
    assert total(desk, MONDAY, subject="tripwire:hatch") == 1
    lengths = {len(cells.parts) for cells in all_on(desk.rollups, MONDAY).values()}
    assert len(lengths) == 1


def test_a_clock_set_back_is_survived(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "12:00"))
    desk.come(at(MONDAY, "10:30"))
    desk.keeper.turn(at(MONDAY, "12:00"))
    desk.keeper.turn(at(MONDAY, "11:00"))
    assert total(desk, MONDAY) == 1
    desk.keeper.turn(at(MONDAY, "12:00"))
    assert coverage(desk) == 1


def test_when_a_turn_is_due(desk):
    assert desk.keeper.due(1000.0)
    desk.keeper.turn(at(MONDAY, "12:00"))
    assert not desk.keeper.due(at(MONDAY, "12:00:14"))
    assert desk.keeper.due(at(MONDAY, "12:00:15"))


def test_a_turn_that_fails_is_caught_up_with(desk):
    desk.open_day(MONDAY, 5)
    (desk.folder / DAYS).write_text("in the way")
    with pytest.raises(StoreError):
        desk.keeper.turn(at(TUESDAY, "12:00"))
    (desk.folder / DAYS).unlink()
    desk.keeper.turn(at(TUESDAY, "12:01"))
    assert desk.days.days() == [MONDAY]
    assert total(desk, MONDAY) == 5


def everything(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_is_older_than_it_may_be_is_gone_from_the_disk(desk):
    old = [desk.come(at("2026-01-05", "12:00") + n) for n in range(300)]
    desk.walk(at("2026-01-05", "12:00"), 60)
    desk.see(at("2026-01-05", "10:00"), at("2026-01-05", "20:00"))
    desk.live.conditions(
        [
            Condition(
                "shop", "hall", CameraState.DARK, at("2026-01-05", "12:00"), at("2026-01-05", "13:00"), "secretly dark"
            )
        ]
    )
    young = desk.come(at("2026-03-12", "12:00"))
    logs = desk.folder / "logs"
    logs.mkdir()
    (logs / "galleria.log").write_text("young")
    desk.keeper.turn(at(MONDAY, "12:00"))
    assert desk.days.days() == ["2026-01-05", "2026-03-12"]
    found = everything(desk.folder)
    assert b"secretly dark" in found
    assert old[7].id.encode() in found or bytes.fromhex(old[7].id) in found
    desk.keeper.retention = Retention(events=30, conditions=30, measures=30, logs=10)
    desk.keeper.turn(at(MONDAY, "14:00"))
    found = everything(desk.folder)
    for event in old:
        assert event.id.encode() not in found
        assert bytes.fromhex(event.id) not in found
    assert b"secretly dark" not in found
    assert young.id.encode() in found
    assert desk.days.days() == ["2026-03-12"]
    assert "2026-01-05" not in desk.rollups.days()
    desk.come(at(MONDAY, "14:00"))  # the journal can still be written


def test_events_of_sealed_days_leave_the_journal_after_a_week(desk):
    desk.open_day("2026-03-02", 3)
    desk.open_day("2026-03-12", 4)
    desk.keeper.turn(at(MONDAY, "12:00"))
    desk.keeper.retention = Retention()
    desk.keeper.turn(at(MONDAY, "13:00"))
    with Journal(desk.folder / JOURNAL) as journal:
        assert len(list(journal.events("shop", kinds=["crossing"]))) == 4
    assert total(desk, "2026-03-02") == 3
    assert len(list(desk.days.events("2026-03-02", kinds=["crossing"]))) == 3


def test_the_day_that_goes_on_is_never_retired(desk):
    desk.open_day(MONDAY, 3)
    desk.keeper.retention = Retention(0, 0, 0, 0)
    desk.keeper.turn(at(MONDAY, "21:00"))
    assert total(desk, MONDAY) == 3
    with Journal(desk.folder / JOURNAL) as journal:
        assert len(list(journal.events("shop", kinds=["crossing"]))) == 3


def test_negative_retention_is_refused():
    with pytest.raises(ValueError, match="negative"):
        Retention(events=-1)


def test_zones_of_no_camera_are_harmless(tmp_path):
    site = shop(entrances=())
    hall, yard = site.cameras
    desk = Desk(tmp_path, replace(site, cameras=(replace(hall, zones=()), yard)))
    desk.come(at(MONDAY, "12:00"))
    desk.keeper.turn(at(MONDAY, "12:10"))
    assert total(desk, MONDAY) == 1
    assert np.isfinite(dict(desk.rollups.totals(["site"], [MONDAY]))["site"][MONDAY].parts).all()
    assert (tmp_path / MEASURES).exists()
    desk.close()


def retired_day(desk):
    """A busy Monday whose events were let go of, a month later."""
    desk.open_day(MONDAY, 5)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    desk.keeper.retention = Retention(events=20)
    desk.keeper.turn(at("2026-04-20", "12:00"))
    assert desk.days.days() == []
    assert total(desk, MONDAY) == 5


def test_what_comes_when_a_days_events_are_deleted_changes_nothing_and_is_told_once(desk, caplog):
    retired_day(desk)
    before = contents(desk.rollups)[MONDAY]
    desk.come(at(MONDAY, "15:00"))
    for moment in ("12:01", "12:02"):
        desk.keeper.turn(at("2026-04-20", moment))
        desk.come(at("2026-04-20", "11:00"))
    desk.keeper.turn(at("2026-04-20", "12:10"))
    assert contents(desk.rollups)[MONDAY] == before
    assert desk.days.days() == []
    told = [record for record in caplog.records if getattr(record, "event", "") == "too-late"]
    assert [(one.day, one.events) for one in told] == [(MONDAY, 1)]
    desk.come(at(MONDAY, "15:01"))
    desk.keeper.turn(at("2026-04-20", "12:20"))
    assert [one.events for one in caplog.records if getattr(one, "event", "") == "too-late"] == [1, 2]
    desk.keeper.turn(at("2026-04-20", "14:00"))  # the journal is cleaned
    with Journal(desk.folder / JOURNAL) as journal:
        assert not list(journal.events("shop", at(MONDAY), at(TUESDAY)))


def test_as_many_late_ones_as_the_deleted_day_had_do_not_replace_it_either(desk):
    retired_day(desk)
    for n in range(20):
        desk.come(at(MONDAY, "15:00") + n)
    desk.keeper.turn(at("2026-04-20", "12:01"))
    assert total(desk, MONDAY) == 5


def test_a_day_whose_file_is_lost_is_not_made_of_what_remains(desk):
    desk.open_day(MONDAY, 5)
    desk.keeper.turn(at(TUESDAY, "12:00"))
    desk.days.delete(MONDAY)
    with Journal(desk.folder / JOURNAL) as journal:
        journal.drop_events("shop", at(TUESDAY))
    desk.come(at(MONDAY, "15:00"))
    desk.keeper.turn(at(TUESDAY, "12:01"))
    assert total(desk, MONDAY) == 5


def test_a_late_event_counts_on_a_day_that_only_the_one_before_reached_into(desk):
    desk.see(at(MONDAY, "10:00"), at(TUESDAY, "10:00:20"), ["hall"])
    desk.keeper.turn(at(TUESDAY, "12:00"))
    desk.keeper.turn(at("2026-03-18", "12:00"))
    assert desk.rollups.days()[TUESDAY].events == 1
    assert desk.days.days() == [MONDAY]
    desk.come(at(TUESDAY, "15:00"))
    desk.keeper.turn(at("2026-03-18", "12:01"))
    assert total(desk, TUESDAY) == 1
