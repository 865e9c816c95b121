import fcntl
import io
import json
import os
import sqlite3
import tarfile
import threading
from contextlib import closing
from dataclasses import dataclass

import pytest

from galleria.app.deliveries import RecordedDeliveries
from galleria.domain.errors import InputError, StoreError
from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import Point
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.tally import Tally
from galleria.domain.time import Bucket, SetClock
from galleria.notify.ports import Letter
from galleria.storage.backup import RUNNING, back_up, restore, site_of
from galleria.storage.journal import Journal
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording
from galleria.storage.records import PurposeSignature, PurposeStop, Records
from galleria.storage.visitors import Visitors

HALL = Origin("shop", "hall", "run-1")


def crossing(n):
    return Crossing(HALL.event_id(n, "crossing", 0), HALL, n, float(n), "door", "in", "up", Point(0.5, 0.5))


@dataclass
class Place:
    root: object

    def __post_init__(self):
        self.folder, self.tar, self.site = self.root / "shop", self.root / "shop.tar", self.root / "my-site.yaml"

    def back_up(self):
        return back_up(self.folder, self.tar, self.site, "shop", 5.0)


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    (place.folder / "days").mkdir(parents=True)
    (place.folder / "secrets").mkdir()
    (place.folder / "logs").mkdir()
    place.site.write_text("site:\n  id: shop\n")
    (place.folder / "days" / "2026-03-16.parquet").write_bytes(b"parquet" * 1000)
    (place.folder / "secrets" / "hall").write_text("hunter2")
    (place.folder / "logs" / "galleria.log").write_text("a log")
    (place.folder / RUNNING).touch()
    with LiveJournal(place.folder / "journal.db", "shop", SetClock(5.0)) as live:
        live.begin(Recording(HALL, "s", "x", 1.0))
        live.append(HALL, [crossing(n) for n in range(20)])
    return place


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def events(folder):
    with Journal(folder / "journal.db") as journal:
        return list(journal.events("shop"))


def test_there_and_back(place):
    made = place.back_up()
    assert made.files == 4
    assert (place.tar.stat().st_mode & 0o777) == 0o600
    assert site_of(place.tar) == "shop"
    elsewhere = place.root / "elsewhere" / "shop"
    made = restore(place.tar, elsewhere)
    assert (made.before, made.unsigned) == (None, ())
    assert events(elsewhere) == [crossing(n) for n in range(20)]
    found = contents(elsewhere)
    assert found["secrets/hall"] == b"hunter2"
    assert found["site.yaml"] == place.site.read_bytes()
    assert found["days/2026-03-16.parquet"] == b"parquet" * 1000
    assert not any("log" in name.split("/")[0] for name in found)
    assert all(
        (path.stat().st_mode & 0o077) == 0
        for path in elsewhere.rglob("*")
        if path.is_file() and "journal" not in path.name
    )


def test_what_was_there_is_kept(place):
    place.back_up()
    (place.folder / "secrets" / "hall").write_text("changed since")
    before = restore(place.tar, place.folder).before
    assert (before / "secrets" / "hall").read_text() == "changed since"
    assert (place.folder / "secrets" / "hall").read_text() == "hunter2"
    assert restore(place.tar, place.folder).before != before


def signed(folder):
    with closing(Records(folder / "records.db")) as records, records.read() as reading:
        return [row.purpose for row in reading.query(PurposeSignature)], [
            row.purpose for row in reading.query(PurposeStop)
        ]


def test_signatures_do_not_come_back_and_stops_do(place):
    """What was stopped, withdrawn or altered after the backup would run again."""
    with closing(Records(place.folder / "records.db")) as records, records.write() as writing:
        for purpose, user in (("unique", "ada"), ("unique", "ben"), ("staff", "ada")):
            writing.add(PurposeSignature(digest=purpose, user=user, purpose=purpose, time=1.0))
        writing.add(PurposeStop(purpose="audience", by="ada", time=1.0))
    place.back_up()
    assert len(signed(place.folder)[0]) == 3  # the running site notices nothing
    assert restore(place.tar, place.folder).unsigned == ("staff", "unique")
    assert signed(place.folder) == ([], ["audience"])
    place.back_up()
    assert restore(place.tar, place.folder).unsigned == ()


def test_records_of_before_there_were_purposes_are_restored_too(place):
    with closing(sqlite3.connect(place.folder / "records.db")) as database:
        database.execute("CREATE TABLE setting (key TEXT)")
    place.back_up()
    assert restore(place.tar, place.folder).unsigned == ()


def test_while_somebody_writes(place):
    stop = threading.Event()
    written = []

    def write():
        with LiveJournal(place.folder / "journal.db", "shop", SetClock(6.0)) as live:
            live.begin(Recording(Origin("shop", "hall", "run-2"), "s", "x", 2.0))
            n = 100
            while not stop.is_set():
                origin = Origin("shop", "hall", "run-2")
                event = Crossing(f"{n:032x}", origin, n, float(n), "door", "in", "up", Point(0.5, 0.5))
                live.append(origin, [event])
                written.append(n)
                n += 1

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 5:
        pass
    sure = len(written)
    place.back_up()
    stop.set()
    writer.join()
    elsewhere = place.root / "elsewhere"
    restore(place.tar, elsewhere)
    tracks = [event.track for event in events(elsewhere) if event.origin.epoch == "run-2"]
    assert tracks == list(range(100, 100 + len(tracks)))  # of one moment
    assert len(tracks) >= sure


