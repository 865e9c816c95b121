"""One epoch of one camera: its frames into looks to be searched, and those into events.

The steps are those of `galleria count`; here somebody else does the searching, for many cameras at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count as numbers_from

from galleria.capture.governor import Governor
from galleria.capture.ports import SourceFacts
from galleria.domain.events import Event, Origin
from galleria.domain.frame import Frame
from galleria.domain.site import Camera
from galleria.spatial.crossing import TripwireCounter
from galleria.spatial.staying import ZoneWatcher
from galleria.vision.sight import Sight

from .camera import Observe, observing
from .follow import Follow
from .load import Meter
from .look import Look
from .parts import TrackerFactory
from .watch import Pick, Watch


class Observation:
    """Counts one epoch.

    Args:
        camera: its record.
        origin: what its events carry.
        facts: of the source.
        tracker: makes a tracker.
        sight: what is known of the camera's view; it outlives the epoch.
        meter: measures what each step takes.
        rate: frames a second to analyse; None: the feed has picked them already.

    Attributes:
        follow: to be told what a search found.
        observe: what is drawn.
    """

    def __init__(
        self,
        camera: Camera,
        origin: Origin,
        facts: SourceFacts,
        tracker: TrackerFactory,
        sight: Sight,
        meter: Meter,
        rate: float | None = None,
    ) -> None:
        self.origin, self.facts = origin, facts
        self.aspect = facts.width / facts.height
        self.follow = Follow(tracker(self.aspect, numbers_from(1)))
        self.observe = observing(camera, origin, self.aspect)
        self._watch = Watch(sight)
        self._pick = Pick(origin, None if rate is None else Governor(rate), 1 / facts.rate)
        self._meter = meter

    def looks(
        self, frame: Frame, observed: Callable[[Look], None], pressure: Callable[[], int] = lambda: 0
    ) -> Iterator[Look]:
        """Count a frame.

        Args:
            frame: of this epoch, later than the one before.
            observed: told every look once nothing will be added to it.
            pressure: how many times as many pictures wait as are searched at once.

        Yields:
            the looks that are to be searched; `follow.found` must be told before the next is asked for.
        """
        with self._meter.stage("watch"):
            looks = [look for seen in self._watch.on_item(frame) for look in self._pick.on_item(seen)]
        for look in looks:
            with self._meter.stage("gate"):
                wanted = self.follow.wants(look, pressure=pressure())
            if wanted:
                yield look
            else:
                self.follow.passed(look)
            with self._meter.stage("observe"):
                self.observe.on_item(look)
            observed(look)

    def end(self) -> list[Event]:
        """End everything; what comes of it. Nothing may follow."""
        events: list[Event] = []
        for look in self._pick.on_end():
            self.follow.passed(look)
            self.observe.on_item(look)
            events += look.events
        last = Look(None, updates=self.follow.finish())
        self.observe.on_item(last)
        return events + last.events

    def redraw(self, camera: Camera, origin: Origin) -> list[Event]:
        """Begin a new epoch with what is drawn now, without losing sight of anybody.

        Tracks go on. What is drawn as before goes on too, and knows who is just crossing or staying: nobody is counted
        twice or not at all. What is new begins with nobody.

        Returns:
            what ends the epoch before.
        """
        self._pick, events = self._pick.handed_over(origin)
        self.observe = carried(self.observe, observing(camera, origin, self.aspect))
        self.origin = origin
        return events


def carried(old: Observe, new: Observe) -> Observe:
    """The new step, in which what was drawn in the old one just so goes on."""
    wires = {wire.tripwire.id: wire for wire in old.tripwires}
    zones = {zone.zone.id: zone for zone in old.zones}
    return Observe(
        [_carried_wire(wires.get(wire.tripwire.id), wire) for wire in new.tripwires],
        [_carried_zone(zones.get(zone.zone.id), zone) for zone in new.zones],
        replace(
            old.paths,
            origin=new.paths.origin,
            anchor=new.paths.anchor,
            pass_by=new.paths.pass_by,
            counts_lines=new.paths.counts_lines,
            heads=new.paths.heads,
        ),
    )


def _carried_wire(old: TripwireCounter | None, new: TripwireCounter) -> TripwireCounter:
    if old is None or old.tripwire.segment != new.tripwire.segment:
        return new
    same = (old.tripwire.anchor or old.anchor) == (new.tripwire.anchor or new.anchor)
    return replace(old, origin=new.origin, tripwire=new.tripwire, anchor=new.anchor) if same else new


def _carried_zone(old: ZoneWatcher | None, new: ZoneWatcher) -> ZoneWatcher:
    if old is None or old.zone.polygon != new.zone.polygon:
        return new
    same = (old.zone.anchor or old.anchor) == (new.zone.anchor or new.anchor)
    return replace(old, origin=new.origin, zone=new.zone, anchor=new.anchor) if same else new
