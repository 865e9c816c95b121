"""A feed over sources that do what cameras do: send, fall silent, break off, refuse, hang."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import psutil
import pytest
from cameras import mjpeg_server
from videos import number_in

from galleria.capture import feed as feed_module
from galleria.capture.backoff import LASTED, Backoff
from galleria.capture.feed import Closed, Feed, FeedState, Opened
from galleria.capture.mailbox import MOST_ITEMS, ROOM
from galleria.capture.opening import feed_of, open_camera
from galleria.capture.ports import SourceFacts
from galleria.domain.errors import LoginError, VideoError
from galleria.domain.frame import ArrayPicture, Frame
from galleria.domain.site import Camera

NOON = 1_777_000_000.0
PICTURE = ArrayPicture(np.zeros((4, 4, 3), np.uint8))
SOON = 20.0  # seconds; a test that waits this long has failed


class Script:
    """A source that does one thing after the other: a number sends so many frames, a float waits, an error is raised.

    Frames carry times of their own when `step` is given, else the clock's.
    """

    def __init__(self, *acts, clock=time.time, live=True, step=None, rate=25.0, name="a"):
        self._acts, self._clock, self._step = acts, clock, step
        self.closed = threading.Event()
        self.facts = SourceFacts(4, 4, rate, None, None, clock(), True, name, live)
        self.warnings: list[str] = []
        self.wanted = None

    def want_rate(self, rate: float) -> None:
        self.wanted = rate

    def __iter__(self) -> Iterator[Frame]:
        index = 0
        for act in self._acts:
            if isinstance(act, Exception):
                raise act
            if isinstance(act, float):
                self.closed.wait(act)
                continue
            if callable(act):
                act()
                continue
            for _ in range(act):
                if self.closed.is_set():
                    return
                moment = self.facts.start + index * self._step if self._step else self._clock()
                yield Frame("door", index, moment, PICTURE)
                index += 1

    def close(self) -> None:
        self.closed.set()

    def interrupt(self) -> None:
        self.closed.set()


class Cameras:
    """Opens one script after the other; the last one again and again. A script may be an error."""

    def __init__(self, *scripts):
        self._scripts = list(scripts)
        self.opened = []

    def __call__(self):
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        made = script() if callable(script) else script
        self.opened.append(made)
        if isinstance(made, Exception):
            raise made
        return made


@pytest.fixture
def feeds() -> Iterator[Callable[..., Feed]]:
    made: list[Feed] = []

    def make(*scripts, ready=lambda feed: None, **how) -> Feed:
        usual = {"rate": None, "clock": time.time, "backoff": Backoff(0.01, 0.05)}
        feed = Feed("door", Cameras(*scripts), **usual | how, ready=lambda: ready(feed))
        made.append(feed)
        feed.start()
        return feed

    yield make
    for feed in made:
        feed.close()
    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"feed door", "capture door"}


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + SOON
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def taken(feed: Feed, until: Callable[[list], bool]) -> list:
    items: list = []

    def enough() -> bool:
        items.extend(feed.take())
        return until(items)

    wait_for(enough)
    return items


def kinds(items: list) -> str:
    return "".join("OFC"[[Opened, Frame, Closed].index(type(item))] for item in items)


def test_frames_that_nobody_takes_give_way_to_newer_ones_and_are_counted(feeds):
    sent = threading.Event()
    feed = feeds(lambda: Script(10, sent.set, 9.0))
    assert sent.wait(SOON)
    items = feed.take()
    assert kinds(items) == "OFFF"
    assert feed.status.received == 10
    assert [item.index for item in items[1:]] == [7, 8, 9]
    assert feed.status.dropped == 7
    assert feed.take() == []
    wait_for(lambda: feed.status.state is FeedState.ONLINE)


def test_beginnings_and_ends_are_never_lost_and_stay_in_order(feeds):
    sent = threading.Event()
    last = Script(1, sent.set, 9.0, name="last")
    feed = feeds(*[lambda n=n: Script(3, name=f"epoch {n}") for n in range(4)], last)
    assert sent.wait(SOON)
    items = feed.take()
    assert feed.status.received == 13
    assert kinds(items) == "OCOCOCOFFCOF"
    begun = [item.facts.fingerprint for item in items if isinstance(item, Opened)]
    assert begun == ["epoch 0", "epoch 1", "epoch 2", "epoch 3", "last"]
    assert not any(item.whole for item in items if isinstance(item, Closed))
    assert feed.status.reconnects == 4


def test_a_lossless_feed_waits_and_gives_every_frame(feeds):
    feed = feeds(lambda: Script(50, live=False, step=0.04), lossless=True, again=False)
    wait_for(lambda: feed.status.received > ROOM)
    time.sleep(0.1)
    assert feed.status.received <= ROOM + 1  # nothing runs ahead
    items = taken(feed, lambda items: isinstance(items[-1], Closed) if items else False)
    assert [item.index for item in items if isinstance(item, Frame)] == list(range(50))
    assert items[-1].whole
    assert feed.status.dropped == 0
    wait_for(lambda: feed.status.state is FeedState.OFFLINE)
    assert feed.status.reason == "the recording has ended"


def test_about_the_rate_is_picked_by_capture_time_and_the_source_is_told(feeds):
    script = Script(101, live=False, step=0.04)
    feed = feeds(lambda: script, lossless=True, again=False, rate=5.0)
    items = taken(feed, lambda items: isinstance(items[-1], Closed) if items else False)
    picked = [item.time for item in items if isinstance(item, Frame)]
    assert len(picked) == 21
    assert max(b - a for a, b in pairwise(picked)) < 0.25
    assert script.wanted == 5.0
    assert feed.status.received == 101


def test_a_recording_that_begins_again_does_so_without_a_wait_or_a_word(feeds):
    told = []
    feed = feeds(
        lambda: Script(2, live=False), backoff=Backoff(1e6, 1e6), ready=lambda feed: told.append(feed.status.state)
    )
    items = taken(feed, lambda items: kinds(items).count("C") > 5)
    assert all(item.whole for item in items if isinstance(item, Closed))
    assert FeedState.OFFLINE not in told


def test_failures_are_told_and_tried_again(feeds):
    seen = []
    feed = feeds(
        VideoError("rtsp://cam/1 cannot be reached: connection refused", "Check it."),
        OSError("rtsp://me:geheim@cam/1 is broken"),
        lambda: Script(1, VideoError("it broke off")),
        lambda: Script(1, RuntimeError("geheim")),
        lambda: Script(1, 9.0),
        ready=lambda feed: seen.append((feed.status.state, feed.status.reason)),
    )
    items = taken(feed, lambda items: kinds(items).count("O") == 3)
    wait_for(lambda: feed.status.state is FeedState.ONLINE and feed.status.reconnects == 2)
    assert [item.reason for item in items if isinstance(item, Closed)] == [
        "it broke off",
        "the source failed (RuntimeError)",
    ]
    assert (FeedState.OFFLINE, "rtsp://cam/1 cannot be reached: connection refused") in seen
    assert not any("geheim" in reason for _, reason in seen)
    assert feed.status.reason == ""


def test_one_attempt_is_all_where_it_is_not_to_begin_again(feeds):
    feed = feeds(VideoError("a.mp4 does not exist"), again=False)
    wait_for(lambda: feed.status.state is FeedState.OFFLINE)
    assert feed.status.reason == "a.mp4 does not exist"
    wait_for(lambda: not feed._thread.is_alive())


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("/dev/video97", "/dev/video97 does not exist"),
        ("nothing://cam/1", "nothing://cam/1 has the scheme nothing"),
    ],
)
def test_what_cannot_be_opened_is_told_and_stays_a_camera(source, reason):
    feed = feed_of(Camera("door", source), rate=6.0, clock=time.time, ready=lambda: None)
    feed.start()
    wait_for(lambda: feed.status.state is FeedState.OFFLINE)
    assert feed.status.reason.startswith(reason)
    assert feed._thread.is_alive()  # it is tried again
    feed.close()
    assert not feed._thread.is_alive()


def test_an_http_camera_gives_its_newest_frame():
    with mjpeg_server(count=200, rate=40, stall=5) as address:
        feed = feed_of(Camera("door", address), rate=6.0, clock=time.time, ready=lambda: None)
        feed.start()
        items = taken(feed, lambda items: kinds(items).count("F") >= 3)
        feed.close()
    frames = [item for item in items if isinstance(item, Frame)]
    numbers = [number_in(frame.picture) for frame in frames]
    assert all(a + 3 <= b for a, b in pairwise(numbers))  # about six of forty a second
    assert all(a.time < b.time for a, b in pairwise(frames))
    assert [frame.index for frame in frames] == sorted({frame.index for frame in frames})


def test_a_refused_password_is_not_tried_again_soon(feeds):
    feed = feeds(LoginError("it asks for a user and password"))
    wait_for(lambda: feed.status.state is FeedState.OFFLINE)
    time.sleep(0.3)
    assert len(feed._opening.opened) == 1


def test_a_stall_is_told_from_its_last_frame_on_and_ends_with_the_next_frame(feeds, monkeypatch):
    monkeypatch.setattr(feed_module, "STALL", 0.2)
    resume = threading.Event()
    feed = feeds(lambda: Script(5, lambda: resume.wait(SOON), 1, 9.0, rate=100.0))
    wait_for(lambda: feed.status.state is FeedState.STALLED)
    last = [item for item in feed.take() if isinstance(item, Frame)][-1].time
    assert feed.status.since == pytest.approx(last, abs=0.05)
    resume.set()
    wait_for(lambda: feed.status.state is FeedState.ONLINE)
    assert feed.status.reason == ""
    assert feed.status.reconnects == 0


def test_a_stall_that_goes_on_is_given_up_and_the_camera_opened_anew(feeds, monkeypatch):
    monkeypatch.setattr(feed_module, "STALL", 0.1)
    monkeypatch.setattr(feed_module, "GIVE_UP", 0.1)
    silent = Script(1, 60.0, rate=200.0)
    seen = []
    feed = feeds(silent, lambda: Script(1, 60.0, rate=0.1, name="b"), ready=lambda feed: seen.append(feed.status.state))
    items = taken(feed, lambda items: kinds(items) == "OFCOF")
    assert "no frame came for" in items[2].reason
    assert silent.closed.is_set()
    assert sorted(set(seen[:-1]), key=seen.index)[-3:] == [FeedState.ONLINE, FeedState.STALLED, FeedState.OFFLINE]


def test_a_slow_camera_is_given_ten_frames_time(feeds, monkeypatch):
    monkeypatch.setattr(feed_module, "STALL", 0.05)
    seen: list = []
    feed = feeds(lambda: Script(1, 0.5, 1, 60.0, rate=5.0), ready=lambda feed: seen.append(feed.status.state))
    wait_for(lambda: feed.status.received == 2)
    assert FeedState.STALLED not in seen


def test_a_reader_that_was_given_up_sends_nothing_more(feeds, monkeypatch):
    monkeypatch.setattr(feed_module, "STALL", 0.1)
    monkeypatch.setattr(feed_module, "GIVE_UP", 0.1)
    release = threading.Event()

    class Deaf(Script):
        def interrupt(self) -> None:
            pass  # as a source that hangs in a system call

        close = interrupt

    feed = feeds(Deaf(1, lambda: release.wait(SOON), 5, rate=200.0), lambda: Script(1, 9.0, rate=1.0, name="b"))
    wait_for(lambda: feed.status.state is FeedState.OFFLINE)
    assert len(feed._opening.opened) == 1  # never two connections at once
    release.set()
    items = taken(feed, lambda items: "CO" in kinds(items))
    assert kinds(items).startswith("OFCO")


def test_one_that_waits_for_room_for_long_is_not_silent(feeds, monkeypatch):
    monkeypatch.setattr(feed_module, "STALL", 0.1)
    monkeypatch.setattr(feed_module, "GIVE_UP", 0.1)
    seen = []
    feed = feeds(
        lambda: Script(40, live=False, rate=1000.0),
        lossless=True,
        again=False,
        ready=lambda feed: seen.append(feed.status.state),
    )
    items = []
    for _ in range(3):
        wait_for(lambda: feed._mailbox.waits)
        time.sleep(0.4)  # the reader of events is stopped, as on a full disk
        items += feed.take()
    items += taken(feed, lambda items: "C" in kinds(items))
    assert kinds(items) == "O" + "F" * 40 + "C"
    assert FeedState.STALLED not in seen


def test_closing_does_not_wait_for_an_opening_that_hangs(feeds):
    release, hanging = threading.Event(), threading.Event()
    late = Script(5)

    def hang() -> Script:
        hanging.set()
        release.wait(SOON)
        return late

    feed = feeds(hang)
    assert hanging.wait(SOON)
    closer = threading.Thread(target=feed.close)
    closer.start()
    closer.join(5)
    assert not closer.is_alive()
    assert (feed.status.state, feed.status.reason) == (FeedState.OFFLINE, "it was switched off")
    release.set()
    assert late.closed.wait(SOON)  # nobody is left to read it
    assert feed.take() == []
    wait_for(lambda: "capture door" not in {thread.name for thread in threading.enumerate()})


def test_closing_ends_the_epoch_and_leaves_what_can_be_taken(feeds):
    sent = threading.Event()
    feed = feeds(lambda: Script(3, sent.set, 9.0))
    assert sent.wait(SOON)
    feed.close()
    feed.close()
    assert kinds(feed.take()) == "OFFFC"
    assert feed.take() == []


def test_closing_wakes_a_lossless_reader_that_waits_for_room(feeds):
    feed = feeds(lambda: Script(50, live=False), lossless=True)
    wait_for(lambda: feed.status.received > ROOM)
    feed.close()
    assert kinds(feed.take()) == "O" + "F" * ROOM + "C"


def test_closing_before_the_start(feeds):
    Feed("door", Cameras(1), rate=None, clock=time.time, backoff=Backoff(), ready=lambda: None).close()


class Jumping:
    """The machine's clock, which can be set."""

    def __init__(self):
        self.shift = NOON - time.time()

    def __call__(self) -> float:
        return time.time() + self.shift

    def jump(self, seconds: float) -> None:
        self.shift += seconds


