"""What face steps saw of nobody in particular, added up by place and quarter hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from galleria.analytics.tallies import BANDS
from galleria.app.visiting_places import apart
from galleria.domain.events import Origin
from galleria.domain.geometry import Point
from galleria.domain.purpose import Purpose
from galleria.domain.site import Camera
from galleria.domain.tally import Tally
from galleria.runtime.face_facts import Glance, Mood, Portrait

QUARTER = 900.0  # seconds: quarter hours are alike in every zone
# Somebody watched who looked this way for so many seconds altogether; and between two glances no more is counted.
WATCHED, LONGEST = 1.0, 2.0
# Shares from which a face is told to smile, or to be frustrated.
SMILING, FRUSTRATED = 0.5, 0.5
_FRUSTRATED = ("angry", "disgusted", "sad")


@dataclass(slots=True)
class _Watcher:
    seconds: float = 0.0
    looked: bool = False


@dataclass(slots=True)
class Tallying:
    """Adds up for one epoch of one camera. What comes late is counted into the newest quarter hour.

    Args:
        camera: its record, which may be replaced: zones are places.
        years: true age = years[0] x told + years[1], as the accuracy dossier measured it.
    """

    origin: Origin
    camera: Camera
    years: tuple[float, float] = (1.0, 0.0)
    _amounts: dict[tuple[Purpose, str, float, str], float] = field(default_factory=lambda: defaultdict(float))
    _changed: set[tuple[Purpose, str, float, str]] = field(default_factory=set)
    _watchers: dict[int, _Watcher] = field(default_factory=dict)
    _newest: float = 0.0

    def renewed(self, origin: Origin, camera: Camera, years: tuple[float, float]) -> Tallying:
        """Of the next epoch, in which the same tracks go on: who was counted is not counted again."""
        return Tallying(origin, camera, years, _watchers=self._watchers)

    def stopped(self) -> None:
        """Nobody is looked at any more; what is known of tracks goes."""
        self._watchers.clear()

    def portrait(self, portrait: Portrait, now: float) -> None:
        """Count a track's age band and gender presentation; likely minors are counted nowhere."""
        if portrait.age is None:
            return
        band = band_of(self.years[0] * portrait.age + self.years[1])
        if band:
            self._count(Purpose.DEMOGRAPHICS, portrait.at, now, f"{band} {portrait.gender}")

    def mood(self, mood: Mood) -> None:
        """Count a face by what it looks like."""
        cells = {"faces": 1.0, **moods_of(mood.shares)}
        for cell, amount in cells.items():
            self._count(Purpose.EXPERIENCE, mood.at, mood.time, cell, amount)

    def glance(self, glance: Glance) -> None:
        """Count a track that could have looked, once; that it watched, once; and for how long."""
        known = self._watchers.get(glance.track)
        if known is None:
            known = self._watchers[glance.track] = _Watcher()
            self._count(Purpose.AUDIENCE, None, glance.time, "opportunities")
        seconds = min(glance.seconds, LONGEST) if glance.attentive and known.looked else 0.0
        known.looked = glance.attentive
        before, known.seconds = known.seconds, known.seconds + seconds
        if seconds:
            self._count(Purpose.AUDIENCE, None, glance.time, "attention", seconds)
        if before < WATCHED <= known.seconds:
            self._count(Purpose.AUDIENCE, None, glance.time, "watchers")

    def ended(self, track: int) -> None:
        """A track ended."""
        self._watchers.pop(track, None)

    def take(self) -> list[Tally]:
        """What changed since the last time."""
        changed, self._changed = self._changed, set()
        tallies = [Tally(self.origin, *key, self._amounts[key]) for key in sorted(changed)]
        # What comes later is counted into this quarter hour or later ones: earlier ones are done.
        for key in [key for key in self._amounts if key[2] < self._newest]:
            del self._amounts[key]
        return tallies

    def _count(self, purpose: Purpose, at: Point | None, time: float, cell: str, amount: float = 1.0) -> None:
        self._newest = max(self._newest, time - time % QUARTER)
        for place in places(self.camera, at):
            key = purpose, place, self._newest, cell
            self._amounts[key] += amount
            self._changed.add(key)


def places(camera: Camera, at: Point | None) -> Collection[str]:
    """Where something counts: in the zone that holds the point; in the whole picture where none is drawn, or meant.

    Counted in two places it would, once one of them is no longer in the site file, tell who was in the other alone.
    """
    if at is None or not camera.zones:
        return ("",)
    return [zone.id for zone in apart(camera) if zone.holds(at)]


def band_of(years: float) -> str:
    """The age band; empty below 18: likely minors are counted nowhere."""
    found = ""
    for band in BANDS:
        if years >= float(band.rstrip("+").partition("-")[0]):
            found = band
    return found


def moods_of(shares: Mapping[str, float]) -> dict[str, float]:
    """`smiling` or `frustrated`, where a face is told to be so."""
    happy, frustrated = shares.get("happy", 0.0), sum(shares.get(name, 0.0) for name in _FRUSTRATED)
    cells = {"smiling": happy >= SMILING, "frustrated": frustrated > FRUSTRATED}
    return {cell: 1.0 for cell, told in cells.items() if told}
