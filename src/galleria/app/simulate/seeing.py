"""What the cameras of a made-up site make of a day: something is missed, something invented, and some are away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.facts import Facts, Flags, Numbers, Places, Spans, Watching
from galleria.domain.time import Bucket
from galleria.storage.columns import KINDS, DayEvents, Told

from . import floor
from .ground import Ground
from .marks import CROSSING, PATH, STAY, Book, Marks, joined

SEEN = 0.98  # share of crossings and stays that is found
INVENTED = 0.005  # for each true one
_AWAY = 0.04  # share of cameras that are away for a while on a day
_AWAY_FOR = (300.0, 9000.0)
_JITTER = 0.12  # seconds
_SHIFT = 600.0
_NAMES = np.array(["crossing", "stay", "path"], object)


@dataclass(frozen=True, slots=True)
class Outages:
    """When cameras were away; (cameras,) each, infinite where they were not.

    Attributes:
        begin, end: seconds since 1970-01-01 UTC.
    """

    begin: Numbers
    end: Numbers

    def at(self, camera: Places, time: Numbers) -> Flags:
        """Whether the camera was away then."""
        away: Flags = (time >= self.begin[camera]) & (time < self.end[camera])
        return away


def outages(ground: Ground, day: Bucket, opened: tuple[float, float] | None, random: np.random.Generator) -> Outages:
    """Draw them; they fall into opening hours, where they hurt."""
    n = len(ground.site.cameras)
    low, high = opened or (day.begin, day.end)
    away = random.random(n) < _AWAY
    begin = np.where(away, random.uniform(low, high - 600, n), np.inf)
    end = np.where(away, np.minimum(begin + random.uniform(*_AWAY_FOR, n), day.end - 60), np.inf)
    return Outages(begin, end)


def seen_by(
    ground: Ground, book: Book, day: Bucket, gaps: Outages, random: np.random.Generator
) -> tuple[DayEvents, Facts]:
    """The day's events as the journal would have them; and the same as facts, so that nobody has to read them back."""
    found = _cut(book, gaps)
    found = joined([found.where(random.random(len(found)) < SEEN), _invented(found, day, gaps, random)])
    found = _passed(ground, found)
    begin = found.begin + random.normal(0.0, _JITTER, len(found)) * (found.kind != PATH)
    begin = np.round(np.clip(begin, day.begin, np.nextafter(day.end, 0)), 3)
    end = np.where(found.kind == CROSSING, begin, np.maximum(np.round(found.end, 3), begin + 0.5))
    seen = _seen(day, gaps, len(ground.site.cameras))
    return _columns(ground, day, found, (begin, end), seen, random), _facts(ground, found, (begin, end), seen)


def _facts(ground: Ground, marks: Marks, span: tuple[Numbers, Numbers], seen: tuple[Places, Numbers, Numbers]) -> Facts:
    def spans(kind: int, place: Places) -> Spans:
        keep = marks.kind == kind
        return Spans(span[0][keep], span[1][keep], place[keep], marks.flag[keep])

    cameras = tuple(camera.id for camera in ground.site.cameras)
    watching = tuple(
        Watching(c.id, frozenset(w.id for w in c.tripwires), frozenset(z.id for z in c.zones))
        for c in ground.site.cameras
    )
    watched, since, until = seen
    return Facts(
        ground.lines,
        ground.zones,
        cameras,
        watching,
        spans(CROSSING, marks.place),
        spans(STAY, marks.place),
        spans(PATH, marks.camera),
        Spans(since, until, watched, np.zeros(len(watched), np.bool_)),
    )


def _cut(book: Book, gaps: Outages) -> Marks:
    """Without what happened while a camera was away: stays end there, and go on afterwards as new tracks."""
    marks = book.marks()
    first, again = gaps.begin[marks.camera], gaps.end[marks.camera]
    reaches = (marks.end > first) & (marks.begin < again)
    rest = np.flatnonzero((marks.kind == STAY) & (marks.begin < again) & (marks.end > again + 1.0))
    after = marks.where(rest)
    later = Marks(
        after.kind, after.camera, after.place, again[rest], after.end, after.flag,
        book.new_tracks(len(rest)), after.x, after.points,
    )  # fmt: skip
    before = (marks.kind == STAY) & reaches & (marks.begin < first)
    end = np.where(before, first, marks.end)
    flag = marks.flag | before
    held = Marks(marks.kind, marks.camera, marks.place, marks.begin, end, flag, marks.track, marks.x, marks.points)
    return joined([held.where(~reaches | before), later])


