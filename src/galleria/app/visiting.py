"""Visitors of a running site: reduces days that are over, lets go of what is too old, and answers what may be shown."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from galleria.analytics.visitors import Track
from galleria.domain.access import Actor
from galleria.domain.calendar import Grain
from galleria.domain.dossier import Dossier
from galleria.domain.errors import InputError
from galleria.domain.events import Crossing
from galleria.domain.purpose import Purpose
from galleria.domain.site import Site
from galleria.domain.tally import Tally
from galleria.domain.time import Bucket, quarter_hours, trading_day, zone_named
from galleria.policy.retention import Kept, Spans
from galleria.policy.suppression import least
from galleria.storage.journal import Journal
from galleria.storage.visitors import COUNTED, Ends, Visitors

from .audit import Audit
from .flows import Flows
from .recognition.periods import period_of
from .visiting_calendar import Calendar
from .visiting_days import VisitorDay, visitors_answer, whole_weeks
from .visiting_errors import errors_of
from .visiting_export import tallies_csv, visitors_csv
from .visiting_looked import REDUCED, LookedDay, covered, foremost, looked_days
from .visiting_places import Places
from .visiting_query import Absent, TalliesAnswer, VisitorsAnswer, Where
from .visiting_tallies import (
    HOUR,
    QUARTER,
    Part,
    audience_rows,
    band_table,
    by_place,
    mood_rows,
    open_clocks,
    parts_of,
)
from .visits_labelled import LabelledVisits, labelled_visits

EVERY = 60.0  # seconds between two turns
VISITORS = "visitors.db"
_DAY = 86400.0
_LONGEST = 366 * 3  # days
_SPANS = Spans()
_TOLD = (*COUNTED, Purpose.DEMOGRAPHICS, Purpose.EXPERIENCE, Purpose.AUDIENCE)
_GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)

Granted = Callable[[str], Collection[Purpose]]
"""Which purposes may look through a camera now."""


@dataclass(slots=True)
class Visiting:
    """Answers questions about a site's visitors; threads may share it.

    Attributes:
        site: as it is now; replace it when it was changed.
        store: where sightings and tallies are put, and figures are kept.
        flows: tells how much was seen.
        journal: where crossings are.
        dossiers: accuracy that was measured of what runs now.
        audit: takes who exported what.
        measures: seconds for which figures and tallies are kept, until their week is over.
    """

    site: Site
    store: Visitors
    flows: Flows
    journal: Path
    audit: Audit
    dossiers: Callable[[], Sequence[Dossier]] = tuple
    measures: float = 1100 * _DAY
    _turned: float = float("-inf")

    def due(self, now: float) -> bool:
        """Whether the last turn is so long ago that another one is due."""
        return abs(now - self._turned) >= EVERY

    def keep(self, days: int) -> None:
        """Keep figures and tallies for so many days."""
        self.measures = days * _DAY

    def turn(self, now: float, granted: Granted) -> None:
        """Note who looks, reduce days that are over, let go of what is too old. Doing it again changes nothing.

        Args:
            now: seconds since 1970-01-01 UTC.
            granted: asked of each camera.

        Raises:
            StoreError: something cannot be read or written; the next turn catches up.
        """
        self._turned = now
        Calendar.of(self.store, self.site, now).note(self.store)
        looking = [(purpose, camera.id) for camera in self.site.cameras for purpose in granted(camera.id)]
        self.store.looked([one for one in looking if one[0] in _TOLD], now)
        for purpose in COUNTED:
            self._reduce(purpose, now)
        staff = now - _SPANS.seconds(Kept.TRACK)
        self.store.retire(Ends(staff=staff, visits=self._epoch(now), measures=self._oldest(now)))

    def visitors(self, period: tuple[date, date], grain: Grain, now: float) -> VisitorsAnswer:
        """Unique and returning visitors.

        Args:
            period: trading days that open on [begin, end).
            grain: day, week or month.
            now: seconds since 1970-01-01 UTC.

        Raises:
            InputError: the period is empty or too long, or the grain is finer than a day.
            StoreError: something cannot be read.
        """
        self._check(period)
        if grain not in _GRAINS:
            problem = f"visitors are not told by {grain.value}"
            raise InputError(problem, "Ask for day, week or month.")
        unique, back = self._days(Purpose.UNIQUE, period, now), self._days(Purpose.RETURNING, period, now)
        errors = errors_of(self.dossiers(), ("false-match", "false-non-match"))
        days = list(zip(unique, back, strict=True))
        return replace(visitors_answer(self.site, days, period, grain, self._epoch(now)), errors=errors)

    def demographics(self, period: tuple[date, date], now: float) -> TalliesAnswer:
        """Age bands and gender presentation by place. Raises as `visitors` does."""
        self._check(period)
        days = looked_days(self.site, self.store, self.flows, Purpose.DEMOGRAPHICS, period, now)
        sums = [self.store.sums(Purpose.DEMOGRAPHICS, one.bucket.begin, one.bucket.end) for one in days]
        weeks = list(whole_weeks(days, period).values())
        tables = []
        cameras = {camera for each in sums for camera, _ in each} | self._looked(Purpose.DEMOGRAPHICS, days)
        for where in Places(self.site, Purpose.DEMOGRAPHICS).of(cameras):
            key = where.camera, where.place
            # Days on which was looked are all there, those on which nobody was seen among them.
            held = {
                day.bucket.label: (day.over, some.get(key, {}))
                for day, some in zip(days, sums, strict=True)
                if key in some or day.why is None
            }
            tables.append(band_table(where, held, weeks))
        errors = errors_of(self.dossiers(), ("age", "gender"))
        return replace(_without_tables(Purpose.DEMOGRAPHICS, days, known=bool(tables)), tables=tables, errors=errors)

    def experience(self, period: tuple[date, date], now: float) -> TalliesAnswer:
        """Moods by place and hour. Raises as `visitors` does."""
        days, places, answer = self._tallied(Purpose.EXPERIENCE, period, now)
        clocks = self._clocks(days, HOUR)
        rows = [
            row
            for where, some in places.items()
            for row in mood_rows(where, self._parts(some, days, HOUR, now), clocks)
        ]
        return replace(answer, moods=rows, errors=errors_of(self.dossiers(), ("expression",)))

    def audience(self, period: tuple[date, date], now: float) -> TalliesAnswer:
        """Watchers by screen and quarter hour. Raises as `visitors` does."""
        days, places, answer = self._tallied(Purpose.AUDIENCE, period, now)
        clocks = self._clocks(days, QUARTER)
        rows = [
            row
            for where, some in places.items()
            for row in audience_rows(where, self._parts(some, days, QUARTER, now), clocks)
        ]
        return replace(answer, audiences=rows)

    def visits(self, period: tuple[date, date], now: float) -> LabelledVisits:
        """Visits of unique visitors, or of returning ones where only these are told. Raises as `visitors` does."""
        self._check(period)
        unique, back = (self._days(purpose, period, now) for purpose in COUNTED)
        return labelled_visits(unique if any(one.figures for one in unique) else back)

    def export(self, by: Actor, what: str, period: tuple[date, date], grain: Grain, now: float) -> str:
        """CSV of `visitors`, `demographics`, `experience` or `audience`: what these tell. Raises as `visitors` does."""
        self.audit.write(by, "export.visitors", what, begin=str(period[0]), end=str(period[1]))
        if what == "visitors":
            return visitors_csv(self.visitors(period, grain, now))
        tallied = {"demographics": self.demographics, "experience": self.experience, "audience": self.audience}
        return tallies_csv(tallied[what](period, now))

    def _epoch(self, now: float) -> float:
        """When the labels that returning visitors have now began."""
        return period_of(Purpose.RETURNING, self.site, now, _SPANS).begin

    def _oldest(self, now: float) -> float:
        """Where what is kept begins: with a week.

        Small days are told by week, and of a day whose quarter hours went one by one the answers before and after each
        would tell what it had.
        """
        oldest = now - self.measures
        day = date.fromisoformat(trading_day(self.site, oldest).label)
        monday = Calendar.of(self.store, self.site, now).day(day - timedelta(days=day.weekday()))
        return monday[1].begin if monday else oldest - 7 * _DAY

    def _check(self, period: tuple[date, date]) -> None:
        begin, end = period
        if not 0 < (end - begin).days <= _LONGEST:
            problem = f"the period from {begin} to {end} is empty or longer than three years"
            raise InputError(problem, "Its end is the day after its last one.")

    def _days(self, purpose: Purpose, period: tuple[date, date], now: float) -> list[VisitorDay]:
        """The period's days as far as they have begun, with the figures of those that were reduced.

        Of a day that goes on, or could still change, nothing is told: asked again and again, it would tell of each
        visitor when they came, and that one was forgotten or works here. Nor of one that is over and was not reduced
        yet: of a week that was told without it the next answer would tell what it had.
        """
        waiting = self.store.first(purpose)  # asked first: what is reduced meanwhile is among the figures then
        reduced = self.store.figures(purpose, *(day.isoformat() for day in period))
        days = looked_days(self.site, self.store, self.flows, purpose, period, now)
        if waiting is not None:
            days = [replace(one, over=one.over and one.bucket.end <= waiting) for one in days]
        return [VisitorDay(one, reduced.get(one.bucket.label) if one.over else None) for one in days]

    def _reduce(self, purpose: Purpose, now: float) -> None:
        first = self.store.first(purpose)
        while first is not None:
            day = trading_day(self.site, first)
            if now < day.end + REDUCED:
                return
            self.store.reduce(purpose, day, self._quarters(day), *self._crossed(purpose, day))
            first = self.store.first(purpose)

    def _quarters(self, day: Bucket) -> list[float]:
        return [max(one.begin, day.begin) for one in quarter_hours(zone_named(self.site.zone), day.begin, day.end)]

    def _crossed(self, purpose: Purpose, day: Bucket) -> tuple[set[Track], dict[Track, list[float]]]:
        """Tracks that came in over a line of a camera that looked for this purpose that day, and when any crossed."""
        cameras = self.store.looking(purpose, day.begin, day.end)
        if not cameras:
            return set(), {}
        entered: set[Track] = set()
        crossed: dict[Track, list[float]] = {}
        with Journal(self.journal) as journal:
            events = journal.events(self.site.id, day.begin, day.end, kinds={"crossing"}, cameras=list(cameras))
            for one in events:
                if isinstance(one, Crossing) and day.begin <= one.time < day.end:
                    crossed.setdefault((one.origin, one.track), []).append(one.time)
                    if one.direction == "in":
                        entered.add((one.origin, one.track))
        return entered, crossed

    def _tallied(
        self, purpose: Purpose, period: tuple[date, date], now: float
    ) -> tuple[list[LookedDay], dict[Where, list[Tally]], TalliesAnswer]:
        """The period's days, its tallies by place, and the answer without its tables."""
        self._check(period)
        days = looked_days(self.site, self.store, self.flows, purpose, period, now)
        some = self.store.tallies(purpose, days[0].bucket.begin, days[-1].bucket.end) if days else []
        places = by_place(Places(self.site, purpose), some, self._looked(purpose, days))
        return days, places, _without_tables(purpose, days, known=bool(places))

    def _looked(self, purpose: Purpose, days: Sequence[LookedDay]) -> set[str]:
        """Cameras that looked on any of these days."""
        return {*self.store.looking(purpose, days[0].bucket.begin, days[-1].bucket.end)} if days else set()

    def _clocks(self, days: Sequence[LookedDay], seconds: float) -> list[str]:
        return open_clocks(self.site, [one.bucket for one in days], seconds)

    def _parts(
        self, some: Sequence[Tally], days: Sequence[LookedDay], seconds: float, now: float
    ) -> list[tuple[bool, list[Part]]]:
        return [(one.over, parts_of(one.site, _within(some, one.bucket), seconds, now)) for one in days]


def _within(some: Sequence[Tally], day: Bucket) -> Sequence[Tally]:
    """Those of a day; `some` are in the order of time."""
    low, high = (bisect_left(some, moment, key=lambda one: one.begin) for moment in (day.begin, day.end))
    return some[low:high]


def _without_tables(purpose: Purpose, days: Sequence[LookedDay], *, known: bool) -> TalliesAnswer:
    opened = [one for one in days if one.opened] or days
    why = None if known else foremost(one.why or Absent.WITHHELD for one in opened)
    return TalliesAnswer(why, covered(days), least(purpose))
