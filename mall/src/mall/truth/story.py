"""What happened in a scene, from everybody's ways: visits, crossings, stays, occupancy. Needs no bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mall.domain.motion import TICKS, Track
from mall.domain.person import Person
from mall.domain.place import CORRIDOR, DOORWAYS, HALL, SHOP_A, SHOP_B
from mall.domain.scene import Played

from .crossings import Crossed, Stayed, crossings, spans, stays
from .ground import LINES, ZONES, FloorLine, FloorZone

SOUTH, NORTH = HALL[1], CORRIDOR[3]  # the mall lies between its front and the passage
AREAS = {"hall": HALL, "corridor": CORRIDOR, "shop-a": SHOP_A, "shop-b": SHOP_B}
BRIEF = TICKS // 2  # who steps out or in for less than this has not left or come


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody's time in the mall.

    Attributes:
        enter, leave: seconds; None: was there when the scene began, was still there when it ended.
        by, leaves_by: names of doorways; empty where enter or leave is None.
    """

    track: int
    person: str
    enter: float | None
    leave: float | None
    by: str
    leaves_by: str


@dataclass(frozen=True, slots=True)
class Story:
    """What happened in a scene.

    Attributes:
        tracks: of the scene's time only.
        crossed: of all lines of the scene's cameras, by line and time. stayed: likewise of their zones.
        visits: by track and time.
        present: area to how many people were in it at every whole second; `mall` is all of it.
    """

    played: Played
    people: dict[str, Person]
    tracks: tuple[Track, ...]
    crossed: tuple[Crossed, ...]
    stayed: tuple[Stayed, ...]
    visits: tuple[Visit, ...]
    present: dict[str, list[int]]

    def role(self, person: str) -> str:
        """`staff` or `visitor`."""
        known = self.people.get(person)
        return "staff" if known and known.staff else "visitor"

    def child(self, person: str) -> bool:
        known = self.people.get(person)
        return bool(known and known.child)

    def track(self, number: int) -> Track:
        """The track of a number."""
        return next(track for track in self.tracks if track.id == number)

    def returns(self) -> list[tuple[str, Visit, Visit]]:
        """Who left and came back: person, the visit before and the visit after."""
        found = []
        for person in sorted({visit.person for visit in self.visits}):
            own = sorted((v for v in self.visits if v.person == person), key=lambda v: v.enter or 0.0)
            found += [(person, a, b) for a, b in pairwise(own) if a.leave is not None and b.enter is not None]
        return found


def story_of(
    played: Played,
    people: Sequence[Person],
    lines: Sequence[FloorLine] = LINES,
    zones: Sequence[FloorZone] = ZONES,
) -> Story:
    """Find out what happened in a scene.

    Args:
        played: the scene with everybody's ways.
        people: the cast.
        lines: only those of the scene's cameras are looked at.
        zones: likewise.
    """
    scene = played.scene
    tracks = tuple(cut for track in played.tracks if (cut := within(track, scene.seconds)))
    crossed = [c for line in lines if line.camera in scene.cameras for t in tracks for c in crossings(t, line)]
    stayed = [s for z in zones if z.camera in scene.cameras for t in tracks for s in stays(t, z, scene.seconds)]
    visits = tuple(visit for track in tracks for visit in visits_of(track, scene.seconds))
    return Story(
        played=played,
        people={person.id: person for person in people},
        tracks=tracks,
        crossed=tuple(sorted(crossed, key=lambda c: (c.line, c.time, c.track))),
        stayed=tuple(sorted(stayed, key=lambda s: (s.zone, s.enter, s.track))),
        visits=visits,
        present=_present(tracks, visits, scene.seconds),
    )


def within(track: Track, seconds: float) -> Track | None:
    """The part of a track that lies in a scene of some length; None when there is none."""
    begin, end = max(0, -track.first), round(seconds * TICKS) - track.first
    if begin >= min(end, len(track.place)):
        return None
    part = slice(begin, min(end, len(track.place)))
    return replace(
        track,
        first=track.first + begin,
        place=track.place[part],
        heading=track.heading[part],
        gaze=track.gaze[part],
        doing=track.doing[part],
    )


def visits_of(track: Track, seconds: float) -> list[Visit]:
    """A track's times in the mall, clipped to the scene."""
    y = track.place[:, 1]
    found = []
    for begin, end in spans((y > SOUTH) & (y < NORTH), BRIEF):
        enter, by = _edge(track, begin, begin - 1) if begin or track.first > 0 else (None, "")
        last = end == len(y)
        ended = last and track.end >= round(seconds * TICKS)
        leave, leaves_by = (None, "") if ended else _edge(track, end - 1, end)
        found.append(Visit(track.id, track.person, enter, leave, by, leaves_by))
    return found


def _edge(track: Track, inner: int, outer: int) -> tuple[float, str]:
    """When and by which doorway somebody went over the mall's border between two rows, or came up or vanished."""
    here = track.place[inner]
    if not 0 <= outer < len(track.place):
        apart = [(here[0] - d.inside.x) ** 2 + (here[1] - d.inside.y) ** 2 for d in DOORWAYS]
        return (track.first + inner) / TICKS, DOORWAYS[int(np.argmin(apart))].name
    there = track.place[outer]
    border, name = (SOUTH, "entrance") if there[1] <= SOUTH else (NORTH, "passage")
    share = float((border - here[1]) / (there[1] - here[1]))
    return (track.first + inner + share * (outer - inner)) / TICKS, name


def _present(tracks: Sequence[Track], visits: Sequence[Visit], seconds: float) -> dict[str, list[int]]:
    times = np.arange(int(seconds))
    mall = np.zeros(len(times), np.int64)
    for visit in visits:
        enter, leave = visit.enter or 0.0, np.inf if visit.leave is None else visit.leave
        mall += (times >= enter) & (times < leave)
    present = {"mall": mall}
    for name, area in AREAS.items():
        present[name] = sum((_in_area(track, area, times) for track in tracks), np.zeros(len(times), np.int64))
    return {name: counts.tolist() for name, counts in present.items()}


def _in_area(track: Track, area: tuple[float, float, float, float], times: NDArray[np.int64]) -> NDArray[np.int64]:
    rows = times * TICKS - track.first
    there = (rows >= 0) & (rows < len(track.place))
    x, y = track.place[np.clip(rows, 0, len(track.place) - 1)].T
    x0, y0, x1, y1 = area
    return np.asarray(there & (x >= x0) & (x < x1) & (y >= y0) & (y < y1), np.int64)
