"""Seven people cross a room, seen from above: the same counts however the clip is analysed or was encoded."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from galleria.app.networks import Choice, Loaded, load
from galleria.app.score import Scored, ScoreRequest, score_lines
from galleria.capture.sources import open_source
from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import Box
from galleria.domain.site import RATE, Camera
from galleria.models.precision import integers_are_exact
from galleria.runtime.camera import Search, camera_steps
from galleria.runtime.graph import Graph
from galleria.runtime.tally import Tally, run_camera
from galleria.tracking.tracker import MotionTracker
from galleria.vision.motion import WHOLE

# Where the processor cannot run int8 exactly, int8 is not what anybody gets: the same corners are tried in fp32.
SMALL = "int8" if integers_are_exact() else "fp32"
ON_TIME = 0.5  # seconds
# A body that is half in the picture is seen later or earlier than its feet cross; the counts stay.
AT_THE_BORDER = 0.8
COUNTS = {
    "floor_y350": {"up": 7, "down": 0},
    "left_exit_x150": {"left": 4, "right": 0},
    "right_exit_x618": {"left": 0, "right": 3},
}
TURNED = {"left": "right", "right": "left"}


def counted(scored: Scored) -> dict[str, dict[str, int]]:
    return {line.id: dict(line.counted) for line in scored.score.lines}


def lateness(scored: Scored, line_id: str) -> list[float]:
    """How many seconds each crossing is off, of those that have a partner in the truth."""
    (line,) = [line for line in scored.score.lines if line.id == line_id]
    return [abs(pair.late) for pair in line.pairs or ()]


def scored(video: Path, truth: Path, network: Loaded, **options) -> Scored:
    return score_lines(ScoreRequest(str(video), truth, AT_THE_BORDER, **options), network)


@pytest.fixture(scope="module")
def clip(footage):
    return footage / "people_detection" / "people-detection.mp4"


@pytest.fixture(scope="module")
def truth(footage):
    return footage / "people_detection" / "gt.json"


@pytest.fixture(scope="module")
def default():
    return load(Choice())


@pytest.mark.parametrize(
    ("rate", "precision", "engine"),
    [
        (8, "auto", "onnxruntime"),
        (5, SMALL, "onnxruntime"),
        (12, SMALL, "openvino"),
        (5, "fp32", "openvino"),
        (12, "fp32", "onnxruntime"),
    ],
)
def test_same_counts_at_every_rate_precision_and_engine(clip, truth, rate, precision, engine):
    found = scored(clip, truth, load(Choice(precision=precision, engine=engine)), rate=rate)
    assert counted(found) == COUNTS
    late = lateness(found, "floor_y350")
    assert len(late) == 7
    assert max(late) <= ON_TIME
    assert not found.count.tally.interrupted
    assert found.count.tally.frames == 596


def encode(source: Path, target: Path, codec: str, size: tuple[int, int], options: dict[str, str], *, mirror: bool):
    """The same clip in other bytes, 12 frames a second."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as out:
        stream = out.add_stream(codec, rate=12, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number, frame in enumerate(clip.decode(video=0)):
            pixels = frame.to_ndarray(format="bgr24")
            fresh = av.VideoFrame.from_ndarray(pixels[:, ::-1].copy() if mirror else pixels, "bgr24")
            fresh = fresh.reformat(*size, "yuv420p")
            fresh.pts = number
            out.mux(stream.encode(fresh))
        out.mux(stream.encode(None))
    return target


@dataclass(frozen=True)
class Variant:
    name: str
    codec: str
    size: tuple[int, int]
    options: dict[str, str]


@pytest.mark.parametrize(
    "variant",
    [
        # Scaled, and hardly anything else. Known limit: half size and compressed again as well (crf 12), one of the
        # seven exits at the picture's border is lost at some rates.
        Variant("half.mp4", "libx264", (384, 216), {"crf": "1", "preset": "veryfast"}),
        Variant("old-codec.avi", "mpeg4", (768, 432), {"b": "1500000"}),
    ],
    ids=lambda variant: variant.name,
)
def test_same_counts_when_scaled_or_encoded_again(clip, truth, default, variant, tmp_path):
    video = encode(clip, tmp_path / variant.name, variant.codec, variant.size, variant.options, mirror=False)
    # The truth's lines are in pixels of the clip that was labelled, and say so.
    found = scored(video, truth, default)
    assert counted(found) == COUNTS
    assert max(lateness(found, "floor_y350")) <= ON_TIME


def test_mirrored_the_directions_are_swapped(clip, truth, default, tmp_path):
    options = {"crf": "10", "preset": "veryfast"}
    video = encode(clip, tmp_path / "mirrored.mp4", "libx264", (768, 432), options, mirror=True)
    plain = json.loads(truth.read_text())
    for line in plain["lines"]:
        for end in ("p1", "p2"):
            line[end][0] = 768 - line[end][0]
        line["totals"] = {TURNED.get(word, word): number for word, number in line["totals"].items()}
        for event in line["events"]:
            event["dir"] = TURNED.get(event["dir"], event["dir"])
    mirrored = tmp_path / "mirrored.json"
    mirrored.write_text(json.dumps(plain))
    found = scored(video, mirrored, default)
    expected = {line: {TURNED.get(word, word): n for word, n in of.items()} for line, of in COUNTS.items()}
    assert counted(found) == expected
    late = lateness(found, "floor_y350")
    # Known limit: mirrored, one person's feet may be told 0.65 s early.
    assert len(late) == 7
    assert max(late) <= 0.7
    assert sum(each > ON_TIME for each in late) <= 1


class EveryPicture:
    """A gate that is always open: everything moved."""

    def moved(self, picture) -> Box:
        return WHOLE

    def keep(self, picture, part=WHOLE) -> None:
        pass


def test_the_motion_gate_changes_no_count(clip, truth, default):
    """Counts with the gate are those with every picked picture searched, with fewer searches."""
    gated = scored(clip, truth, default)
    source = open_source(str(clip), threads=0)
    facts, camera = source.facts, gated.count.camera
    steps = camera_steps(
        Camera(camera.id, tripwires=camera.tripwires),
        Origin("local", camera.id, "ungated"),
        default.detector(camera),
        MotionTracker(facts.width / facts.height, itertools.count(1)),
        aspect=facts.width / facts.height,
        frame_rate=facts.rate,
        rate=RATE,
    )
    (search,) = [step.operator for step in steps if isinstance(step.operator, Search)]
    search.follow.gate = EveryPicture()
    tally = Tally()
    run_camera(Graph(steps), source, lambda _: None, lambda *_: None, tally)

    assert tally.searched == tally.looks == gated.count.tally.looks
    assert gated.count.tally.searched < 0.8 * tally.searched
    open_, closed = crossings(tally), crossings(gated.count.tally)
    assert [each[:2] for each in open_] == [each[:2] for each in closed]
    assert all(abs(a[2] - b[2]) <= 0.3 for a, b in zip(open_, closed, strict=True))


def crossings(tally: Tally) -> list[tuple[str, str, float]]:
    return sorted((e.tripwire, e.towards, e.time) for e in tally.events if isinstance(e, Crossing))
