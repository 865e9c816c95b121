"""A clip and its truth into a score: count with the truth's own lines, then compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count as numbers_from
from pathlib import Path

from galleria.analytics.score import Score, score
from galleria.analytics.trackscore import TrackScore, score_tracks
from galleria.capture.ports import SourceFacts
from galleria.capture.sources import open_source
from galleria.domain.events import Origin
from galleria.domain.site import RATE, Camera
from galleria.domain.truth import TrackBox, Truth
from galleria.runtime.camera import camera_steps
from galleria.runtime.graph import Graph, Step
from galleria.runtime.look import Look
from galleria.runtime.tally import Tally, run_camera
from galleria.storage.truth import read_mot, read_truth
from galleria.tracking.registry import DEFAULT, tracker_named

from .answer import crossings_of
from .choose import NO_SITE
from .count import Count, CountRequest, Watch, count, unwatched
from .networks import Loaded

# Two pictures have the same shape when their aspect ratios differ by less than this share.
SHAPE = 0.02
# Clips of one recording may differ by this many frames, or by a fiftieth of them.
SECOND = 25


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """What is to be scored.

    Attributes:
        truth: a truth file with lines, or a MOT `gt.txt`.
        tolerance: seconds; None: what the truth says for each line, else the default.
        rate: frames to analyse a second.
        tracker: name of the tracker.
        frame_rate: overrules what the file says.
    """

    video: str
    truth: Path
    tolerance: float | None = None
    rate: float = RATE
    tracker: str = DEFAULT
    frame_rate: float | None = None
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """The score with the count it judges."""

    score: Score
    count: Count
    notes: Sequence[str] = ()


def score_lines(request: ScoreRequest, network: Loaded, watch: Watch = unwatched) -> Scored:
    """Count the video at the truth's lines, and compare.

    Raises:
        VideoError: the video cannot be used.
        TruthError: the truth cannot.
    """
    source = open_source(request.video, rate=request.frame_rate)
    source.close()
    truth = read_truth(request.truth, (source.facts.width, source.facts.height))
    camera = Camera("scored", tripwires=tuple(line.tripwire() for line in truth.lines))
    counted = count(
        CountRequest(
            NO_SITE,
            camera,
            (request.video,),
            frame_rate=request.frame_rate,
            rate=request.rate,
            tracker=request.tracker,
            threads=request.threads,
            record=False,
        ),
        network,
        watch,
    )
    notes = [*_doubts(truth, request, counted.facts), *counted.notes]
    return Scored(score(truth, crossings_of(counted.events), counted.facts.start, request.tolerance), counted, notes)


def _doubts(truth: Truth, request: ScoreRequest, facts: SourceFacts) -> list[str]:
    """Signs that the truth is of another clip. Copies are renamed, scaled and cut, so none of them is a proof."""
    doubts = []
    if truth.video and truth.video != Path(request.video).name:
        doubts.append(f"The truth says that it is of {truth.video}, not of {Path(request.video).name}.")
    if truth.size and abs(truth.size[0] / truth.size[1] / (facts.width / facts.height) - 1) > SHAPE:
        wide, high = truth.size
        doubts.append(f"The truth was labelled on {wide}x{high}, the clip is {facts.width}x{facts.height}.")
    if truth.frames and facts.frames and abs(truth.frames - facts.frames) > max(SECOND, truth.frames / 50):
        doubts.append(f"The truth is of {truth.frames} frames, the clip has {facts.frames}.")
    return doubts


@dataclass(slots=True)
class _Keep:
    """A step that keeps where tracks were seen, by the index of the analysed frame."""

    boxes: dict[int, list[TrackBox]] = field(default_factory=dict)
    _indexes: dict[float, int] = field(default_factory=dict)

    def on_item(self, look: Look) -> Sequence[Look]:
        if look.frame is not None:
            self._indexes[look.frame.time] = look.frame.index
            self.boxes[look.frame.index] = []
        for update in look.updates:
            for point in update.points:
                self.boxes[self._indexes[point.time]].append(TrackBox(update.track, point.box))
        return [look]

    def on_end(self) -> Sequence[Look]:
        return ()


def score_boxes(request: ScoreRequest, network: Loaded, watch: Watch = unwatched) -> TrackScore:
    """Track the video and compare with labelled boxes in every analysed frame.

    Raises:
        VideoError: the video cannot be used.
        TruthError: the truth cannot.
        KeyboardInterrupt: Ctrl-C ended it; a part of a clip cannot be scored.
    """
    source = open_source(request.video, rate=request.frame_rate, threads=request.threads)
    facts, keep = source.facts, _Keep()
    try:
        truth = read_mot(request.truth, (facts.width, facts.height))
    except BaseException:
        source.close()
        raise
    camera, aspect = Camera("scored"), facts.width / facts.height
    steps = camera_steps(
        camera,
        Origin(NO_SITE.id, camera.id, facts.fingerprint),
        network.detector(camera),
        tracker_named(request.tracker)(aspect, numbers_from(1)),
        aspect=aspect,
        frame_rate=facts.rate,
        rate=request.rate,
    )

    def progress(time: float, _: int) -> None:
        watch(time - facts.start, facts.seconds, 0)

    tally = Tally()
    run_camera(Graph((*steps, Step("keep", keep))), source, lambda _: None, progress, tally)
    if tally.interrupted:
        raise KeyboardInterrupt
    return score_tracks(truth, keep.boxes)
