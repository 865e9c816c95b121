"""Visits without labels: the shape of the answers. Facts only; `visits_answers` makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """A stretch of time. Whatever there is no number of is None.

    Attributes:
        label: a date, an ISO week, a month, or the hour of a day.
        coverage: share of the lines' open hours that were wholly seen; the others are in no number.
        comings: over the lines, staff among them.
        visits: comings less passers, and less those of staff and of who came again where counts by hand tell these.
        passers: visits shorter than 60 seconds; `passers_off`: what they may be off by at 95 of 100.
        visits_off: what the visits may be off by, at 95 of 100, besides what the lines miss; None: staff and who came
            again are visits of some of the days.
    """

    label: str
    coverage: float
    comings: int | None
    visits: float | None
    passers: float | None
    passers_off: float | None
    visits_off: float | None = None


@dataclass(frozen=True, slots=True)
class ByHand:
    """What somebody counted at the doors, as far as it told visits of a period from comings.

    Attributes:
        counts: how many counts; `first_day` and `last_day`: when.
        comings: that were looked at; `staff`, `again`: of them.
        share: of comings, those that begin a visit; `off`: what it may be off by at 95 of 100.
    """

    counts: int
    first_day: date
    last_day: date
    comings: int
    staff: int
    again: int
    share: float
    off: float


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long visits are, seconds, passers left out of the mean.

    Attributes:
        days: of how many days; those in which more than a tenth went unseen can tell nothing.
        mean_off: what the mean may be off by, at 95 of 100.
        median, p75, p95: for the two orders of leaving, the lesser first.
    """

    days: int
    mean: float | None
    mean_off: float | None
    median: tuple[float, float] | None
    p75: tuple[float, float] | None
    p95: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PlaceVisits:
    """A place over a period.

    Attributes:
        place: `site`, `entrance:id` or `shop:id`.
        points: by grain; `hours`: by hour of the day, all days together, comings only.
        bounce: passers ÷ comings; `capture_rate`: comings ÷ who passed by; `density`: tracks a square metre. Of shops.
            Comings are without those of staff where counts by hand tell them; of `bounce`, without those again as well.
        by_hand: None: no count by hand tells of this place and period.
    """

    place: str
    name: str
    points: Sequence[VisitFigures]
    hours: Sequence[VisitFigures]
    whole: VisitFigures
    lasting: Lasting
    bounce: float | None = None
    capture_rate: float | None = None
    density: float | None = None
    by_hand: ByHand | None = None


@dataclass(frozen=True, slots=True)
class ZoneDraw:
    """Of a zone: the share of its camera's tracks that stayed in it; None: the camera tells no ways of tracks."""

    zone: str
    name: str
    draw_rate: float | None
    tracks: int
    coverage: float


@dataclass(frozen=True, slots=True)
class VisitsAnswer:
    """Visits over a period: of the site first, then of entrances and shops."""

    places: Sequence[PlaceVisits]
    zones: Sequence[ZoneDraw]
    note: str
