"""A small shop with a journal, to roll up and ask questions about."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path as File
from zoneinfo import ZoneInfo

from galleria.app.flows import Flows
from galleria.app.keep import DAYS, JOURNAL, MEASURES, Keeper
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Camera, Entrance, Hours, Site, Tripwire, Zone
from galleria.domain.time import SetClock
from galleria.storage.days import Days
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording
from galleria.storage.rollups import Rollups

BERLIN = ZoneInfo("Europe/Berlin")
A, B, C = Point(0.1, 0.5), Point(0.9, 0.5), Point(0.5, 0.9)


def shop(**changes):
    given = {
        "hours": {day: Hours(time(10), time(20)) for day in range(6)},
        "entrances": (Entrance("front", "Front door"), Entrance("back")),
    } | changes
    cameras = (
        Camera(
            "hall",
            name="Hall",
            tripwires=(Tripwire("door", Segment(A, B), entrance="front" if given["entrances"] else None),),
            zones=(Zone("shelf", Polygon((A, B, C))),),
        ),
        Camera("yard", tripwires=(Tripwire("gate", Segment(A, B), entrance="back" if given["entrances"] else None),)),
    )
    return Site("shop", "The shop", "Europe/Berlin", cameras=cameras, **given)


def at(day, clock="00:00", fold=0):
    moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), BERLIN)
    return moment.replace(fold=fold).timestamp()


@dataclass
class Desk:
    """Writes into a shop's journal and keeps its measures."""

    folder: File
    site: Site = field(default_factory=shop)
    number: int = 0

    def __post_init__(self):
        self.clock = SetClock(0.0)
        self.live = LiveJournal(self.folder / JOURNAL, self.site.id, self.clock)
        self.rollups = Rollups(self.folder / MEASURES)
        self.keeper = Keeper(self.site, self.folder, self.rollups)
        self.flows = Flows(self.site, self.rollups, self.folder / JOURNAL)
        self.days = Days(self.folder / DAYS, self.site.id)
        for camera in ("hall", "yard"):
            self.begin(camera)

    def begin(self, camera, epoch="run-1", source="rtsp"):
        record = next(c for c in self.site.cameras if c.id == camera)
        wires, zones = tuple(w.id for w in record.tripwires), tuple(z.id for z in record.zones)
        origin = Origin(self.site.id, camera, epoch)
        self.live.begin(Recording(origin, "s", source, self.clock.now(), self.site.zone, True, wires, zones))
        return origin

    def write(self, camera, make, epoch="run-1"):
        self.number += 1
        origin = Origin(self.site.id, camera, epoch)
        event = make(origin.event_id(self.number, "any", 0), origin, self.number)
        self.live.append(origin, [event])
        return event

    def come(self, t, camera="hall", direction="in", tripwire=None):
        wire = tripwire or {"hall": "door", "yard": "gate"}[camera]
        return self.write(camera, lambda i, o, n: Crossing(i, o, n, t, wire, direction, "up", A))

    def go(self, t, camera="hall"):
        return self.come(t, camera, "out")

    def stay(self, t, seconds):
        return self.write("hall", lambda i, o, n: Stay(i, o, n, t, t + seconds, "shelf"))

    def walk(self, t, seconds, passed=True):
        return self.write("hall", lambda i, o, n: Path(i, o, n, t, t + seconds, ((t, 0.1, 0.2),), passed))

    def see(self, begin, end, cameras=("hall", "yard")):
        for camera in cameras:
            self.write(camera, lambda i, o, n: Seen(i, o, begin, end, n))

    def open_day(self, day, came, hours=("10:00", "20:00")):
        """A day seen from opening to closing, with comings spread over it, a minute apart from noon on."""
        with self.live.envelope():
            self.see(at(day, hours[0]), at(day, hours[1]))
            for n in range(came):
                self.come(at(day, "12:00") + 60 * n)

    def close(self):
        self.live.close()
        self.rollups.close()


def dates(begin, days):
    first = date.fromisoformat(begin)
    return first, first + timedelta(days=days)
