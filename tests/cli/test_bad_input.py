"""What cannot be counted is refused with one line that says what to do; nothing is half-written."""

import os
import resource
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import numpy as np
import pytest
from commands import galleria, refused

PROGRAM = [sys.executable, "-c", "from galleria.cli.main import main; main()"]
NOISE = np.random.default_rng(7)


def film(path: Path, *, frames=20, size=(160, 96), codec="libx264", pixels="yuv420p", container=None, g="5"):
    """Grain that nobody could take for a person, ten pictures a second."""
    with av.open(str(path), "w", container_options=container or {}) as out:
        stream = out.add_stream(codec, rate=10, options={"g": g})
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        for number in range(frames):
            grain = NOISE.integers(90, 130, (size[1], size[0], 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(grain, "bgr24").reformat(format=pixels)
            frame.pts, frame.time_base = number, Fraction(1, 10)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def sound(path: Path):
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=16000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 16000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def no_frames(path: Path):
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height = 160, 96
        out.start_encoding()
    return path


CARD = f"""
id = "mine"
task = "person-detection"
codec = "yolox"
options = {{ strides = [32] }}
licence = {{ spdx = "CC0-1.0" }}
source = {{ registry = "file", files = [{{ path = "mine.onnx", sha256 = "{"0" * 64}" }}] }}
input = {{ name = "pixels", width = 96, height = 64, multiple = 32 }}
"""


@contextmanager
def served(folder: Path):
    """A web server for the files of a folder; gives its port."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def place(tmp_path):
    """An empty folder for outputs; nothing may be left in it."""
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


class TestVideos:
    def test_what_is_no_video(self, tmp_path):
        text, empty = tmp_path / "notes.mp4", tmp_path / "empty.mp4"
        text.write_text("no video\n" * 100)
        empty.touch()
        assert "not a video" in refused("count", text)
        assert "is empty" in refused("count", empty)
        assert "sound but no pictures" in refused("count", sound(tmp_path / "sound.wav"))
        assert "does not exist" in refused("count", tmp_path / "absent.mp4")
        assert "is a folder" in refused("count", tmp_path)
        assert "no file fits" in refused("count", tmp_path / "*.mkv")
        assert refused("count", no_frames(tmp_path / "header.mp4"))

    @pytest.mark.parametrize("name", ["one.mp4", "picture.png"])
    def test_one_picture_is_a_short_video(self, tmp_path, name):
        path = film(tmp_path / name, frames=1, **({"codec": "png", "pixels": "rgb24"} if "png" in name else {}))
        told = galleria("count", path, "--line", "0,0.5,1,0.5", "--json").json
        assert (told["frames"], told["analysed"]) == (1, 1)
        assert told["lines"]["line"]["crossings"] == []

    def test_8k(self, tmp_path):
        path = film(tmp_path / "8k.avi", frames=1, size=(7680, 4320), codec="mjpeg", pixels="yuvj420p")
        told = galleria("count", path, "--picture", tmp_path / "8k.png", "--json").json
        assert told["size"] == [7680, 4320]
        with av.open(str(tmp_path / "8k.png")) as still:
            assert next(still.decode(video=0)).height == 720

    def test_odd_sizes(self, tmp_path):
        path = film(tmp_path / "odd.avi", size=(127, 77), codec="ffv1", pixels="bgr0")
        video = tmp_path / "out.mp4"
        told = galleria("count", path, "--annotate", video, "--line", "0,76,126,0", "--json").json
        assert (told["size"], told["frames"]) == ([127, 77], 20)
        with av.open(str(video)) as drawn:
            assert sum(1 for _ in drawn.decode(video=0)) == told["analysed"]

    def test_a_video_that_breaks_off_is_counted_until_there(self, tmp_path):
        fragments = {"movflags": "frag_keyframe+empty_moov"}
        whole = film(tmp_path / "whole.mp4", frames=60, container=fragments).read_bytes()
        path = tmp_path / "cut.mp4"
        path.write_bytes(whole[: len(whole) * 2 // 3])
        told = galleria("count", path, "--json")
        assert told.code == 0
        assert 20 < told.json["frames"] < 55
        assert any("breaks off" in note for note in told.json["notes"])


class TestQuestions:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--from", "100"], "2.0 s long"),
            (["--from", "1.5", "--to", "1"], "no length"),
            (["--to", "0"], "no length"),
            (["--from", "soon"], "no place in a clip"),
            (["--line", "0,2,5,5000"], "outside the picture"),
            (["--line", "0,0.5,1"], "four are needed"),
            (["--line", "a=0,0.5,1,0.5", "--line", "a=0,0.6,1,0.6"], "two lines are called 'a'"),
            (["--start", "yesterday"], "not a date or time"),
            (["--detector", "nothing"], "no model 'nothing'"),
            (["--detector", "nothing.toml"], "nothing.toml"),
            (["--precision", "fp8"], "no precision 'fp8'"),
            (["--engine", "abacus"], "no engine 'abacus'"),
            (["--json", "--csv", "-"], "both write to standard output"),
            (["--site", "absent.yaml"], "absent.yaml"),
        ],
    )
    def test_refused(self, clip, own_journal, options, said):
        assert said in refused("count", clip, *options)
        assert not own_journal.exists()

    @pytest.mark.parametrize(
        "options", [["--rate", "0"], ["--rate", "nan"], ["--fps", "0"], ["--fps", "-3"], ["--by", "week"], ["--odd"]]
    )
    def test_refused_by_the_command_line(self, clip, options):
        ran = galleria("count", clip, *options)
        assert ran.code == 2
        assert ran.out == ""
        assert f"{options[0]}" in ran.err
        assert "Traceback" not in ran.err

    def test_nothing_to_count(self):
        assert "Name a video" in refused("count")

    def test_site_file(self, tmp_path, clip):
        path = tmp_path / "site.yaml"
        path.write_text("site:\n  id: shop\n  time_zone: Mars/Base\ncameras: []\n")
        ran = galleria("count", clip, "--site", path)
        assert ran.code == 2
        assert f"{path}:3:" in ran.err  # the line with the mistake
        assert "Traceback" not in ran.err
        path.write_text("site:\n  id: shop\n  time_zone: UTC\ncameras:\n  - id: hall\n")
        assert "It has: hall" in refused("count", clip, "--site", path, "--camera", "roof")

    def test_a_card_with_another_hash(self, tmp_path, clip):
        (tmp_path / "mine.onnx").write_bytes(b"not what the card says")
        card = tmp_path / "mine.toml"
        card.write_text(CARD)
        message = refused("count", clip, "--detector", card)
        assert "mine.onnx" in message
        assert "sha256" in message


class TestAddresses:
    @pytest.mark.parametrize("scheme", ["rtsp", "http"])
    def test_a_camera_that_refuses(self, scheme):
        message = refused("count", f"{scheme}://viewer:hush-hush@127.0.0.1:9/door")
        assert "cannot be reached" in message
        assert "hush" not in message

    def test_a_password_is_never_told(self, tmp_path, own_journal):
        """Of a camera that does answer: neither tables, JSON, exports nor the journal hold it."""
        folder = tmp_path / "camera"
        folder.mkdir()
        film(folder / "film.mkv")
        with served(folder) as port:
            address = f"http://viewer:hush-hush@127.0.0.1:{port}/film.mkv"
            told = [galleria("count", address, *more) for more in ([], ["--json"])]
        assert [each.code for each in told] == [0, 0], told
        assert all("hush" not in each.out + each.err for each in told)
        assert told[1].json["source"] == f"http://127.0.0.1:{port}/film.mkv"
        assert all(b"hush" not in path.read_bytes() for path in own_journal.parent.iterdir())


class TestOutputs:
    @pytest.mark.parametrize("option", ["--annotate", "--picture", "--csv", "--parquet", "--events"])
    def test_a_place_that_cannot_be_written(self, clip, tmp_path, own_journal, option):
        ending = {"--annotate": "mp4", "--picture": "png", "--events": "csv"}.get(option, "out")
        assert "does not exist" in refused("count", clip, option, tmp_path / "absent" / f"a.{ending}")
        assert "is a folder" in refused("count", clip, option, tmp_path)
        assert not own_journal.exists()  # told before counting

    def test_no_permission(self, clip, place):
        if os.geteuid() == 0:  # root may write anywhere but where the system itself says no
            ran = galleria("count", clip, "--csv", "/proc/galleria.csv")
            assert ran.code == 2
            assert "cannot be written" in ran.err
            assert "Traceback" not in ran.err
            return
        place.chmod(0o500)
        assert "may not be written" in refused("count", clip, "--csv", place / "a.csv")

    def test_the_video_itself_is_never_written_over(self, clip):
        before = clip.read_bytes()
        assert "is the video that is counted" in refused("count", clip, "--annotate", clip)
        assert clip.read_bytes() == before

    def test_two_outputs_in_one_file(self, clip, place):
        assert "two outputs" in refused("count", clip, "--csv", place / "a.csv", "--events", place / "a.csv")

    @pytest.mark.parametrize("option", ["--events", "--picture"])
    def test_an_ending_that_says_nothing(self, clip, place, option):
        assert "ends in none of" in refused("count", clip, option, place / "a.doc")
        assert not list(place.iterdir())

    def test_a_full_device(self, clip):
        ran = galleria("count", clip, "--csv", "/dev/full")
        assert ran.code == 2
        assert "/dev/full cannot be written" in ran.err
        assert "Traceback" not in ran.err

    @pytest.mark.parametrize(("option", "name"), [("--annotate", "a.mp4"), ("--picture", "a.png"), ("--csv", "a.csv")])
    def test_a_full_disk(self, clip, place, option, name):
        """No file may grow beyond a few bytes: what was asked for is not there, not even in part."""

        def little_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

        words = [*PROGRAM, "count", str(clip), "--no-record", "--line", "0,0.5,1,0.5", "--by", "minute"]
        ran = subprocess.run(
            [*words, option, str(place / name)], preexec_fn=little_room, capture_output=True, check=False, text=True
        )
        assert ran.returncode == 2, ran
        assert "cannot be written" in ran.stderr
        assert "Traceback" not in ran.stderr
        assert not list(place.iterdir())


class TestJournals:
    def test_one_that_was_asked_for_must_be_writable(self, clip, tmp_path):
        (tmp_path / "file").touch()
        message = refused("count", clip, "--journal", tmp_path / "file" / "journal.db")
        assert "--journal" in message
        other = tmp_path / "notes.txt"
        other.write_text("these are notes, and nobody may write a journal over them\n" * 50)
        assert "is not a journal" in refused("count", clip, "--journal", other)
        assert other.read_text().startswith("these are notes")

    def test_without_the_usual_one_is_counted_all_the_same(self, clip, tmp_path, monkeypatch):
        monkeypatch.delenv("GALLERIA_JOURNAL")
        (tmp_path / "data").touch()  # a file stands where the folder would
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        told = galleria("count", clip, "--json")
        assert told.code == 0
        assert any(note.startswith("Not recorded: ") for note in told.json["notes"])
