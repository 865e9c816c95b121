import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path as File

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import StoreError
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point
from galleria.storage import sqlite as opening
from galleria.storage.journal import Journal, default_path
from galleria.storage.recording import Outcome, Recording, settings_digest

HALL = Origin("shop", "hall", "clip-1")
COUNT = Recording(HALL, "settings-1", "hall.mp4", 1_000.0, "Europe/Berlin", True, ("door",), ("shelf",))


def crossing(origin, track, time, tripwire="door", direction="in"):
    event_id = origin.event_id(track, "crossing", 0)
    return Crossing(event_id, origin, track, time, tripwire, direction, "up", Point(0.25, 0.1 + track / 1000))


def events(origin=HALL, start=100.0, tracks=5):
    found = [Seen(origin.event_id(0, "seen", 0), origin, start, start + 60)]
    for track in range(1, tracks + 1):
        t = start + track
        found.append(crossing(origin, track, t))
        found.append(Stay(origin.event_id(track, "stay", 0), origin, track, t, t + 4.5, "shelf", track % 2 == 0))
        points = ((t, 0.1, 0.2), (t + 0.5, 1 / 3, 0.3))
        found.append(Path(origin.event_id(track, "path", 0), origin, track, t, t + 9, points, track % 3 == 0))
    return found


def count(path, what, recording=COUNT):
    with Journal(path) as journal:
        take = journal.begin(recording)
        take.append(what)
        return take.finish()


def read(path, **chosen):
    with Journal(path) as journal:
        return list(journal.events("shop", **chosen))


def in_order(what):
    return sorted(what, key=lambda event: (event.time, event.id))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "journal.db"


def dump(path):
    connection = sqlite3.connect(path)
    # Neither is a count: how many takes there ever were, and how often something was written.
    beside = ("sqlite_sequence", 'INTO "news"')
    lines = [line for line in connection.iterdump() if not any(word in line for word in beside)]
    connection.close()
    return lines


def test_events_come_back_as_they_went_in(path):
    assert count(path, events()) == Outcome(16, 0, 0, settings_changed=False)
    assert read(path) == in_order(events())


def test_counting_the_same_footage_again_changes_nothing(path):
    count(path, events())
    before = dump(path)
    assert count(path, events(), replace(COUNT, counted_at=2_000.0)) == Outcome(0, 16, 0, settings_changed=False)
    assert dump(path) == before


def test_appending_an_event_again_changes_nothing(path):
    with Journal(path) as journal:
        take = journal.begin(COUNT)
        assert take.append(events()) == 16
        assert take.append(events()) == 0
        assert take.append(events(tracks=6)) == 3
        assert take.append([]) == 0
        take.finish()
        assert list(journal.events("shop")) == in_order(events(tracks=6))


def test_other_settings_replace_the_earlier_count(path):
    count(path, events())
    moved = [event for event in events() if not isinstance(event, Crossing)]
    moved.append(crossing(HALL, 2, 150.0, "other-door"))
    outcome = count(path, moved, replace(COUNT, settings="settings-2", tripwires=("other-door",)))
    assert outcome == Outcome(1, 11, 5, settings_changed=True)
    assert read(path) == in_order(moved)
    with Journal(path) as journal:
        (entry,) = journal.recordings()
    assert entry.recording.settings == "settings-2"
    assert entry.recording.tripwires == ("other-door",)


def test_other_settings_with_the_same_answer_are_noted(path):
    count(path, events())
    assert count(path, events(), replace(COUNT, settings="settings-2")) == Outcome(0, 16, 0, settings_changed=True)
    with Journal(path) as journal:
        assert [entry.recording.settings for entry in journal.recordings()] == ["settings-2"]


def test_other_recordings_are_left_alone(path):
    yard = Origin("shop", "yard", "clip-1")
    later = Origin("shop", "hall", "clip-2")
    for origin in (yard, later):
        count(path, events(origin), replace(COUNT, origin=origin))
    count(path, events())
    count(path, [], replace(COUNT, settings="settings-2"))
    assert read(path) == in_order(events(yard) + events(later))


