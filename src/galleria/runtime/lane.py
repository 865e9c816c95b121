"""One camera while the site runs: its feed, the epoch that is being observed, its health, and what is told of it.

A lane outlives connections, epochs and its own failures. Only the analysis thread uses it; `live` may be read by any.
"""

from __future__ import annotations

import hashlib
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread

from galleria.capture.feed import Closed, FeedState, FeedStatus, Opened
from galleria.domain.detection import Detections
from galleria.domain.errors import GalleriaError
from galleria.domain.events import Event, Origin
from galleria.domain.geometry import Box
from galleria.domain.health import CameraState, Condition
from galleria.domain.live import CameraLive
from galleria.domain.site import Camera, Site, Tripwire
from galleria.domain.time import Bucket, Clock
from galleria.domain.track import TrackUpdate
from galleria.spatial.crossing import TripwireCounter
from galleria.vision.sight import Sight, Verdict

from .envelope import Envelope
from .healthbook import Health, HealthBook, judge
from .load import Meter
from .look import Look
from .observation import Observation
from .parts import CameraFeed, Parts
from .shown import Shown, lag

# Ways are kept this long, seconds, to try lines on them; and no more looks than this.
RECENT = 60.0
_MOST_RECENT = 2048
# A picture older than this, seconds, is let go.
_STALE = 5.0
# After a failure of the analysis itself the camera is begun anew after a while, seconds; ever later if it fails again
# within a minute.
_FIRST_WAIT, _MOST_WAIT, _GOOD = 1.0, 60.0, 60.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What all lanes share.

    Attributes:
        clock: tells the time now.
        envelope: takes what happens.
        meter: measures what the analysis takes.
        wake: to be told the camera's id when its feed has something; by any thread.
        views: what cameras saw before the site was started, by `view_key`.
    """

    parts: Parts
    clock: Clock
    envelope: Envelope
    meter: Meter
    wake: Callable[[str], None]
    views: Mapping[str, bytes]


class Lane:
    """One camera of a running site; `start` begins.

    Attributes:
        live: how it is; replaced whole.
        look: the newest look with a frame; None when that is seconds ago.
    """

    def __init__(self, site: Site, camera: Camera, tools: Tools, day: Bucket) -> None:
        self.site, self.camera = site, camera
        self._tools, self._clock = tools, tools.clock
        self._began, self._retry, self._wait = self._clock.now(), 0.0, _FIRST_WAIT
        self._book, self._shown = HealthBook(site.id, camera.id), Shown(day)
        self._feed: CameraFeed | None = None
        self._observation: Observation | None = None
        self._failed: Health | None = None
        self._verdict: Verdict | None = None
        self._sight = self._known_view()
        self._jump, self._leaving = 0.0, False
        self._recent: deque[tuple[float, Sequence[TrackUpdate]]] = deque(maxlen=_MOST_RECENT)
        self._waiting: list[float] = []  # capture times of frames whose events are not written yet
        self._seen = self._told = self._began  # when the newest look was taken, and its state told last
        self.look: Look | None = None
        self.live = CameraLive(camera.id, CameraState.STARTING, self._began)

    def start(self) -> None:
        """Connect; a failure to do so is this camera's alone."""
        self._failed, self._began, self._leaving = None, self._clock.now(), False
        try:
            camera = self.camera.id
            self._feed = self._tools.parts.feed(self.camera, lambda: self._tools.wake(camera))
            self._feed.start()
            self._publish(self._began)
        except Exception as error:  # noqa: BLE001  e.g. no thread can be had
            self.fail(error)

    @property
    def exact(self) -> bool:
        """Whether what is counted must depend on nothing but the recording."""
        return self._feed is not None and self._feed.lossless

    def looks(self, pressure: Callable[[], int] = lambda: 0) -> Iterator[Look]:
        """Work off what the feed has.

        Args:
            pressure: how many times as many pictures wait as are searched at once.

        Yields:
            looks to be searched; `found` must be told before the next is asked for.
        """
        for item in self._feed.take() if self._feed else ():
            if isinstance(item, Opened):
                self._open(item)
            elif isinstance(item, Closed):
                self._close(whole=item.whole)
            elif self._observation is not None:
                yield from self._observation.looks(item, self._observed, lambda: 0 if self.exact else pressure())

    def part(self, look: Look) -> Box | None:
        """Where it is enough to search a look; None: everywhere."""
        assert self._observation is not None
        return self._observation.follow.part(look)

    def found(self, look: Look, detections: Detections) -> None:
        """Take what was found in a look."""
        assert self._observation is not None
        with self._tools.meter.stage("track"):
            self._observation.follow.found(look, detections)

    def fail(self, error: Exception) -> None:
        """Take down this camera, whose analysis failed; it is begun anew after a while."""
        now = self._clock.now()
        _log.error("camera %s: its analysis failed", self.camera.id, exc_info=error)
        self._wait = _FIRST_WAIT if now - self._began > _GOOD else min(2 * self._wait, _MOST_WAIT)
        why = error.problem if isinstance(error, GalleriaError) else f"its analysis failed: {type(error).__name__}"
        self._failed, self._retry = Health(CameraState.OFFLINE, now, why), now + self._wait
        with suppress(Exception):  # what failed may fail again
            self._close(whole=False)
        self._observation, self._sight = None, self._known_view()
        self._let_go()

    def tick(self) -> None:
        """Note what only time tells; to be called a few times a second."""
        now = self._clock.now()
        if self._failed and now >= self._retry:
            self.start()
        if now - self._seen > _STALE:
            self.look = None
        self._publish(now)

    def written(self) -> None:
        """All that came of this camera has been written."""
        self._shown.written()
        now = self._clock.now()
        for time in self._waiting:
            if (seconds := lag(time, now)) is not None:
                self._tools.meter.late(seconds)
        self._waiting.clear()

    def begin_day(self, day: Bucket) -> None:
        self._shown.begin_day(day)

    def redraw(self, site: Site, camera: Camera) -> None:
        """Go on with another record of the camera, in which only what is drawn differs: it stays connected."""
        before, self.site, self.camera = self._tools.parts.settings(self.camera), site, camera
        settings = self._tools.parts.settings(camera)
        observation = self._observation
        if observation is None or settings == before:
            return
        assert self._feed is not None
        if self._feed.lossless:
            self.reconnect(site, camera)  # its recording is counted again from the beginning
            return
        # A moment may be redrawn to the same as before: the epoch takes its name from the one before, too.
        name = hashlib.sha256(f"{observation.origin.epoch}\x1f{settings}".encode()).hexdigest()[:16]
        old, origin = observation.origin, Origin(site.id, camera.id, name)
        self._tools.envelope.append(old, observation.redraw(camera, origin))
        self._record(observation)

    def reconnect(self, site: Site, camera: Camera) -> None:
        """Begin anew with another record of the camera."""
        self.leave()
        self.site, self.camera = site, camera
        self._book, self._sight = HealthBook(site.id, camera.id), self._known_view()
        self.start()

    def leave(self) -> None:
        """Let go of the camera: it is not watched any more."""
        self._leaving = True
        self._close(whole=False)
        self._let_go()
        self._tools.envelope.tell(self._book.close(self._clock.now()))

    def shut(self) -> None:
        """Close the feed and wait for it; what it still has can be taken."""
        self._leaving = True
        if self._feed:
            self._feed.close()

    def accept_view(self) -> None:
        """Take the present view for the right one."""
        self._sight.accept()

    def view(self) -> tuple[str, bytes] | None:
        """What the camera is known to see, to be given back to a later run, and its key; None before that is known."""
        view = self._sight.stored()
        return None if view is None else (view_key(self.camera), view)

    def preview(self, tripwires: Sequence[Tripwire]) -> dict[str, tuple[int, int]]:
        """What lines would have counted on the ways of the last minute, by id: in and out."""
        if self._observation is None:
            return {wire.id: (0, 0) for wire in tripwires}
        aspect, origin = self._observation.aspect, self._observation.origin
        counted = {}
        for wire in tripwires:
            counter = TripwireCounter(origin, wire, aspect, self.camera.anchor)
            ways = [c.direction for _, updates in self._recent for u in updates for c in counter.update(u)]
            counted[wire.id] = (ways.count("in"), ways.count("out"))
        return counted

    def _open(self, opened: Opened) -> None:
        self._close(whole=False)
        facts, tools = opened.facts, self._tools
        origin = Origin(self.site.id, self.camera.id, facts.fingerprint)
        self._verdict = None
        if self.exact:
            self._sight = Sight()  # what is counted depends on nothing that was before the recording
        rate = tools.parts.rate if self.exact else None
        self._observation = Observation(self.camera, origin, facts, tools.parts.tracker, self._sight, tools.meter, rate)
        self._record(self._observation)

    def _record(self, observation: Observation) -> None:
        now = self._clock.now()
        recording = self._tools.parts.recording(self.site, self.camera, observation.origin, observation.facts, now)
        self._tools.envelope.begin(recording)

    def _close(self, *, whole: bool) -> None:
        observation, self._observation = self._observation, None
        if observation is None:
            return
        assert self._feed is not None
        events = observation.end()
        if self._tools.parts.faces is not None:
            self._tools.parts.faces.closed(self.camera.id)
        # A recording that is counted exactly is counted again from its beginning, where what was cut here is not.
        if whole or not self._feed.lossless:
            self._certain(observation.origin, events)
        if whole:
            self._tools.envelope.finish(observation.origin)
        self._shown.left()
        self._recent.clear()
        self._publish(self._clock.now())

    def _let_go(self) -> None:
        feed, self._feed, self.look, self._verdict = self._feed, None, None, None
        if feed is not None:  # which may take seconds, and the other cameras go on
            Thread(target=feed.close, name=f"leaving {self.camera.id}", daemon=True).start()

    def _observed(self, look: Look) -> None:
        assert self._observation is not None
        now = self._clock.now()
        self._certain(self._observation.origin, look.events)
        self._shown.looked(look, self.camera, self._observation.observe, now)
        if self._tools.parts.faces is not None:
            with self._tools.meter.stage("faces"):
                self._tools.parts.faces.look(self.camera, self._observation.origin, look)
        if look.frame is None:
            return
        self.look, self._seen = look, now
        self._verdict = look.verdict or self._verdict
        if look.events:
            self._waiting.append(look.frame.time)
        if look.updates:
            self._recent.append((look.frame.time, look.updates))
        while self._recent and self._recent[0][0] < look.frame.time - RECENT:
            self._recent.popleft()
        self._publish(now)

    def _certain(self, origin: Origin, events: Sequence[Event]) -> None:
        self._shown.certain(events)
        self._tools.envelope.append(origin, events)

    def _publish(self, now: float) -> None:
        status = self._feed.status if self._feed else FeedStatus(FeedState.OFFLINE, now)
        self._tools.envelope.tell(self._conditions(status, now))
        self._told = now
        condition = self._book.now
        assert condition is not None
        self.live = self._shown.live(condition, status)

    def _conditions(self, status: FeedStatus, now: float) -> list[Condition]:
        if self._leaving and self._book.now is not None:
            return []  # a camera that is let go of is not offline: how it was ends when that is done
        if status.clock_jump not in {0.0, self._jump}:
            self._jump = status.clock_jump
            why = f"the clock of this machine jumped by {self._jump:+.0f} s"
            return self._book.jump(self._told, Health(CameraState.CLOCK, now, why))
        return self._book.note(self._failed or judge(status, self._verdict, now), now)

    def _known_view(self) -> Sight:
        try:
            return Sight(self._tools.views.get(view_key(self.camera)))
        except ValueError:  # another version's: learnt anew
            return Sight()


def view_key(camera: Camera) -> str:
    """What a camera's view is kept under, 32 hexadecimal digits: another source has another view."""
    return hashlib.sha256(f"{camera.id}\x1f{camera.watched}".encode()).hexdigest()[:32]
