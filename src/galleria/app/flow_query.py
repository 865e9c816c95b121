"""What can be asked of a site's flows, and the shape of the answers. Facts only; `flows` and `overview` make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from galleria.domain.calendar import Compare, Grain
from galleria.domain.health import CameraState
from galleria.domain.live import Occupancy


@dataclass(frozen=True, slots=True)
class FlowQuery:
    """A question about one subject and one measure.

    Attributes:
        measure: name, as `MeasureName` has it.
        subject: `site`, `entrance:ID`, `shop:ID`, `tripwire:ID`, `zone:ID` or `camera:ID`.
        begin: the first trading day.
        end: the day after the last one.
    """

    measure: str
    subject: str
    grain: Grain
    begin: date
    end: date
    compare: Compare = Compare.NONE


@dataclass(frozen=True, slots=True)
class FlowPoint:
    """One bucket of an answer.

    Attributes:
        begin: seconds since 1970-01-01 UTC.
        end: likewise, does not belong; of a bucket that goes on: where it will end.
        label: local time with its UTC offset, a date, an ISO week or a month.
        value: None is a gap: nothing was seen (or there is nothing to take a median or ratio of), never zero.
        coverage: share of the open time, so far, in which the subject's cameras were seeing, in [0,1]; outside the
            opening hours the share of all of the bucket.
        before: the same of the bucket compared with; None without one, too.
        before_coverage: likewise.
    """

    begin: float
    end: float
    label: str
    value: float | None
    coverage: float
    before: float | None = None
    before_coverage: float | None = None


@dataclass(frozen=True, slots=True)
class FlowAnswer:
    """The answer to a `FlowQuery`.

    Attributes:
        points: in order of time.
        total: the measure over the whole period, as far as it was seen.
        total_before: over the part of the earlier period that is compared; None when nothing is compared, or can be.
        unit: `tracks`, `seconds` or `ratio`.
        notes: what a reader must know to read the numbers rightly, in sentences.
        alike: the measure over the part of this period that is compared: quarter hours that have passed and that both
            periods have seen. Set against `total_before`; equal to `total` when nothing had to be left out.
        coverage: of the whole period, as in `FlowPoint`.
    """

    points: Sequence[FlowPoint]
    total: float | None
    total_before: float | None
    unit: str
    notes: Sequence[str] = ()
    alike: float | None = None
    coverage: float = 0.0

    @property
    def change(self) -> float | None:
        """Like-for-like: 0.1 is ten percent more than before; None when nothing can be compared."""
        return change(self.alike, self.total_before)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that has measures.

    Attributes:
        key: as `FlowQuery.subject` wants it.
        kind: `site`, `entrance`, `shop`, `tripwire`, `zone` or `camera`.
        name: for people; the id where the site gives no name.
        measures: names of those that it has.
    """

    key: str
    kind: str
    name: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """A number of today so far, against the usual day at the same time.

    Attributes:
        usual: median of the last eight same weekdays up to the same time, of those that were seen; None without one.
        coverage: of today so far.
    """

    value: float | None
    usual: float | None
    coverage: float

    @property
    def change(self) -> float | None:
        """0.1 is ten percent above the usual day."""
        return change(self.value, self.usual)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A quarter hour of today's curve; `value` is None for a gap and for what has not passed yet.

    Attributes:
        label: local time, HH:MM.
        usual: median of the last eight same weekdays in this quarter hour, of those that were seen.
    """

    begin: float
    end: float
    label: str
    value: float | None
    coverage: float
    usual: float | None


@dataclass(frozen=True, slots=True)
class EntranceToday:
    """One entrance (or, in a site that declares none, one tripwire) today."""

    id: str
    name: str
    came: Today
    went: Today


@dataclass(frozen=True, slots=True)
class CameraToday:
    """A camera's state now, and its coverage of today's open time so far.

    Attributes:
        since: when the state began, seconds since 1970-01-01 UTC; None when the camera was never heard of.
    """

    id: str
    name: str
    state: CameraState
    since: float | None
    reason: str
    coverage: float


@dataclass(frozen=True, slots=True)
class Overview:
    """A trading day at a glance.

    Attributes:
        time: what it is of, seconds since 1970-01-01 UTC: numbers are up to here.
        day: label of the trading day.
        opens: seconds since 1970-01-01 UTC; None on a closed day.
        closes: likewise.
        footfall: comings over the lines of entrances.
        occupancy: as of `time`, from the journal.
        dwell: median over all zones, seconds.
        curve: comings by quarter hour of the open time, and before or after it where somebody came.
        usual_days: how many earlier days the usual ones are made of, at most 8.
        notes: what a reader must know to read the numbers rightly, in sentences.
    """

    time: float
    day: str
    opens: float | None
    closes: float | None
    footfall: Today
    occupancy: Occupancy
    dwell: Today
    curve: Sequence[CurvePoint]
    entrances: Sequence[EntranceToday]
    cameras: Sequence[CameraToday]
    usual_days: int
    notes: Sequence[str] = ()


def change(now: float | None, before: float | None) -> float | None:
    """How much more now than before, as a share of before; None where that has no meaning."""
    return now / before - 1 if now is not None and before else None
