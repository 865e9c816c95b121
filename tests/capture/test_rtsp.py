"""A feed on a real RTSP server that plays a real file and does what cameras do: die, come back, refuse, fall silent."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from videos import make, number_in

import rtsp_server as server_module
from galleria.capture import feed as feed_module
from galleria.capture.backoff import Backoff
from galleria.capture.feed import Closed, Feed, FeedState, Opened
from galleria.capture.opening import feed_of
from galleria.domain.frame import Frame
from galleria.domain.site import Camera, Transport
from rtsp_server import rtsp_server

SOON = 30.0  # seconds; a test that waits this long has failed
RATE = 20


@pytest.fixture(scope="module", autouse=True)
def _server_there() -> None:
    if why := server_module.missing():
        pytest.skip(why)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[[float], Path]:
    """Numbered pictures with a keyframe each second, so many seconds long."""
    folder = tmp_path_factory.mktemp("clips")
    options = {"bf": "0", "g": str(RATE), "preset": "ultrafast"}

    def make_clip(seconds: float) -> Path:
        path = folder / f"{seconds:g}.mp4"
        return path if path.exists() else make(path, count=round(seconds * RATE), rate=RATE, options=options)

    return make_clip


@pytest.fixture
def watch() -> Iterator[Callable[..., Feed]]:
    made: list[Feed] = []

    def make_feed(address: str, **how) -> Feed:
        camera = Camera("door", address, transport=how.pop("transport", Transport.TCP))
        usual = {"rate": None, "clock": time.time, "ready": lambda: None, "backoff": Backoff(0.2, rng=random.Random(7))}
        feed = feed_of(camera, **usual | how)
        made.append(feed)
        feed.start()
        return feed

    yield make_feed
    for feed in made:
        feed.close()


class Taker:
    """Takes from a feed and keeps the numbers of its pictures, epoch by epoch."""

    def __init__(self, feed: Feed):
        self.feed = feed
        self.epochs: list[str] = []
        self.numbers: list[list[int]] = []
        self.times: list[list[float]] = []
        self.endings: list[Closed] = []
        self.states = [feed.status.state]

    def take(self) -> None:
        for item in self.feed.take():
            if isinstance(item, Opened):
                self.epochs.append(item.facts.fingerprint)
                self.numbers.append([])
                self.times.append([])
            elif isinstance(item, Frame):
                self.numbers[-1].append(number_in(item.picture))
                self.times[-1].append(item.time)
            else:
                self.endings.append(item)
        if self.states[-1] is not (state := self.feed.status.state):
            self.states.append(state)

    def until(self, what: Callable[[], object]) -> None:
        end = time.monotonic() + SOON
        while True:
            self.take()
            if what():
                return
            assert time.monotonic() < end, f"it did not happen: {self.feed.status}"
            time.sleep(0.004)


@pytest.mark.parametrize("transport", Transport)
def test_every_frame_of_the_file_arrives(clip, watch, transport):
    with rtsp_server(clip(3)) as server:
        feed = watch(server.address, transport=transport)
        taker = Taker(feed)
        taker.until(lambda: taker.endings)
        status = feed.status
        assert abs(status.received - 3 * RATE) <= 1
        numbers = taker.numbers[0]
        assert all(a < b for a, b in pairwise(numbers))
        assert numbers[-1] >= 3 * RATE - 2
        assert len(numbers) + status.dropped == status.received
        assert all(a < b for a, b in pairwise(taker.times[0]))


def test_a_server_that_dies_twice_is_found_again_each_time_with_a_new_epoch(clip, watch):
    with rtsp_server(clip(60)) as server:
        taker = Taker(watch(server.address))
        for times in range(2):
            taker.until(lambda: taker.numbers and len(taker.numbers[-1]) > RATE // 2)
            server.kill()
            taker.until(lambda: taker.feed.status.state is FeedState.OFFLINE)
            taker.until(lambda: "connection refused" in taker.feed.status.reason)
            assert len(taker.endings) == times + 1
            server.start()
            taker.until(lambda: taker.feed.status.state is FeedState.ONLINE)
        taker.until(lambda: len(taker.numbers[-1]) > RATE // 2)
        assert len(set(taker.epochs)) == len(taker.epochs) == 3
        assert taker.feed.status.reconnects == 2
        assert not any(ending.whole for ending in taker.endings)
        assert all(a[-1] < b[0] for a, b in pairwise(taker.times))


@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_a_password_opens_it_and_a_wrong_one_is_told_without_it(clip, watch, kind):
    with rtsp_server(clip(3), "--user", "viewer", "--password", "ge:he/im", "--auth", kind) as server:
        right = Taker(watch(server.address.replace("//", "//viewer:ge%3Ahe%2Fim@")))
        right.until(lambda: right.feed.status.state is FeedState.ONLINE)
        wrong = Taker(watch(server.address.replace("//", "//viewer:geheim2@")))
        wrong.until(lambda: wrong.feed.status.state is FeedState.OFFLINE)
        assert wrong.feed.status.reason == f"{server.address} asks for a user and password"
        assert wrong.epochs == []
        assert "geheim2" not in repr(wrong.feed.status)


def test_a_server_that_falls_silent_is_stalled_then_offline_and_back_when_it_speaks(clip, watch, monkeypatch):
    monkeypatch.setattr(feed_module, "STALL", 1.0)
    monkeypatch.setattr(feed_module, "GIVE_UP", 1.0)
    monkeypatch.setattr("galleria.capture.sources.FEED_TIMEOUT", 3.0)
    with rtsp_server(clip(60)) as server:
        taker = Taker(watch(server.address))
        taker.until(lambda: taker.numbers and len(taker.numbers[-1]) > 5)
        server.freeze()
        taker.until(lambda: taker.feed.status.state is FeedState.STALLED)
        assert taker.feed.status.since == pytest.approx(taker.times[-1][-1], abs=0.3)
        taker.until(lambda: taker.feed.status.state is FeedState.OFFLINE)
        assert "no frame came" in taker.endings[-1].reason
        server.thaw()
        taker.until(lambda: taker.feed.status.state is FeedState.ONLINE)
        assert len(taker.epochs) == 2
    assert taker.states == [
        FeedState.STARTING,
        FeedState.ONLINE,
        FeedState.STALLED,
        FeedState.OFFLINE,
        FeedState.ONLINE,
    ]


def test_a_server_that_is_silent_from_the_start_is_told(watch, monkeypatch):
    monkeypatch.setattr("galleria.capture.sources.TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        taker = Taker(watch(f"rtsp://me:geheim@127.0.0.1:{silent.getsockname()[1]}/door"))
        taker.until(lambda: taker.feed.status.state is FeedState.OFFLINE)
        assert "cannot be reached" in taker.feed.status.reason or "no video in time" in taker.feed.status.reason
        assert "geheim" not in taker.feed.status.reason
    assert taker.epochs == []
