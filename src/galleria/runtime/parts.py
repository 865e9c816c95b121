"""What a running site is made of, as ports: how cameras are fed, who searches and follows, and where events go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from galleria import __version__
from galleria.capture.feed import FeedStatus, Item
from galleria.capture.ports import SourceFacts
from galleria.domain.events import Event, Origin
from galleria.domain.health import Condition
from galleria.domain.site import RATE, Camera, Site
from galleria.storage.recording import Recording, settings_digest
from galleria.tracking.ports import Tracker
from galleria.tracking.registry import DEFAULT
from galleria.vision.ports import Detector

from .look import Look


class CameraFeed(Protocol):
    """Frames of one camera from now on until it is closed. `capture.feed.Feed` is one."""

    @property
    def status(self) -> FeedStatus: ...

    @property
    def lossless(self) -> bool:
        """Whether every frame comes, also those not picked: what is counted depends on nothing but the recording."""
        ...

    def start(self) -> None: ...

    def take(self) -> list[Item]:
        """What came since the last call, in order; never blocks."""
        ...

    def close(self) -> None: ...


class Sink(Protocol):
    """Where events go, called by one thread only; all may raise StoreError. `storage.live.LiveJournal` is one."""

    def envelope(self) -> AbstractContextManager[None]:
        """Everything told inside is durable when it ends; if it raises, nothing of it was kept."""
        ...

    def begin(self, recording: Recording) -> object:
        """An epoch of a camera begins; told before its events. It may be known from before a crash."""
        ...

    def append(self, origin: Origin, events: Sequence[Event]) -> object:
        """Events of an epoch; ids that it has already change nothing."""
        ...

    def finish(self, origin: Origin) -> object:
        """A recording was counted whole."""
        ...

    def conditions(self, conditions: Sequence[Condition]) -> object:
        """States of cameras that began (no end yet) or ended, by camera and begin."""
        ...

    def beat(self) -> object:
        """A sign of life, where there is nothing else to write."""
        ...


class FaceDesk(Protocol):
    """Where faces are looked at, as far as purposes have grants. Used by the analysis thread.

    `galleria.app.recognition.desk.Recognition` is one. None of these raises: counting goes on whatever happens here.
    """

    def look(self, camera: Camera, origin: Origin, look: Look) -> None:
        """Take a look that was followed; its frame is not kept."""
        ...

    def closed(self, camera: str) -> None:
        """A camera's epoch ended."""
        ...

    def tick(self) -> None:
        """Time went by; told a few times a second."""
        ...


FeedFactory: TypeAlias = Callable[[Camera, Callable[[], None]], CameraFeed]
"""Makes the feed of a camera, not started yet; it calls the function, from any thread, when there is something."""

TrackerFactory: TypeAlias = Callable[[float, Iterator[int]], Tracker]
"""Makes a tracker from the pictures' aspect and where numbers come from."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a site runs with.

    Attributes:
        feed: makes a camera's feed.
        searchers: over one network, as many as may search at the same time; each is used by one thread at a time.
        tracker: makes a tracker.
        network: what the network is called; part of what the answer depends on.
        tracker_name: likewise.
        rate: frames a second that feeds pick; likewise.
        faces: None: no camera has a face step.
    """

    feed: FeedFactory
    searchers: tuple[Detector, ...]
    tracker: TrackerFactory
    network: str = ""
    tracker_name: str = DEFAULT
    rate: float = RATE
    faces: FaceDesk | None = None

    def settings(self, camera: Camera) -> str:
        """A digest of everything that a camera's counts depend on."""
        drawn = replace(camera, source="", shown="", name="", lane=None)  # where faces are looked at counts nobody
        return settings_digest(drawn, self.network, self.tracker_name, self.rate, __version__)

    def recording(self, site: Site, camera: Camera, origin: Origin, facts: SourceFacts, now: float) -> Recording:
        """What the journal is to know of an epoch."""
        return Recording(
            origin,
            self.settings(camera),
            camera.shown or camera.id,
            now,
            site.zone,
            facts.start_known,
            tuple(wire.id for wire in camera.tripwires),
            tuple(zone.id for zone in camera.zones),
        )
