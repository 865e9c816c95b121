"""A site's cameras counted day and night: one thread analyses all of them, with one network.

It takes the newest frames of every camera that has some, has those searched that are worth it, follows and observes
each camera for itself, and gives what became certain to the sink: written before it is shown. While the sink cannot be
written nothing is analysed (frames are dropped, and counted), so that no event is lost and none waits without bound.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Lock, Thread, current_thread
from time import monotonic
from types import MappingProxyType
from typing import TypeVar

from galleria.domain.errors import ConflictError
from galleria.domain.frame import Picture
from galleria.domain.geometry import Box
from galleria.domain.live import CameraLive
from galleria.domain.site import Camera, Site, Tripwire, no_camera
from galleria.domain.time import Clock, trading_day

from .changes import Changes, changes
from .desk import Desk
from .envelope import Envelope
from .lane import Lane, Tools
from .load import Load, Meter
from .look import Look
from .parts import Parts, Sink
from .search import SearchParty, Wanted
from .work import Work

# How often, seconds, what only time tells is looked at: states, days, cameras to be begun anew.
TICK = 0.5
# The longest wait for a camera; envelopes are sent in between.
_NAP = 0.1

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A camera's newest picture, for setting it up; to be shown only with its heads blurred.

    Attributes:
        people: boxes of all that was found in it, normalised.
    """

    picture: Picture
    people: tuple[Box, ...]


