"""How many cameras this machine carries: a clip as many paced cameras, counted as a site is, more and more of them.

Every camera plays the clip for ever at its own pace, each from another place in it. Carried are as many as lose less
than one of a hundred pictures, while nineteen of twenty events are written within a second.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from galleria.capture.backoff import Backoff
from galleria.capture.feed import Feed
from galleria.capture.paced import Passes
from galleria.capture.ports import FrameSource
from galleria.capture.reading import Reading
from galleria.capture.sources import open_reading
from galleria.domain.errors import InputError
from galleria.domain.events import Crossing, Event, Origin
from galleria.domain.geometry import Point, Segment
from galleria.domain.health import Condition
from galleria.domain.site import RATE, Camera, Site, Tripwire
from galleria.domain.time import WallClock
from galleria.runtime.load import Load
from galleria.runtime.parts import CameraFeed
from galleria.runtime.site import SiteRunner
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording

from .count import CountRequest, count
from .live_parts import parts_with
from .networks import Loaded

DROPPED, LAG = 0.01, 1.0
MOST = 512
# Not measured: seconds until every camera has been looked at (each first skips to its place in the clip), but no more
# than the first number, and some more until what has piled up by then is worked off.
START, WARM_UP = 60.0, 4.0

# Lines for a clip that nobody drew any in: one across the middle and one down the middle.
CROSS = (
    Tripwire("across", Segment(Point(0.0, 0.5), Point(1.0, 0.5))),
    Tripwire("down", Segment(Point(0.5, 0.0), Point(0.5, 1.0))),
)

Tally = Counter[tuple[str, str]]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What so many cameras took.

    Attributes:
        seconds: measured.
        analysed: frames.
        dropped: frames that should have been analysed and were not.
        lag: seconds from capture to written that 95 of 100 events did not exceed; None without events.
        events: how many were written.
        stages: processor milliseconds a second and camera.
        batches: searches by pictures in them.
        passes: whole passes of the clip, and those of them that counted exactly what the file gives.
    """

    cameras: int
    seconds: float
    analysed: int
    dropped: int
    lag: float | None
    events: int
    stages: dict[str, float]
    batches: dict[int, int]
    passes: tuple[int, int]

    @property
    def lost(self) -> float:
        """Share of frames that were dropped."""
        return self.dropped / max(1, self.analysed + self.dropped)

    @property
    def carried(self) -> bool:
        return self.analysed > 0 and self.lost < DROPPED and (self.lag or 0.0) < LAG

    @property
    def cores(self) -> float:
        """Processors that were busy with it, in the mean."""
        return sum(self.stages.values()) * self.cameras / 1000

    @property
    def affordable(self) -> float:
        """Cameras that the processors could carry if nothing else wanted them, with a tenth to spare."""
        return 0.9 * cores() * 1000 / max(0.001, sum(self.stages.values()))


@dataclass(frozen=True, slots=True)
class Clip:
    """What every camera plays.

    Attributes:
        tripwires: counted in it.
        seconds: its length.
        counts: of the file, by line and direction.
    """

    path: Path
    tripwires: tuple[Tripwire, ...]
    seconds: float
    counts: Tally


def prepare(path: Path, tripwires: Sequence[Tripwire], loaded: Loaded, *, rate: float = RATE) -> Clip:
    """Count the file itself, to compare with.

    Args:
        path: of the clip.
        tripwires: to be counted; none: `CROSS`.
        loaded: the network.
        rate: frames a second to analyse.

    Raises:
        VideoError: it cannot be read.
        InputError: nothing tells how long it is.
    """
    wires = tuple(tripwires) or CROSS
    camera = Camera("file", source=str(path), tripwires=wires)
    done = count(CountRequest(Site("density"), camera, rate=rate, threads=1, record=False), loaded)
    if not done.facts.seconds:
        problem = f"nothing tells how long {path} is"
        raise InputError(problem, "Use a recording with time stamps, such as an MP4.")
    return Clip(path, wires, done.facts.seconds, _tally(done.events))


def find(clip: Clip, loaded: Loaded, *, seconds: float, rate: float = RATE, say: Say = lambda _: None) -> list[Trial]:
    """Find the most cameras that this machine carries.

    Returns:
        every trial, in order.
    """
    trials: list[Trial] = []

    def carries(cameras: int) -> bool:
        say(f"{cameras} cameras")
        trials.append(trial(clip, cameras, loaded, seconds=seconds, rate=rate))
        return trials[-1].carried

    most(carries)
    return trials


