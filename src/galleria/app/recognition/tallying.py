"""What face steps saw of nobody in particular, added up by place and quarter hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from galleria.analytics.tallies import BANDS
from galleria.domain.events import Origin
from galleria.domain.geometry import Point
from galleria.domain.purpose import Purpose
from galleria.domain.site import Camera
from galleria.domain.tally import Tally
from galleria.runtime.faces import Glance, Mood, Portrait

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
    """Adds up for one epoch of one camera. Times of what it is told must not go back.

    Args:
        camera: its record: zones are places.
        years: true age = years[0] x told + years[1], as the accuracy dossier measured it.
    """

    origin: Origin
    camera: Camera
    years: tuple[float, float] = (1.0, 0.0)
    _amounts: dict[tuple[Purpose, str, float, str], float] = field(default_factory=lambda: defaultdict(float))
    _changed: set[tuple[Purpose, str, float, str]] = field(default_factory=set)
    _watchers: dict[int, _Watcher] = field(default_factory=dict)

    def portrait(self, portrait: Portrait, now: float) -> None:
        """Count a track's age band and gender presentation; what is not sure is counted nowhere."""
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
        last = max((key[2] for key in self._amounts), default=0.0)
        # What comes later is counted into later quarter hours: earlier ones are done.
        for key in [key for key in self._amounts if key[2] < last]:
            del self._amounts[key]
        return tallies

    def _count(self, purpose: Purpose, at: Point | None, time: float, cell: str, amount: float = 1.0) -> None:
        for place in places(self.camera, at):
            key = purpose, place, time - time % QUARTER, cell
            self._amounts[key] += amount
            self._changed.add(key)


def places(camera: Camera, at: Point | None) -> Collection[str]:
    """Where something counts: the zones that hold the point, and the whole picture."""
    zones = [zone.id for zone in camera.zones if at is not None and zone.polygon.contains(at)]
    return ("", *zones)


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
