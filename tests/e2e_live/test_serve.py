"""`galleria serve` as people start it: a real process, real cameras (clips at their pace), the real API over HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from serving import MAIN, Running, serving, sign_in, sign_up, until

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "footage" / "nextday" / "entrance.mp4"

SITE = """\
site:
  id: shop
  time_zone: UTC
cameras:
  - id: door
    source: {clip}
    pace: real
    loop: true
    tripwires:
      - {{id: front, from: [0.23, 0.85], to: [0.79, 0.84], in: down}}
"""


def counted(running: Running) -> int:
    cameras = running.web.get("/api/v1/live").json()["cameras"]
    door = cameras["door"] if isinstance(cameras, dict) else next(c for c in cameras if c["camera"] == "door")
    front = door["crossings"].get("front", [0, 0])
    return sum(front.values()) if isinstance(front, dict) else sum(front)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(SITE.format(clip=json.dumps(str(CLIP))))
    return path


def test_it_counts_is_stopped_and_goes_on_where_it_was(site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with serving(site, folder) as running:
        assert running.web.get("/healthz").status_code == 200
        assert running.web.get("/api/v1/live").status_code == 401
        sign_up(running)
        until(lambda: running.web.get("/readyz").status_code == 200, "readiness")
        until(lambda: counted(running) >= 2, "people who come in")
        assert running.stop() == 0
    assert (folder.stat().st_mode & 0o777) == 0o700
    with serving(site, folder) as running:
        sign_in(running)
        before = counted(running)
        assert before >= 2  # what was counted before it was stopped is of the same day
        events = running.web.get("/api/v1/events.csv")
        assert events.status_code == 200, events.text
        assert events.text.count("crossing") >= before


def test_a_second_process_is_refused(site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with serving(site, folder):
        second = subprocess.run(
            [sys.executable, "-c", MAIN, "serve", str(site), "--folder", str(folder), "--port", "0"],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert second.returncode == 2
    assert "another process runs the site" in second.stderr


def test_a_site_file_that_is_changed_is_read_again_and_a_broken_one_changes_nothing(site: Path, tmp_path: Path) -> None:
    with serving(site, tmp_path / "folder") as running:
        sign_up(running)
        whole = site.read_text()
        site.write_text(whole.replace("id: front", "id: main-door"))
        running.process.send_signal(signal.SIGHUP)

        def lines() -> set[str]:
            drawing = running.web.get("/api/v1/cameras/door/drawing").json()
            return {wire["id"] for wire in drawing["tripwires"]}

        until(lambda: "main-door" in lines(), "the new line")
        site.write_text(whole.replace("source:", "sauce:"))
        running.process.send_signal(signal.SIGHUP)
        time.sleep(3)
        assert running.web.get("/readyz").status_code == 200


def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "site.yaml"
    broken.write_text("site: {id: shop, time_zone: Nowhere/Land}\ncameras: []\n")
    answer = subprocess.run(
        [sys.executable, "-c", MAIN, "serve", str(broken), "--folder", str(tmp_path / "f"), "--port", "0"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert answer.returncode == 2
    assert "Nowhere/Land" in answer.stderr
