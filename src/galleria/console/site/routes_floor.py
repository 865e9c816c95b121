"""Where a camera's floor lies: points known in the picture and in metres, dragged or typed, and how well they agree."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.domain.access import Right
from galleria.domain.errors import GalleriaError, InputError

from .floor_form import Fit, Row, fit_of, read_rows, rows_of, sent_rows
from .frame import PageRoute, Posted, acting, caller, go, needs, page

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/cameras/{camera}/floor", dependencies=[needs(Right.CHANGE_SITE)])
def floor_page(request: Request, camera: str, saved: bool = False) -> Response:  # noqa: FBT001, FBT002  # a query
    """The points as they are kept."""
    calibration = caller(request).live.setup.camera(camera).camera.calibration
    rows = rows_of(calibration)
    fit = fit_of(calibration) if calibration else None
    return _page(request, camera, rows, fit, saved=saved)


@router.post("/cameras/{camera}/floor", dependencies=[needs(Right.CHANGE_SITE)])
def floor_sent(request: Request, camera: str, fields: Posted) -> Response:
    """Save, remove or only check them, as the button says."""
    setup = caller(request).live.setup
    rows, revision = sent_rows(fields), fields["revision"] or None
    if fields["do"] == "remove":
        setup.calibrate(acting(request), camera, None, revision=revision)
        return go(f"/cameras/{camera}/floor?saved=true")
    try:
        calibration = read_rows(rows)
        fit = fit_of(calibration)
        if fields["do"] == "save":
            setup.calibrate(acting(request), camera, calibration, revision=revision)
            return go(f"/cameras/{camera}/floor?saved=true")
    except GalleriaError as error:
        return _page(request, camera, rows, None, error=error)
    return _page(request, camera, rows, fit)


@router.post("/cameras/{camera}/floor/check", dependencies=[needs(Right.CHANGE_SITE)])
def check(request: Request, camera: str, fields: Posted) -> Response:  # noqa: ARG001  # it is part of the address
    """How well the points agree as they stand, as a part of the page."""
    rows = sent_rows(fields)
    try:
        fit = fit_of(read_rows(rows))
    except InputError as error:
        return page(request, "_floor_said.html", fit=None, error=error, rows=rows, inside=True)
    return page(request, "_floor_said.html", fit=fit, error=None, rows=_told(rows, fit), inside=True)


def _page(
    request: Request,
    camera: str,
    rows: list[Row],
    fit: Fit | None,
    *,
    error: GalleriaError | None = None,
    saved: bool = False,
) -> Response:
    live = caller(request).live
    known = live.setup.camera(camera).camera
    _, revision = live.setup.shown()
    told = _told(rows, fit) if fit else rows
    shown = {"camera": known, "rows": told, "fit": fit, "revision": revision, "saved": saved, "inside": False}
    return page(request, "floor.html", 400 if error else 200, error=error, **shown)


def _told(rows: list[Row], fit: Fit) -> list[Row]:
    offs = iter(fit.offs)
    return [row if row.empty else replace(row, off=next(offs)) for row in rows]
