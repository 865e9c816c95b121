"""Which slots of a period are worth showing: those in which the site was open, or something was counted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from galleria.domain.calendar import days_of, open_time
from galleria.domain.site import Site

from .chart import Point
from .period import Dates


def worth_showing(site: Site, dates: Dates, series: Sequence[Sequence[Point]]) -> list[int]:
    """Indexes of the slots that are kept, the same for all series; their points are of the same buckets.

    A night in which nobody came is no news, and would take more room than the day.
    """
    hours = [open_time(site, day) for day in days_of(site, dates.begin, dates.end)]
    spans = [span for span in hours if span is not None]
    begins = [begin for begin, _ in spans]
    kept = []
    for n, points in enumerate(zip(*series, strict=True)):
        first = points[0]
        at = bisect_right(begins, first.begin) - 1
        during = at >= 0 and first.begin < spans[at][1]
        before_opening = at + 1 < len(spans) and first.end > begins[at + 1]
        if during or before_opening or any(point.value or point.before for point in points):
            kept.append(n)
    return kept or list(range(len(series[0]) if series else 0))
