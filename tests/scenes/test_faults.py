"""What is wrong with a camera, on footage: every fault is noticed soon and ends soon, and nothing else is told."""

import json
from pathlib import Path

import pytest

from galleria.capture.sources import open_source
from galleria.domain.events import Origin, Seen
from galleria.runtime.watch import Pick, Watch
from galleria.vision.sight import Sight

FOOTAGE = Path(__file__).resolve().parents[2] / "footage"
FAULTY = FOOTAGE / "faults" / "corridor.mp4"
SOUND = sorted(path.relative_to(FOOTAGE).as_posix() for path in FOOTAGE.glob("*/*.mp4") if path != FAULTY)
REAL = [
    "people_detection/people-detection.mp4",
    "street/vtest.avi",
    "face_clips/WolfgangLanger_Pexels.mp4",
    "face_clips/single_face.mp4",
    "face_clips/no_face.mp4",
    *(f"short_scenes/{name}.gif" for name in ("classroom", "people-detection", "store-aisle-detection")),
]
STATES = {"black": "dark", "frozen": "frozen", "moved": "moved"}


def watched(clip):
    """(from, to, state, when it was told, reason) of every state, and what was covered, from the clip's first frame."""
    source = open_source(str(clip), threads=1)
    watch, pick = Watch(Sight()), Pick(Origin("site", "camera", "epoch"), None, 1 / source.facts.rate)
    told, events, last = [], [], 0.0
    for frame in source:
        last = frame.time - source.facts.start
        (look,) = watch.on_item(frame)
        if not told or look.verdict.state.value != told[-1][0]:
            told.append((look.verdict.state.value, look.verdict.since - source.facts.start, last, look.verdict.reason))
        events += [event for given in pick.on_item(look) for event in given.events]
    events += [event for given in pick.on_end() for event in given.events]
    seen = [(e.time - source.facts.start, e.end - source.facts.start) for e in events if isinstance(e, Seen)]
    source.close()
    return told, seen, last


@pytest.fixture(scope="module")
def faulty():
    return watched(FAULTY)


@pytest.fixture(scope="module")
def faults():
    return json.loads((FAULTY.parent / "scene.json").read_text())["faults"]


def test_every_fault_is_noticed_and_ends_and_nothing_else_is_told(faulty, faults):
    told, _, last = faulty
    shown = [fault for fault in faults if fault["wrong"] in STATES]
    assert [state for state, *_ in told if state != "seeing"] == [STATES[fault["wrong"]] for fault in shown]
    wrong = [each for each in told if each[0] != "seeing"]
    for fault, (_, since, noticed, reason) in zip(shown, wrong, strict=True):
        assert since == pytest.approx(fault["begin"], abs=0.7)
        assert noticed <= fault["begin"] + 3
        assert reason
        if fault["end"] < last:
            assert any(s == "seeing" and fault["end"] - 0.5 <= at <= fault["end"] + 2 for s, _, at, _ in told)


def test_no_blind_or_missing_time_is_covered(faulty, faults):
    _, seen, _ = faulty
    for fault in faults:
        common = [min(end, fault["end"]) - max(begin, fault["begin"]) for begin, end in seen]
        # A frozen picture's last frames are already mixed with what comes after it, and a frame stands for its length.
        assert max(common) <= 0.15, fault


def test_the_rest_is_covered(faulty, faults):
    _, seen, last = faulty
    blind = sum(min(fault["end"], last) - fault["begin"] for fault in faults)
    assert sum(end - begin for begin, end in seen) == pytest.approx(last - blind, abs=4)


@pytest.mark.parametrize("name", SOUND)
def test_no_false_alarm_on_the_projects_footage(name):
    told, seen, last = watched(FOOTAGE / name)
    assert [state for state, *_ in told] == ["seeing"]
    assert seen[0][0] == 0
    assert seen[-1][1] == pytest.approx(last, abs=0.2)


@pytest.mark.parametrize("name", REAL)
def test_no_false_alarm_on_real_footage(footage, name):
    told, _, _ = watched(footage / name)
    assert [state for state, *_ in told] == ["seeing"]
