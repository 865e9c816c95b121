from collections import Counter
from pathlib import Path

import pytest

from galleria.app.density import MOST, Book, limit, most, prepare, trial
from galleria.app.networks import Choice, load
from galleria.capture.sources import open_source
from galleria.capture.writer import VideoWriter
from galleria.domain.errors import VideoError
from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import Point
from galleria.domain.time import SetClock
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording
from galleria.storage.sitefile_line import parse_line

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("true", [0, 1, 2, 3, 7, 8, 9, 31, 33, 100, 500])
def test_the_most_is_found_to_within_one_in_twenty(true):
    tried = []

    def carries(cameras):
        tried.append(cameras)
        return cameras <= true

    assert true - max(0, true // 20) <= most(carries) <= true
    assert len(tried) == len(set(tried)) <= 16


def test_a_machine_that_carries_everything_is_believed_to_the_end():
    assert most(lambda _: True) == MOST


@pytest.fixture(scope="module")
def network():
    return load(Choice(threads=1))


@pytest.fixture
def clip(tmp_path):
    """The first three seconds of the corridor."""
    path = tmp_path / "corridor.mp4"
    writer = VideoWriter(path, 768, 432, 8.0)
    for frame in open_source(str(ROOT / "footage/morning/corridor.mp4"), end=3.0):
        writer.write(frame.picture.bgr(768, 432), frame.time)
    writer.close()
    return path


def test_two_cameras_are_really_run_and_what_they_took_is_told(network, clip):
    clip = prepare(clip, [parse_line("0.73,0.54,0.23,0.56")], network)
    assert clip.seconds == pytest.approx(3.0, abs=0.2)
    told = trial(clip, 2, network, seconds=3)
    assert (told.cameras, told.analysed > 0) == (2, True)
    assert {"decode and pick", "watch", "gate", "search", "track", "observe"} <= told.stages.keys()
    assert all(milliseconds > -0.5 for milliseconds in told.stages.values())
    assert limit(told) in told.stages
    assert sum(size * times for size, times in told.batches.items()) <= told.analysed + 2
    whole, alike = told.passes
    assert 0 <= alike <= whole


def test_whole_passes_are_compared_with_the_file(tmp_path):
    """A camera that begins in the middle of the clip has a first pass that is none."""
    with LiveJournal(tmp_path / "journal.db", "density", SetClock(100.0)) as journal:
        book = Book(journal)
        for camera, epoch, crossings in (
            ("camera0", "first", 2),
            ("camera1", "broken", 2),
            ("camera1", "second", 2),
            ("camera1", "third", 1),
        ):
            origin = Origin("density", camera, epoch)
            book.begin(Recording(origin, "settings", "clip", 100.0))
            book.append(origin, [crossing(origin, n) for n in range(crossings)])
            book.finish(origin)
        assert book.passes(Counter({("door", "in"): 2})) == (3, 2)


def crossing(origin, n):
    return Crossing(origin.event_id(n, "crossing:door", 1), origin, n, 100.0 + n, "door", "in", "up", Point(0.5, 0.5))


def test_a_clip_that_cannot_be_read_is_refused(network, tmp_path):
    with pytest.raises(VideoError):
        prepare(tmp_path / "none.mp4", (), network)
