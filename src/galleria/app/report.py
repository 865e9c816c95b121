"""A question about what was counted into measures, from the journal. Knows no terminal."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from galleria.analytics.intervals import union
from galleria.analytics.measures import Watched, measures
from galleria.domain.errors import InputError
from galleria.domain.events import Event, Seen
from galleria.domain.measure import Measure
from galleria.domain.site import Site
from galleria.domain.time import (
    TOTAL,
    Bucket,
    By,
    buckets,
    clip_buckets,
    clip_text,
    how_many,
    local_text,
    parse_instant,
    zone_named,
)
from galleria.storage.journal import Journal
from galleria.storage.recording import Entry

_MOST_BUCKETS = 100_000


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked for.

    Attributes:
        site: gives zone and opening hours, and limits the report to it; None: every site in the journal, in the zone
            that it was counted with, days from midnight.
        camera: id; None for all.
        since: date or time as `parse_instant` reads it; None: from the first recording.
        until: likewise, does not belong; None: to the end of the last recording.
        by: how finely. Buckets that overlap the range are given whole.
    """

    site: Site | None = None
    camera: str | None = None
    since: str | None = None
    until: str | None = None
    by: By = By.HOUR


@dataclass(frozen=True, slots=True)
class Section:
    """Measures that may stand in one table: those of a site's dated recordings, or of one clip.

    Attributes:
        clip: the recording when its times are clip times; None for dated ones.
        rows: by bucket.
        totals: the same measures over the whole range.
    """

    site: Site
    clip: Entry | None
    rows: Sequence[Measure]
    totals: Sequence[Measure]


@dataclass(frozen=True, slots=True)
class Report:
    """The answer.

    Attributes:
        recordings: those it is made from.
        notes: what a reader must know to read the numbers rightly, in sentences.
    """

    recordings: Sequence[Entry]
    sections: Sequence[Section]
    notes: Sequence[str]


def report(path: Path, question: Question) -> Report:
    """Answer from the journal.

    Raises:
        InputError: nothing was counted that the question is about, or it asks for too much.
        StoreError: the journal cannot be read.
    """
    if not path.exists():  # reading must not make one
        problem = f"there is no journal at {path}"
        raise InputError(problem, "Count something first (`galleria count VIDEO`), or name a journal with --journal.")
    with Journal(path) as journal:
        entries = _chosen(path, journal.recordings(), question)
        sections: list[Section] = []
        notes = [_unfinished(entry) for entry in entries if not entry.finished]
        for site_id, some in groupby(entries, lambda entry: entry.recording.origin.site):
            of_site = list(some)
            site = question.site or Site(id=site_id, zone=of_site[-1].recording.time_zone)
            dated = [entry for entry in of_site if entry.recording.start_known]
            clips = [entry for entry in of_site if not entry.recording.start_known]
            if dated:
                sections.append(_dated(journal, site, dated, question, notes))
            if question.since or question.until:
                notes += [f"{_name(entry)} has no known date and is left out." for entry in clips]
            else:
                sections += [_clip(journal, site, entry, question.by) for entry in clips]
    return Report(entries, sections, notes)


def _chosen(path: Path, entries: Sequence[Entry], question: Question) -> list[Entry]:
    """The recordings asked for; of several takes of one recording the one that is shown."""
    shown = [entry for entry in entries if entry.shown and entry.events]
    if not shown:
        problem = f"the journal {path} is empty"
        raise InputError(problem, "Count something first: `galleria count VIDEO`.")
    if question.site:
        known = sorted({entry.recording.origin.site for entry in shown})
        shown = [entry for entry in shown if entry.recording.origin.site == question.site.id]
        if not shown:
            problem = f"nothing was counted for site {question.site.id!r}"
            raise InputError(problem, f"The journal {path} has site {', '.join(known)}.")
    if question.camera:
        known = sorted({entry.recording.origin.camera for entry in shown})
        shown = [entry for entry in shown if entry.recording.origin.camera == question.camera]
        if not shown:
            problem = f"nothing was counted for camera {question.camera!r}"
            raise InputError(problem, f"The journal {path} has camera {', '.join(known)}.")
    return shown


