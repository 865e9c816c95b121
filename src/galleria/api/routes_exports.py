"""Routes that give files: events and measures for other programs."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import FileResponse, StreamingResponse
from starlette.background import BackgroundTask

from galleria.app.exporting import EventsAsked
from galleria.domain.access import Right
from galleria.domain.errors import TooManyError
from galleria.domain.events import KINDS

from .asking import Instants, Live, Span, router
from .guard import Who, needs
from .routes_measures import Queries

routes = router("exports")
_AT_ONCE = threading.BoundedSemaphore(2)  # files being made: each takes a core, memory and disk
_CSV, _XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARQUET = "application/vnd.apache.parquet"
Kinds = Annotated[list[str] | None, Query(max_length=4, description=f"Of {', '.join(KINDS)}; default: all but paths.")]
Cameras = Annotated[list[str] | None, Query(max_length=500, description="Ids; default: all.")]
_WITHOUT_PATHS = tuple(kind for kind in KINDS if kind != "path")


def _file(media: str) -> dict[int | str, dict[str, object]]:
    return {200: {"content": {media: {}}, "description": "The file."}}


@routes.get("/events.csv", summary="Events as CSV", response_class=Response, responses=_file(_CSV))
@needs(Right.EXPORT)
def events_as_csv(live: Live, who: Who, span: Span, kind: Kinds = None, camera: Cameras = None) -> Response:
    """By time, as they are read; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    pieces = live.exports.events_csv(who, _asked(span, kind, camera))
    return StreamingResponse(_begun(pieces), media_type=_CSV, headers=_named("events.csv"))


@routes.get("/events.parquet", summary="Events as Parquet", response_class=Response, responses=_file(_PARQUET))
@needs(Right.EXPORT)
def events_as_parquet(live: Live, who: Who, span: Span, kind: Kinds = None, camera: Cameras = None) -> Response:
    """Typed columns; times are timestamps in UTC."""
    asked = _asked(span, kind, camera)
    return _made("events.parquet", _PARQUET, lambda target: live.exports.events_parquet(who, asked, target))


@routes.get("/measures.csv", summary="Measures as CSV", response_class=Response, responses=_file(_CSV))
@needs(Right.EXPORT_UNIT)
def measures_as_csv(live: Live, who: Who, queries: Queries) -> Response:
    """One number a row, as /measures gives them. An empty value is a gap."""
    pieces = live.exports.measures_csv(who, queries)
    return StreamingResponse(_begun(pieces), media_type=_CSV, headers=_named("measures.csv"))


@routes.get("/measures.xlsx", summary="Measures for Excel", response_class=Response, responses=_file(_XLSX))
@needs(Right.EXPORT_UNIT)
def measures_as_xlsx(live: Live, who: Who, queries: Queries) -> Response:
    """One number a row; a second sheet says what a reader must know of them."""
    return _made("measures.xlsx", _XLSX, lambda target: live.exports.measures_xlsx(who, queries, target))


def _asked(span: Instants, kinds: list[str] | None, cameras: list[str] | None) -> EventsAsked:
    return EventsAsked(span.begin, span.end, kinds or _WITHOUT_PATHS, cameras)


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same; what goes wrong at the start is still told as a problem, and not as half a file."""
    first = next(pieces, b"")

    def all_of_it() -> Iterator[bytes]:
        yield first
        yield from pieces

    return all_of_it()


def _made(name: str, media: str, make: Callable[[Path], None]) -> Response:
    """A file that has to be whole before it is sent; it is gone afterwards."""
    if not _AT_ONCE.acquire(blocking=False):
        problem = "other exports are being made"
        raise TooManyError(problem, "Try again in a few seconds.", 5.0)
    folder = tempfile.TemporaryDirectory(prefix="galleria-export-")
    try:
        target = Path(folder.name) / name
        make(target)
    except BaseException:
        folder.cleanup()
        raise
    finally:
        _AT_ONCE.release()

    def remove() -> None:
        with suppress(OSError):
            folder.cleanup()

    return FileResponse(target, media_type=media, filename=name, background=BackgroundTask(remove))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