@pytest.mark.parametrize("seconds", [3600.0, -3600.0, 5.0, -5.0])
def test_a_clock_that_jumps_begins_a_new_epoch(feeds, seconds):
    clock = Jumping()
    feed = feeds(
        Script(3, lambda: clock.jump(seconds), 3, 9.0, clock=clock),
        lambda: Script(3, 9.0, clock=clock, name="b"),
        clock=clock,
    )
    items = taken(feed, lambda items: kinds(items).replace("F", "") == "OCO" and kinds(items).endswith("F"))
    assert "the clock of this machine jumped" in next(item.reason for item in items if isinstance(item, Closed))
    times = [item.time for item in items if isinstance(item, Frame)]
    assert (times[-1] - times[0]) == pytest.approx(seconds, abs=2)
    assert feed.status.clock_jump == pytest.approx(seconds, abs=0.5)


def test_the_rate_is_measured(feeds, monkeypatch):
    monkeypatch.setattr("galleria.capture.reader.RATE_WINDOW", 0.5)
    feed = feeds(lambda: Script(*[1, 0.02] * 60, 9.0, rate=5.0))
    wait_for(lambda: feed.status.received > 0)
    wait_for(lambda: feed.status.rate == 5.0)  # as it says, at first
    wait_for(lambda: feed.status.rate != 5.0)
    assert 5.0 < feed.status.rate <= 55.0
    feed.close()
    wait_for(lambda: feed.status.rate == 0)


