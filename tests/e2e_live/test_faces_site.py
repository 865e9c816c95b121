"""Faces under purposes in a real `galleria serve`: signed by two, counted, stopped; and nothing of a face is left.

The camera is a clip of one face, over and over, with a canary in the corner: noise that is found nowhere by chance. And
rows of pixels of the face itself are looked for.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
from serving import MAIN, PASSWORD, Running, serving, sign_up, until

from galleria.app.visiting import VISITORS
from galleria.capture.sources import open_source
from galleria.domain.dossier import VALID
from galleria.domain.purpose import Purpose
from galleria.domain.time import Bucket
from galleria.storage.dossierfile import read_dossier, write_dossier
from galleria.storage.visitors import Visitors

DOSSIER = Path(__file__).parents[1] / "london_dossier.json"
TALLIED = ("unique", "returning", "members", "demographics", "experience", "audience")
PURPOSES = (*TALLIED, "staff")
LOOKING = tuple(Purpose(name) for name in TALLIED)
SIDE = 96  # of the canary, pixels
NEEDLE = 24  # values of one row of it
EACH = 10  # pictures, of which one is remembered
PICTURES = (b"JFIF\x00", b"Exif\x00\x00", b"\x89PNG\r\n\x1a\n", b"WEBPVP8", b"ftypavif", b"ftypheic", b"ftypisom")
SITE = """\
site: {{id: shop, time_zone: UTC, profile: us}}
cameras:
  - id: door
    source: {clip}
    pace: real
    loop: true
    zones:
      - {{id: queue, corners: [[0, 0], [1, 0], [1, 1], [0, 1]]}}
staff:
  uniforms: [{{name: Nobody wears it, colour: "#00ff40", share: 0.9}}]
purposes:
{purposes}
"""
DECLARED = """\
  - purpose: {purpose}
    basis: consent
    notice: {{version: "1", place: At the door}}
    begins: "{begins}"
    ends: "{ends}"
    cameras: [door]
    dpia: DPIA 1
    equal_way: A card
    staff_notice: A letter to everybody
"""


def clip_with_canary(source: Path, path: Path) -> list[bytes]:
    """Write the clip with noise in its corner, lossless; what the noise looks like in the memory of a reader."""
    noise = np.random.default_rng(7).integers(16, 235, (SIDE, SIDE), np.uint8)
    with av.open(str(source)) as given, av.open(str(path), "w") as made:
        stream = given.streams.video[0]
        out = made.add_stream("libx264", rate=stream.average_rate, options={"qp": "0", "preset": "ultrafast"})
        out.width, out.height, out.pix_fmt = stream.width, stream.height, "yuv420p"
        for frame in given.decode(stream):
            planes = frame.to_ndarray(format="yuv420p")
            planes[:SIDE, :SIDE] = noise
            fresh = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            fresh.pts, fresh.time_base = frame.pts, frame.time_base
            made.mux(out.encode(fresh))
        made.mux(out.encode())
    reader, needles = open_source(str(path), camera="door", clock=lambda: 0.0), set[bytes]()
    for number, frame in enumerate(reader):
        if number % EACH == 0:
            size = frame.picture.width, frame.picture.height
            looks = [frame.picture.luma(*size), frame.picture.bgr(*size), frame.picture.bgr(*size)[..., ::-1]]
            places = [(row, 4) for row in range(4, SIDE - 4, 8)] if not number else []
            places += [(row, 5 * size[0] // 8) for row in range(size[1] // 4, 3 * size[1] // 4, 16)]  # the face
            some = (np.ascontiguousarray(look[y, x : x + NEEDLE]).tobytes() for look in looks for y, x in places)
            needles |= {needle for needle in some if len({*needle}) > NEEDLE // 3}  # an even wall is everywhere
    reader.close()
    return [*needles]


@pytest.fixture(scope="module")
def canary(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    path = tmp_path_factory.mktemp("camera") / "door.mp4"
    return path, clip_with_canary(footage / "face_clips" / "WolfgangLanger_Pexels.mp4", path)


@pytest.fixture
def site(canary: tuple[Path, list[bytes]], tmp_path: Path) -> Path:
    today = datetime.now(UTC).date()
    begins, ends = today - timedelta(days=1), today + timedelta(days=100)
    declared = "".join(DECLARED.format(purpose=name, begins=begins, ends=ends) for name in PURPOSES)
    path = tmp_path / "site.yaml"
    path.write_text(SITE.format(clip=canary[0], purposes=declared))
    dossiers = tmp_path / "folder" / "dossiers"
    dossiers.mkdir(parents=True)
    (tmp_path / "folder").chmod(0o700)
    made = time.time() - 60
    write_dossier(dossiers / "london.json", replace(read_dossier(DOSSIER), made=made, ends=made + VALID))
    return path


def of_session(running: Running, method: str, path: str, **fields: Any) -> httpx.Response:
    """Ask the API as the browser that is signed in."""
    page = running.web.get("/account")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    answer = running.web.request(method, f"/api/v1{path}", headers={"X-CSRF-Token": token}, **fields)
    assert answer.status_code < 300, answer.text
    return answer


def purposes(running: Running) -> dict[str, Any]:
    return {one["purpose"]: one for one in of_session(running, "GET", "/purposes").json()["purposes"]}


def sign_all(running: Running) -> None:
    for name, one in purposes(running).items():
        if one["declaration"]:
            of_session(running, "POST", f"/purposes/{name}/sign", json={"digest": one["digest"]})


def second(running: Running, site: Path, folder: Path) -> None:
    """Somebody else signs, in another browser: the data protection officer, whom the machine let in."""
    invite = [sys.executable, "-c", MAIN, "user", "invite", str(site), "second", "--folder", str(folder)]
    told = subprocess.run(invite, capture_output=True, text=True, check=True, timeout=60).stdout
    other = httpx.Client(base_url=running.base, timeout=30, headers={"Origin": running.base})
    first, running.web = running.web, other
    link = "/welcome/" + told.split("/welcome/")[1].split()[0]
    page = other.get(link)
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    assert other.post(link, data={"password": PASSWORD, "again": PASSWORD, "csrf": token}).status_code == 303
    sign_all(running)
    other.close()
    running.web = first


def today() -> Bucket:
    begin = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    return Bucket(begin, begin + 86400, str(datetime.now(UTC).date()))


def seen(folder: Path, purpose: Purpose) -> list[Any]:
    with Visitors(folder / VISITORS) as store:
        return list(store.seen(purpose, today()).sightings)


def analysed(running: Running) -> int:
    return int(of_session(running, "GET", "/live").json()["cameras"][0]["analysed"])


def memories(pid: int) -> Iterator[bytes]:
    """What a process holds in memory, piece by piece."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in lines:
            span, rights, *_ = line.split()
            begin, end = (int(edge, 16) for edge in span.split("-"))
            if rights.startswith("rw"):
                with suppress(OSError, OverflowError, ValueError):  # gone meanwhile, or not to be read
                    memory.seek(begin)
                    yield memory.read(end - begin)


