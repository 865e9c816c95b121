"""Routes for sites beside each other: this site's days as a file for others, and what the files of others tell."""

from __future__ import annotations

from fastapi import Response

from galleria.app.benchmarks import Benchmarks, benchmarks_of
from galleria.domain.access import Right
from galleria.domain.catalogue import CATALOGUE

from .asking import Live, Period, router
from .benchmarks import BenchmarkTold
from .guard import Who, needs
from .ports import LiveSite

routes = router("outlook")
_CSV = "text/csv"


@routes.get("/benchmark", summary="Sites beside each other")
@needs(Right.SEE_MEASURES)
def benchmark(live: Live, period: Period) -> BenchmarkTold:
    """This site and those whose files it was given, on the same trading days, against the group's median."""
    desk = _desk(live)
    found = desk.compared((period.begin, period.end), live.clock.now())
    return BenchmarkTold.told(found, list(desk.neighbours().faults), CATALOGUE["benchmark"].meaning)


@routes.get(
    "/benchmark.csv", summary="This site's days for other sites", response_class=Response,
    responses={200: {"content": {_CSV: {}}, "description": "The file."}},
)  # fmt: skip
@needs(Right.EXPORT)
def benchmark_as_csv(live: Live, who: Who, period: Period) -> Response:
    """A trading day a row, of those that are over; counts of everybody, nothing that comes of a face."""
    text = _desk(live).csv(who, (period.begin, period.end), live.clock.now())
    name = f"benchmark-{live.site.id}.csv"
    return Response(text, media_type=_CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _desk(live: LiveSite) -> Benchmarks:
    return benchmarks_of(live.study_desk, live.selling, live.folder)
