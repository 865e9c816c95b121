import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from people import NOW, Noted

from galleria.app.audit import SYSTEM
from galleria.app.scoring import Scoring
from galleria.domain.errors import NotFoundError, StoreError, TooManyError
from galleria.domain.site import Site
from galleria.domain.time import SetClock

FOOTAGE = Path(__file__).parents[2] / "footage" / "nextday"


@pytest.fixture
def scoring(tmp_path):
    scoring = Scoring(tmp_path, lambda: Site("shop"), SetClock(NOW), Noted())
    yield scoring
    scoring.stop()


def put(scoring, camera="hall", name="screen", truth=True):
    folder = scoring.folder_of(camera)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(FOOTAGE / "screen.mp4", folder / f"{name}.mp4")
    if truth:
        shutil.copy(FOOTAGE / "screen.truth.json", folder / f"{name}.truth.json")
    return folder


def ended(scoring):
    end = time.monotonic() + 120
    while scoring.busy:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_clips_are_those_with_a_truth_beside_them(scoring):
    assert scoring.clips("hall") == []
    folder = put(scoring)
    put(scoring, name="unlabelled", truth=False)
    put(scoring, name=".hidden")
    (folder / "screen.csv").touch()
    (folder / "screen.truth.json.part").touch()
    assert [(clip.name, clip.run) for clip in scoring.clips("hall")] == [("screen.mp4", None)]
    assert scoring.clips("yard") == []


@pytest.mark.parametrize("camera", ["..", ".", "", "../labelled/hall", "/", "\0", "x" * 5000])
def test_no_name_leads_out_of_the_folder(scoring, camera):
    put(scoring)
    shutil.copytree(scoring.folder_of("hall"), scoring.folder_of("..") / "hall")
    for name in ("screen.mp4", "../hall/screen.mp4", "../../hall/screen.mp4"):
        assert scoring.clips(camera) == []
        with pytest.raises(NotFoundError):
            scoring.start(SYSTEM, camera, name)
    with pytest.raises(NotFoundError):
        scoring.start(SYSTEM, "hall", "../hall/screen.mp4")


def test_a_clip_is_scored_and_another_is_refused_meanwhile(scoring):
    put(scoring)
    put(scoring, "yard", "other")
    run = scoring.start(SYSTEM, "hall", "screen.mp4")
    assert (run.state, run.begun, scoring.busy) == ("running", NOW, run)
    with pytest.raises(TooManyError, match=r"screen\.mp4 of camera hall is being scored"):
        scoring.start(SYSTEM, "yard", "other.mp4")
    seen = set()
    while scoring.busy:
        seen.add(run.done)
        time.sleep(0.02)
    assert len(seen) > 3
    assert run.error is None
    assert run.state == "done"
    (line,) = run.scored.score.lines
    assert (line.id, line.truth) == ("near-screen", {"in": 3, "out": 0})
    assert line.tally.recall > 0.5
    assert 0 <= line.time_error <= line.tolerance
    (clip,) = scoring.clips("hall")
    assert clip.run is run
    assert scoring.clips("yard")[0].run is None


def test_what_cannot_be_scored_says_why_but_not_where(scoring, tmp_path):
    folder = put(scoring)
    (folder / "screen.truth.json").write_text("{")
    run = scoring.start(SYSTEM, "hall", "screen.mp4")
    ended(scoring)
    assert run.state == "failed"
    assert run.error.problem.startswith("the file screen.truth.json, line 1")
    put(scoring)
    (folder / "screen.mp4").write_text("no video")
    again = scoring.start(SYSTEM, "hall", "screen.mp4")
    ended(scoring)
    assert again.state == "failed"
    assert str(tmp_path) not in str(again.error)
    assert scoring.clips("hall")[0].run is again


def test_stopping_does_not_wait_for_the_clip_to_end(scoring):
    put(scoring)
    run = scoring.start(SYSTEM, "hall", "screen.mp4")
    end = time.monotonic() + 60
    while not run.done:
        assert time.monotonic() < end
        time.sleep(0.01)
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "scoring")
    if os.uname().sysname == "Linux":
        assert os.getpriority(os.PRIO_PROCESS, thread.native_id) >= 10
        assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < 10
    begin = time.monotonic()
    scoring.stop()
    assert time.monotonic() - begin < 2
    assert run.state == "failed"
    assert not thread.is_alive()


def test_a_folder_that_cannot_be_read_is_told(scoring, tmp_path):
    (tmp_path / "labelled").symlink_to(tmp_path / "labelled")  # round and round; root may read everything else
    with pytest.raises(StoreError, match="cannot be read"):
        scoring.clips("hall")
