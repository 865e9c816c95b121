"""What can befall a journal: killed writers, several at once, other formats, damage, disks that are full or fail."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path as File

import pytest
from journaled import COUNT, HALL, count, crossing, events, in_order, read

from galleria.domain.errors import StoreError
from galleria.domain.events import Origin
from galleria.storage import sqlite as opening
from galleria.storage.journal import Journal


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "journal.db"


def run(code, *arguments, **options):
    program = "from dataclasses import replace\nfrom test_journal_trouble import *\n" + textwrap.dedent(code)
    environment = os.environ | {"PYTHONPATH": str(File(__file__).resolve().parent)}
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
