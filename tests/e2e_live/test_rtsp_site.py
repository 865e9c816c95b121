"""Cameras on a real RTSP server, counted by a real `galleria serve`: as their files are, also when the server dies."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import pytest
from serving import serving, sign_up, until

import rtsp_server as server_module
from galleria.app.count import CountRequest, count
from galleria.app.networks import Choice, load
from galleria.capture.sources import open_source
from galleria.domain.events import Crossing, Seen
from galleria.storage.journal import Journal
from galleria.storage.sitefile import load_site
from rtsp_server import rtsp_server

SITE = """\
site: {{id: mall-of-nobody, time_zone: UTC}}
cameras:
  - id: steady
    source: {steady}
    tripwires:
      - {{id: floor, from: [0.0, 0.81], to: [1.0, 0.81], in: up}}
      - {{id: left, from: [0.195, 0.0], to: [0.195, 1.0], in: left}}
      - {{id: right, from: [0.805, 0.0], to: [0.805, 1.0], in: right}}
  - id: dying
    source: {dying}
    tripwires:
      - {{id: floor-2, from: [0.0, 0.81], to: [1.0, 0.81], in: up}}
      - {{id: left-2, from: [0.195, 0.0], to: [0.195, 1.0], in: left}}
      - {{id: right-2, from: [0.805, 0.0], to: [0.805, 1.0], in: right}}
"""
# Seconds: that the camera is there before its server is killed, and that the server is gone.
THERE, GONE = 20.0, 3.0
BACK = 15.0
# Seconds by which crossings of the same person may differ (other pictures are looked at); from the first frame sent to
# the first one looked at, at most; and at the end of what was seen: what began there was not certain yet.
APART, LATE, EDGE = 0.6, 1.5, 1.5


@dataclass
class Epoch:
    """One connection: from its first frame on, clip seconds."""

    begin: float
    end: float
    crossings: list[tuple[float, str, str]]


@pytest.fixture(autouse=True)
def _server_there() -> None:
    if why := server_module.missing():
        pytest.skip(why)


@pytest.fixture(scope="module")
def clip(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The room, hardly changed, with times that a server can play it by."""
    path = tmp_path_factory.mktemp("rtsp") / "room.mp4"
    source = open_source(str(footage / "people_detection" / "people-detection.mp4"))
    with av.open(str(path), "w") as file:
        stream = file.add_stream("h264", rate=round(source.facts.rate), options={"crf": "16", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = source.facts.width, source.facts.height, "yuv420p"
        for number, frame in enumerate(source):
            shown = av.VideoFrame.from_ndarray(frame.picture.bgr(stream.width, stream.height), format="bgr24")
            shown.pts = number
            file.mux(stream.encode(shown))
        file.mux(stream.encode())
    return path


def _line(crossing: Crossing) -> str:
    return crossing.tripwire.removesuffix("-2")


def from_file(site: Path, clip: Path) -> list[tuple[float, str, str]]:
    record = load_site(site)
    done = count(CountRequest(record, record.cameras[0], (str(clip),), record=False), load(Choice()))
    return sorted((e.time - done.facts.start, _line(e), e.direction) for e in done.events if isinstance(e, Crossing))


def epochs(folder: Path, camera: str) -> list[Epoch]:
    """What the journal knows of a camera, by connection."""
    with Journal(folder / "journal.db") as journal:
        events = [e for e in journal.events("mall-of-nobody") if e.origin.camera == camera]
    found = []
    for origin in dict.fromkeys(e.origin for e in events):
        mine = [e for e in events if e.origin == origin]
        seen = [e for e in mine if isinstance(e, Seen)]
        begin, end = min(e.time for e in seen), max(e.end for e in seen)
        crossings = sorted((e.time - begin, _line(e), e.direction) for e in mine if isinstance(e, Crossing))
        found.append(Epoch(begin, end, crossings))
    return sorted(found, key=lambda epoch: epoch.begin)


def differences(epoch: Epoch, truth: list[tuple[float, str, str]]) -> list[str]:
    """What a connection counted otherwise than the file was; it begins up to so much after the file's beginning."""
    return min((_differences(epoch, truth, tenths / 10) for tenths in range(round(10 * LATE) + 1)), key=len)


def _differences(epoch: Epoch, truth: list[tuple[float, str, str]], late: float) -> list[str]:
    invented, left = [], [t for t in truth if t[0] > late]
    for crossing in epoch.crossings:
        time = crossing[0] + late
        near = [t for t in left if t[1:] == crossing[1:] and abs(t[0] - time) <= APART]
        if near:
            left.remove(min(near, key=lambda t: abs(t[0] - time)))
        else:
            invented.append(f"invented: {crossing}")
    return invented + [f"missed: {t}" for t in left if t[0] < late + epoch.end - epoch.begin - EDGE]


def test_counts_are_those_of_the_file_and_a_dead_server_is_a_gap(tmp_path: Path, clip: Path) -> None:
    site, folder = tmp_path / "site.yaml", tmp_path / "folder"
    with rtsp_server(clip) as steady, rtsp_server(clip) as dying:
        site.write_text(SITE.format(steady=steady.address, dying=dying.address))
        with serving(site, folder) as running:
            sign_up(running)

            def state(camera: str) -> str:
                (one,) = [c for c in running.web.get("/api/v1/live").json()["cameras"] if c["camera"] == camera]
                return str(one["state"])

            until(lambda: {state("steady"), state("dying")} == {"seeing"}, "both cameras")
            back = []
            for _ in range(2):
                time.sleep(THERE)
                dying.kill()
                until(lambda: state("dying") == "offline", "the loss of the camera")
                time.sleep(GONE)
                dying.start()
                returned = time.monotonic()
                until(lambda: state("dying") == "seeing", "the camera")
                back.append(time.monotonic() - returned)
            time.sleep(THERE)
            assert running.stop() == 0
    assert max(back) < BACK

    truth = from_file(site, clip)
    assert len(truth) > 10
    first = epochs(folder, "steady")[0]
    assert first.end - first.begin == pytest.approx(596 / 12, abs=2)
    assert differences(first, truth) == []

    there = epochs(folder, "dying")
    assert len(there) >= 3
    assert all(epoch.crossings for epoch in there[:3])
    assert [differences(epoch, truth) for epoch in there] == [[] for _ in there]
    for before, after in pairwise(there):
        assert after.begin - before.end > GONE  # nothing was covered while it was gone
    sys.stdout.write(f"back after {back[0]:.1f} and {back[1]:.1f} s; steady: {len(first.crossings)} of {len(truth)}; ")
    sys.stdout.write(f"dying, by connection: {[len(epoch.crossings) for epoch in there]}\n")
