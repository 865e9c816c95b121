"""A recording as a camera: its pace, its passes, what a clock that jumps does to it."""

import subprocess
import sys
import time
from itertools import pairwise

import pytest
from videos import make, number_in

from galleria.capture.backoff import Backoff
from galleria.capture.feed import Closed, FeedState, Opened
from galleria.capture.opening import feed_of, open_camera
from galleria.capture.paced import Passes
from galleria.capture.sources import open_source
from galleria.domain.errors import VideoError
from galleria.domain.frame import Frame
from galleria.domain.site import Camera, Pace
from galleria.domain.time import SetClock

NOON = 1_777_000_000.0
LENGTH = 0.5  # seconds
COUNT = 15


@pytest.fixture
def clip(tmp_path):
    return make(tmp_path / "a.mp4", count=COUNT, rate=30)


def read(source) -> list[Frame]:
    return list(source)


def late(clip, anchor: float | None = None) -> tuple[Passes, SetClock]:
    """Passes by a clock at which every frame is due at once."""
    clock = SetClock(NOON + 2.55)
    return Passes(lambda: open_source(str(clip)), clock.now, anchor), clock


def test_frames_come_at_their_pace_with_the_times_of_now(clip):
    began = time.time()
    source = Passes(lambda: open_source(str(clip)), time.time)()
    seen = [(frame, time.time()) for frame in source]
    assert [number_in(frame.picture) for frame, _ in seen] == list(range(COUNT))
    assert all(now >= frame.time for frame, now in seen)  # never before they are due
    assert seen[0][0].time == source.facts.start
    assert began <= source.facts.start <= began + 10
    steps = [b[0].time - a[0].time for a, b in pairwise(seen)]
    assert steps == pytest.approx([1 / 30] * (COUNT - 1), abs=0.001)
    assert source.facts.start_known


def test_one_frame_is_decoded_ahead_and_no_more(clip):
    taken = []
    inner = open_source(str(clip))

    class Noting:
        facts, warnings = inner.facts, []
        want_rate, close = inner.want_rate, inner.close

        def __iter__(self):
            for frame in inner:
                taken.append(frame.index)
                yield frame

    clock = SetClock(NOON)
    frames = iter(Passes(Noting, clock.now)())
    for n in range(4):
        clock.time = NOON + n / 30 + 0.001
        next(frames)
        assert taken == list(range(n + 1))


def test_pass_n_begins_n_lengths_after_the_anchor_and_is_an_epoch_of_its_own(clip):
    passes, clock = late(clip, anchor=NOON)
    starts, epochs = [], []
    for n in range(4):
        clock.time = NOON + (n + 1) * LENGTH
        source = passes()
        times = [frame.time for frame in source]
        assert times[0] == source.facts.start
        starts.append(source.facts.start)
        epochs.append(source.facts.fingerprint)
    assert starts == pytest.approx([NOON + n * LENGTH for n in range(4)], abs=0.001)
    assert len(set(epochs)) == 4


def test_the_same_content_and_anchor_give_the_same_epochs(clip, tmp_path):
    def epochs(path, anchor):
        passes, _ = late(path, anchor)
        return [read(source := passes()) and source.facts.fingerprint for _ in range(3)]

    other = make(tmp_path / "b.mp4", count=COUNT + 1, rate=30)
    assert epochs(clip, NOON + 1) == epochs(clip, NOON + 1)
    assert not set(epochs(clip, NOON + 1)) & set(epochs(clip, NOON + 0.9))
    assert not set(epochs(clip, NOON + 1)) & set(epochs(other, NOON + 1))


@pytest.mark.parametrize("seconds", [60.0, -60.0])
def test_a_pass_that_would_be_far_from_now_begins_now(clip, seconds):
    passes, clock = late(clip, anchor=NOON + 1)
    read(passes())
    clock.time += seconds
    source = passes()
    assert source.facts.start == clock.time
    times = [frame.time for frame in source if clock.advance(1 / 30) is None]
    assert times[0] == source.facts.start


def test_after_a_pass_that_broke_off_the_next_begins_now(clip):
    passes, clock = late(clip, anchor=NOON + 1)
    source = passes()
    next(iter(source))
    source.close()
    clock.time += 0.2
    assert passes().facts.start == clock.time


def test_a_clock_that_is_set_back_does_not_hold_frames_back(clip):
    clock = SetClock(NOON)
    frames = iter(Passes(lambda: open_source(str(clip)), clock.now)())
    next(frames)
    clock.time -= 3600
    assert next(frames).time > NOON  # after two seconds: the feed sees the jump by it


