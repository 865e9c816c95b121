"""A small shop whose visitors were recognised: fills a store of visitors with made-up days."""

import random
from contextlib import closing, contextmanager
from datetime import date, timedelta

from flowing import Desk, at

from galleria.app.audit import Audit
from galleria.app.visiting import VISITORS, Visiting
from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import Point
from galleria.domain.purpose import Declaration, LawfulBasis, Notice, Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.tally import Tally
from galleria.storage.records import Records
from galleria.storage.visitors import Visitors

HALL = Origin("shop", "hall", "run-1")
LOOKING = (Purpose.UNIQUE, Purpose.RETURNING, Purpose.DEMOGRAPHICS, Purpose.EXPERIENCE, Purpose.AUDIENCE)
HOUR = 3600.0


def declaration(purpose, begin="2026-01-01", end="2026-12-31", cameras=("hall",)):
    notice = Notice("1", "at the door")
    return Declaration(purpose, LawfulBasis.CONSENT, notice, at(begin), at(end), cameras)


def label(n, purpose=Purpose.UNIQUE):
    return f"{n:031x}{purpose.value[0]}"


class Visited:
    """Recognises, tallies and looks at a shop; `desk` counts it."""

    def __init__(self, desk, visiting):
        self.desk, self.visiting, self.store = desk, visiting, visiting.store
        self.track = 0
        self.store._connection.execute("PRAGMA synchronous = OFF")  # thousands of small writes

    @staticmethod
    @contextmanager
    def at(folder, site=None):
        """A whole one in a folder of its own."""
        desk = Desk(folder, site) if site else Desk(folder)
        with Visitors(folder / VISITORS) as store, closing(Records(folder / "records.db")) as records:
            audit = Audit(records, desk.clock)
            yield Visited(desk, Visiting(desk.site, store, desk.flows, folder / "journal.db", audit))
        desk.close()

    def look(self, day, hours=("10:00", "20:00"), purposes=LOOKING, camera="hall"):
        """Be granted, minute by minute."""
        now, end = at(day, hours[0]), at(day, hours[1])
        while now <= end:
            self.store.looked([(purpose, camera) for purpose in purposes], now)
            now += 150.0

    def come(self, day, numbers, purpose=Purpose.UNIQUE, clock="12:00", enter=False, step=60.0):
        """Visitors of those numbers are recognised, one after another; with `enter` they cross the door's line."""
        some = []
        for n, number in enumerate(numbers):
            self.track += 1
            t = at(day, clock) + step * n
            some.append(self._sighting(t, label(number, purpose), purpose))
            if enter:
                self._enter(t)
        self.store.put(some, [])
        return some

    def enter(self, day, count, clock="13:00"):
        """Tracks that nobody recognised come in."""
        for n in range(count):
            self.track += 1
            self._enter(at(day, clock) + n)

    def tally(self, purpose, day, clock, place="", **cells):
        begin = at(day, clock)
        named = {name.replace("_", " "): amount for name, amount in cells.items()}
        self.store.put([], [Tally(HALL, purpose, place, begin, cell, amount) for cell, amount in named.items()])

    def bands(self, day, clock="12:00", place="shelf", scale=1.0, **cells):
        """Age bands: `f25=30` are 30 women from 25 to 34, `u25=30` are 30 of whom it is not sure."""
        names = {"18": "18-24", "25": "25-34", "35": "35-44", "45": "45-54", "55": "55-64", "65": "65+"}
        genders = {"f": "female", "m": "male", "u": "unsure"}
        held = {f"{names[cell[1:]]} {genders[cell[0]]}": scale * n for cell, n in cells.items()}
        some = [Tally(HALL, Purpose.DEMOGRAPHICS, place, at(day, clock), cell, n) for cell, n in held.items()]
        self.store.put([], some)

    def turn(self, day, clock="12:00"):
        self.desk.keeper.turn(at(day, clock))
        self.visiting.turn(at(day, clock), lambda _: ())

    def _sighting(self, t, name, purpose):
        kind = SightingKind.NEW
        return Sighting(HALL.event_id(self.track, f"sighting {purpose}", 0), HALL, self.track, t, purpose, name, kind)

    def _enter(self, t):
        made = Crossing(
            HALL.event_id(self.track, "crossing", 0), HALL, self.track, t, "door", "in", "up", Point(0.5, 0.5)
        )
        self.desk.live.append(HALL, [made])


def fill(visited, first, days, *, seed=1, scale=1.0, minutes=10):
    """Weeks of a shop that is liked: regulars, newcomers, queues at the shelf and a screen in the hall."""
    chance = random.Random(seed)
    begin, stock = date.fromisoformat(first), list(range(int(1500 * scale)))
    for n in range(days):
        day = (begin + timedelta(days=n)).isoformat()
        opened = visited.desk.site.hours.get((begin + timedelta(days=n)).weekday())
        if visited.desk.site.hours and opened is None:
            continue
        visited.desk.open_day(day, 0)
        visited.look(day)
        fresh = [10_000 * (n + 1) + m for m in range(int(180 * scale))]
        regular = [number for number in stock if chance.random() < 0.05 + 0.35 * (number % 7 == 0)]
        came = chance.sample(fresh + regular, len(fresh + regular))
        step = 9 * HOUR / max(1, len(came))
        with visited.desk.live.envelope():
            for purpose in (Purpose.UNIQUE, Purpose.RETURNING):
                visited.come(day, came, purpose, "10:05", enter=purpose is Purpose.UNIQUE, step=step)
            visited.enter(day, int(len(came) * 0.3))
        _tallies(visited, day, chance, scale)


def _tallies(visited, day, chance, scale):
    weights = {"f18": 9, "f25": 16, "f35": 13, "f45": 9, "f55": 6, "f65": 4, "m18": 7, "m25": 12, "m35": 11, "m45": 8,
               "m55": 4, "m65": 3}  # fmt: skip
    for hour in range(10, 20):
        busy = scale * (0.5 + 1.5 * (hour in (12, 13, 17, 18)))
        visited.bands(
            day, f"{hour}:15", **{cell: round(n * busy * chance.uniform(0.5, 1.1)) for cell, n in weights.items()}
        )
        visited.bands(day, f"{hour}:15", u25=round(2 * busy), u45=round(busy))
        faces = round(70 * busy * chance.uniform(0.6, 1.2))
        smiling, cross = round(faces * chance.uniform(0.2, 0.4)), round(faces * chance.uniform(0.02, 0.12))
        visited.tally(
            Purpose.EXPERIENCE, day, f"{hour}:30", "shelf", faces=faces, smiling=smiling, frustrated=cross
        )  # fmt: skip
        for minute in ("00", "15", "30", "45"):
            could = round(60 * busy * chance.uniform(0.6, 1.2))
            did = round(could * chance.uniform(0.1, 0.45))
            visited.tally(
                Purpose.AUDIENCE, day, f"{hour}:{minute}", opportunities=could, watchers=did, attention=did * 4.2
            )  # fmt: skip