def _invented(marks: Marks, day: Bucket, gaps: Outages, random: np.random.Generator) -> Marks:
    """Crossings and stays of nobody, at the places and about the times of true ones."""
    some = np.flatnonzero(marks.kind != PATH)
    chosen = some[random.random(len(some)) < INVENTED]
    copy = marks.where(chosen)
    begin = copy.begin + random.uniform(-_SHIFT, _SHIFT, len(chosen))
    end = begin + (copy.end - copy.begin) * random.uniform(0.2, 0.6, len(chosen))
    flag = (copy.kind == CROSSING) & (random.integers(0, 2, len(chosen)) == 1)
    track = np.arange(len(chosen)) + int(marks.track.max(initial=0)) + 1
    made = Marks(copy.kind, copy.camera, copy.place, begin, end, flag, track, copy.x, copy.points)
    keep = ~gaps.at(copy.camera, begin) & ~gaps.at(copy.camera, end) & (begin >= day.begin) & (end < day.end)
    return made.where(keep & ~((begin < gaps.begin[copy.camera]) & (end > gaps.begin[copy.camera])))


def _passed(ground: Ground, marks: Marks) -> Marks:
    """A track whose crossing was missed crossed nothing, as far as anybody knows."""
    at_line = np.isin(marks.camera, ground.line_camera)
    crossed = np.zeros(int(marks.track.max(initial=0)) + 1, np.bool_)
    crossed[marks.track[marks.kind == CROSSING]] = True
    flag = np.where(marks.kind == PATH, at_line & ~crossed[marks.track], marks.flag)
    return Marks(
        marks.kind, marks.camera, marks.place, marks.begin, marks.end, flag, marks.track, marks.x, marks.points
    )  # fmt: skip


def _columns(
    ground: Ground,
    day: Bucket,
    marks: Marks,
    span: tuple[Numbers, Numbers],
    seen: tuple[Places, Numbers, Numbers],
    random: np.random.Generator,
) -> DayEvents:
    cameras = np.array([camera.id for camera in ground.site.cameras], object)
    lines, zones = np.array(ground.lines, object), np.array(ground.zones, object)
    watched, since, until = seen
    n, more = len(marks), len(watched)
    crossing, stay = marks.kind == CROSSING, marks.kind == STAY
    place = np.full(n, None, object)
    place[crossing], place[stay] = lines[marks.place[crossing]], zones[marks.place[stay]]
    ways, towards = np.full(n, None, object), np.full(n, None, object)
    ways[crossing] = np.where(marks.flag[crossing], "in", "out")
    towards[crossing] = np.where(marks.flag[crossing], "down", "up")
    flag = marks.flag.astype(object)
    flag[crossing] = None
    u, v = floor.picture(np.clip(marks.x, 0.5, floor.WIDTH - 0.5), np.full(n, floor.DEPTH / 2))
    told: dict[str, NDArray[np.generic]] = {
        "camera": np.concatenate((cameras[marks.camera], cameras[watched])),
        "kind": np.concatenate((_NAMES[marks.kind], np.full(more, "seen", object))),
        "track": np.concatenate((marks.track + 1, np.zeros(more, np.int64))),
        "begun": np.concatenate((span[0], since)),
        "ended": np.concatenate((span[1], until)),
        "x": np.concatenate((np.where(crossing, u, np.nan), np.full(more, np.nan))),
        "y": np.concatenate((np.where(crossing, v, np.nan), np.full(more, np.nan))),
    }
    nothing = np.full(more, None, object)
    for name, column in (("place", place), ("direction", ways), ("towards", towards), ("flag", flag),
                         ("points", marks.points)):  # fmt: skip
        told[name] = np.concatenate((column, nothing))
    told["epoch"] = np.full(n + more, day.label, object)
    told["id"] = _ids(n + more, random)
    recordings = tuple(
        Told(c.id, day.label, tuple(w.id for w in c.tripwires), tuple(z.id for z in c.zones))
        for c in ground.site.cameras
    )
    return DayEvents({name: told[name] for name in KINDS}, recordings)


def _seen(day: Bucket, gaps: Outages, cameras: int) -> tuple[Places, Numbers, Numbers]:
    """When which camera was seeing: all day, but for the time it was away."""
    away = np.flatnonzero(np.isfinite(gaps.begin))
    camera = np.concatenate((np.arange(cameras), away))
    begin = np.concatenate((np.full(cameras, day.begin), gaps.end[away]))
    end = np.concatenate((np.minimum(gaps.begin, day.end), np.full(len(away), day.end)))
    return camera, begin, end


def _ids(n: int, random: np.random.Generator) -> NDArray[np.object_]:
    text = random.bytes(16 * n).hex()
    ids = np.empty(n, object)
    ids[:] = [text[k : k + 32] for k in range(0, 32 * n, 32)]
    return ids
