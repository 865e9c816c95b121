"""What to expect of the next days, what is usual, and what a campaign did: from the days that were counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from statistics import median
from threading import Lock
from typing import Any

import numpy as np

from galleria.analytics.forecast import HORIZON, Ahead, Numbers, Past, forecast
from galleria.domain.access import Actor
from galleria.domain.calendar import Grain
from galleria.domain.errors import GalleriaError, InputError
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site
from galleria.domain.time import trading_day
from galleria.storage.weather import WEATHER, WeatherFile, read_weather

from .audit import Audit
from .beside_days import BesideDays
from .flow_query import FlowQuery
from .flows import Flows
from .outlook_campaigns import campaigns_of, effect
from .outlook_expected import LOOKED_AT, Expected, past_of, seen_of
from .outlook_notes import note_of
from .outlook_query import Campaign, CampaignEffect, DayAhead, DayCount, DayNote, ForecastAnswer
from .public_holidays import NameOf, holidays_of

ENOUGH = 0.8  # of its open time seen: with less, a day has no number
USUAL, LEAST = 8, 3  # same weekdays that make the usual day
MOST_NOTED = 62  # days of one question
# Made once: a mall's year of lines asks tens of thousands of times.
SAME_WEEKDAYS = [timedelta(days=7 * n) for n in range(1, USUAL + LEAST + 1)]
_Key = tuple[object, ...]


@dataclass(slots=True)
class Outlook:
    """Answers for one site; threads may share it.

    Attributes:
        site: as it is now; replace it when it was changed.
        flows: of that site.
        folder: the site's own, where its weather file lies.
        campaigns: the settings group of that name, as it is now.
        audit: takes who exported what.
        beside: days that were compared.
    """

    site: Site
    flows: Flows
    folder: Path
    campaigns: Callable[[], Mapping[str, Any]]
    audit: Audit
    beside: BesideDays = field(default_factory=BesideDays)
    _expected: Expected = field(default_factory=Expected)
    _looked: object = None  # what campaigns were last looked ahead from; the next one: which are left
    _left: list[Campaign] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)  # of the two below; never held while something is made
    _made: dict[_Key, Any] = field(default_factory=dict)
    _making: dict[_Key, Lock] = field(default_factory=dict)

    def days(self, subject: str, begin: date, end: date) -> list[DayCount]:
        """The days [begin, end) of `site`, an entrance or a line, each beside its usual one.

        Raises:
            InputError: there is no such subject, or the weather file cannot be used.
            StoreError: the roll-ups cannot be read.
        """
        return self.days_of([subject], begin, end)[0]

    def days_of(self, subjects: Sequence[str], begin: date, end: date) -> list[list[DayCount]]:
        """The same of several, in their order. Raises as `days`."""
        back = begin - timedelta(days=7 * (USUAL + LEAST))
        named, weather = self._holidays(), self.weather()
        answers = self.flows.queries([FlowQuery(MeasureName.IN, one, Grain.DAY, back, end) for one in subjects])
        names: dict[date, str] = {}
        found = []
        for answer in answers:
            known = {date.fromisoformat(p.label): p for p in answer.points}
            names = names or {day: named(day) for day in known}  # they have the same days
            plain = {d: _value(p.value, p.coverage) for d, p in known.items() if not names[d]}
            mine = []
            for day, point in known.items():
                if day >= begin:
                    usual, spread = _usual(plain, day)
                    value = _value(point.value, point.coverage)
                    about = (usual, spread, names[day], weather.days.get(day))
                    mine.append(DayCount(day, point.begin, point.end, value, point.coverage, *about))
            found.append(mine)
        return found

    def forecast(self, subject: str, now: float) -> ForecastAnswer:
        """The next 14 days from today on; kept until tomorrow.

        Raises:
            InputError, StoreError: as `days` says.
        """
        found: ForecastAnswer = self._once(*self._asked(subject, now))
        return found

    def forecast_csv(self, by: Actor, subject: str, now: float) -> str:
        """The same as a file, a day a row; told to the audit.

        Raises:
            InputError, StoreError: as `days` says.
        """
        found = self.forecast(subject, now)
        self.audit.write(by, "export.forecast", subject)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(("date", "subject", "expected", "low", "high", "holiday"))
        for day in found.days:
            numbers = (f"{one:.1f}" for one in (day.value, day.low, day.high))
            writer.writerow((day.day.isoformat(), subject, *numbers, day.holiday))
        return text.getvalue()

    def forecast_at_hand(self, subject: str, now: float) -> ForecastAnswer | None:
        """The same if it was made already: pages that show it by the way do not wait."""
        found: ForecastAnswer | None = self._made.get(("forecast", subject, self.today(now)))
        return found

    def turn(self, now: float) -> None:
        """Make the site's forecast of today, once, before anybody asks; where one has asked, they do not wait for it.

        Then what was expected of the campaigns, one a turn.

        Raises:
            StoreError: the roll-ups cannot be read.
        """
        if self.flows.subjects():
            self._once(*self._asked("site", now), wait=False)
            self._look_ahead(self.today(now))

    def notes(self, begin: date, end: date, now: float) -> list[DayNote]:
        """The days [begin, end) before today that were not as usual, newest first; at most the last 62 of them.

        Raises:
            InputError, StoreError: as `days` says.
        """
        end = min(end, self.today(now))
        first = min(self.flows.rollups.days(), default=str(end))  # before it there was no site that could have seen
        begin = max(begin, end - timedelta(days=MOST_NOTED), date.fromisoformat(first))
        if begin >= end:
            return []
        days = self.days("site", begin, end)
        return [note for day in reversed(days) if (note := note_of(self.site, self.flows, day, self._holidays()))]

    def effects(self, now: float) -> list[CampaignEffect]:
        """What each campaign did, newest first.

        Raises:
            StoreError: the roll-ups cannot be read.
        """
        known = sorted(campaigns_of(self.campaigns()), key=lambda one: (one.begin, one.name), reverse=True)
        return self._effects(known, self.today(now))

    def weather(self) -> WeatherFile:
        """As the file tells it now. Raises InputError."""
        return read_weather(self.folder / WEATHER)

    def weather_faults(self) -> list[str]:
        """What of the file cannot be used, in sentences."""
        try:
            return [f"{one}." for one in self.weather().refused]
        except GalleriaError as error:
            return [str(error)]

    def past(self, subject: str, end: date) -> Past:
        """Comings in of the days before `end`, from the first that was counted on."""
        begin = max(end - timedelta(days=LOOKED_AT), min(self._first(), end))
        return past_of(self._values(subject, begin, end), begin, end, self._holidays())

    def today(self, now: float) -> date:
        """The trading day's date."""
        return date.fromisoformat(trading_day(self.site, now).label)

    def _asked(self, subject: str, now: float) -> tuple[_Key, Callable[[], ForecastAnswer]]:
        today = self.today(now)
        return ("forecast", subject, today), partial(self._forecast, subject, today)

    def _forecast(self, subject: str, today: date) -> ForecastAnswer:
        past, named = self.past(subject, today), self._holidays()
        told = [DayAhead(one.day, one.value, one.low, one.high, named(one.day)) for one in forecast(past)]
        known = int((~np.isnan(past.counts)).sum())
        share = known / len(past.counts) if len(past.counts) else 0.0
        return ForecastAnswer(subject, today, told, known, share, self._notes(len(told)))

    def _notes(self, told: int) -> list[str]:
        notes = []
        if not told:
            notes.append("Too few days were seen to tell the next ones: three of the same weekday are needed.")
        elif told < HORIZON:
            notes.append("Weekdays on which nothing was counted lately are left out.")
        if not self.site.country:
            notes.append("The site file names no country, so no public holidays are known.")
        elif holidays_of(self.site.country) is None:
            notes.append(f"No public holidays are known of {self.site.country}.")
        return notes

    def _effects(self, campaigns: Sequence[Campaign], today: date) -> list[CampaignEffect]:
        first = self._first()
        begin = max(min((one.begin for one in campaigns), default=today) - timedelta(days=LOOKED_AT), min(first, today))
        values = self._values("site", begin, today)
        named, found = cache(self._holidays()), []
        for one in campaigns:
            seen = seen_of(values, begin, one)
            # Of what is to come nothing is learnt.
            ahead = self._expected_of(one, past_of(values, begin, one.begin, named)) if seen else []
            found.append(effect(one, ahead, seen))
        return found

    def _look_ahead(self, today: date) -> None:
        """See to what was expected of one more campaign; from the first one on again once days are other ones."""
        try:
            known = campaigns_of(self.campaigns())
        except InputError:  # told where they are shown
            return
        about = known, {label: day.mark for label, day in self.flows.rollups.days(end=str(today)).items()}
        if about != self._looked:
            self._looked, self._left = about, [*known]
        if self._left:
            self._effects([self._left.pop()], today)

    def _expected_of(self, campaign: Campaign, past: Past) -> Sequence[Ahead]:
        return self._expected.of(past, self.site.country, (campaign.last - campaign.begin).days + 1)

    def _first(self) -> date:
        """The first day that anything was written about."""
        return date.fromisoformat(min(self.flows.rollups.days(), default=str(date.max)))

    def _values(self, subject: str, begin: date, end: date) -> Numbers:
        """(days,) Comings in of the days [begin, end); not a number where a day was closed or not seen well."""
        counts = np.full(max(0, (end - begin).days), np.nan)
        for low in range(0, len(counts), LOOKED_AT):  # a question is about twelve years at most
            since, until = begin + timedelta(days=low), min(begin + timedelta(days=low + LOOKED_AT), end)
            for point in self.flows.query(FlowQuery(MeasureName.IN, subject, Grain.DAY, since, until)).points:
                value = _value(point.value, point.coverage)
                if value is not None:
                    counts[(date.fromisoformat(point.label) - begin).days] = value
        return counts

    def _holidays(self) -> NameOf:
        return holidays_of(self.site.country) or _none

    def _once(self, key: _Key, make: Callable[[], Any], *, wait: bool = True) -> Any:  # noqa: ANN401  # what `make` makes
        """Make something once a day; who asks for the same meanwhile waits for it, or, where not, gets None."""
        with self._lock:
            if key in self._made:
                return self._made[key]
            making = self._making.setdefault(key, Lock())
        if not making.acquire(blocking=wait):
            return None
        try:
            made = self._made.get(key)
            if made is None:
                made = make()
                with self._lock:
                    today = {old: one for old, one in self._made.items() if old[-1] == key[-1]}
                    self._made = today | {key: made}
            return made
        finally:
            with self._lock:
                self._making.pop(key, None)
            making.release()


def _none(_: date) -> str:
    return ""


def _value(value: float | None, coverage: float) -> float | None:
    return value if coverage >= ENOUGH else None


def _usual(plain: Mapping[date, float | None], day: date) -> tuple[float | None, float]:
    """The usual number of a day, and by what share such days differ from it."""
    back = [plain.get(day - weeks) for weeks in SAME_WEEKDAYS]
    known = [one for one in back if one is not None][:USUAL]
    if len(known) < LEAST:
        return None, 0.0
    middle = median(known)
    return middle, 1.4826 * median([abs(one - middle) for one in known]) / middle if middle else 0.0