def _dated(journal: Journal, site: Site, entries: list[Entry], question: Question, notes: list[str]) -> Section:
    zone = zone_named(site.zone)
    begin = min(entry.begin for entry in entries if entry.begin is not None)
    # The end does not belong to a bucket, but what happened at the very end of the footage does.
    end = math.nextafter(max(entry.end for entry in entries if entry.end is not None), math.inf)
    if question.since:
        begin = parse_instant(question.since, zone)
    if question.until:
        end = parse_instant(question.until, zone)
    if begin >= end:
        first, last = local_text(begin, zone), local_text(end, zone)
        problem = f"nothing lies between {first} (--from, or the first recording) and {last} (--to, or the last one)"
        raise InputError(problem, "Choose a range that begins before it ends and in which something was counted.")
    _check_size(question.by, begin, end)
    shelves = buckets(question.by, site, begin, end)
    begin = shelves[0].begin if question.since else begin
    end = shelves[-1].end if question.until else end
    epochs = [entry.recording.origin.epoch for entry in entries]
    cameras = {entry.recording.origin.camera for entry in entries}
    events = list(journal.events(site.id, shelves[0].begin, shelves[-1].end, cameras=cameras, epochs=epochs))
    notes += _recorded_twice(events)
    shelves = shelves if question.until else _until_the_end(shelves, events)
    watched = {entry.recording.origin: _watched(entry) for entry in entries}
    total = Bucket(begin, end, TOTAL)
    return Section(site, None, measures(events, shelves, watched), measures(events, [total], watched))


def _clip(journal: Journal, site: Site, entry: Entry, by: By) -> Section:
    origin = entry.recording.origin
    end = math.nextafter(entry.end or 0.0, math.inf)
    _check_size(by, 0.0, end)
    events = list(journal.events(origin.site, cameras=[origin.camera], epochs=[origin.epoch]))
    watched = {origin: _watched(entry)}
    begin = min(entry.begin or 0.0, 0.0)
    shelves = _until_the_end(clip_buckets(by, begin, end), events)
    rows = measures(events, shelves, watched, epoch=origin.epoch)
    totals = measures(events, [Bucket(begin, end, TOTAL)], watched, epoch=origin.epoch)
    return Section(site, entry, rows, totals)


def _until_the_end(shelves: list[Bucket], events: Iterable[Event]) -> list[Bucket]:
    """Without a last bucket that begins at the very end of the footage, if nothing happened in it."""
    last = shelves[-1].begin
    if len(shelves) == 1 or any(event.time >= last or getattr(event, "end", last) > last for event in events):
        return shelves
    return shelves[:-1]


def _check_size(by: By, begin: float, end: float) -> None:
    number = how_many(by, begin, end)
    if number > _MOST_BUCKETS:
        problem = f"by {by} this range has {number:.0f} rows for every tripwire and zone"
        raise InputError(problem, "Choose a coarser --by, or a shorter range with --from and --to.")


def _watched(entry: Entry) -> Watched:
    return Watched(entry.recording.tripwires, entry.recording.zones)


def _name(entry: Entry) -> str:
    return f"{entry.recording.source} (camera {entry.recording.origin.camera})"


def _unfinished(entry: Entry) -> str:
    return (
        f"{_name(entry)} was not counted to its end; the numbers are of what was counted. Count it again to complete."
    )


def _recorded_twice(events: Iterable[Event]) -> list[str]:
    """Notes about time that several recordings of one camera cover: there nothing can tell the same track again."""
    seen: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        if isinstance(event, Seen):
            seen[event.origin.camera][event.origin.epoch].append((event.time, event.end))
    notes = []
    for camera, epochs in sorted(seen.items()):
        each = [interval for intervals in epochs.values() for interval in union(intervals)]
        twice = sum(end - begin for begin, end in each) - sum(end - begin for begin, end in union(each))
        if twice >= 1:
            note = (
                f"Camera {camera}: {clip_text(twice)} lie in more than one recording; what happened then counts twice."
            )
            notes.append(note)
    return notes
