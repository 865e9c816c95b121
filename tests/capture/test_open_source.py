import functools
import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cameras import mjpeg_server
from videos import B_FRAMES, make, number_in

from galleria.capture import sources
from galleria.capture.sources import open_source
from galleria.domain.errors import VideoError

COUNT_STDIN = """
from galleria.capture.sources import open_source
source = open_source("-")
frames = list(source)
print(len(frames), frames[-1].index, round(frames[-1].time, 3), source.facts.fingerprint, *source.warnings)
"""


@contextmanager
def web_server(folder):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("name", ["a.ts", "a.mkv", "a.avi"])
def test_standard_input(tmp_path, name):
    path = make(tmp_path / name, count=60, options=B_FRAMES if name != "a.avi" else {"bf": "0"})
    outputs = []
    for _ in range(2):
        with path.open("rb") as video:
            run = subprocess.run(
                [sys.executable, "-c", COUNT_STDIN], stdin=video, capture_output=True, text=True, timeout=60, check=True
            )
        outputs.append(run.stdout.split())
    assert outputs[0] == outputs[1]
    assert outputs[0][:3] == ["60", "59", "1.967"]


def test_standard_input_without_a_byte():
    run = subprocess.run(
        [sys.executable, "-c", COUNT_STDIN],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "VideoError: standard input gave no bytes" in run.stderr


def test_a_named_pipe_and_a_part_of_it(tmp_path):
    path = make(tmp_path / "a.ts", count=90, options=B_FRAMES)
    os.mkfifo(tmp_path / "pipe")
    content = path.read_bytes()
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(content,))
    writer.start()
    source = open_source(str(tmp_path / "pipe"), begin=2.5)
    numbers = [number_in(frame.picture) for frame in source]
    source.close()
    writer.join()
    assert numbers == list(range(75, 90))


def test_a_pipe_that_needs_seeking_is_refused(tmp_path):
    path = make(tmp_path / "a.mp4", count=20, noise=60, size=(640, 384), options={"preset": "ultrafast", "qp": "4"})
    assert path.stat().st_size > 1_000_000
    with path.open("rb") as video:
        run = subprocess.run(
            ["sh", "-c", f"cat | {sys.executable} -c '{COUNT_STDIN}'"],
            stdin=video,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert "VideoError: standard input holds no picture" in run.stderr
    assert "cannot come through a pipe" in run.stderr


INTERRUPTED = """
import sys, time
from galleria.capture.sources import open_source
source = open_source(sys.argv[1])
try:
    for frame in source:
        print(frame.index, flush=True)
        time.sleep(0.01)
except KeyboardInterrupt:
    source.close()
    print("closed")
"""


@pytest.mark.parametrize("kind", ["file", "camera"])
def test_an_interrupt_ends_it_cleanly(tmp_path, kind):
    with ExitStack() as stack:
        if kind == "file":
            source = str(make(tmp_path / "a.mp4", count=900))
        else:
            source = stack.enter_context(mjpeg_server(count=300, rate=20))
        run = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", INTERRUPTED, source],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        for _ in range(5):
            run.stdout.readline()
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=20)
    assert out.splitlines()[-1] == "closed"
    assert err == ""
    assert run.returncode == 0


def test_a_recording_on_a_web_server_is_read_whole(tmp_path):
    path = make(tmp_path / "a.mp4", count=120, options=B_FRAMES)
    with web_server(tmp_path) as address:
        source = open_source(f"{address}/a.mp4")
        frames = [(f.index, f.time, number_in(f.picture)) for f in source]
        part = [f.index for f in open_source(f"{address}/a.mp4", begin=3)]
        again = open_source(f"{address}/a.mp4").facts
    local = [(f.index, f.time, number_in(f.picture)) for f in open_source(str(path))]
    assert frames == local
    assert part == list(range(90, 120))
    assert again == source.facts


def test_names_that_look_like_something_else(tmp_path):
    for name in ("2026-05-01T09:30:00.mp4", "[1] door.mp4", "a%03d.mp4", "türe 1?.mp4"):
        source = open_source(str(make(tmp_path / name, count=2, format="mp4")))
        assert len(list(source)) == 2
    assert len(list(open_source(f"file://{tmp_path}/[1] door.mp4"))) == 2


def test_a_relative_path_and_one_match(tmp_path, monkeypatch):
    make(tmp_path / "a.mp4", count=2)
    monkeypatch.chdir(tmp_path)
    assert len(list(open_source("a.mp4"))) == 2
    assert len(list(open_source("*.mp4"))) == 2
    assert len(list(open_source(["a.mp4"]))) == 2


def test_an_unknown_scheme_is_refused_and_known_ones_are_told():
    with pytest.raises(VideoError, match="nothing here opens") as caught:
        open_source("gopher://user:geheim@host/door")
    assert "rtsp" in caught.value.remedy
    assert "geheim" not in str(caught.value)


def test_an_installed_package_brings_a_source(tmp_path, monkeypatch):
    (tmp_path / "brought.py").write_text(
        "from pathlib import Path\n"
        "from galleria.capture.clip import Clip\n"
        "from galleria.capture.origin import file_origin\n"
        "def open_shelf(address, reading):\n"
        "    return Clip(file_origin(Path(address.removeprefix('shelf://'))), reading)\n"
    )
    metadata = tmp_path / "brought-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[galleria.sources]\nshelf = brought:open_shelf\n")
    path = make(tmp_path / "a.mp4", count=4)
    monkeypatch.syspath_prepend(tmp_path)
    sources._brought.cache_clear()  # as in a program that starts after the package was installed
    frames = list(open_source(f"shelf://{path}", camera="door"))
    sources._brought.cache_clear()
    assert [frame.camera for frame in frames] == ["door"] * 4