def test_interrupted_recount_leaves_the_complete_count(path):
    count(path, events())
    with Journal(path) as journal:
        take = journal.begin(replace(COUNT, settings="settings-2"))
        take.append([crossing(HALL, 9, 5_000.0)])
        assert list(journal.events("shop")) == in_order(events())  # while it goes on, too
    assert read(path) == in_order(events())
    with Journal(path) as journal:
        assert [(e.finished, e.shown, e.events) for e in journal.recordings()] == [(True, True, 16), (False, False, 1)]


def test_interrupted_count_is_read_until_a_complete_one_takes_its_place(path):
    # What was cut short has the same ids as the whole of it: the longer path and stay must win.
    cut = [
        Path(event.id, HALL, event.track, event.time, event.time + 1, event.points[:1], False)
        if isinstance(event, Path)
        else event
        for event in events(tracks=2)
    ]
    with Journal(path) as journal:
        journal.begin(COUNT).append(cut)
    assert read(path) == in_order(cut)
    outcome = count(path, events())
    assert outcome == Outcome(16 - 5, 5, 2, settings_changed=False)
    assert read(path) == in_order(events())


def test_of_interrupted_counts_the_furthest_is_read(path):
    with Journal(path) as journal:
        journal.begin(COUNT).append(events(tracks=4))
        journal.begin(COUNT).append(events(tracks=1)[1:])
        journal.begin(COUNT)
    assert read(path) == in_order(events(tracks=4))


def test_outdone_interrupted_counts_go_after_a_week(path):
    with Journal(path) as journal:
        journal.begin(COUNT).append(events(tracks=1))
        live = replace(COUNT, origin=Origin("shop", "live", "run-1"))
        journal.begin(live).append([crossing(live.origin, 1, 3.0)])
    count(path, events(), replace(COUNT, counted_at=1_000.0 + 86_400))
    with Journal(path) as journal:
        assert len(journal.recordings()) == 3
    count(path, events(tracks=7), replace(COUNT, counted_at=1_001.0 + 7 * 86_400))
    with Journal(path) as journal:
        listed = [(entry.recording.origin.camera, entry.events, entry.finished) for entry in journal.recordings()]
    assert listed == [("hall", 22, True), ("live", 1, False)]


def test_choosing_events(path):
    yard = Origin("shop", "yard", "clip-9")
    count(path, events())
    count(path, events(yard, start=500.0), replace(COUNT, origin=yard))
    assert {e.origin.camera for e in read(path, cameras=["yard"])} == {"yard"}
    assert {e.origin.epoch for e in read(path, epochs=["clip-1"])} == {"clip-1"}
    assert {type(e) for e in read(path, kinds=["stay", "path"])} == {Stay, Path}
    assert read(path, kinds=[]) == []
    assert [e.time for e in read(path, kinds=["crossing"], begin=102.0, end=104.0)] == [102.0, 103.0]
    assert [e.time for e in read(path, kinds=["stay"], begin=106.5, end=107)] == [103.0, 104.0, 105.0]  # 4.5 s each
    with Journal(path) as journal:
        assert list(journal.events("elsewhere")) == []
        assert list(journal.events("shop' OR 1=1 --")) == []


def test_listing_recordings(path):
    clip = replace(COUNT, origin=Origin("shop", "hall", "a-clip"), start_known=False)
    count(path, events(clip.origin, start=0.0), clip)
    count(path, events())
    with Journal(path) as journal:
        dated, undated = journal.recordings()
    assert dated.recording == COUNT
    assert (dated.begin, dated.end, dated.events, dated.finished, dated.shown) == (100.0, 160.0, 16, True, True)
    assert undated.recording == clip


