"""A shop whose cameras look at drawn faces: everything but the networks is real."""

import sys
from dataclasses import replace
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "policy"))

from declared import DAY, DOSSIER, LOOSEST, NOW, declared

from drawn_faces import SPACE, Body, Drawn, look
from galleria.app.recognition.desk import Recognition
from galleria.app.recognition.gallery import Place
from galleria.app.recognition.shelf import Loaded
from galleria.domain.accuracy import Calibration
from galleria.domain.dossier import ModelMark
from galleria.domain.errors import StoreError
from galleria.domain.events import Origin
from galleria.domain.geometry import Point, Polygon
from galleria.domain.purpose import Comparison, Purpose
from galleria.domain.sighting import SightingKind
from galleria.domain.site import Camera, Site, Zone
from galleria.domain.time import SetClock, trading_day
from galleria.policy.gate import Gate, Grant
from galleria.storage.visitors import Visitors

MARK = ModelMark("templates", "cd" * 32, SPACE)
RATES = Calibration((0.1, 0.4, 0.8), (0.5, 1e-3, 1e-7), 0.8, 1e-7, 1000, 100_000)
MEASURED = replace(DOSSIER, model=MARK, threshold=0.5, calibration=RATES)
RATE = 8  # frames a second
EVERYTHING = Polygon((Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)))
DOOR, HALL = Camera("door", zones=(Zone("queue", EVERYTHING),)), Camera("hall")


class Store:
    """The real one, that can be told to fail."""

    def __init__(self, path):
        self.kept, self.fails, self.puts = Visitors(path), False, []

    def put(self, sightings, tallies):
        if self.fails:
            problem = "the disk is full"
            raise StoreError(problem, "Make room.")
        self.puts.append((list(sightings), list(tallies)))
        self.kept.put(sightings, tallies)


class Asks:
    """Grants of a real gate."""

    def __init__(self, clock, purposes, dossier, **changes):
        self.clock, self.purposes, self.dossier, self.changes = clock, purposes, dossier, changes
        self.again()

    def again(self):
        """Declared and signed anew, by the time it is."""
        now = self.clock.now()
        times = {"begins": now - DAY, "ends": now + 300 * DAY}
        cameras = {purpose: tuple(camera for camera, some in self.purposes.items() if purpose in some)
                   for purpose in Purpose}  # fmt: skip
        declarations = [declared(purpose, **{"cameras": some, **times, **self.changes})
                        for purpose, some in cameras.items() if some]  # fmt: skip
        self.gate = Gate(
            LOOSEST,
            ("door", "hall"),
            declarations,
            [replace(self.dossier, made=now - DAY, ends=now + 300 * DAY)],
            dict.fromkeys(Purpose, Comparison(self.dossier.model, self.dossier.threshold)),
        )

    def granted(self, camera):
        answers = {one: self.gate.decide(one, camera, self.clock.now()) for one in self.purposes.get(camera, ())}
        return {purpose: answer for purpose, answer in answers.items() if isinstance(answer, Grant)}


class Shop:
    """Time goes on with what is looked at.

    Args:
        folder: for everything.
        purposes: what each camera looks for.
        site: changes of its record.
        declared: changes of every declaration.
    """

    def __init__(self, folder, purposes, *, dossier=MEASURED, now=NOW, site=None, **declared):
        self.folder, self.drawn, self.fetched, self.greeted = folder, Drawn(), [], []
        self.clock, self.epochs = SetClock(now), {"door": "one", "hall": "one"}
        self.grants = Asks(self.clock, purposes, dossier, **declared)
        self.store = Store(folder / "visitors.db")
        self.place = Place("shop", folder / "vaults", folder / "keys")
        self.cameras, self.tools, self.breaks = {"door": DOOR, "hall": HALL}, self.drawn.tools(), None
        self.site = Site("shop", cameras=(DOOR, HALL), purposes=tuple(self.grants.gate._declarations), **(site or {}))
        self.open()

    def open(self):
        """As a new start of the program does."""
        self.desk = Recognition(
            self.site, self.place, self.grants, self.store, self.clock, greet=self._greet, fetch=self._fetch
        )
        self.desk.wait()

    def again(self):
        """Stop and start the program; cameras begin new epochs."""
        self.close()
        self.epochs = {camera: f"{epoch}+" for camera, epoch in self.epochs.items()}
        self.open()

    def close(self):
        for camera in self.cameras:
            self.desk.closed(camera)
        self.desk.stop()

    def origin(self, camera="door"):
        return Origin("shop", camera, self.epochs[camera])

    def look(self, bodies, camera="door", at=None, **facts):
        time = self.clock.now() if at is None else at
        self.desk.look(self.cameras[camera], self.origin(camera), look(time, bodies, camera=camera, **facts))

    def stand(self, bodies, seconds=3.0, camera="door"):
        """Somebody stands before a camera."""
        for n in range(round(seconds * RATE)):
            self.look(bodies, camera)
            self.clock.advance(1 / RATE)
            if n % (RATE // 2) == 0:
                self.desk.tick()

    def visit(self, who, track, camera="door", seconds=3.0):
        """Somebody comes, stands and goes; others may stay away for a while."""
        self.stand({track: Body(who)}, seconds, camera)
        self.look({}, camera, ended=[track])
        self.desk.tick()
        self.clock.advance(5)

    def sightings(self, purpose=None):
        found = [one for some, _ in self.store.puts for one in some]
        return [one for one in found if purpose in (None, one.purpose)]

    def labels(self, purpose=Purpose.UNIQUE):
        """Of tracks, in the order in which they were seen; withdrawals taken back."""
        found = {}
        for one in self.sightings(purpose):
            key = one.origin, one.track
            if one.kind is SightingKind.WITHDRAWN:
                found.pop(key, None)
            else:
                found[key] = one.label
        return list(found.values())

    def tallies(self, purpose, place=None):
        """Amounts as the store has them, by cell; all of the day, and of all places, unless one is named."""
        day = trading_day(self.site, self.clock.now())
        found = {}
        for one in self.store.kept.tallies(purpose, day.begin, day.end):
            if place in (None, one.place):
                found[one.cell] = found.get(one.cell, 0) + one.amount
        return found

    def keys(self):
        return sorted(self.place.keys.glob("*.key"))

    def _greet(self, *told):
        self.greeted.append(told)

    def _fetch(self, need, setting):
        self.fetched.append(need)
        if self.breaks:
            raise self.breaks
        return Loaded(need, self.tools, MARK if need.templates else None, 128 if need.templates else 0)
