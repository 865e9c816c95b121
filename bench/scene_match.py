"""The product's measures of what was before a camera and of what was found there, and how well they fit.

Events of a clip go through the same functions as those of a running site, and so does what a tracker without fault
would tell of it (`bench.scene_truth`).
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path as File

import numpy as np

from galleria.analytics.groups import pairs
from galleria.analytics.heat import COLUMNS, ROWS, Grid, heat_of_day
from galleria.analytics.intervals import Shelf
from galleria.analytics.queues import Waiting, queues_of_day
from galleria.analytics.routes import OUTSIDE, RouteDay, routes_of_day
from galleria.analytics.tallies import Audience, audience
from galleria.analytics.units import on_floor, units_of_day
from galleria.app.recognition.tallying import WATCHED
from galleria.domain.events import Crossing, Event, Path, Seen, Stay
from galleria.domain.floor import Floor
from galleria.domain.geometry import Box
from galleria.domain.purpose import Purpose
from galleria.domain.time import Bucket
from galleria.runtime.faces import LEAST_BODY
from galleria.storage.dossierfile import read_dossier
from galleria.vision.faces.attributes import ATTENTIVE

from .scene_film import Film, of_kind, stays_in
from .scene_truth import FRAMES, PIECES, PIXELS
from .visitors import Clip, counted

DOSSIER = File(__file__).parents[1] / "tests" / "london_dossier.json"
# Of two stays that are of one: common time ÷ time of either.
ALIKE = 0.5
_BESIDE, _ABOVE = 0.5, 0.6  # of a body's width and height, between a track's anchor and that of whom it is of, at most
_BLOCK = 3  # cells of heat by cells of heat, of which the places are compared
_MOST = 0.5  # of a track's points, while the camera sees, lie on somebody whom it is of
_TOGETHER = 1.0  # seconds of company that a camera has to see


@dataclass(frozen=True, slots=True)
class Match:
    """How well what was found fits what is true."""

    right: float
    found: float
    true: float

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0

    def __add__(self, other: Match) -> Match:
        return Match(self.right + other.right, self.found + other.found, self.true + other.true)


def matched(film: Film, zone: str) -> list[tuple[Stay, Stay]]:
    """Which true stay was found as which; the most alike first."""
    true, found = stays_in(film.true, zone), stays_in(film.found, zone)
    alike = sorted(((_alike(a, b), n, m) for n, a in enumerate(true) for m, b in enumerate(found)), reverse=True)
    left, free, told = set(range(len(true))), set(range(len(found))), []
    for share, n, m in alike:
        if share >= ALIKE and n in left and m in free:
            left.remove(n)
            free.remove(m)
            told.append((true[n], found[m]))
    return told


def stays_match(film: Film, zone: str) -> Match:
    """Stays that were found as they were."""
    return Match(len(matched(film, zone)), len(stays_in(film.found, zone)), len(stays_in(film.true, zone)))


def at_once(events: Sequence[Event], spans: Sequence[Stay | Path]) -> tuple[float, int]:
    """How many at once, in the mean of what was seen, and at most."""
    seen = of_kind(events, Seen)
    begin, end = min(one.time for one in seen), max(one.end for one in seen)
    shelf = Shelf([Bucket(begin, end, "")])
    (there,), (covered,) = shelf.presence((s.time, s.end) for s in spans), shelf.covered((s.time, s.end) for s in seen)
    return there.seconds / covered, there.peak


def people(film: Film) -> tuple[float, int]:
    """How many people can be seen at once, in the mean and at most."""
    seconds = sum(end - begin for begin, end in film.scene.seeing(film.camera.id))
    return len(film.rows) / FRAMES / seconds, max(map(len, film.bodies.values()))


def queue(film: Film, events: Sequence[Event]) -> Waiting:
    """The till's queue."""
    return queues_of_day(film.site, film.day, events)["coffee"].whole


def moves(film: Film, events: Sequence[Event], *, inside: bool) -> Counter[tuple[str, str]]:
    """How often somebody went from one place of the picture to the next.

    Args:
        film: of one camera.
        events: of it.
        inside: from place to place; else from and to outside: first and last places.
    """
    day = routes_of_day(film.site, film.day, events).get(f"camera:{film.camera.id}", RouteDay())
    flat = Counter({(a, b): n for a, row in day.counted.items() for b, n in row.items()})
    return Counter({way: n for way, n in flat.items() if (OUTSIDE not in way) == inside})


def moves_match(film: Film, *, inside: bool) -> Match:
    """Moves that were found as often as they were."""
    true, found = (moves(film, events, inside=inside) for events in (film.true, film.found))
    return Match((true & found).total(), found.total(), true.total())


def heat_match(film: Film) -> float:
    """Share of the presence that lies in the block of the picture where it was; 1: all of it."""
    true, found = (_blocks(film, events) for events in (film.true, film.found))
    return float(np.minimum(true / true.sum(), found / found.sum()).sum())


