from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from videos import B_FRAMES, make, number_in

from galleria.capture.sources import open_source
from galleria.domain.errors import VideoError

START = datetime(2026, 5, 1, 9, 30, tzinfo=UTC).timestamp()


def read(source):
    frames = [(f.index, f.time, number_in(f.picture)) for f in source]
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(frames))
    return frames


def test_files_without_stamps_follow_on_one_another_in_natural_order(tmp_path):
    for name, count in (("clip10.mp4", 5), ("clip2.mp4", 20), ("clip1.avi", 10)):
        make(tmp_path / name, count=count, rate=10, codec="mpeg4" if name.endswith("avi") else "libx264")
    source = open_source(str(tmp_path / "clip*"))
    frames = read(source)
    assert [number for _, _, number in frames] == [*range(10), *range(20), *range(5)]
    assert [index for index, _, _ in frames] == list(range(35))
    assert [time for _, time, _ in frames] == pytest.approx([n / 10 for n in range(35)], abs=1e-4)
    assert source.facts.frames == 35
    assert source.facts.seconds == pytest.approx(3.5)
    assert not source.facts.start_known
    assert source.warnings == []


def test_stamps_in_names_give_order_and_capture_times_with_gaps(tmp_path):
    late = make(tmp_path / "a_2026-05-01_09-31-00.mp4", count=10, rate=10)
    early = make(tmp_path / "b_2026-05-01_09-30-00.mp4", count=10, rate=10)
    source = open_source([str(late), str(early)])
    frames = read(source)
    assert frames[0][1] == source.facts.start == START
    assert frames[10][1] == pytest.approx(START + 60, abs=1e-4)
    assert source.facts.seconds == pytest.approx(61)


def test_start_moves_all_stamps_together_and_zones_hold(tmp_path):
    for minute in (30, 31):
        make(tmp_path / f"2026-05-01_09-{minute}-00.mp4", count=3, rate=10)
    berlin = ZoneInfo("Europe/Berlin")
    assert open_source(str(tmp_path / "*.mp4"), zone=berlin).facts.start == START - 7200
    frames = read(open_source(str(tmp_path / "*.mp4"), start=datetime.fromisoformat("2020-01-01T00:00")))
    zero = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    assert [frames[0][1], frames[3][1]] == pytest.approx([zero, zero + 60])


def test_start_with_names_that_tell_nothing(tmp_path):
    for n in (1, 2):
        make(tmp_path / f"{n}.mp4", count=3, rate=10)
    frames = read(open_source(str(tmp_path / "*.mp4"), start=datetime.fromisoformat("2020-01-01T00:00")))
    zero = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    assert [time for _, time, _ in frames] == pytest.approx([zero + n / 10 for n in range(6)])


def test_of_overlapping_recordings_no_moment_comes_twice(tmp_path):
    make(tmp_path / "2026-05-01_09-30-00.mp4", count=30, rate=10)
    make(tmp_path / "2026-05-01_09-30-02.mp4", count=30, rate=10)
    source = open_source(str(tmp_path / "*.mp4"))
    frames = read(source)
    assert len(frames) == 50
    assert [number for _, _, number in frames[28:33]] == [28, 29, 10, 11, 12]
    assert any("10 frames lie before" in warning for warning in source.warnings)


@pytest.mark.parametrize("begin", [0.0, 0.55, 2.3, 4.0, 8.2])
def test_a_part_has_the_same_frames_as_the_whole(tmp_path, begin):
    for n in range(3):
        make(tmp_path / f"{n}.mp4", count=90, rate=30, options=B_FRAMES)
    pattern = str(tmp_path / "*.mp4")
    whole = read(open_source(pattern))
    part = read(open_source(pattern, begin=begin, end=begin + 1.5))
    wanted = [each for each in whole if begin <= each[1] < begin + 1.5]
    assert [(index, number) for index, _, number in part] == [(index, number) for index, _, number in wanted]
    assert [time for _, time, _ in part] == pytest.approx([time for _, time, _ in wanted], abs=1e-6)


def test_what_cannot_be_read_is_left_out_with_a_warning(tmp_path):
    make(tmp_path / "2026-05-01_09-30-30.mp4", count=3, rate=10)
    (tmp_path / "2026-05-01_09-30-00.mp4").write_bytes(b"")
    source = open_source(str(tmp_path / "*.mp4"))
    frames = read(source)
    assert (len(frames), frames[0][1]) == (3, START + 30)
    assert "is empty" in source.warnings[0]
    shifted = open_source(str(tmp_path / "*.mp4"), start=datetime.fromisoformat("2026-05-01T10:00"))
    assert shifted.facts.start == START + 1800 + 30
    shifted.close()


def test_a_missing_file_and_none_readable_are_errors(tmp_path):
    good = make(tmp_path / "a.mp4", count=2)
    with pytest.raises(VideoError, match="does not exist"):
        open_source([str(good), str(tmp_path / "none.mp4")])
    for n in range(2):
        (tmp_path / f"{n}.avi").write_bytes(b"")
    with pytest.raises(VideoError, match="none of the 2 videos can be read"):
        open_source(str(tmp_path / "*.avi"))
    with pytest.raises(VideoError, match="no video is given"):
        open_source([])


def test_the_fingerprint_is_that_of_all_files(tmp_path):
    for n in range(2):
        make(tmp_path / f"{n}.mp4", count=2 + n)
    both = open_source(str(tmp_path / "*.mp4")).facts.fingerprint
    assert both == open_source(str(tmp_path / "*.mp4")).facts.fingerprint
    make(tmp_path / "1.mp4", count=9)
    assert both != open_source(str(tmp_path / "*.mp4")).facts.fingerprint


def test_shapes_that_differ_are_told(tmp_path):
    make(tmp_path / "1.mp4", count=2)
    make(tmp_path / "2.mp4", count=2, size=(96, 160))
    source = open_source(str(tmp_path / "*.mp4"))
    assert len(read(source)) == 4
    assert "differ in shape" in source.warnings[0]


def test_wanting_less_leaves_frames_out_in_every_file(tmp_path):
    for n in range(2):
        make(tmp_path / f"{n}.mp4", count=150, options=B_FRAMES)
    source = open_source(str(tmp_path / "*.mp4"))
    source.want_rate(8)
    frames = read(source)
    assert len(frames) < 220
    assert all(index % 150 == number for index, _, number in frames)
