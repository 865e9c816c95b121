"""What every source of frames keeps, whatever is behind it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from cameras import mjpeg_server, rtsp_server
from videos import B_FRAMES, make

from galleria.capture.ports import FrameSource
from galleria.capture.sources import open_source


@contextmanager
def file(folder, **how) -> Iterator[FrameSource]:
    yield open_source(str(make(folder / "a.mp4", count=60, options=B_FRAMES)), **how)


@contextmanager
def avi(folder, **how) -> Iterator[FrameSource]:
    yield open_source(str(make(folder / "a.avi", count=60, codec="mpeg4")), **how)


@contextmanager
def counted(folder, **how) -> Iterator[FrameSource]:
    yield open_source(str(make(folder / "a.264", count=60, format="h264")), rate=30, **how)


@contextmanager
def playlist(folder, **how) -> Iterator[FrameSource]:
    for n in range(3):
        make(folder / f"{n}.mp4", count=20, options=B_FRAMES)
    yield open_source(str(folder / "*.mp4"), **how)


@contextmanager
def http(folder, **how) -> Iterator[FrameSource]:
    with mjpeg_server(count=60, rate=30) as address:
        yield open_source(address, **how)


@contextmanager
def rtsp(folder, **how) -> Iterator[FrameSource]:
    with rtsp_server(count=90, rate=30) as address:
        yield open_source(address, **how)


@pytest.fixture(params=[file, avi, counted, playlist, http, rtsp], ids=lambda make: make.__name__)
def opened(request, tmp_path):
    def make_source(**how):
        return request.param(tmp_path, **how)

    return make_source


def test_times_and_indexes_strictly_increase_from_the_first(opened):
    with opened(camera="door") as source:
        start = source.facts.start
        frames = [(f.camera, f.index, f.time) for f in source]
    assert len(frames) > 10
    assert frames[0][:2] == ("door", 0)
    assert 0 <= frames[0][2] - start < 1.5
    assert all(a[1] < b[1] and a[2] < b[2] for a, b in pairwise(frames))


def test_facts_are_plausible_before_and_after(opened):
    with opened() as source:
        facts = source.facts
        picture = next(iter(source)).picture
        assert (facts.width, facts.height) == (picture.width, picture.height) == (160, 96)
        assert 10 <= facts.rate <= 60
        assert facts.frames is None or facts.frames == 60
        assert facts.seconds is None or facts.seconds == pytest.approx(2.0, abs=0.2)
        assert re.fullmatch(r"[0-9a-f]{16}", facts.fingerprint)
        assert facts.start_known == (facts.start > 0)
        source.close()
        assert source.facts == facts


def test_pictures_come_at_any_size_also_after_closing(opened):
    with opened() as source:
        picture = next(iter(source)).picture
        source.close()
    assert picture.bgr(48, 27).shape == (27, 48, 3)
    assert picture.luma(96, 54).shape == (54, 96)


def test_closing_is_idempotent_and_ends_the_frames(opened):
    with opened() as source:
        iterator = iter(source)
        next(iterator)
        source.close()
        source.close()
        assert list(iterator) == []
        assert list(source) == []


def test_closing_before_the_first_frame(opened):
    with opened() as source:
        source.close()
        source.close()
        assert list(source) == []


def test_it_can_be_iterated_once(opened):
    with opened() as source:
        assert list(source)
        assert list(source) == []


def test_wanting_less_leaves_order_and_facts_alone(opened):
    with opened() as source:
        facts = source.facts
        source.want_rate(5)
        times = [frame.time for frame in source]
        assert source.facts == facts
    assert len(times) >= 8
    assert all(a < b for a, b in pairwise(times))
    # Of live sources times are those of this machine, which may have other things to do.
    assert max(b - a for a, b in pairwise(times)) < 2.0


def test_what_comes_before_begin_and_from_end_on_is_left_out(opened):
    with opened(begin=0.4, end=1.0) as source:
        times = [frame.time - source.facts.start for frame in source]
    assert times
    assert all(0.4 <= time < 1.0 for time in times)


def test_warnings_are_sentences_for_people(opened):
    with opened() as source:
        assert source.warnings == []
        list(source)
        assert all(isinstance(warning, str) and "\n" not in warning for warning in source.warnings)
