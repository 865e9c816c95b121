"""Trackers come in by name, ours too."""

from itertools import count

import pytest

from galleria.domain.errors import InputError
from galleria.tracking.registry import tracker_named
from galleria.tracking.tracker import MotionTracker


def test_our_own_tracker_comes_in_through_the_same_door_as_others():
    tracker = tracker_named("motion")(16 / 9, count(1))
    assert isinstance(tracker, MotionTracker)


def test_an_installed_package_brings_a_tracker(tmp_path, monkeypatch):
    (tmp_path / "their_tracker.py").write_text("def make(aspect, numbers):\n    return (aspect, next(numbers))\n")
    told = tmp_path / "their_tracker-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: their-tracker\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(
        "[galleria.trackers]\ntheirs = their_tracker:make\ngone = their_tracker:none\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert tracker_named("theirs")(1.5, count(7)) == (1.5, 7)
    with pytest.raises(InputError, match="cannot be loaded"):
        tracker_named("gone")


def test_an_unknown_tracker_is_refused_with_those_there_are():
    with pytest.raises(InputError, match=r"no tracker 'nobody'.*motion"):
        tracker_named("nobody")
