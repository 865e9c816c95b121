import os
import shutil
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from videos import B_FRAMES, make, make_sound, number_in

from galleria.capture.sources import open_source
from galleria.domain.errors import VideoError

KINDS = {
    "h264.mp4": {"options": B_FRAMES},
    "h264.mkv": {"options": B_FRAMES},
    "h264.ts": {"options": B_FRAMES},
    "mpeg4.avi": {"codec": "mpeg4", "options": {"g": "12", "b": "2000000"}},
    "mpeg4b.avi": {"codec": "mpeg4", "options": {"g": "12", "bf": "2"}},
    "mjpeg.avi": {"codec": "mjpeg", "pixels": "yuvj420p"},
    "vp9.webm": {"codec": "libvpx-vp9", "options": {"deadline": "realtime", "cpu-used": "8"}},
    "hevc.mp4": {"codec": "libx265", "options": {"preset": "ultrafast", "x265-params": "log-level=none"}},
    "moving.gif": {"codec": "gif", "pixels": "rgb8", "rate": 20},
}


def read(path, **how):
    """(index, time, number shown) of every frame, and the source."""
    source = open_source(str(path), **how)
    return [(f.index, f.time, number_in(f.picture)) for f in source], source


@pytest.mark.parametrize("name", KINDS)
def test_every_frame_comes_once_with_its_number_and_time(tmp_path, name):
    kind = {"rate": 30, **KINDS[name]}
    frames, source = read(make(tmp_path / name, count=75, **kind))
    assert [number for _, _, number in frames] == list(range(75))
    assert [index for index, _, _ in frames] == list(range(75))
    assert all(abs(time - index / kind["rate"]) < 0.006 for index, time, _ in frames)
    assert source.facts.rate == pytest.approx(kind["rate"], rel=0.01)
    assert (source.facts.width, source.facts.height) == (160, 96)
    assert source.facts.frames == pytest.approx(75, abs=2)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("begin", [0.5, 2.21, 6.5])
def test_a_part_has_the_same_frames_as_the_whole(tmp_path, name, begin):
    path = make(tmp_path / name, count=240, **KINDS[name])
    whole, _ = read(path)
    part, _ = read(path, begin=begin, end=begin + 1)
    assert part == [each for each in whole if begin <= each[1] < begin + 1]
    assert len(part) >= 19


def test_threads_change_nothing(tmp_path):
    path = make(tmp_path / "a.mp4", count=60, options=B_FRAMES)
    assert read(path, threads=0)[0] == read(path, threads=2)[0] == read(path)[0]


def test_varying_intervals_are_kept(tmp_path):
    times = [0, 0.04, 0.05, 0.4, 0.41, 1.0, 2.5, 2.6]
    frames, source = read(make(tmp_path / "vfr.mp4", count=8, times=times, options=B_FRAMES))
    assert [time for _, time, _ in frames] == pytest.approx(times, abs=1e-4)
    assert source.warnings == []


def test_times_that_begin_late_begin_at_zero(tmp_path):
    frames, _ = read(make(tmp_path / "late.ts", count=5, times=[100 + n / 10 for n in range(5)]))
    assert [time for _, time, _ in frames] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], abs=1e-4)


class TestBrokenTimes:
    def test_footage_with_stamps_out_of_order_is_counted(self, footage):
        source = open_source(str(footage / "people_detection" / "people-detection.mp4"))
        times = [frame.time for frame in source]
        assert times == [n / 12 for n in range(596)]
        assert [w for w in source.warnings if "out of order" in w] == source.warnings
        assert len(source.warnings) == 1
        assert source.facts.seconds == pytest.approx(596 / 12)

    def test_it_shows_the_same_frames_as_the_raw_stream(self, footage):
        folder = footage / "people_detection"
        pair = [open_source(str(folder / f"people-detection.{kind}"), end=3.0) for kind in ("mp4", "264")]
        for wrapped, raw in zip(*pair, strict=True):
            assert (wrapped.index, wrapped.time) == (raw.index, raw.time)
            assert (wrapped.picture.luma(96, 54) == raw.picture.luma(96, 54)).all()

    def test_raw_video_says_its_rate_or_is_told_it(self, tmp_path, footage):
        assert open_source(str(footage / "people_detection" / "people-detection.264")).facts.rate == 12
        path = make(tmp_path / "a.264", count=20, rate=30, format="h264")
        frames, source = read(path, rate=12)
        assert [time for _, time, _ in frames] == [n / 12 for n in range(20)]
        assert source.warnings == []

    def test_raw_video_without_a_rate_is_taken_for_25_with_a_warning(self, tmp_path):
        path = make(tmp_path / "a.mjpeg", count=10, rate=30, codec="mjpeg", pixels="yuvj420p", format="mjpeg")
        frames, source = read(path)
        assert [time for _, time, _ in frames] == [n / 25 for n in range(10)]
        assert "25 frames a second are assumed" in source.warnings[0]

    def test_a_given_rate_overrules_the_container(self, tmp_path):
        frames, source = read(make(tmp_path / "a.mp4", count=10, rate=30), rate=10)
        assert frames[-1][1] == 0.9
        assert source.facts.seconds == 1.0