def files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path


def test_faces_are_counted_once_two_have_signed_and_nothing_of_them_stays(
    site: Path, canary: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    folder, before = tmp_path / "folder", set(files(Path("/dev/shm")))
    _, needles = canary
    with serving(site, folder) as running:
        sign_up(running)
        sign_all(running)
        assert not any(at["running"] for one in purposes(running).values() if one["purpose"] in PURPOSES
                       for at in one["at"])  # fmt: skip
        assert seen(folder, Purpose.UNIQUE) == []
        second(running, site, folder)
        until(lambda: all(purposes(running)[name]["at"][0]["running"] for name in PURPOSES), "the purposes to run")
        until(lambda: len(seen(folder, Purpose.UNIQUE)) >= 3, "the face to come back twice")
        for purpose in (Purpose.UNIQUE, Purpose.RETURNING):
            assert len({one.label for one in seen(folder, purpose)}) == 1
        with Visitors(folder / VISITORS) as store:
            day = today()
            cells = {p: {t.cell for t in store.tallies(p, day.begin, day.end)} for p in LOOKING}
        assert cells[Purpose.AUDIENCE] >= {"opportunities"}
        assert "faces" in cells[Purpose.EXPERIENCE]
        assert any("female" in cell for cell in cells[Purpose.DEMOGRAPHICS])
        stopped = stop_all(running, folder)
        sys.stdout.write(f"\nstopped {stopped:.2f} s after the click; counting went on\n")
        pid = running.process.pid
        assert any(needle in memory for memory in memories(pid) for needle in needles), "the canary is not seen at all"
        assert Path(f"/proc/{pid}/coredump_filter").read_text().strip() == "00000000"
        assert re.search(r"Max core file size\s+0\s", Path(f"/proc/{pid}/limits").read_text())
        os.kill(pid, signal.SIGABRT)  # a crash, with everything in memory
        running.process.wait(60)
    places = [tmp_path, Path("/tmp"), Path.cwd()]
    cores = [path for place in places for path in place.glob("core*") if path.is_file() and path.stat().st_size]
    assert cores == []
    fresh = [path for path in files(Path("/dev/shm")) if path not in before]
    for path in [*files(tmp_path), *fresh]:
        if path.suffix == ".mp4":
            continue
        content = path.read_bytes()
        assert not [needle for needle in needles if needle in content], f"the canary is in {path}"
        assert not [mark for mark in PICTURES if mark in content], f"a picture is in {path}"


def stop_all(running: Running, folder: Path) -> float:
    """Stop every purpose; seconds until the last one's newest trace was written."""
    clicked = time.time()
    for name in PURPOSES:
        of_session(running, "POST", f"/purposes/{name}/stop")
    done = time.time() - clicked
    counted = analysed(running)
    traces = []
    for _ in range(12):
        traces.append((len(seen(folder, Purpose.UNIQUE)), amounts(folder)))
        time.sleep(1)
    changed = [n + 1 for n, (one, two) in enumerate(pairwise(traces)) if one != two]
    assert max(changed, default=0) <= 2
    assert analysed(running) > counted + 20
    return done + max(changed, default=0)


def amounts(folder: Path) -> float:
    day = today()
    with Visitors(folder / VISITORS) as store:
        return sum(one.amount for purpose in LOOKING for one in store.tallies(purpose, day.begin, day.end))