def test_a_clock_that_is_put_right_gently_does_nothing(feeds):
    clock = Jumping()
    feed = feeds(lambda: Script(3, lambda: clock.jump(1.5), 3, lambda: clock.jump(-1.5), 3, 9.0), clock=clock)
    wait_for(lambda: feed.status.received == 9)
    assert feed.status.clock_jump == 0
    assert feed.status.reconnects == 0


def test_a_camera_that_nobody_takes_from_is_not_opened_for_ever(feeds):
    feed = feeds(lambda: Script(1, live=False))
    wait_for(lambda: feed.status.reconnects > MOST_ITEMS // 3 - 2)
    wait_for(lambda: feed._mailbox.full)
    before = feed.status.reconnects
    time.sleep(0.2)
    assert feed.status.reconnects <= before + 1
    feed.take()
    wait_for(lambda: feed.status.reconnects > before + 2)


def test_waits_grow_up_to_the_most_and_begin_anew_after_a_good_connection():
    still = Backoff(0.5, 8.0, jitter=0.0)
    assert [still.wait() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    still.lasted(LASTED - 1)
    assert still.wait() == 8.0
    still.lasted(LASTED)
    assert still.wait() == 0.5


def test_chance_shortens_waits_and_never_lengthens_them():
    waits = [Backoff(4.0, 8.0, rng=random.Random(n)).wait() for n in range(200)]
    assert min(waits) >= 2.0
    assert max(waits) <= 4.0
    assert max(waits) - min(waits) > 1.5


def growth(feed: Feed, goals: tuple[int, int]) -> tuple[int, int]:
    """Threads and handles that the process has more after the second number of reconnects than after the first."""
    process = psutil.Process()
    counts = []
    for goal in goals:
        wait_for(lambda goal=goal: feed.take() is not None and feed.status.reconnects >= goal)
        counts.append((process.num_threads(), process.num_fds()))
    return counts[1][0] - counts[0][0], counts[1][1] - counts[0][1]


def test_hundreds_of_reconnects_leave_no_thread(feeds):
    threads, handles = growth(feeds(lambda: Script(2), backoff=Backoff(0.0001, 0.0001)), (20, 520))
    assert threads <= 1
    assert handles == 0


def test_reconnects_over_the_network_leave_no_thread_and_no_handle(feeds):
    """The server sends a few pictures and hangs up."""
    with mjpeg_server(count=5, rate=500) as address:
        opening = open_camera(Camera("door", address), clock=time.time)
        feed = Feed("door", opening, rate=None, clock=time.time, backoff=Backoff(0.0001, 0.0001), ready=lambda: None)
        feed.start()
        threads, handles = growth(feed, (5, 55))
        feed.close()
    assert threads <= 3  # the server's own come and go
    assert handles <= 4
