import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path as File

import pytest

from galleria.domain.errors import StoreError
from galleria.domain.events import Crossing, Origin, Seen
from galleria.domain.geometry import Point
from galleria.domain.health import CameraState, Condition
from galleria.domain.time import SetClock
from galleria.storage.journal import Journal
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording
from galleria.storage.schema import JOURNAL_FORMAT

HALL, YARD = Origin("shop", "hall", "run-1"), Origin("shop", "yard", "run-1")


def recording(origin, counted_at=1000.0):
    return Recording(origin, "s", "rtsp://…", counted_at, "Europe/Berlin", True, ("door",), ())


def crossing(track, time, origin=HALL):
    return Crossing(origin.event_id(track, "crossing", 0), origin, track, time, "door", "in", "up", Point(0.5, 0.5))


def read(path, **chosen):
    with Journal(path) as journal:
        return list(journal.events("shop", **chosen))


def conditions(path, begin=0.0, end=1e12):
    with Journal(path) as journal:
        return [(c.camera, c.state.value, c.begin, c.end) for c in journal.conditions("shop", begin, end)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def live(path):
    with LiveJournal(path, "shop", SetClock(1000.0)) as live:
        yield live


def told(camera, state, begin, end=None, reason=""):
    return Condition("shop", camera, CameraState(state), begin, end, reason)


def test_an_envelope_is_one_transaction_for_all_cameras(path, live):
    with live.envelope():
        for origin in (HALL, YARD):
            live.begin(recording(origin))
            live.append(origin, [crossing(1, 5.0, origin)])
        assert read(path) == []  # others see nothing before its end
    assert {event.origin.camera for event in read(path)} == {"hall", "yard"}


def test_an_envelope_that_fails_keeps_nothing_and_can_be_sent_again(path, live):
    live.begin(recording(HALL))

    def broken():
        with live.envelope():
            live.begin(recording(YARD))
            live.append(HALL, [crossing(1, 5.0)])
            live.append(replace(HALL, epoch="never begun"), [])

    with pytest.raises(ValueError, match="not begun"):
        broken()
    assert read(path) == []
    with live.envelope():
        live.append(HALL, [crossing(1, 5.0)])
        live.append(YARD, [crossing(1, 5.0, YARD)])
    assert len(read(path)) == 2


def test_known_events_change_nothing(path, live):
    live.begin(recording(HALL))
    assert live.append(HALL, [crossing(1, 5.0), crossing(2, 6.0)]) == 2
    assert live.append(HALL, [crossing(2, 6.0), crossing(3, 7.0)]) == 1
    assert [event.track for event in read(path)] == [1, 2, 3]


def test_a_recording_must_be_begun(live):
    with pytest.raises(ValueError, match="not begun"):
        live.append(HALL, [crossing(1, 5.0)])


def test_only_the_last_recordings_of_a_camera_can_be_written_to(live):
    for n in range(4):
        live.begin(recording(replace(HALL, epoch=f"run-{n}")))
    live.append(replace(HALL, epoch="run-2"), [])
    with pytest.raises(ValueError, match="run-0"):
        live.append(replace(HALL, epoch="run-0"), [])


def test_live_recordings_are_never_abandoned(path, live):
    # Every connection is a recording of its own, never finished; weeks later another camera finishes one.
    for n in range(3):
        origin = replace(HALL, epoch=f"run-{n}")
        live.begin(recording(origin, 1000.0 + n))
        live.append(origin, [crossing(n, 10.0 + n, origin)])
    late = replace(YARD, epoch="clip")
    live.begin(recording(late, 1000.0 + 30 * 86400))
    live.append(late, [crossing(1, 20.0, late)])
    live.finish(late)
    assert [event.time for event in read(path)] == [10.0, 11.0, 12.0, 20.0]


def test_counting_a_recording_again_after_a_crash_counts_nothing_twice(path):
    events = [crossing(n, float(n)) for n in range(10)]
    for reached in (4, 7):
        live = LiveJournal(path, "shop", SetClock(1000.0))
        live.begin(recording(HALL))
        live.append(HALL, events[:reached])
        live.close()
        assert read(path) == events[:reached]
    with LiveJournal(path, "shop", SetClock(1000.0)) as live:
        live.begin(recording(HALL))
        live.append(HALL, events[:2])
        assert read(path) == events[:7]  # the count that got furthest
        live.append(HALL, events[2:])
        live.finish(HALL)
    assert read(path) == events


def test_conditions_begin_last_and_end(path, live):
    live.conditions([told("hall", "starting", 10.0)])
    live.conditions([told("hall", "seeing", 12.0), told("yard", "offline", 11.0, None, "refused")])
    assert conditions(path) == [
        ("hall", "starting", 10, 12),
        ("yard", "offline", 11, None),
        ("hall", "seeing", 12, None),
    ]
    live.conditions([told("yard", "offline", 11.0, 30.0, "refused again")])
    assert ("yard", "offline", 11, 30) in conditions(path)
    assert conditions(path, 31.0, 40.0) == [("hall", "seeing", 12, None)]
    with Journal(path) as journal:
        assert {c.camera: (c.state, c.reason) for c in journal.latest_conditions("shop").values()} == {
            "hall": (CameraState.SEEING, ""),
            "yard": (CameraState.OFFLINE, "refused again"),
        }


def test_what_is_known_only_later_ends_what_was_thought_before(path, live):
    live.conditions([told("hall", "seeing", 10.0)])
    live.conditions([told("hall", "frozen", 70.0)])  # told at 80: it takes a while to be sure
    live.conditions([told("hall", "seeing", 10.0, 75.0), told("hall", "dark", 72.0)])
    assert conditions(path) == [("hall", "seeing", 10, 72), ("hall", "frozen", 70, 72), ("hall", "dark", 72, None)]


def test_after_a_crash_conditions_end_at_the_last_sign_of_life(path):
    clock = SetClock(1000.0)
    crashed = LiveJournal(path, "shop", clock)
    crashed.conditions([told("hall", "seeing", 900.0)])
    clock.advance(60)
    crashed.begin(recording(HALL))
    crashed.append(HALL, [crossing(1, 1059.0)])
    clock.advance(2)
    crashed.append(HALL, [crossing(2, 1061.0)])  # too soon for another sign
    crashed.close()
    clock.advance(5000)
    LiveJournal(path, "shop", clock).close()
    assert conditions(path) == [("hall", "seeing", 900, 1060)]


def test_another_site_s_conditions_are_left_alone(path):
    LiveJournal(path, "shop", SetClock(5.0)).close()
    with Journal(path) as journal:
        journal.put([Condition("mall", "hall", CameraState.SEEING, 1.0)])
    LiveJournal(path, "shop", SetClock(9.0)).close()
    with Journal(path) as journal:
        assert [c.end for c in journal.conditions("mall")] == [None]


def test_news_tells_what_was_not_heard_yet(path, live):
    live.begin(recording(HALL))
    live.append(HALL, [crossing(1, 50.0), crossing(2, 40.0)])
    with Journal(path) as journal:
        first = journal.news("shop")
        assert first.earliest == 40.0
        live.append(HALL, [crossing(3, 60.0)])
        journal.heard("shop", first.turn)
        assert journal.news("shop").earliest == 40.0  # more came in between: all of it stays news
        journal.heard("shop", journal.news("shop").turn)
        assert journal.news("shop").earliest is None
        live.append(HALL, [crossing(3, 60.0)])  # known
        assert journal.news("shop").earliest is None
        live.conditions([told("hall", "dark", 20.0)])
        assert journal.news("shop").earliest == 20.0


def test_a_full_disk_loses_nothing_written_and_works_again(path, live):
    live.begin(recording(HALL))
    live.append(HALL, [crossing(n, float(n)) for n in range(10)])
    many = [crossing(n, float(n)) for n in range(10, 4000)]
    live._journal._connection.execute("PRAGMA max_page_count = 30").fetchall()
    with pytest.raises(StoreError, match="disk is full"):
        live.append(HALL, many)

    def together():
        with live.envelope():
            live.conditions([told("hall", "seeing", 1.0)])
            live.append(HALL, many)

    with pytest.raises(StoreError, match="disk is full"):
        together()
    assert len(read(path)) == 10
    assert conditions(path) == []
    live._journal._connection.execute("PRAGMA max_page_count = 100000").fetchall()
    assert live.append(HALL, many) == len(many)
    assert len(read(path)) == 4000


def test_a_disk_that_refuses_to_grow(path, live):
    live.begin(recording(HALL))
    live.append(HALL, [crossing(0, 0.0)])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    written = [1]

    def fill():
        for n in range(1, 2000, 20):
            live.append(HALL, [crossing(k, float(k)) for k in range(n, n + 20)])
            written.append(n + 20)

    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        with pytest.raises(StoreError) as caught:
            fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert "what was written is kept" in caught.value.remedy
    assert len(read(path)) == written[-1]
    live.append(HALL, [crossing(k, float(k)) for k in range(2000)])
    assert len(read(path)) == 2000


KILLED = """
import sys
from pathlib import Path
from test_live_journal import *
live = LiveJournal(Path(sys.argv[1]), "shop", SetClock(5.0))
for origin in (HALL, YARD):
    live.begin(recording(origin))
for n in range(100_000):
    with live.envelope():
        live.append(HALL, [crossing(n, float(n))])
        live.append(YARD, [crossing(n, float(n), YARD)])
    print(n, flush=True)
"""


def test_killed_it_has_all_it_reported_and_envelopes_whole(path):
    environment = os.environ | {"PYTHONPATH": str(File(__file__).parent)}
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        reported = [int(child.stdout.readline()) for _ in range(20)]
        child.send_signal(signal.SIGKILL)
        reported += [int(line) for line in child.stdout.read().split()]
    kept = {"hall": set(), "yard": set()}
    for event in read(path):
        kept[event.origin.camera].add(event.track)
    assert kept["hall"] == kept["yard"] >= set(reported)


def test_a_journal_of_version_one_is_brought_up_to_date(path):
    old = sqlite3.connect(path, isolation_level=None)
    first = JOURNAL_FORMAT.tables[: JOURNAL_FORMAT.tables.index("CREATE TABLE condition")]
    for statement in first.split(";\n"):
        old.execute(statement)
    old.execute(f"PRAGMA application_id = {JOURNAL_FORMAT.application}")
    old.execute("PRAGMA user_version = 1")
    old.execute(
        "INSERT INTO take VALUES (1, 'shop', 'hall', 'run-1', 's', 'x', 'UTC', 1, '[\"door\"]', '[]', 1.0, 1, 7.0)"
    )
    old.execute("INSERT INTO event VALUES (1, 'a', 'seen', 1, 0, 3.0, 7.0, '{}')")
    old.close()
    with Journal(path) as journal:
        assert journal.news("shop").earliest == 3.0  # the roll-ups know nothing of it yet
    with LiveJournal(path, "shop", SetClock(5.0)) as live:
        live.begin(recording(YARD))
        live.append(YARD, [crossing(1, 9.0, YARD)])
        live.conditions([told("hall", "seeing", 1.0)])
    assert read(path) == [Seen("a", HALL, 3.0, 7.0), crossing(1, 9.0, YARD)]
    assert conditions(path) == [("hall", "seeing", 1, None)]
    with sqlite3.connect(path) as now:
        assert now.execute("PRAGMA user_version").fetchone() == (2,)
        assert now.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    now.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(path, monkeypatch):
    old = sqlite3.connect(path, isolation_level=None)
    first = JOURNAL_FORMAT.tables[: JOURNAL_FORMAT.tables.index("CREATE TABLE condition")]
    for statement in first.split(";\n"):
        old.execute(statement)
    old.execute(f"PRAGMA application_id = {JOURNAL_FORMAT.application}")
    old.execute("PRAGMA user_version = 1")
    before = list(old.iterdump())
    old.close()
    broken = JOURNAL_FORMAT.steps[1] + "INSERT INTO nowhere VALUES (1);\n"
    monkeypatch.setattr("galleria.storage.schema.JOURNAL_FORMAT", JOURNAL_FORMAT)
    monkeypatch.setitem(JOURNAL_FORMAT.steps, 1, broken)
    with pytest.raises(StoreError):
        Journal(path)
    with sqlite3.connect(path) as now:
        assert list(now.iterdump()) == before
        assert now.execute("PRAGMA user_version").fetchone() == (1,)
    now.close()
    monkeypatch.undo()
    Journal(path).close()
