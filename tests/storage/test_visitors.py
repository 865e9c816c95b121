"""The store of visitors: idempotent, withdrawn, reduced and deleted for good, whatever is interrupted."""

import sqlite3
import threading
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.tally import Tally
from galleria.domain.time import Bucket
from galleria.storage import visitor_rows
from galleria.storage import visitors as module
from galleria.storage.visitors import Ends, Visitors

DAY = 86400.0
HALL = Origin("shop", "hall", "run-1")
NEVER = Ends(staff=float("-inf"), visits=float("-inf"), measures=float("-inf"))


def day(n):
    return Bucket(n * DAY, (n + 1) * DAY, f"2026-03-{n + 1:02d}")


def sighting(track, label, time=0.0, purpose=Purpose.UNIQUE, kind=SightingKind.NEW):
    number = int(kind is SightingKind.WITHDRAWN)
    name = HALL.event_id(track, f"sighting {purpose}", number)
    return Sighting(name, HALL, track, time, purpose, label, kind)


def withdrawn(one, later=1.0):
    return sighting(one.track, one.label, one.time + later, one.purpose, SightingKind.WITHDRAWN)


def tally(amount, begin=0.0, cell="faces", place="till", epoch="run-1", purpose=Purpose.EXPERIENCE):
    return Tally(Origin("shop", "hall", epoch), purpose, place, begin, cell, amount)


def label(n):
    return f"{n:032x}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "visitors.db"


@pytest.fixture
def store(path):
    with Visitors(path) as store:
        yield store


def reduce(store, n, purpose=Purpose.UNIQUE, entered=()):
    return store.reduce(purpose, day(n), [n * DAY + 900 * q for q in range(96)], entered)


def content(path):
    """All bytes on the disk: the file, its log and its shared memory."""
    return b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))


