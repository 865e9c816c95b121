"""Counting one recording of one camera: open, load, run the camera's graph, write to the journal, answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count as numbers_from
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from galleria import __version__
from galleria.capture.ports import FrameSource, SourceFacts
from galleria.capture.reading import shown
from galleria.capture.sources import open_source
from galleria.domain.errors import InputError
from galleria.domain.events import Event, Origin
from galleria.domain.site import RATE, Camera, Site
from galleria.domain.time import WallClock, clip_text, local_text
from galleria.runtime.camera import camera_steps
from galleria.runtime.drawing import Drawing
from galleria.runtime.graph import Graph, Step
from galleria.runtime.tally import Tally, run_camera
from galleria.storage.recording import Outcome, Recording, settings_digest
from galleria.tracking.registry import DEFAULT, tracker_named

from .networks import Loaded
from .recorder import Recorder

# The drawn picture is no larger than this, pixels in height: people look at it, nobody measures in it.
DRAWN_HEIGHT = 720


@dataclass(frozen=True, slots=True)
class CountRequest:
    """What is to be counted.

    Attributes:
        sources: files (in order), globs, or one address; empty means the camera's own source.
        begin: clip seconds before which nothing is counted.
        end: clip seconds after which nothing is counted; None for the end.
        start: capture time of the first frame; None: from the file's name, or unknown.
        frame_rate: overrules what the file says; None believes it.
        rate: frames to analyse a second.
        tracker: name of the tracker.
        threads: for decoding; 0 for as many as the machine has.
        video: where an annotated video goes.
        picture: where a summary picture goes.
        journal: the journal's path; None for the default one.
        record: False writes to no journal.
    """

    site: Site
    camera: Camera
    sources: tuple[str, ...] = ()
    begin: float = 0.0
    end: float | None = None
    start: datetime | None = None
    frame_rate: float | None = None
    rate: float = RATE
    tracker: str = DEFAULT
    threads: int = 0
    video: Path | None = None
    picture: Path | None = None
    journal: Path | None = None
    record: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted.

    Attributes:
        until: capture time of the last picture, or where Ctrl-C ended it.
        outcome: what became of it in the journal; None when it was not finished or not recorded.
        seconds: wall time, without loading.
        asked: the part of the clip asked for, clip seconds.
    """

    site: Site
    camera: Camera
    source: str
    origin: Origin
    facts: SourceFacts
    tally: Tally
    network: str
    until: float
    outcome: Outcome | None
    seconds: float
    notes: Sequence[str] = field(default_factory=list)
    asked: tuple[float, float | None] = (0.0, None)

    @property
    def part(self) -> tuple[float, float] | None:
        """Clip seconds from and to, when only a part was asked for."""
        length = self.facts.seconds
        if not self.asked[0] and (self.asked[1] is None or (length is not None and self.asked[1] >= length)):
            return None
        return self.asked[0], min(self.asked[1] or float("inf"), length or self.until - self.facts.start)

    @property
    def events(self) -> list[Event]:
        return self.tally.events


Watch = Callable[[float, float | None, int], None]
"""Told the clip seconds done, the clip seconds in all (None if unknown) and the crossings so far."""


def unwatched(_done: float, _total: float | None, _crossings: int) -> None:
    """Watch nothing."""


