import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import duckdb
import pytest

from galleria.domain.errors import StoreError
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point
from galleria.storage.columns import Told
from galleria.storage.days import Days
from galleria.storage.journal import Journal
from galleria.storage.recording import Recording

HALL, YARD = Origin("shop", "hall", "run-1"), Origin("shop", "yard", "run-9")
DAY = "2026-03-16"


def events(origin):
    wire = "door" if origin is HALL else "gate"
    return [
        Seen(origin.event_id(0, "seen", 1), origin, 100.0, 160.0),
        Crossing(origin.event_id(1, "crossing", 0), origin, 1, 101.1, wire, "in", "up", Point(1 / 3, 0.1)),
        Crossing(origin.event_id(2, "crossing", 0), origin, 2, 102.0, wire, "out", "down", Point(0.5, 2 / 3)),
        Stay(origin.event_id(1, "stay", 0), origin, 1, 101.0, 107.7, "shelf", True),
        Path(origin.event_id(1, "path", 0), origin, 1, 101.0, 108.3, ((101.0, 0.1, 1 / 7), (101.5, 0.2, 0.3)), False),
        Path(origin.event_id(2, "path", 0), origin, 2, 101.0, 108.3, (), True),
    ]


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        for origin in (HALL, YARD):
            wires = ("door",) if origin is HALL else ("gate",)
            take = journal.begin(Recording(origin, "s", "x", 1.0, "UTC", True, wires, ("shelf",)))
            take.append(events(origin))
        yield journal


@pytest.fixture
def days(tmp_path):
    return Days(tmp_path / "days", "shop")


def in_order(some):
    return sorted(some, key=lambda event: (event.time, event.id))


def test_events_come_back_bit_for_bit(journal, days):
    days.write(DAY, journal.columns("shop", 0.0, 1000.0))
    assert list(days.events(DAY)) == in_order(events(HALL) + events(YARD))
    assert list(days.events(DAY, kinds=["stay"], cameras=["yard"])) == [events(YARD)[3]]
    assert days.days() == [DAY]
    assert set(days.recordings(DAY)) == {
        Told("hall", "run-1", ("door",), ("shelf",)),
        Told("yard", "run-9", ("gate",), ("shelf",)),
    }


def test_the_file_says_the_same_as_the_journal(journal, days):
    days.write(DAY, journal.columns("shop", 0.0, 1000.0))
    sealed, open_ = days.facts(DAY), journal.facts("shop", 0.0, 1000.0)

    def plain(facts, kind, names):
        spans = getattr(facts, kind)
        return sorted(zip(spans.begin, spans.end, [names[n] for n in spans.place], spans.flag, strict=True), key=repr)

    for kind, names in (("crossings", "lines"), ("stays", "zones"), ("paths", "cameras")):
        found = plain(sealed, kind, getattr(sealed, names))
        assert found == plain(open_, kind, getattr(open_, names))
        assert found
    assert len(sealed.seen) == len(open_.seen) == 2


def test_a_day_has_what_began_in_it(journal, days):
    assert len(journal.columns("shop", 101.05, 102.0)) == 2
    assert len(journal.columns("shop", 500.0, 600.0)) == 0
    assert journal.columns("shop", 500.0, 600.0).recordings == ()


def test_clip_times_and_counts_that_are_not_shown_stay_out(journal):
    clip = replace(HALL, epoch="clip")
    journal.begin(Recording(clip, "s", "x", 1.0, start_known=False)).append([Seen("a", clip, 100.0, 101.0)])
    again = journal.begin(Recording(HALL, "s", "x", 1.0))  # a count that was cut short
    again.append([Seen(HALL.event_id(9, "seen", 1), HALL, 100.0, 101.0)])
    assert len(journal.columns("shop", 0.0, 1000.0)) == 12
    assert journal.facts("shop", 0.0, 1000.0).events == 12


def test_seen_pieces_without_a_seam_become_one(journal, days):
    take = journal.begin(Recording(replace(HALL, epoch="run-2"), "s", "x", 1.0))
    origin = take.recording.origin
    pieces = [(0.0, 60.0), (60.0, 120.0), (120.0, 130.0), (140.0, 150.0)]
    take.append([Seen(f"{n:032x}", origin, *piece) for n, piece in enumerate(pieces)])
    days.write(DAY, journal.columns("shop", 0.0, 1000.0))
    seen = [(e.id[-1], e.time, e.end) for e in days.events(DAY, kinds=["seen"]) if e.origin == origin]
    assert seen == [("0", 0.0, 130.0), ("3", 140.0, 150.0)]


