"""The command that serves the labelling page, as its own process."""

import io
import json
import signal
import subprocess
import sys
import textwrap
from urllib.request import Request, urlopen

import av
import numpy as np
import pytest

from galleria.cli.label import _lines
from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Anchor
from galleria.storage.truth import read_truth

COMMAND = """
import sys
from pathlib import Path
import typer
from galleria.cli.label import label_command
from galleria.domain.errors import GalleriaError

app = typer.Typer()
app.command()(label_command(Path.read_bytes))
try:
    app(standalone_mode=False)
except GalleriaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


@pytest.fixture(scope="module")
def mp4():
    memory = io.BytesIO()
    with av.open(memory, "w", format="mp4") as container:
        stream = container.add_stream("libx264", 10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for shade in range(0, 200, 20):
            pixels = np.full((240, 320, 3), shade, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "bgr24")))
        container.mux(stream.encode())
    return memory.getvalue()


def command(*arguments):
    program = [sys.executable, "-u", "-c", textwrap.dedent(COMMAND), *map(str, arguments), "--no-browser"]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_command_serves_until_ctrl_c(mp4, tmp_path):
    video = tmp_path / "clip.mp4"
    video.write_bytes(mp4)
    process = command(video, "--line", "door=32,120,288,120", "--line", "0.5,0.1,0.5,0.9")
    seen = [process.stdout.readline() for _ in range(4)]
    url = seen[1].split()[-1]
    with urlopen(f"{url}work.json") as answer:
        shown = json.load(answer)
    assert [line["id"] for line in shown["document"]["lines"]] == ["door", "line"]
    assert shown["path"] == str(tmp_path / "clip.truth.json")
    shown["document"]["lines"][0] |= {"events": [{"t": 1, "dir": "in"}], "totals": {"in": 1, "out": 0}}
    change = json.dumps({"document": shown["document"], "revision": 0}).encode()
    with urlopen(Request(f"{url}work.json", change, {"Content-Type": "application/json"}, method="PUT")) as answer:
        assert json.load(answer) == {"revision": 1}
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert f"1 crossings are in {tmp_path / 'clip.truth.json'}" in out
    assert read_truth(tmp_path / "clip.truth.json").lines[0].segment == Segment(Point(0.1, 0.5), Point(0.9, 0.5))


def test_the_command_takes_lines_from_a_site_file(tmp_path):
    site = tmp_path / "site.yaml"
    site.write_text(
        textwrap.dedent("""
        site: {id: shop, name: Shop, time_zone: Europe/Berlin}
        cameras:
          - id: a
            source: a.mp4
            tripwires: [{id: door, from: [0.1, 0.5], to: [0.9, 0.5]}]
        """)
    )
    (line,) = _lines([], site, "", (320, 240))
    assert (line.id, line.words, line.anchor) == ("door", ("in", "out"), Anchor.FEET)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent.mp4"], "VideoError: there is no video"),
        (["clip.mp4", "-o", "no/where.json"], "StoreError: no/where.json cannot be written"),
        (["clip.mp4", "--line", "1,2"], "LineError"),
        (["text.mp4"], "VideoError: The clip made for the page cannot be played"),
    ],
)
def test_the_command_refuses_early(mp4, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clip.mp4").write_bytes(mp4)
    (tmp_path / "text.mp4").write_text("text")
    process = command(*arguments)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert says in err
    assert "Traceback" not in err
