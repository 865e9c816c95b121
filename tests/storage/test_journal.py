import sqlite3
import tempfile
from dataclasses import replace
from pathlib import Path as File

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journaled import COUNT, HALL, count, crossing, events, in_order, read

from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point
from galleria.storage.journal import Journal, default_path
from galleria.storage.recording import Outcome, settings_digest


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
