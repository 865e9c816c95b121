"""The report of a trading day: when it is due, and its figures from the flows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Protocol

from galleria.domain.calendar import day_of, open_time
from galleria.domain.errors import GalleriaError
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site
from galleria.domain.time import instant, local, zone_named
from galleria.notify.digest import Count, Digest, Hour, share
from galleria.notify.mail import Mailer
from galleria.notify.ports import Delivery, Outcome

from .flow_query import FlowAnswer, FlowPoint, FlowQuery, Subject
from .flows import Compare, Grain

LATEST = 12 * 3600.0  # a report that is later than this is not sent any more
_SEEN = 0.995  # less than this of a quarter hour is told as a gap


class Asked(Protocol):
    """What of the flows the report asks."""

    def query(self, q: FlowQuery) -> FlowAnswer: ...

    def subjects(self) -> Sequence[Subject]: ...


class DailyReport:
    """Makes digests of one site's days."""

    def __init__(self, site: Site, flows: Asked) -> None:
        self._site, self._flows = site, flows

    def due(self, now: float, at: time) -> date | None:
        """The trading day whose report is to be out by now, and is not stale yet; None when there is none.

        Args:
            now: seconds since 1970-01-01 UTC.
            at: local time; the first such moment after a day's closing.
        """
        today = local(now, zone_named(self._site.zone)).date()
        for back in range(3):
            day = today - timedelta(days=back)
            sent = self._sent_at(day, at)
            if sent is not None and sent <= now < sent + LATEST:
                return day
        return None

    def last_closed(self, now: float) -> date:
        """The newest trading day that is over; yesterday where all days are closed."""
        today = local(now, zone_named(self._site.zone)).date()
        days = (today - timedelta(days=back) for back in range(8))
        closings = ((day, self._span(day)) for day in days)
        return next((day for day, span in closings if span and span[1] <= now), today - timedelta(days=1))

    def digest(self, day: date) -> Digest:
        """The day's figures.

        Raises:
            StoreError: the measures cannot be read.
        """
        came = MeasureName.IN.value
        week = self._ask(came, "site", day, Grain.QUARTER_HOUR, Compare.LAST_WEEK)
        year = self._ask(came, "site", day, Grain.DAY, Compare.LAST_YEAR)
        span = self._span(day)
        quarters = [p for p in week.points if span is None or (p.end > span[0] and p.begin < span[1])]
        hours = self._ask(came, "site", day, Grain.HOUR, Compare.LAST_WEEK).points
        return Digest(
            site=self._site.called,
            day=day,
            footfall=Count("Visitors", week.total, week.change, week.coverage),
            last_year=year.change,
            entrances=tuple(self._entrances(day)),
            hours=tuple(self._hour(p) for p in hours if span is None or (p.end > span[0] and p.begin < span[1])),
            peak=self._peak(day),
            gaps=tuple(self._gaps(quarters)),
            notes=tuple(dict.fromkeys(week.notes)),
        )

    def _entrances(self, day: date) -> Iterator[Count]:
        subjects = self._flows.subjects()
        kinds = {subject.kind for subject in subjects}
        for subject in subjects:
            if subject.kind == ("entrance" if "entrance" in kinds else "tripwire"):
                answer = self._ask(MeasureName.IN.value, subject.key, day, Grain.DAY, Compare.LAST_WEEK)
                yield Count(subject.name, answer.total, answer.change, answer.coverage)

    def _peak(self, day: date) -> tuple[float, str] | None:
        points = self._ask(MeasureName.OCCUPANCY.value, "site", day, Grain.QUARTER_HOUR, Compare.NONE).points
        best = max(points, key=lambda point: point.value or 0.0, default=None)
        return (best.value, self._clock(best.begin)) if best and best.value else None

    def _gaps(self, quarters: Sequence[FlowPoint]) -> Iterator[str]:
        """Stretches of quarter hours that were not seen at all, and of those that were seen in part."""

        def kind(point: FlowPoint) -> int:
            return 0 if point.coverage >= _SEEN else 1 if point.coverage > 0 else 2

        for which, group in groupby(quarters, kind):
            run = list(group)
            if which:
                seen = sum(point.coverage for point in run) / len(run)
                what = "not seen" if which > 1 else f"{share(seen)} seen"
                yield f"{self._clock(run[0].begin)} to {self._clock(run[-1].end)}: {what}"

    def _hour(self, point: FlowPoint) -> Hour:
        return Hour(self._clock(point.begin), point.value, point.before, point.coverage)

    def _ask(self, measure: str, subject: str, day: date, grain: Grain, compare: Compare) -> FlowAnswer:
        return self._flows.query(FlowQuery(measure, subject, grain, day, day + timedelta(days=1), compare))

    def _clock(self, at: float) -> str:
        return f"{local(at, zone_named(self._site.zone)):%H:%M}"

    def _span(self, day: date) -> tuple[float, float] | None:
        bucket = day_of(self._site, day)
        return open_time(self._site, bucket) if bucket else None

    def _sent_at(self, day: date, at: time) -> float | None:
        span = self._span(day)
        if span is None:
            return None
        zone = zone_named(self._site.zone)
        same = instant(datetime.combine(local(span[1], zone).date(), at), zone)
        if same >= span[1]:
            return same
        return instant(datetime.combine(local(span[1], zone).date() + timedelta(days=1), at), zone)


class ReportSender:
    """Makes the digest when it is sent, so that a report that was delayed has the newest figures.

    Args:
        report: asked anew for each message, since the site may change.
    """

    batch = 1

    def __init__(self, report: Callable[[], DailyReport], mailer: Mailer) -> None:
        self._report, self._mailer = report, mailer

    def send(self, deliveries: Sequence[Delivery]) -> Outcome:
        """Send one report; its letter's body is the day."""
        try:
            digest = self._report().digest(date.fromisoformat(deliveries[0].letter.body))
        except GalleriaError as error:
            return Outcome(str(error))
        return self._mailer.send(digest)

    def close(self) -> None:
        """Nothing is kept open between messages."""