class SiteRunner:
    """Runs a site. Its methods may be called by any thread.

    Args:
        site: what is counted.
        parts: makes what does it.
        sink: takes what comes of it; used by the analysis thread only.
        clock: tells the time now.
        views: what `views` gave at the end of an earlier run: cameras that were turned meanwhile are noticed.
    """

    def __init__(
        self, site: Site, parts: Parts, sink: Sink, clock: Clock, views: Mapping[str, bytes] = MappingProxyType({})
    ) -> None:
        self._site, self._clock = site, clock
        self._lock, self._news, self._stopping = Lock(), Event(), Event()
        self._meter = Meter()
        self._envelope = Envelope(sink)
        self._tools = Tools(parts, clock, self._envelope, self._meter, self._wake, views)
        self._party: SearchParty[tuple[Lane, Look]] = SearchParty(parts.searchers, self._meter, self._news.set)
        self._work = Work(self._party)
        self._day = trading_day(site, clock.now())
        self._lanes: dict[str, Lane] = {}
        self._ready: set[str] = set()
        self._desk = Desk(self._news.set)
        self._thread = Thread(target=self._run, name="analysis", daemon=True)

    def start(self) -> None:
        """Connect all cameras and begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of all cameras, finish and write what was counted; returns when that is done."""
        self._stopping.set()
        self._news.set()
        if self._thread.ident is not None:
            self._thread.join()
        else:
            self._party.close()

    @property
    def running(self) -> bool:
        """Whether the analysis goes on; False before the start, after the end, and if it should ever break down."""
        return self._thread.is_alive()

    @property
    def trouble(self) -> str:
        """Why events cannot be written, so that nothing is analysed; empty while all is well."""
        return self._envelope.trouble

    def live(self) -> dict[str, CameraLive]:
        """How every camera is, by id. Crossings in it have been written."""
        return {camera: lane.live for camera, lane in list(self._lanes.items())}

    def load(self) -> Load:
        """What it costs so far."""
        return self._meter.load()

    def reload(self, site: Site) -> Changes:
        """Go on with another record of the site; cameras that did not change do not notice.

        Raises:
            ConflictError: it is another site.
        """
        return self._ask(lambda: self._change(site))

    def accept_view(self, camera: str) -> None:
        """Take the present view of a camera for the right one.

        Raises:
            NotFoundError: there is no such camera.
        """
        self._ask(lambda: self._lane(camera).accept_view())

    def preview(self, camera: str, tripwires: Sequence[Tripwire]) -> dict[str, tuple[int, int]]:
        """What lines would have counted on the last minute, by line: in and out.

        Raises:
            NotFoundError: there is no such camera.
        """
        return self._ask(lambda: self._lane(camera).preview(tripwires))

    def glimpse(self, camera: str) -> Glimpse | None:
        """The newest picture of a camera, searched for people; None when there is none from the last seconds.

        Raises:
            NotFoundError: there is no such camera.
        """
        return self._ask(lambda: self._glimpse(camera))

    def views(self) -> dict[str, bytes]:
        """What cameras are known to see (`Sight.stored`), to be kept for the next run; keys are fit for file names."""
        return self._ask(lambda: dict(view for lane in self._lanes.values() if (view := lane.view())))

    def _wake(self, camera: str) -> None:
        with self._lock:
            self._ready.add(camera)
        self._news.set()

    def _ask(self, question: Callable[[], T]) -> T:
        mine = current_thread() is self._thread or not self._thread.is_alive()
        return question() if mine else self._desk.ask(question)

    def _run(self) -> None:
        try:
            for camera in self._site.cameras:
                self._add(camera)
            ticked = 0.0
            while not self._stopping.is_set():
                self._news.wait(_NAP)
                self._news.clear()
                self._desk.answer()
                self._work.go_on()
                if not self._envelope.trouble:
                    self._work.begin(self._taken())
                if monotonic() - ticked >= TICK:
                    ticked = monotonic()
                    self._tick()
                if self._envelope.due(monotonic()):
                    self._send()
        except BaseException:
            _log.critical("the analysis broke down", exc_info=True)
            raise
        finally:
            self._end()

    def _taken(self) -> list[Lane]:
        with self._lock:
            ready, self._ready = self._ready, set()
        return [lane for camera, lane in self._lanes.items() if camera in ready]

    def _tick(self) -> None:
        if self._clock.now() >= self._day.end:
            self._begin_day()
        for lane in self._lanes.values():
            lane.tick()
        if self._tools.parts.faces is not None:
            self._tools.parts.faces.tick()

    def _begin_day(self) -> None:
        day = trading_day(self._site, self._clock.now())
        if day != self._day:
            self._day = day
            for lane in self._lanes.values():
                lane.begin_day(day)

    def _send(self) -> None:
        with self._meter.stage("journal"):
            sent = self._envelope.send(monotonic())
        if sent:
            for lane in self._lanes.values():
                lane.written()

    def _end(self) -> None:
        closing = [Thread(target=lane.shut, daemon=True) for lane in self._lanes.values()]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()
        if not self._envelope.trouble:
            self._work.begin(self._lanes.values())
        self._work.settle()
        for lane in self._lanes.values():
            lane.leave()
        if self._tools.parts.faces is not None:
            self._tools.parts.faces.tick()
        self._send()
        if not self._envelope.empty:
            _log.critical("the site stopped, and what was counted last could not be written: %s", self.trouble)
        self._party.close()
        self._desk.answer()

    def _add(self, camera: Camera) -> None:
        lane = Lane(self._site, camera, self._tools, self._day)
        self._lanes[camera.id] = lane
        lane.start()

    def _lane(self, camera: str) -> Lane:
        if camera not in self._lanes:
            raise no_camera(camera)
        return self._lanes[camera]

    def _glimpse(self, camera: str) -> Glimpse | None:
        look = self._lane(camera).look
        if look is None or look.frame is None:
            return None
        # Also what is masked: nobody is counted there, and everybody's head is blurred.
        self._work.settle()
        self._party.ask((self._lane(camera), look), Wanted(look.frame.picture, ()))
        ((_, found),) = self._party.found(wait=True)  # the only one: nothing else is under way
        if isinstance(found, Exception):
            raise found
        return Glimpse(look.frame.picture, tuple(Box(*map(float, box)) for box in found.boxes))

    def _change(self, site: Site) -> Changes:
        old = self._site
        if site.id != old.id:
            problem = f"the site is {old.id!r}, and the file says {site.id!r}"
            raise ConflictError(problem, "Start it anew to count another site.")
        found = changes(old, site)
        self._site = site
        if self._stopping.is_set() or not self._thread.is_alive():
            return found
        self._work.settle()
        for gone in found.removed:
            self._lanes.pop(gone).leave()
        for camera in site.cameras:
            if camera.id in found.added:
                self._add(camera)
            elif camera.id in found.reconnected:
                self._lanes[camera.id].reconnect(site, camera)
            else:
                self._lanes[camera.id].redraw(site, camera)
        self._begin_day()
        return found
