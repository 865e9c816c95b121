"""What can be asked about visitors, and the shape of the answers. Facts only; `visiting` makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Absent(StrEnum):
    """Why there is no figure. A figure is never zero: a true zero is withheld like every small count."""

    WITHHELD = "withheld"  # the count is under k, or would tell one that is
    GOING_ON = "going-on"  # the day, hour or week that it is told by is not over
    NO_COVERAGE = "no-coverage"  # its cameras were not seeing
    NO_LINE = "no-line"  # nobody came in over a line of a camera that looks
    STOPPED = "stopped"  # declared, but it did not run: stopped, or something that it needs was missing
    UNDECLARED = "undeclared"


class VisitMeasure(StrEnum):
    """What is told about visitors."""

    UNIQUE = "unique"
    RECOGNISED = "recognised"
    RETURNING = "returning"
    VISITS = "visits"
    SINCE = "since"
    FIRST_SEEN = "first_seen"
    DEMOGRAPHICS = "demographics"
    SMILING = "smiling"
    FRUSTRATED = "frustrated"
    OPPORTUNITIES = "opportunities"
    WATCHERS = "watchers"
    ATTENTION = "attention"


# The console and docs/measures.md say the same; tests compare them.
MEANINGS: Mapping[VisitMeasure, str] = {
    VisitMeasure.UNIQUE: (
        "Visitors told apart by face on one trading day, over all declared cameras, without staff; days cannot be added"
        " up, so a longer period has the mean of its days."
    ),
    VisitMeasure.RECOGNISED: (
        "Of the tracks that came in at the declared cameras, the share that was recognised: how much of the traffic the"
        " other figures rest on."
    ),
    VisitMeasure.RETURNING: (
        "Of a day's visitors, the share who had also come on an earlier trading day of the last 30; who last came"
        " before that is new."
    ),
    VisitMeasure.VISITS: "Visitors by the number of trading days they came on in the last 30, that day among them.",
    VisitMeasure.SINCE: "Returning visitors by the number of days since they last came.",
    VisitMeasure.FIRST_SEEN: "Visitors by the quarter hour in which they were first seen, new and returning.",
    VisitMeasure.DEMOGRAPHICS: (
        "Tracks at a place by estimated age band and gender presentation; nobody under 18 is in it, and one visitor may"
        " be several tracks. A camera that has zones is told by these alone; of zones that overlap, the first one."
        " Tracks whose gender presentation is not sure are a figure of their own, of all ages together, and in no"
        " other one."
    ),
    VisitMeasure.SMILING: "Of the faces seen at a place in an hour, the share that smiled.",
    VisitMeasure.FRUSTRATED: "Of the faces seen at a place in an hour, the share that looked frustrated.",
    VisitMeasure.OPPORTUNITIES: "Tracks that could have looked at a screen.",
    VisitMeasure.WATCHERS: "Of these tracks, those whose faces were turned to the screen.",
    VisitMeasure.ATTENTION: "Seconds for which faces were turned to the screen, of all watchers together.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure that may be shown, or why it may not.

    Attributes:
        value: None where it is absent.
        why: None where there is one.
    """

    value: float | None
    why: Absent | None = None

    @staticmethod
    def of(value: float | None, why: Absent = Absent.WITHHELD) -> Shown:
        return Shown(value, None if value is not None else why)


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a histogram, e.g. `5+`."""

    label: str
    count: Shown


@dataclass(frozen=True, slots=True)
class Measured:
    """An error that a dossier measured, shown beside the figures that it is the error of.

    Attributes:
        kind: `age` (mean absolute error, years), `gender` and `expression` (share told right), `false-match`,
            `false-non-match` (shares).
        subjects: on how many.
    """

    kind: str
    value: float
    low: float
    high: float
    subjects: int


@dataclass(frozen=True, slots=True)
class VisitorsPoint:
    """A day, or the mean of the days of a week or month.

    Attributes:
        begin: seconds since 1970-01-01 UTC; `end`: likewise, does not belong.
        label: date, ISO week or month.
        coverage: share of the open time in which the cameras were seeing and looked, at most; of `unique`.
        days: how many days `unique` is the mean of; `of`: how many there are, as far as they have begun.
        new: visitors, mean of days; `back`: likewise, of returning ones.
        returning_days: how many days `returning`, `new` and `back` are of.
    """

    begin: float
    end: float
    label: str
    coverage: float
    days: int
    of: int
    unique: Shown
    recognised: Shown
    returning: Shown
    new: Shown
    back: Shown
    returning_days: int


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """Visitors first seen in a quarter hour."""

    begin: float
    label: str
    new: Shown
    back: Shown


@dataclass(frozen=True, slots=True)
class VisitorsAnswer:
    """Visitors over a period.

    Attributes:
        whole: the period as one point.
        visits: 1, 2, 3, 4, 5+ visits; visitors of all days that the histograms are of.
        since: days since the last visit; `median`: of them.
        histogram_days: of how many days the histograms and the median are.
        first_seen: of a period of one day; else empty.
        k: counts under it are withheld.
        errors: that were measured.
        notes: what a reader must know to read the numbers rightly, in sentences.
    """

    points: Sequence[VisitorsPoint]
    whole: VisitorsPoint
    visits: Sequence[Bin]
    since: Sequence[Bin]
    median: Shown
    histogram_days: int
    first_seen: Sequence[FirstSeen]
    k: int
    errors: Sequence[Measured] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """A place: a zone of a camera, or all of its picture where `place` is empty."""

    camera: str
    place: str
    name: str


@dataclass(frozen=True, slots=True)
class BandTable:
    """Age bands (rows) and gender presentation (columns) at one place.

    Attributes:
        days: how many days are in it; `of`: of how many.
        rows: sums of the bands; `columns`: of the genders.
        unsure: tracks of all ages whose gender presentation is not sure; in none of the others. `unsure_days`: how
            many days are in it.
    """

    where: Where
    days: int
    of: int
    bands: Sequence[str]
    genders: Sequence[str]
    cells: Sequence[Sequence[Shown]]
    rows: Sequence[Shown]
    columns: Sequence[Shown]
    total: Shown
    unsure: Shown
    unsure_days: int


@dataclass(frozen=True, slots=True)
class MoodRow:
    """Moods at a place: over the period (`label` empty) or at an hour of the day, over all its days."""

    where: Where
    label: str
    faces: Shown
    smiling: Shown
    frustrated: Shown


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """A screen's audience: over the period (`label` empty) or in a quarter hour of the day, over all its days."""

    where: Where
    label: str
    opportunities: Shown
    watchers: Shown
    share: Shown
    attention: Shown


@dataclass(frozen=True, slots=True)
class TalliesAnswer:
    """Tables of one purpose over a period.

    Attributes:
        why: nothing can be told at all; None: there is something, or the rows say why not.
        coverage: share of the open time in which the cameras were seeing and looked, at most.
    """

    why: Absent | None
    coverage: float
    k: int
    tables: Sequence[BandTable] = ()
    moods: Sequence[MoodRow] = ()
    audiences: Sequence[AudienceRow] = ()
    errors: Sequence[Measured] = ()
    notes: Sequence[str] = ()