class TestCaptureTime:
    def test_is_unknown_without_a_start(self, tmp_path):
        facts = open_source(str(make(tmp_path / "a.mp4", count=3))).facts
        assert (facts.start, facts.start_known) == (0.0, False)

    def test_comes_from_start_in_the_sites_zone(self, tmp_path):
        path = make(tmp_path / "a.mp4", count=3)
        frames, source = read(path, start=datetime.fromisoformat("2026-05-01T09:00"), zone=ZoneInfo("Europe/Berlin"))
        seven = datetime(2026, 5, 1, 7, tzinfo=UTC).timestamp()
        assert source.facts.start_known
        assert frames[0][1] == source.facts.start == seven

    def test_comes_from_the_name_and_start_goes_before(self, tmp_path):
        path = make(tmp_path / "2026-05-01_09-30-00.mp4", count=3)
        assert open_source(str(path)).facts.start == datetime(2026, 5, 1, 9, 30, tzinfo=UTC).timestamp()
        assert (
            open_source(str(path), start=datetime.fromisoformat("2026-01-01T00:00")).facts.start
            == datetime(2026, 1, 1, tzinfo=UTC).timestamp()
        )


def test_fingerprint_is_of_content_and_start(tmp_path):
    one = make(tmp_path / "one.mp4", count=5)
    same = shutil.copy(one, tmp_path / "same.mp4")
    other = make(tmp_path / "other.mp4", count=6)
    prints = [open_source(str(path)).facts.fingerprint for path in (one, same, other)]
    assert prints[0] == prints[1] != prints[2]
    assert open_source(str(one), start=datetime.fromisoformat("2026-01-01T00:00")).facts.fingerprint != prints[0]
    assert len(prints[0]) == 16
    assert open_source(str(one), begin=0.1).facts.fingerprint == prints[0]


class TestWantRate:
    def test_leaves_frames_out_but_never_too_many_and_keeps_times_and_indexes(self, tmp_path):
        path = make(tmp_path / "b.mp4", count=150, options=B_FRAMES)
        whole, _ = read(path)
        source = open_source(str(path))
        source.want_rate(8)
        some = [(f.index, f.time, number_in(f.picture)) for f in source]
        assert len(some) < 0.8 * len(whole)
        assert all(index == number for index, _, number in some)
        assert all(abs(time - index / 30) < 1e-4 for index, time, _ in some)
        assert max(b[1] - a[1] for a, b in pairwise(some)) <= 1 / 8

    def test_takes_all_again_when_too_few_are_left(self, tmp_path):
        options = {"bf": "12", "g": "60", "preset": "ultrafast", "x264-params": "b-adapt=0:b-pyramid=none"}
        source = open_source(str(make(tmp_path / "b.mp4", count=150, options=options)))
        source.want_rate(8)
        numbers = [number_in(frame.picture) for frame in source]
        gaps = [b - a for a, b in pairwise(numbers)]
        assert sum(gap > 30 / 8 for gap in gaps) <= 2  # what the decoder held when the first gap showed
        assert gaps[-60:] == [1] * 60

    def test_is_no_use_when_times_are_counted(self, footage):
        source = open_source(str(footage / "people_detection" / "people-detection.mp4"), end=5)
        source.want_rate(5)
        assert len(list(source)) == 60