def most(carries: Callable[[int], bool]) -> int:
    """The largest number up to `MOST` that is carried, by doubling and then halving the rest; to within 1 in 20."""
    low, high = 0, 1
    while high <= MOST and carries(high):
        low, high = high, 2 * high
    # What else the machine does makes as much of a difference.
    while high <= MOST and high - low > max(1, low // 20):
        middle = (low + high) // 2
        low, high = (middle, high) if carries(middle) else (low, middle)
    return low


def trial(clip: Clip, cameras: int, loaded: Loaded, *, seconds: float, rate: float = RATE) -> Trial:
    """Run so many cameras for so long, once every camera has been looked at."""
    with tempfile.TemporaryDirectory(prefix="galleria-density-") as folder:
        with watched(clip, cameras, loaded, Path(folder), rate=rate) as (runner, book):
            _wait_for_all(runner, cameras)
            before, began = _Reading.of(runner), time.monotonic()
            time.sleep(seconds)
            after, took = _Reading.of(runner), time.monotonic() - began
        return _trial(cameras, took, before, after, book.passes(clip.counts))


def _wait_for_all(runner: SiteRunner, cameras: int) -> None:
    began = time.monotonic()
    while sum(camera.analysed > 0 for camera in runner.live().values()) < cameras and time.monotonic() - began < START:
        time.sleep(0.1)
    time.sleep(WARM_UP)


@contextmanager
def watched(
    clip: Clip, cameras: int, loaded: Loaded, folder: Path, *, rate: float = RATE
) -> Iterator[tuple[SiteRunner, Book]]:
    """Run a site of so many cameras, with a journal in a folder; it is stopped at the end."""
    chance = random.Random(cameras)  # noqa: S311  phases, no secrets
    phases = {f"camera{n}": chance.uniform(0, 0.9) * clip.seconds if n else 0.0 for n in range(cameras)}
    site = Site("density", cameras=tuple(Camera(name, str(clip.path), tripwires=clip.tripwires) for name in phases))
    clock = WallClock()
    parts = replace(parts_with(loaded, site, clock, rate=rate), feed=_feeds(clip, phases, rate, clock))
    with LiveJournal(folder / "journal.db", site.id, clock) as journal:
        book = Book(journal)
        runner = SiteRunner(site, parts, book, clock)
        runner.start()
        try:
            yield runner, book
        finally:
            runner.stop()


def _feeds(
    clip: Clip, phases: dict[str, float], rate: float, clock: WallClock
) -> Callable[[Camera, Callable[[], None]], CameraFeed]:
    def feed(camera: Camera, ready: Callable[[], None]) -> CameraFeed:
        phase = phases[camera.id]
        begins = iter([phase])

        def opening() -> FrameSource:
            return open_reading(str(clip.path), Reading(camera.id, begin=next(begins, 0.0), clock=clock.now, feed=True))

        passes = Passes(opening, clock.now, clock.now() - phase)
        return Feed(camera.id, passes, rate=rate, clock=clock.now, backoff=Backoff(), ready=ready)

    return feed


class Book:
    """A journal that also remembers the counts of whole passes."""

    def __init__(self, journal: LiveJournal) -> None:
        self._journal = journal
        self._counts: dict[Origin, Tally] = {}
        self._whole: list[Origin] = []

    def envelope(self) -> AbstractContextManager[None]:
        return self._journal.envelope()

    def begin(self, recording: Recording) -> None:
        self._counts.setdefault(recording.origin, Counter())
        self._journal.begin(recording)

    def append(self, origin: Origin, events: Sequence[Event]) -> None:
        self._counts[origin] += _tally(events)
        self._journal.append(origin, events)

    def finish(self, origin: Origin) -> None:
        self._whole.append(origin)
        self._journal.finish(origin)

    def conditions(self, conditions: Sequence[Condition]) -> None:
        self._journal.conditions(conditions)

    def beat(self) -> None:
        self._journal.beat()

    def passes(self, counts: Tally) -> tuple[int, int]:
        """How many whole passes there were, and how many of them counted so."""
        first = {origin.camera: origin for origin in reversed(self._counts)}
        whole = [o for o in self._whole if o.camera == "camera0" or first[o.camera] != o]
        return len(whole), sum(self._counts[origin] == counts for origin in whole)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the counters say at a moment; processor seconds by stage."""

    load: Load
    analysed: int
    dropped: int
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, runner: SiteRunner) -> _Reading:
        live, load = runner.live().values(), runner.load()
        seconds = dict(load.seconds)
        # Threads that read and decode come and go, so theirs is what the others leave.
        others = dict(_threads())
        if others:
            seconds["the rest"] = sum(t for name, t in others.items() if name != "MainThread") - sum(seconds.values())
            seconds["decode and pick"] = time.process_time() - sum(others.values())
        return cls(load, sum(c.analysed for c in live), sum(c.dropped for c in live), seconds)


def _threads() -> Iterator[tuple[str, float]]:
    """Processor seconds of the threads that stay; none where the system does not tell."""
    if sys.platform == "win32" or sys.platform == "darwin":
        return
    for thread in threading.enumerate():
        if thread.name in {"MainThread", "analysis"} or thread.name.startswith("search"):
            assert thread.ident is not None
            yield thread.name, time.clock_gettime(time.pthread_getcpuclockid(thread.ident))


def _trial(cameras: int, took: float, before: _Reading, after: _Reading, passes: tuple[int, int]) -> Trial:
    spent = {name: seconds - before.seconds.get(name, 0.0) for name, seconds in after.seconds.items()}
    lags = sorted(after.load.lags[len(before.load.lags) :])
    return Trial(
        cameras,
        took,
        after.analysed - before.analysed,
        after.dropped - before.dropped,
        lags[min(len(lags) - 1, int(0.95 * len(lags)))] if lags else None,
        len(lags),
        {name: 1000 * seconds / took / cameras for name, seconds in spent.items()},
        {size: times - before.load.batches.get(size, 0) for size, times in sorted(after.load.batches.items())},
        passes,
    )


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def limit(trial: Trial) -> str:
    """The stage that takes most of the processors' time."""
    return max(trial.stages, key=lambda name: trial.stages[name])


def _tally(events: Sequence[Event]) -> Tally:
    return Counter((event.tripwire, event.direction) for event in events if isinstance(event, Crossing))
