import socket
import threading
import time
from itertools import pairwise

import pytest
from cameras import mjpeg_server, rtsp_server
from videos import number_in

from galleria.capture.connection import connect
from galleria.capture.live import WAITING, LiveSource
from galleria.capture.reading import Reading
from galleria.capture.sources import open_source
from galleria.domain.errors import VideoError

NOON = 1_777_000_000.0


@pytest.mark.parametrize("camera", [mjpeg_server, rtsp_server])
def test_a_camera_gives_frames_with_the_clocks_time_until_it_stops(camera):
    began = time.monotonic()
    with camera() as address:
        source = open_source(address, clock=lambda: NOON + time.monotonic() - began)
        frames = [(f.index, f.time, number_in(f.picture)) for f in source]
    facts = source.facts
    assert len(frames) > 25
    assert frames[0][0] == 0
    assert all(a[0] < b[0] and a[1] < b[1] and a[2] < b[2] for a, b in pairwise(frames))
    assert NOON < facts.start <= frames[0][1] < frames[-1][1] < NOON + 30
    assert (facts.width, facts.height, facts.frames, facts.seconds, facts.start_known) == (160, 96, None, None, True)
    assert any("stopped sending" in warning for warning in source.warnings)


def test_a_slow_reader_gets_the_newest_and_is_told_what_was_dropped():
    with mjpeg_server(count=40, rate=40) as address:
        source = open_source(address)
        iterator = iter(source)
        next(iterator)
        time.sleep(1.5)
        rest = [frame.index for frame in iterator]
    assert len(rest) == WAITING
    assert rest == list(range(rest[0], rest[0] + WAITING))
    assert rest[0] > 15
    assert any("were dropped" in warning for warning in source.warnings)


def test_the_end_ends_it():
    with mjpeg_server(count=100, rate=20) as address:
        source = open_source(address, end=0.5)
        began = time.monotonic()
        frames = list(source)
    assert 0 < len(frames) <= 40
    assert all(frame.time < source.facts.start + 0.5 for frame in frames)
    assert time.monotonic() - began < 3
    assert not any("stopped" in warning for warning in source.warnings)


def test_closing_from_another_thread_wakes_a_waiting_reader():
    with mjpeg_server(count=30, rate=30, stall=6) as address:
        source = open_source(address)
        threading.Timer(1.8, source.close).start()
        began = time.monotonic()
        frames = list(source)
        assert time.monotonic() - began < 5
        assert 0 < len(frames) <= 30
        source.close()


def test_a_clock_that_is_set_back_does_not_turn_times_round():
    readings = iter([NOON, NOON + 1, NOON - 3600, NOON - 3599] + [NOON + n for n in range(2, 200)])
    with mjpeg_server(count=20, rate=20) as address:
        times = [frame.time for frame in open_source(address, clock=lambda: next(readings))]
    assert all(a < b for a, b in pairwise(times))


def test_two_connections_are_two_epochs():
    with mjpeg_server(count=30) as address:
        sources = [open_source(address) for _ in range(2)]
        assert len({source.facts.fingerprint for source in sources}) == 2
        for source in sources:
            source.close()


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_refused_connections_are_errors_at_once(scheme):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(VideoError, match="cannot be reached: connection refused") as caught:
        open_source(f"{scheme}://user:geheim@127.0.0.1:{port}/door")
    assert time.monotonic() - began < 3
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_camera_that_never_answers_is_given_up(scheme):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(VideoError, match=r"cannot be reached|sent no video in time"):
            connect(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/door", timeout=0.5)
        assert time.monotonic() - began < 5


def test_a_camera_that_falls_silent_is_given_up_with_a_warning():
    with mjpeg_server(count=30, rate=30, stall=10) as address:
        source = LiveSource(connect(address, timeout=1.5), address, Reading())
        began = time.monotonic()
        frames = list(source)
        assert time.monotonic() - began < 6
    assert frames
    assert any("stopped sending" in warning for warning in source.warnings)


def test_http_refusals():
    with mjpeg_server(count=1) as address:
        with pytest.raises(VideoError, match="not found"):
            open_source(address.replace("/video", "/nowhere"))
        with pytest.raises(VideoError, match="asks for a user and password"):
            open_source(address.replace("/video", "/secret"))


def test_a_missing_device():
    with pytest.raises(VideoError, match="/dev/video97 does not exist"):
        open_source("/dev/video97")


def test_a_device_that_is_no_camera():
    with pytest.raises(VideoError, match="/dev/null"):
        open_source("/dev/null")