@given(st.data())
def test_any_event_comes_back_bit_for_bit(data):
    number = st.floats(allow_nan=False, allow_infinity=False)
    text = st.text(st.characters(exclude_categories=["Cs"]))
    origin = Origin("shop", data.draw(text), data.draw(text))
    begun, ended = sorted(data.draw(st.tuples(number, number)))
    points = tuple(data.draw(st.lists(st.tuples(number, number, number), max_size=4)))
    flag = data.draw(st.booleans())
    one = [
        Crossing("a", origin, 1, begun, data.draw(text), "in", "up", Point(data.draw(number), data.draw(number))),
        Stay("b", origin, 2, begun, ended, data.draw(text), flag),
        Path("c", origin, 3, begun, ended, points, flag),
        Seen("d", origin, begun, ended),
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = File(folder) / "journal.db"
        count(file, one, replace(COUNT, origin=origin))
        assert read(file) == in_order(one)


def test_events_of_another_recording_are_refused(path):
    with Journal(path) as journal, pytest.raises(ValueError, match="another recording"):
        journal.begin(COUNT).append([crossing(Origin("shop", "yard", "clip-1"), 1, 1.0)])


def run(code, *arguments, **options):
    program = "from pathlib import Path\nfrom tests.storage.test_journal import *\n" + textwrap.dedent(code)
    environment = os.environ | {"PYTHONPATH": str(File(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, **options)


WRITER = """
import sys
take = Journal(File(sys.argv[1])).begin(COUNT)
for track in range(1, 100_000):
    take.append([crossing(HALL, track, float(track)), crossing(HALL, track + 500_000, float(track))])
    print(track, flush=True)
"""


def test_killed_writer_loses_nothing_that_it_reported(path):
    writer = run(WRITER, path)
    reported = [int(writer.stdout.readline()) for _ in range(50)]
    writer.send_signal(signal.SIGKILL)
    reported += [int(line) for line in writer.stdout.read().split()]
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()
    kept = [event.track for event in read(path)]
    assert len(kept) == len(set(kept))
    assert {track for track in kept if track < 500_000} >= set(reported)
    assert len(kept) in (2 * len(reported), 2 * len(reported) + 2)  # the last may be written and not yet reported
    assert all((track + 500_000 in kept) for track in kept if track < 500_000)  # both of an append, or none
    everything = [crossing(HALL, track, float(track)) for track in range(1, 1000)]
    count(path, everything)
    assert read(path) == in_order(everything)


COUNTER = """
import sys
origin = Origin("shop", sys.argv[2], "clip-1")
print("ready", flush=True)
sys.stdin.readline()
with Journal(File(sys.argv[1])) as journal:
    take = journal.begin(replace(COUNT, origin=origin))
    for event in events(origin, tracks=30):
        take.append([event])
    take.finish()
"""


@pytest.mark.parametrize("cameras", [("hall", "yard"), ("hall", "hall")])
def test_two_processes_at_once(path, cameras):
    counters = [run(COUNTER, path, camera, stdin=subprocess.PIPE) for camera in cameras]
    for counter in counters:
        assert counter.stdout.readline() == "ready\n"
    for counter in counters:  # neither has opened the file: they make it at the same time
        counter.stdin.write("\n")
        counter.stdin.flush()
    for counter in counters:
        with counter:
            counter.communicate(timeout=60)
        assert counter.returncode == 0
    expected = [event for camera in set(cameras) for event in events(Origin("shop", camera, "clip-1"), tracks=30)]
    assert read(path) == in_order(expected)
    with Journal(path) as journal:
        assert all(entry.finished for entry in journal.recordings())


def test_locked_for_too_long(path, monkeypatch):
    count(path, events())
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Journal(path) as journal:
        assert len(list(journal.events("shop"))) == 16  # reading goes on
        with pytest.raises(StoreError, match="locked by another process") as caught:
            journal.begin(COUNT)
    assert "Try again" in caught.value.remedy
    other.close()


def test_newer_format_is_refused_untouched(path):
    count(path, events())
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(StoreError, match="format 99") as caught:
        Journal(path)
    assert "Update Galleria" in caught.value.remedy


def test_event_kinds_of_the_future_are_refused(path):
    count(path, events())
    other = sqlite3.connect(path)
    other.execute("UPDATE event SET version = 2 WHERE kind = 'stay'")
    other.commit()
    other.close()
    with pytest.raises(StoreError, match="version 2"):
        read(path)


def test_database_of_another_program_is_refused_untouched(tmp_path):
    path = tmp_path / "bookmarks.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmark (url TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Journal(path)
    assert path.read_bytes() == before


def test_not_a_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no database\n" * 200)
    with pytest.raises(StoreError, match="is not a journal") as caught:
        Journal(path)
    assert "--journal" in caught.value.remedy


def test_damaged(path):
    count(path, events(tracks=400))
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged") as caught:
        read(path)
    assert "Move it away" in caught.value.remedy


@pytest.mark.parametrize("name", [".", "file/journal.db"])
def test_impossible_places(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        Journal(tmp_path / name)
    assert "--journal" in caught.value.remedy


@dataclass
class Unprivileged:
    """Root may write everywhere, so that tests of permissions become somebody else for a while."""

    nobody: int = 65534

    def __enter__(self):
        if os.geteuid() == 0:
            os.seteuid(self.nobody)

    def __exit__(self, *_):
        if os.getuid() == 0:
            os.seteuid(0)


@pytest.fixture
def open_folder():
    # Not pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        File(folder).chmod(0o755)
        yield File(folder)


def test_no_write_permission(open_folder):
    path = open_folder / "journal.db"
    count(path, events())
    path.chmod(0o444)
    open_folder.chmod(0o555)
    with Unprivileged(), pytest.raises(StoreError) as caught, Journal(path) as journal:
        journal.begin(COUNT)
    assert "--journal" in caught.value.remedy
    with Unprivileged(), pytest.raises(StoreError, match="cannot be opened"):
        Journal(open_folder / "new.db")
    with Unprivileged(), pytest.raises(StoreError, match="cannot be made"):
        Journal(open_folder / "new" / "new.db")
    open_folder.chmod(0o755)


def test_full_disk_keeps_what_was_written(path):
    with Journal(path) as journal:
        take = journal.begin(COUNT)
        take.append(events())
        journal._connection.execute("PRAGMA max_page_count = 20").fetchall()
        with pytest.raises(StoreError, match="disk is full") as caught:
            take.append([crossing(HALL, track, 1.0) for track in range(100, 5000)])
        assert "Free some space" in caught.value.remedy
        assert list(journal.events("shop")) == in_order(events())  # nothing of what did not fit
    assert count(path, events()).added == 0


LIMITED = """
import resource, sys
with Journal(File(sys.argv[1])) as journal:
    take = journal.begin(COUNT)
    take.append(events())
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        for track in range(100, 9000):
            take.append([crossing(HALL, track, 1.0)])
            written = track
    except StoreError as error:
        print(written, error, flush=True)
"""


def test_failing_disk_keeps_what_was_written(path):
    with run(LIMITED, path) as limited:
        words = limited.stdout.read().split(maxsplit=1)
        limited.wait(60)
    assert "the disk reports an error" in words[1]
    tracks = {event.track for event in read(path)}
    assert set(range(100, int(words[0]) + 1)) <= tracks


def test_default_path(monkeypatch, tmp_path):
    monkeypatch.setenv("GALLERIA_JOURNAL", str(tmp_path / "here.db"))
    assert default_path() == tmp_path / "here.db"
    monkeypatch.delenv("GALLERIA_JOURNAL")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path().parts[-2:] == ("galleria", "journal.db")


def test_settings_digest_tells_settings_apart():
    one = settings_digest({"rate": 6, "model": "m"}, Point(0.1, 0.2), COUNT)
    assert one == settings_digest({"model": "m", "rate": 6}, Point(0.1, 0.2), COUNT)
    assert one != settings_digest({"model": "m", "rate": 7}, Point(0.1, 0.2), COUNT)
    assert one != settings_digest({"model": "m", "rate": 6}, Point(0.1, 0.2), replace(COUNT, zones=("x",)))
    with pytest.raises(TypeError):
        settings_digest({1, 2})