def count(request: CountRequest, network: Loaded, watch: Watch = unwatched) -> Count:
    """Count.

    Raises:
        InputError: the part that is asked for has no length, or lies after the end.
        VideoError: the source cannot be used.
        StoreError: the journal or an output cannot be written.
    """
    source = _open(request)
    facts, site = source.facts, request.site
    name = _shown(request)
    origin = Origin(site.id, request.camera.id, facts.fingerprint)
    notes: list[str] = []
    detector = network.detector(request.camera)
    aspect = facts.width / facts.height
    steps = camera_steps(
        request.camera,
        origin,
        detector,
        tracker_named(request.tracker)(aspect, numbers_from(1)),
        aspect=aspect,
        frame_rate=facts.rate,
        rate=request.rate,
    )
    end = min(facts.seconds, request.end) if facts.seconds and request.end else facts.seconds or request.end
    reached = facts.start + request.begin
    tally = Tally()

    def progress(time: float, crossings: int) -> None:
        nonlocal reached
        reached = time
        watch(time - facts.start - request.begin, end - request.begin if end else None, crossings)

    began = perf_counter()
    drawing: Drawing | None = None
    try:
        drawing = _drawing(request, facts, network)
        if drawing:
            steps = (*steps, Step("draw", drawing))
        recording = _recording(request, origin, facts, name, network.name) if request.record else None
        with Recorder(recording, request.journal, notes) as recorder:
            run_camera(Graph(steps), source, recorder.take, progress, tally)
            outcome = recorder.finish(whole=_is_whole(request, facts, tally))
        if drawing:
            drawing.close()
    except BaseException:
        if drawing:
            drawing.abort()
        raise
    finally:
        source.close()
    notes += source.warnings
    seconds = perf_counter() - began
    return Count(
        site,
        request.camera,
        name,
        origin,
        facts,
        tally,
        network.name,
        reached,
        outcome,
        seconds,
        notes,
        (request.begin, request.end),
    )


def _open(request: CountRequest) -> FrameSource:
    sources: str | Sequence[str] = request.sources or request.camera.source
    if request.end is not None and request.end <= request.begin:
        problem = f"the part from {request.begin:g} s to {request.end:g} s of the clip has no length"
        raise InputError(problem, "Choose an end that lies after the beginning.")
    if isinstance(sources, tuple) and len(sources) == 1:
        sources = sources[0]
    source = open_source(
        sources,
        camera=request.camera.id,
        start=request.start,
        zone=ZoneInfo(request.site.zone),
        begin=request.begin,
        end=request.end,
        rate=request.frame_rate,
        threads=request.threads,
        clock=WallClock().now,
    )
    length = source.facts.seconds
    if length is not None and request.begin >= length:
        source.close()
        problem = f"the clip is {length:.1f} s long, and counting is to begin at {request.begin:g} s"
        raise InputError(problem, "Choose an earlier beginning.")
    source.want_rate(request.rate)
    return source


def _recording(request: CountRequest, origin: Origin, facts: SourceFacts, name: str, network: str) -> Recording:
    camera = replace(request.camera, source="", shown="", name="", lane=None)
    return Recording(
        origin,
        settings_digest(camera, network, request.tracker, request.rate, __version__),
        name,
        WallClock().now(),
        request.site.zone,
        facts.start_known,
        tuple(wire.id for wire in request.camera.tripwires),
        tuple(zone.id for zone in request.camera.zones),
    )


def _is_whole(request: CountRequest, facts: SourceFacts, tally: Tally) -> bool:
    """Whether all of the recording was counted. A live camera's recording ends when the counting does."""
    names = request.sources or (request.camera.source,)
    if facts.seconds is None and any("://" in name or name.startswith("/dev/") for name in names):
        return True
    ended_early = request.end is not None and (facts.seconds is None or request.end < facts.seconds)
    return not (tally.interrupted or request.begin or ended_early)


def _shown(request: CountRequest) -> str:
    """What people call the source; never its password."""
    if not request.sources:
        return request.camera.shown or request.camera.id
    names = [shown(s) if "://" in s else Path(s).name for s in request.sources]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _drawing(request: CountRequest, facts: SourceFacts, network: Loaded) -> Drawing | None:
    if not (request.video or request.picture):
        return None
    height = min(facts.height, DRAWN_HEIGHT)
    size = (round(facts.width * height / facts.height), height)
    zone = ZoneInfo(request.site.zone)

    def clock(time: float) -> str:
        return local_text(time, zone) if facts.start_known else clip_text(time)

    return Drawing(
        request.camera,
        network.detector(request.camera),
        size,
        min(request.rate, facts.rate),
        clock,
        video=request.video,
        still=request.picture,
    )