def presence(film: Film, events: Sequence[Event]) -> float:
    """Seconds of all together in the picture."""
    return float(_blocks(film, events).sum())


def group_size(film: Film, events: Sequence[Event]) -> float | None:
    """Tracks in a shopping unit."""
    return units_of_day(film.site, film.day, events)[film.camera.id].mean


def told_group_size(film: Film) -> float | None:
    """The same of the groups that the scene tells, of the same people."""
    groups = film.scene.groups()
    stayed = [divmod(path.track, PIECES) for path in of_kind(film.true, Path) if not path.passed_by]
    units = {(groups.get(track, -track), piece) for track, piece in stayed}
    return len(stayed) / len(units) if units else None


def groups_match(film: Film, *, ideal: bool = False) -> Match:
    """Pairs who came together and were told to, of tracks that are somebody's while both are there.

    Args:
        film: of a calibrated camera.
        ideal: of the ways as they were.
    """
    if film.camera.calibration is None:
        return Match(0, 0, 0)
    floor = Floor.of(film.camera.calibration)
    paths = of_kind(film.true if ideal else film.found, Path)
    told = set()
    for a, b in pairs([on_floor(floor, path) for path in paths]):
        begin, end = max(paths[a].time, paths[b].time), min(paths[a].end, paths[b].end)
        one, other = (somebody(film, paths[n], begin, end) for n in (a, b))
        if one is not None and other is not None and one != other:
            told.add(frozenset((one, other)))
    true = company(film)
    return Match(len(told & true), len(told), len(true))


def company(film: Film) -> set[frozenset[int]]:
    """Pairs of a group whom the camera sees together for a while."""
    groups = film.scene.groups()
    seconds: Counter[frozenset[int]] = Counter()
    for there in film.bodies.values():
        for a in there:
            for b in there:
                if a < b and a in groups and groups[a] == groups.get(b):
                    seconds[frozenset((a, b))] += 1
    return {some for some, n in seconds.items() if n / FRAMES >= _TOGETHER}


def somebody(film: Film, path: Path, begin: float, end: float) -> int | None:
    """Whom a path is of from a time to another one: a track may be exchanged, and then is two people's."""
    votes: Counter[int] = Counter()
    judged = 0
    for time, x, y in path.points:
        there = film.bodies.get(round((time - film.scene.begin) * FRAMES))
        if there is not None and begin <= time <= end:
            judged += 1
            near = min(((_off(x, y, body), track) for track, body in there.items()), default=(inf, 0))
            votes[near[1]] += near[0] < inf
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] >= _MOST * max(judged, 1) else None


def came(film: Film, events: Sequence[Event]) -> int:
    """Comings in at the entrances of the site before this camera."""
    doors = {wire.id for wire in film.camera.tripwires if wire.entrance}
    return sum(one.tripwire in doors and one.direction == "in" for one in of_kind(events, Crossing))


def watched(film: Film) -> Audience:
    """A screen's watchers: the face step under the purpose `audience`, behind a real gate."""
    clip = Clip(film.scene.clip(film.camera.id), film.camera.id, film.scene.start)
    with tempfile.TemporaryDirectory() as folder:
        done = counted([clip], read_dossier(DOSSIER), (Purpose.AUDIENCE,), File(folder))
    cells: defaultdict[str, float] = defaultdict(float)
    for (_, _, place, _, cell), amount in done.store.tallies.items():
        cells[str(cell)] += 0.0 if place else amount
    return audience(cells)


def true_watchers(film: Film) -> Audience:
    """Whose faces looked to within some degrees of the camera, frame by frame; who is large enough could have."""
    looked: defaultdict[int, float] = defaultdict(float)
    for row in film.rows:
        if row.box.height * PIXELS[1] >= LEAST_BODY:
            looked[row.track] += (row.away is not None and row.away <= ATTENTIVE) / FRAMES
    return Audience(len(looked), sum(s >= WATCHED for s in looked.values()), sum(looked.values()))


def _alike(a: Stay, b: Stay) -> float:
    common = min(a.end, b.end) - max(a.time, b.time)
    return max(0.0, common) / max(1e-9, max(a.end, b.end) - min(a.time, b.time))


def _off(x: float, y: float, body: Box) -> float:
    """How far a track's anchor is from that of a body, which is cut at the picture's border; infinite: it is not its.

    Of who is half hidden a track may have the upper half alone: that is still the same person.
    """
    aside, above = abs(x - body.feet.x) / body.width, abs(min(y, 1.0) - body.feet.y) / body.height
    return float(np.hypot(aside, above)) if aside <= _BESIDE and above <= _ABOVE else inf


def _blocks(film: Film, events: Sequence[Event]) -> Grid:
    heat = heat_of_day(film.site, film.day, events)[film.camera.id].seconds
    blocks: Grid = heat.reshape(ROWS // _BLOCK, _BLOCK, COLUMNS // _BLOCK, _BLOCK).sum(axis=(1, 3))
    return blocks