def test_a_running_site_is_not_replaced(place):
    place.back_up()
    lock = os.open(place.folder / RUNNING, os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    before = contents(place.folder)
    with pytest.raises(StoreError, match="is running") as caught:
        restore(place.tar, place.folder)
    assert "Stop it" in caught.value.remedy
    assert contents(place.folder) == before
    os.close(lock)
    restore(place.tar, place.folder)


def rewritten(source, change):
    """A copy of a backup with changed members."""
    target = source.with_name("changed.tar")
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        members = [(entry, old.extractfile(entry).read()) for entry in old]
        for entry, content in change(members):
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return target


def flip(members):
    return [(e, content[:-1] + b"!" if e.name.endswith("parquet") else content) for e, content in members]


def lose(members):
    return [(e, content) for e, content in members if e.name != "journal.db"]


def smuggle(members):
    return [*members, (tarfile.TarInfo("../outside"), b"gotcha")]


def climb(members):
    manifest = json.loads(members[0][1])
    manifest["files"]["../outside"] = manifest["files"].pop("secrets/hall")
    renamed = [(e, c) for e, c in members[1:]]
    for entry, _ in renamed:
        if entry.name == "secrets/hall":
            entry.name = "../outside"
    return [(members[0][0], json.dumps(manifest).encode()), *renamed]


def newer(members):
    manifest = json.loads(members[0][1]) | {"format": 99}
    return [(members[0][0], json.dumps(manifest).encode()), *members[1:]]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (flip, "2026-03-16.parquet is not as it was"),
        (lose, "journal.db is missing"),
        (smuggle, "outside does not belong"),
        (climb, "outside does not belong"),
        (newer, "format 99"),
        (lambda members: members[1:], "no backup of a site"),
        (lambda _: [], "no backup of a site"),
    ],
)
def test_a_bad_backup_changes_nothing(place, change, problem):
    place.back_up()
    before = contents(place.folder)
    with pytest.raises(InputError, match=problem) as caught:
        restore(rewritten(place.tar, change), place.folder)
    assert caught.value.remedy
    assert contents(place.folder) == before
    assert not (place.root / "outside").exists()
    assert {path.name for path in place.root.iterdir()} == {"shop", "shop.tar", "changed.tar", "my-site.yaml"}


def test_half_a_backup_changes_nothing(place):
    place.back_up()
    content = place.tar.read_bytes()
    place.tar.write_bytes(content[: len(content) // 2])
    before = contents(place.folder)
    with pytest.raises(InputError, match="is damaged"):
        restore(place.tar, place.folder)
    assert contents(place.folder) == before


def test_a_database_of_a_newer_galleria_is_refused(place):
    newer_one = sqlite3.connect(place.folder / "journal.db")
    newer_one.execute("PRAGMA user_version = 7")
    newer_one.close()
    place.back_up()
    with pytest.raises(InputError, match=r"journal\.db .* format 7") as caught:
        restore(place.tar, place.root / "elsewhere")
    assert "Update Galleria" in caught.value.remedy
    assert not (place.root / "elsewhere").exists()


def test_a_backup_cannot_lie_in_what_it_backs_up(place):
    with pytest.raises(InputError, match="lies in the folder"):
        back_up(place.folder, place.folder / "b.tar", place.site, "shop", 5.0)
    with pytest.raises(InputError, match="no folder"):
        back_up(place.root / "nowhere", place.tar, place.site, "shop", 5.0)


def test_a_place_that_cannot_be_written(place):
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(place.folder, place.root / "no" / "b.tar", place.site, "shop", 5.0)
    with pytest.raises(InputError, match="cannot be read"):
        site_of(place.root / "no.tar")


def test_greetings_of_members_stay_behind_and_other_messages_come_along(place):
    with closing(Records(place.folder / "records.db")) as records:
        outbox = RecordedDeliveries(records)
        outbox.put("webhook:a", [Letter("1", "member", '{"data": {"member": "m-0badcafe"}}')], 5.0)
        outbox.put("webhook:a", [Letter("2", "crossing", '{"kept": "along"}')], 5.0)
        place.back_up()
        assert outbox.erase("member", "m-0badcafe") == 1
    assert b"m-0badcafe" not in place.tar.read_bytes()
    assert b'{"kept": "along"}' in place.tar.read_bytes()


def test_labels_of_visitors_and_sealed_templates_stay_behind(place):
    day = Bucket(0.0, 86400.0, "1970-01-01")
    (place.folder / "vaults").mkdir(parents=True)
    (place.folder / "vaults" / "unique.vault").write_bytes(b"sealed")
    place.site.write_text("site: {id: shop}")
    with Visitors(place.folder / "visitors.db") as store:
        label = "ab" * 16
        store.put([Sighting("1" * 32, HALL, 1, 5.0, Purpose.UNIQUE, label, SightingKind.NEW)], [])
        store.put([], [Tally(HALL, Purpose.DEMOGRAPHICS, "", 0.0, "25-34 female", 3.0)])
        place.back_up()
        assert store.seen(Purpose.UNIQUE, day).sightings
    assert label.encode() not in place.tar.read_bytes()
    assert b"sealed" not in place.tar.read_bytes()
    other = place.root / "other"
    restore(place.tar, other)
    assert not (other / "vaults").exists()
    with Visitors(other / "visitors.db") as store:
        assert not store.seen(Purpose.UNIQUE, day).sightings
        assert [one.amount for one in store.tallies(Purpose.DEMOGRAPHICS, 0.0, 900.0)] == [3.0]
