"""A queue as it is now: how long those wait who stand in it, and how long those did who were just served. Pure.

Times are capture times of the queue's camera, seconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from galleria.domain.events import Stay
from galleria.domain.site import Queue, Site
from galleria.domain.time import Bucket

from .queues import STEP, queues_of_day

# Who was served in the last of these seconds is asked how long they waited.
WINDOW = 600.0
# Waits longer than this, seconds, are cut: a service is joined to the wait before it.
_LONGEST = 3600.0
# For so long, seconds, it has to be over before it is said to be over.
HOLD = 60.0


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue at one moment.

    Attributes:
        time: of it.
        waiting: tracks in the queue's zone.
        standing: seconds that the first of them has been there; None: nobody is.
        served: mean wait of those who were served in the last ten minutes, seconds; None: nobody was.
        long_since: since when the wait has been longer than the target; None: it is not.
    """

    time: float
    waiting: int
    standing: float | None
    served: float | None
    long_since: float | None = None

    @property
    def wait(self) -> float | None:
        """The longer of both; None: nobody waits, and nobody was served."""
        return max((wait for wait in (self.standing, self.served) if wait is not None), default=None)


@dataclass(slots=True)
class Latch:
    """Something that begins at once, and is over when it has been over for a while.

    Attributes:
        since: when it began; None: it is not.
    """

    since: float | None = None
    _under: float | None = None

    def take(self, time: float, *, over: bool) -> bool | None:
        """Whether it began (True) or ended (False) with this look; None: neither."""
        if over:
            self._under = None
            if self.since is not None:
                return None
            self.since = time
            return True
        if self.since is None:
            return None
        self._under = time if self._under is None else self._under
        if abs(time - self._under) < HOLD:
            return None
        self.since = self._under = None
        return False


@dataclass(slots=True)
class QueueWatch:
    """Watches one queue; a track is forgotten when it was not seen in the zone for some seconds."""

    site: Site
    queue: Queue
    latch: Latch = field(default_factory=Latch)
    _here: dict[int, tuple[float, float]] = field(default_factory=dict)  # track: since when, last seen
    _stays: list[Stay] = field(default_factory=list)

    def take(self, stays: Iterable[Stay]) -> None:
        """Stays in the queue's zone or its zone of service."""
        self._stays.extend(stays)

    def look(self, time: float, tracks: Iterable[int]) -> QueueNow:
        """The queue with these tracks in its zone."""
        present = set(tracks)
        for track in present:
            since, _ = self._here.get(track, (time, time))
            self._here[track] = since, time
        # A camera's clock may be set back.
        self._here = {t: (a, b) for t, (a, b) in self._here.items() if abs(time - b) <= STEP}
        standing = max((time - since for since, _ in self._here.values()), default=None)
        return QueueNow(time, len(present), standing, self._served(time))

    def blind(self) -> None:
        """The camera does not see: who stands there is not known."""
        self._here.clear()

    def _served(self, time: float) -> float | None:
        self._stays = [stay for stay in self._stays if abs(time - stay.end) < _LONGEST + WINDOW]
        last: dict[tuple[str, int], float] = {}
        for stay in self._stays:
            key = stay.origin.epoch, stay.track
            last[key] = max(last.get(key, 0.0), stay.end)
        recent = [stay for stay in self._stays if time - last[stay.origin.epoch, stay.track] <= WINDOW]
        if not recent:
            return None
        day = Bucket(min(stay.time for stay in recent), time + 1, "")
        return queues_of_day(self.site, day, recent)[self.queue.id].whole.mean