class TestBrokenFiles:
    @pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
    @pytest.mark.parametrize("name", ["h264.mkv", "h264.ts", "mpeg4.avi", "mjpeg.avi", "moving.gif", "fast.mp4"])
    def test_what_was_readable_is_used_and_the_break_named(self, tmp_path, name, keep):
        kind = KINDS.get(name, {"options": B_FRAMES, "container_options": {"movflags": "faststart"}})
        path = make(tmp_path / name, count=240, noise=25, **kind)
        os.truncate(path, int(path.stat().st_size * keep))
        frames, source = read(path)
        assert 240 * keep * 0.4 < len(frames) < 240
        assert [number for _, _, number in frames[:20]] == list(range(20))
        if name not in {"h264.ts", "moving.gif"}:  # these promise no length, and can end after any picture
            assert [w for w in source.warnings if "breaks off at" in w and "byte" in w]

    def test_an_mp4_that_lost_its_index_is_refused(self, tmp_path):
        path = make(tmp_path / "a.mp4", count=60)
        os.truncate(path, path.stat().st_size // 2)
        with pytest.raises(VideoError, match="index is missing"):
            open_source(str(path))

    def test_damage_in_the_middle_is_left_out_and_counted(self, tmp_path):
        path = make(tmp_path / "a.mp4", count=120, options={"g": "10", "preset": "ultrafast", "bf": "0"})
        content = bytearray(path.read_bytes())
        media = content.find(b"mdat")
        middle = media + (len(content) - media) // 3
        content[middle : middle + 700] = bytes(700)
        path.write_bytes(content)
        frames, source = read(path)
        assert 90 <= len(frames) <= 120
        assert frames[-1][2] == 119
        assert any("could not be decoded" in warning and "byte" in warning for warning in source.warnings)

    def test_garbage_never_does_worse_than_an_error_of_ours(self, tmp_path):
        content = make(tmp_path / "a.mkv", count=60, options=B_FRAMES).read_bytes()
        path = tmp_path / "garbage.mkv"
        for at in range(0, len(content), max(1, len(content) // 25)):
            broken = content[:at] + bytes((b * 7 + 13) % 256 for b in content[at : at + 60]) + content[at + 60 :]
            path.write_bytes(broken)
            try:
                frames, _ = read(path)
            except VideoError:
                continue
            assert len(frames) <= 62
            assert all(a[1] < b[1] for a, b in pairwise(frames))


class TestRefusals:
    def refusal(self, path) -> VideoError:
        with pytest.raises(VideoError) as caught:
            open_source(str(path))
        assert str(path) in caught.value.problem
        assert caught.value.remedy.endswith(".")
        return caught.value

    @pytest.mark.parametrize("content", [b"", b"x", b"This is a letter.\n" * 50, bytes(5000), bytes(range(256)) * 40])
    @pytest.mark.parametrize("name", ["a.mp4", "a.txt", "a.avi", "a"])
    def test_not_a_video(self, tmp_path, content, name):
        path = tmp_path / name
        path.write_bytes(content)
        assert ("empty" if not content else "video") in self.refusal(path).problem

    def test_missing_folder_and_pattern(self, tmp_path):
        assert "does not exist" in self.refusal(tmp_path / "none.mp4").problem
        assert "folder" in self.refusal(tmp_path).problem
        assert "no file fits" in self.refusal(tmp_path / "*.mp4").problem

    def test_not_permitted(self, tmp_path, unprivileged):
        path = make(tmp_path / "a.mp4", count=2)
        path.chmod(0)
        with unprivileged():
            assert "may not be read" in self.refusal(path).problem

    @pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("a.m4a", "aac")])
    def test_sound_only(self, tmp_path, name, codec):
        assert "sound but no pictures" in self.refusal(make_sound(tmp_path / name, codec)).problem

    def test_no_frames(self, tmp_path):
        path = make(tmp_path / "a.mp4", count=0)
        assert "no picture" in self.refusal(path).problem

    def test_unknown_codec(self, tmp_path):
        path = make(tmp_path / "a.mp4", count=5)
        path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz9").replace(b"avcC", b"zzzC"))
        assert "codec" in self.refusal(path).problem

    def test_protected_by_a_key(self, tmp_path):
        locked = {
            "encryption_scheme": "cenc-aes-ctr",
            "encryption_key": "00112233445566778899aabbccddeeff",
            "encryption_kid": "ffeeddccbbaa99887766554433221100",
        }
        # The locked bytes are others each time, and some of them happen to decode.
        for _ in range(30):
            error = self.refusal(make(tmp_path / "a.mp4", count=5, container_options=locked))
            assert "protected by a key" in error.problem


@pytest.mark.parametrize("size", [(127, 77), (2, 2), (1023, 5)])
def test_odd_sizes(tmp_path, size):
    path = make(tmp_path / "a.avi", count=3, size=size, codec="mjpeg", pixels="yuvj444p")
    source = open_source(str(path))
    frames = list(source)
    assert (source.facts.width, source.facts.height, len(frames)) == (*size, 3)
    assert frames[0].picture.bgr(32, 18).shape == (18, 32, 3)


def test_one_frame(tmp_path):
    frames, source = read(make(tmp_path / "a.mp4", count=1))
    assert frames == [(0, 0.0, 0)]
    assert source.warnings == []


def test_closing_while_iterating_ends_it_and_pictures_stay(tmp_path):
    source = open_source(str(make(tmp_path / "a.mp4", count=60)))
    numbers = []
    for frame in source:
        kept = frame
        numbers.append(frame.index)
        if frame.index == 20:
            source.close()
    assert numbers == list(range(21))
    assert number_in(kept.picture) == 20


@pytest.mark.parametrize("clip", ["street/vtest.avi", "face_clips/no_face.mp4", "short_scenes/classroom.gif"])
def test_sound_footage_gives_no_warnings(footage, clip):
    source = open_source(str(footage / clip))
    assert sum(1 for _ in source) > 0
    assert source.warnings == []


@pytest.mark.parametrize("wrong", [{"begin": -1.0}, {"begin": 2.0, "end": 2.0}, {"rate": 0.0}])
def test_senseless_readings_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=r"begin|rate"):
        open_source(str(tmp_path / "a.mp4"), **wrong)