def rows(path):
    with sqlite3.connect(path) as read:
        tables = [name for (name,) in read.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {name: read.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in tables}
    read.close()
    return found


def test_only_its_owner_may_read_the_file(store, path) -> None:
    store.put([sighting(1, label(1))], [])
    assert {one.stat().st_mode & 0o777 for one in path.parent.glob("visitors.db*")} == {0o600}


def test_putting_again_changes_nothing(store, path) -> None:
    both = [sighting(1, label(1)), sighting(2, label(2), 5.0)], [tally(3.0)]
    assert store.put(*both) == 0
    before = rows(path)
    store.put(*both)
    assert rows(path) == before
    assert len(before["sighting"]) == 2


def test_a_later_amount_replaces_and_another_epoch_adds(store) -> None:
    store.put([], [tally(3.0), tally(2.0, epoch="run-2"), tally(1.0, cell="smiling")])
    store.put([], [tally(7.0)])
    found = store.tallies(Purpose.EXPERIENCE, 0.0, DAY)
    assert sorted((one.origin.epoch, one.cell, one.amount) for one in found) == [
        ("run-1", "faces", 7.0),
        ("run-1", "smiling", 1.0),
        ("run-2", "faces", 2.0),
    ]
    assert store.sums(Purpose.EXPERIENCE, 0.0, DAY) == {("hall", "till"): {"faces": 9.0, "smiling": 1.0}}
    assert store.tallies(Purpose.AUDIENCE, 0.0, DAY) == []
    assert store.tallies(Purpose.EXPERIENCE, 1.0, DAY) == []


def test_all_of_it_or_nothing(store) -> None:
    broken = replace(tally(1.0), begin=None)
    with pytest.raises(Exception, match="NOT NULL"):
        store.put([sighting(1, label(1))], [broken])
    assert store.first(Purpose.UNIQUE) is None


def test_sightings_of_members_are_not_kept(store, path) -> None:
    store.put([sighting(1, label(1), purpose=Purpose.MEMBERS)], [])
    assert rows(path)["sighting"] == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_withdrawal_takes_back_whatever_came_first(store, order) -> None:
    first = sighting(1, label(1))
    some = [first, withdrawn(first), sighting(2, label(2), 3.0)]
    for n in order:
        store.put([some[n]], [])
    assert reduce(store, 0).visitors == 1


def test_a_withdrawal_after_midnight_takes_back_what_was_before(store) -> None:
    first = sighting(1, label(1), DAY - 1)
    store.put([first, withdrawn(first, 30.0)], [])
    assert reduce(store, 0).visitors == 0
    assert reduce(store, 1).visitors == 0


def test_a_reduced_day_has_figures_and_no_labels(store, path) -> None:
    store.put([sighting(n, label(n % 4 + 1), 60.0 * n) for n in range(8)], [])
    made = reduce(store, 0, entered={(HALL, 1), (HALL, 2), (HALL, 99)})
    assert (made.visitors, made.tracks, made.entered, made.recognised) == (4, 8, 3, 2)
    assert store.figures(Purpose.UNIQUE, "2026-03-01", "2026-03-02") == {"2026-03-01": made}
    assert store.first(Purpose.UNIQUE) is None
    for n in range(1, 5):
        assert label(n).encode() not in content(path)


def test_reducing_again_changes_nothing(store) -> None:
    store.put([sighting(1, label(1))], [])
    once = reduce(store, 0)
    assert reduce(store, 0) == once
    assert once.visitors == 1


def test_a_day_that_became_longer_after_it_was_reduced_keeps_its_figures_and_no_sighting(store, path) -> None:
    store.put([sighting(1, label(1))], [])
    once = reduce(store, 0)
    store.put([sighting(2, label(2), DAY + 5)], [])
    longer = Bucket(0.0, 1.5 * DAY, day(0).label)
    assert store.reduce(Purpose.UNIQUE, longer, [0.0], ()) == once
    assert store.first(Purpose.UNIQUE) is None
    assert label(2).encode() not in content(path)


def test_what_comes_after_its_day_was_reduced_is_not_taken(store) -> None:
    store.put([sighting(1, label(1))], [])
    reduce(store, 0)
    assert store.put([sighting(1, label(1)), sighting(2, label(2), DAY)], []) == 1
    assert store.first(Purpose.UNIQUE) == DAY
    assert store.figures(Purpose.UNIQUE, "", "~")["2026-03-01"].visitors == 1


def test_returning_visitors_are_known_on_later_days_without_camera_or_track(store, path) -> None:
    back = Purpose.RETURNING
    for n, labels in enumerate(([1, 2, 3], [2], [2, 3, 4])):
        store.put([sighting(10 * n + m, label(m), n * DAY + m, back) for m in labels], [])
        made = reduce(store, n, back)
    assert (made.visitors, made.new, made.returning) == (3, 1, 2)
    assert made.visits == (1, 1, 1, 0, 0)
    assert made.since == {1: 1, 2: 1}
    found = rows(path)
    assert found["sighting"] == []
    assert {row[:2] for row in found["visit"]} >= {(label(1), "2026-03-01"), (label(2), "2026-03-02")}


def test_labels_of_returning_visitors_go_when_their_time_is_over(store, path) -> None:
    store.put([sighting(1, label(1), purpose=Purpose.RETURNING)], [])
    reduce(store, 0, Purpose.RETURNING)
    assert store.retire(replace(NEVER, visits=0.0)) == 0
    assert label(1).encode() in content(path)
    assert store.retire(replace(NEVER, visits=1.0)) == 1
    assert label(1).encode() not in content(path)
    assert store.figures(Purpose.RETURNING, "", "~")["2026-03-01"].visitors == 1


@pytest.mark.parametrize("when", ["before", "after", "gone"])
def test_staff_are_no_visitors_even_when_their_mark_is_gone(store, when) -> None:
    mark = sighting(1, "uniform", 2.0, Purpose.STAFF)
    seen = [sighting(1, label(1), purpose=p) for p in (Purpose.UNIQUE, Purpose.RETURNING)]
    seen += [sighting(2, label(1), 50_000.0), sighting(3, label(2), 50_000.0)]
    for some in ([mark], seen) if when == "before" else (seen, [mark]):
        store.put(some, [])
    if when == "gone":
        assert store.retire(replace(NEVER, staff=3.0)) == 1
        store.put([sighting(4, label(1), 60_000.0)], [])
    assert reduce(store, 0).visitors == 1
    assert reduce(store, 0, Purpose.RETURNING).visitors == 0
    assert (when == "gone") == (reduce(store, 1).visitors == 0 and store.retire(replace(NEVER, staff=3.0)) == 0)


def test_a_withdrawn_mark_marks_nobody(store) -> None:
    mark = sighting(1, "uniform", 2.0, Purpose.STAFF)
    store.put([mark, withdrawn(mark), sighting(1, label(1))], [])
    assert reduce(store, 0).visitors == 1


def test_a_kill_between_reducing_and_deleting_loses_and_doubles_nothing(path, monkeypatch) -> None:
    some = [sighting(n, label(n)) for n in range(5)]
    with Visitors(path) as store:
        store.put(some, [])
        monkeypatch.setattr(module, "packed", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            reduce(store, 0)
        monkeypatch.undo()
        assert store.first(Purpose.UNIQUE) == 0.0
    with Visitors(path) as store:
        assert reduce(store, 0).visitors == 5
    # After the deletion was written, before the log was emptied.
    with Visitors(path) as store:
        store.put([sighting(9, label(9), DAY)], [])
        monkeypatch.setattr(module, "give_back", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            reduce(store, 1)
        monkeypatch.undo()
    with Visitors(path) as store:
        assert label(9).encode() not in content(path)
        assert reduce(store, 1).visitors == 1
        assert store.put([sighting(9, label(9), DAY)], []) == 1


def test_a_process_killed_in_the_middle_leaves_no_label_behind(path, tmp_path) -> None:
    with Visitors(path) as store:
        store.put([sighting(n, label(n + 77)) for n in range(200)], [])
        monkey = module.give_back
        module.give_back = lambda _: None  # as if it were killed right after the commit
        try:
            reduce(store, 0)
        finally:
            module.give_back = monkey
        left = tmp_path / "killed"
        left.mkdir()
        for one in path.parent.glob("visitors.db*"):
            (left / one.name).write_bytes(one.read_bytes())
    with Visitors(left / "visitors.db") as store:
        assert store.figures(Purpose.UNIQUE, "", "~")["2026-03-01"].visitors == 200
        assert label(80).encode() not in content(left / "visitors.db")


def test_measures_go_when_they_are_old_and_the_newest_day_stays(store, path) -> None:
    store.put([sighting(n, label(n), n * DAY) for n in range(3)], [tally(1.0), tally(2.0, begin=2 * DAY)])
    for n in range(3):
        reduce(store, n)
    store.looked([(Purpose.UNIQUE, "hall")], 5.0)
    store.retire(replace(NEVER, measures=10 * DAY))
    assert list(store.figures(Purpose.UNIQUE, "", "~")) == ["2026-03-03"]
    found = rows(path)
    assert (found["tally"], found["series"], found["looking"]) == ([], [], [])
    assert store.put([sighting(1, label(1), DAY)], []) == 1


def test_forgetting_a_label_leaves_nothing_of_it(store, path) -> None:
    store.put([sighting(1, label(1), purpose=Purpose.RETURNING), sighting(2, label(2))], [])
    reduce(store, 0, Purpose.RETURNING)
    store.put([sighting(3, label(1), DAY, Purpose.RETURNING)], [])
    assert store.forget([label(1), label(5)]) == 2
    assert label(1).encode() not in content(path)
    assert label(2).encode() in content(path)
    assert store.forget([label(1)]) == 0


def test_when_was_looked_is_kept_as_stretches(store) -> None:
    for now in (0.0, 60.0, 120.0, 600.0, 660.0):
        store.looked([(Purpose.UNIQUE, "hall")] + ([(Purpose.UNIQUE, "yard")] if now < 100 else []), now)
    store.looked([(Purpose.UNIQUE, "hall")], 60.0)
    assert store.looking(Purpose.UNIQUE, 30.0, 640.0) == {
        "hall": [(30.0, 120.0), (600.0, 640.0)],
        "yard": [(30.0, 60.0)],
    }
    assert store.looking(Purpose.AUDIENCE, 0.0, 1000.0) == {}


def test_of_a_first_version_the_whole_picture_goes_where_zones_were_counted(path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in visitor_rows._TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {visitor_rows.VISITORS_FORMAT.application}")
    connection.execute("PRAGMA user_version = 1")
    some = [("run-1", "till", 3.0), ("run-1", "", 5.0), ("run-2", "", 7.0)]
    for n, (epoch, place, amount) in enumerate(some):
        named = (n, "shop", "hall", epoch, "experience", place, "faces")
        connection.execute("INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?)", named)
        connection.execute("INSERT INTO tally VALUES (0.0, ?, ?)", (n, amount))
    connection.close()
    with Visitors(path) as store:
        found = {(one.origin.epoch, one.place): one.amount for one in store.tallies(Purpose.EXPERIENCE, 0.0, DAY)}
        assert found == {("run-1", "till"): 3.0, ("run-2", ""): 7.0}
        assert store.calendars() == []


def test_readers_do_not_wait_for_the_writer(store) -> None:
    store.put([sighting(1, label(1))], [])
    answers = []
    with store._lock:  # a writer that takes its time
        reader = threading.Thread(target=lambda: answers.append(store.seen(Purpose.UNIQUE, day(0))))
        reader.start()
        reader.join(10)
    assert len(answers[0].sightings) == 1


@st.composite
def histories(draw):
    some = []
    for track in range(draw(st.integers(1, 8))):
        one = sighting(track, label(draw(st.integers(1, 4))), draw(st.floats(0, DAY - 10)))
        some.append(one)
        if draw(st.booleans()):
            some.append(withdrawn(one))
        if draw(st.integers(0, 4)) == 0:
            some.append(sighting(track, "uniform", one.time, Purpose.STAFF))
    return some, draw(st.permutations(some)), draw(st.lists(st.sampled_from(some), max_size=5))


@settings(max_examples=30, deadline=None)
@given(histories())
def test_neither_order_nor_repetition_matters(tmp_path_factory, history) -> None:
    some, shuffled, again = history
    with Visitors(tmp_path_factory.mktemp("a") / "visitors.db") as store:
        store.put(some, [])
        plain = reduce(store, 0)
    with Visitors(tmp_path_factory.mktemp("b") / "visitors.db") as store:
        for one in shuffled:
            store.put([one], [])
        store.put(again, [])
        assert reduce(store, 0) == plain
