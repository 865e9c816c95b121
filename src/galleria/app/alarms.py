"""What others are told as it happens: a queue waits longer than its target, more are inside than may be; and its end.

An alarm that goes on when the program stops is forgotten: told again by the next run if it still goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from threading import Lock

from galleria.analytics.queue_watch import Latch, QueueNow, QueueWatch
from galleria.domain.events import Event, Stay
from galleria.domain.geometry import Point
from galleria.domain.health import CameraState, Condition
from galleria.domain.live import CameraLive, SiteLive
from galleria.domain.site import Site, Zone
from galleria.notify.envelope import Message, notice

_LOG = logging.getLogger(__name__)
QUEUE_LONG, CAPACITY = "queue-long", "capacity"


class Alarms:
    """Watches queues and the number of visitors inside. May be used from any thread.

    Args:
        site: its queues and capacity.
        tell: is given each message; it must not wait.
    """

    def __init__(self, site: Site, tell: Callable[[Message], None]) -> None:
        self._tell, self._lock = tell, Lock()
        self._full = Latch()
        self._now: dict[str, QueueNow] = {}
        self._begin(site, {})

    def take(self, what: Iterable[Event | Condition]) -> None:
        """Take what was written: stays in queues count, the rest is left out."""
        stays = [one for one in what if isinstance(one, Stay)]
        with self._lock:
            for name, watch in self._watches.items() if stays else ():
                camera, _ = self._places[name]
                wanted = (watch.queue.zone, watch.queue.service)
                watch.take(stay for stay in stays if stay.origin.camera == camera and stay.zone in wanted)

    def turn(self, live: SiteLive) -> None:
        """Look at the site as it is now, and tell what began and what is over."""
        with self._lock:
            for name, watch in self._watches.items():
                camera, zone = self._places[name]
                self._look(watch, live.cameras.get(camera), zone)
            self._inside(live)

    def reload(self, site: Site) -> None:
        """The site was changed; queues that did not change go on."""
        with self._lock:
            self._begin(site, self._watches)

    def now(self) -> Mapping[str, QueueNow]:
        """Queues by id; those whose cameras do not see are absent."""
        with self._lock:
            return dict(self._now)

    def _begin(self, site: Site, before: Mapping[str, QueueWatch]) -> None:
        self._site = site
        places: dict[str, tuple[str, Zone]] = {
            zone.id: (camera.id, zone) for camera in site.cameras for zone in camera.zones
        }
        queues = [queue for queue in site.queues if queue.zone in places]
        self._places = {queue.id: places[queue.zone] for queue in queues}
        old = {name: watch for name, watch in before.items() if watch.queue in queues}
        for watch in old.values():
            watch.site = site
        self._watches = {queue.id: old.get(queue.id) or QueueWatch(site, queue) for queue in queues}
        self._now = {name: now for name, now in self._now.items() if name in old}
        if site.capacity is None:
            self._full = Latch()

    def _look(self, watch: QueueWatch, camera: CameraLive | None, zone: Zone) -> None:
        queue = watch.queue
        if camera is None or camera.state is not CameraState.SEEING or camera.frame_time is None:
            watch.blind()
            self._now.pop(queue.id, None)
            return
        time = camera.frame_time
        tracks = (dot.track for dot in camera.dots if zone.holds(Point(dot.x, dot.y)))
        found = watch.look(time, tracks)
        wait, since = found.wait or 0.0, watch.latch.since
        changed = watch.latch.take(time, over=wait > queue.target)
        self._now[queue.id] = replace(found, long_since=watch.latch.since)
        if changed is None:
            return
        told = {"queue": queue.id, "wait": round(wait, 1), "target": queue.target, "waiting": found.waiting}
        began, end = (time, None) if changed else (since or time, time)
        self._tell(notice(QUEUE_LONG, self._site.id, queue.id, (began, end), told))
        words = "wait %.0f s in queue %s, target %.0f s" if changed else "wait %.0f s in queue %s again, target %.0f s"
        _LOG.log(
            logging.WARNING if changed else logging.INFO,
            words,
            wait,
            queue.id,
            queue.target,
            extra={"event": QUEUE_LONG},
        )

    def _inside(self, live: SiteLive) -> None:
        most, inside, since = self._site.capacity, live.occupancy, self._full.since
        if most is None:
            return
        changed = self._full.take(live.time, over=inside.value > most)
        if changed is None:
            return
        told = {"occupancy": inside.value, "error": round(inside.error, 1), "capacity": most}
        began, end = (live.time, None) if changed else (since or live.time, live.time)
        self._tell(notice(CAPACITY, self._site.id, self._site.id, (began, end), told))
        level = logging.WARNING if changed else logging.INFO
        _LOG.log(level, "%d are inside, %d may be", inside.value, most, extra={"event": CAPACITY})