def test_closing_wakes_one_that_waits(clip):
    clock = SetClock(NOON)
    source = Passes(lambda: open_source(str(clip)), clock.now)()
    frames = iter(source)
    next(frames)
    source.close()
    assert list(frames) == []
    assert not source.whole


def gathered(feed, passes: int) -> list:
    items: list = []
    end = time.monotonic() + 30
    while sum(isinstance(item, Closed) for item in items) < passes:
        assert time.monotonic() < end, "it did not happen"
        items += feed.take()
        time.sleep(0.002)
    return items


def test_a_looped_file_is_a_camera_that_never_ends(clip):
    camera = Camera("door", str(clip), pace=Pace.REAL, loop=True)
    feed = feed_of(camera, rate=None, clock=time.time, ready=lambda: None)
    feed.start()
    try:
        items = gathered(feed, 3)
        assert feed.status.state is FeedState.ONLINE
    finally:
        feed.close()
    opened = [item for item in items if isinstance(item, Opened)]
    assert len({item.facts.fingerprint for item in opened}) == len(opened) >= 3
    assert all(item.whole for item in items if isinstance(item, Closed))
    times = [item.time for item in items if isinstance(item, Frame)]
    assert all(a < b for a, b in pairwise(times))
    # A pass that could not begin in time on a busy machine begins later, never earlier.
    assert opened[2].facts.start - opened[0].facts.start >= 2 * LENGTH - 0.001


def test_a_file_at_its_pace_that_does_not_loop_ends(clip):
    feed = feed_of(Camera("door", str(clip), pace=Pace.REAL), rate=None, clock=time.time, ready=lambda: None)
    feed.start()
    items = gathered(feed, 1)
    assert items[-1].whole
    end = time.monotonic() + 30
    while feed.status.state is not FeedState.OFFLINE:
        assert time.monotonic() < end
        time.sleep(0.002)
    feed.close()
    assert feed.take() == []
    assert feed.status.received == COUNT


def test_a_file_without_a_pace_is_read_whole_and_its_times_are_its_own(clip, tmp_path):
    stamped = clip.rename(tmp_path / "2026-05-01_09-30-00.mp4")
    feed = feed_of(Camera("door", str(stamped)), rate=6.0, clock=time.time, ready=lambda: None)
    feed.start()
    try:
        items = gathered(feed, 1)
    finally:
        feed.close()
    frames = [item for item in items if isinstance(item, Frame)]
    assert [frame.index for frame in frames] == list(range(COUNT))
    assert frames[0].time == items[0].facts.start == 1_777_627_800.0
    assert items[0].facts.fingerprint == open_source(str(stamped)).facts.fingerprint


def test_a_file_that_is_missing_is_told(tmp_path):
    with pytest.raises(VideoError, match="does not exist"):
        open_camera(Camera("door", str(tmp_path / "none.mp4")), clock=time.time)()
    looped = Camera("door", str(tmp_path / "none.mp4"), pace=Pace.REAL, loop=True)
    feed = feed_of(looped, rate=6.0, clock=time.time, ready=lambda: None, backoff=Backoff(0.01, 0.05))
    feed.start()
    end = time.monotonic() + 30
    while "does not exist" not in feed.status.reason:
        assert time.monotonic() < end
        time.sleep(0.002)
    make(tmp_path / "none.mp4", count=3, rate=30)
    gathered(feed, 1)  # it is there now
    feed.close()


GIVING_UP = """
import sys, time, random
from galleria.capture.opening import feed_of
from galleria.domain.site import Camera, Pace
rng = random.Random(5)
for pace in (Pace.REAL, Pace.NONE):
    for _ in range(4):
        camera = Camera("door", source=sys.argv[1], pace=pace, loop=pace is Pace.REAL)
        feeds = [feed_of(camera, rate=None, clock=time.time, ready=lambda: None) for _ in range(12)]
        for feed in feeds:
            feed.start()
        until = time.monotonic() + rng.uniform(0.1, 0.6)
        while time.monotonic() < until:
            for feed in feeds:
                feed.take()
        for feed in feeds:
            feed.close()
print("whole")
"""


def test_feeds_that_are_closed_while_they_decode_take_nothing_down(tmp_path):
    clip = make(tmp_path / "clip.mp4", count=400, rate=200, size=(640, 360))
    done = subprocess.run([sys.executable, "-c", GIVING_UP, clip], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr[-2000:]