def test_late_events_join_a_sealed_day(journal, days):
    first = journal.columns("shop", 0.0, 1000.0)
    days.write(DAY, first)
    origin = replace(HALL, epoch="late")
    late = Crossing(origin.event_id(1, "crossing", 0), origin, 1, 300.0, "new", "in", "up", Point(0.5, 0.5))
    journal.begin(Recording(origin, "s", "x", 1.0, tripwires=("new",))).append([late])
    days.write(DAY, days.read(DAY).with_late(journal.columns("shop", 0.0, 1000.0)))
    assert list(days.events(DAY)) == in_order([*events(HALL), *events(YARD), late])
    assert Told("hall", "late", ("new",)) in days.recordings(DAY)


def test_other_programs_can_read_it(journal, days):
    days.write(DAY, journal.columns("shop", 0.0, 1000.0))
    rows = duckdb.sql(f"SELECT kind, count(*), min(x) FROM '{days.path(DAY)}' GROUP BY kind ORDER BY kind").fetchall()
    assert rows == [("crossing", 4, 1 / 3), ("path", 4, None), ("seen", 2, None), ("stay", 2, None)]
    ((dwell,),) = duckdb.sql(f"SELECT sum(ended - begun) FROM '{days.path(DAY)}' WHERE kind = 'stay'").fetchall()
    assert dwell == pytest.approx(13.4)


def test_what_cannot_be_read_is_told(days, tmp_path):
    with pytest.raises(StoreError, match="2026-03-16"):
        list(days.events(DAY))
    (tmp_path / "days").mkdir()
    days.path(DAY).write_bytes(b"no parquet")
    with pytest.raises(StoreError, match="cannot be written or read") as caught:
        days.facts(DAY)
    assert "backup" in caught.value.remedy


def test_another_format_is_refused(days, tmp_path):
    (tmp_path / "days").mkdir()
    duckdb.sql("SELECT 1 AS id").write_parquet(str(days.path(DAY)))
    with pytest.raises(StoreError, match="format None"):
        days.facts(DAY)


def test_a_day_that_cannot_be_written_leaves_the_earlier_one(journal, days):
    days.write(DAY, journal.columns("shop", 0.0, 1000.0))
    before = days.path(DAY).read_bytes()
    broken = journal.columns("shop", 0.0, 1000.0)
    broken.columns["id"][0] = "no id"
    with pytest.raises(StoreError):
        days.write(DAY, broken)
    assert days.path(DAY).read_bytes() == before
    assert [path.name for path in days.path(DAY).parent.iterdir()] == [f"{DAY}.parquet"]


def test_deleting(journal, days):
    days.write(DAY, journal.columns("shop", 0.0, 1000.0))
    days.delete(DAY)
    days.delete(DAY)
    assert days.days() == []


def test_several_threads_read_and_write_days_at_once(days, journal):
    every = journal.columns("shop", 0.0, 1000.0)
    dates = [f"2026-03-{n:02}" for n in range(1, 9)]

    def seal_and_read(n):
        told = (Told(f"camera-{n}", "run-1", (), ()),)
        some = replace(
            every, columns={name: column[: n + 1] for name, column in every.columns.items()}, recordings=told
        )
        for _ in range(10):
            sealed = days.write(dates[n], some)
            found = days.read(dates[n])
            assert sorted(found.columns["id"]) == sorted(sealed.columns["id"])
            assert found.recordings == told
            with pytest.raises(StoreError):
                days.read("2026-04-01")

    with ThreadPoolExecutor(len(dates)) as threads:
        list(threads.map(seal_and_read, range(len(dates))))


def test_a_day_that_was_written_anew_is_read_anew(days, journal):
    every = journal.columns("shop", 0.0, 1000.0)
    for camera in ("hall", "yard"):
        mine = every.columns["camera"] == camera
        days.write(DAY, replace(every, columns={name: column[mine] for name, column in every.columns.items()}))
        os.utime(days.path(DAY), (1, 1))  # a file that seems to be the one of before
        assert {*days.read(DAY).columns["camera"]} == {camera}
        assert {event.origin.camera for event in days.events(DAY)} == {camera}


def test_a_day_that_cannot_be_read_leaves_the_others(days, journal):
    days.write(DAY, journal.columns("shop", 0.0, 1000.0))
    days.path("2026-03-17").write_bytes(b"PAR1 no such thing PAR1" * 20)
    with pytest.raises(StoreError):
        days.read("2026-03-17")
    assert list(days.events(DAY)) == in_order(events(HALL) + events(YARD))
