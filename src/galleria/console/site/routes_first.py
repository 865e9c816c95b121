"""The first run: site, camera, line, first count. Every step is also reached later, from its own page."""

from __future__ import annotations

import zoneinfo
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.sample_cameras import add_samples, find_samples
from galleria.domain.access import Right
from galleria.domain.errors import ConflictError, InputError
from galleria.domain.health import CameraState
from galleria.domain.live import CameraLive

from .frame import Fields, PageRoute, Posted, acting, caller, go, needs, page
from .hours import day_fields, read_hours, sent_fields
from .routes_cameras import add_or_test, camera_form
from .states import told

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# Footage of a source tree; a wheel brings one clip of its own.
FOOTAGE = (Path("footage"), Path(__file__).parents[4] / "footage")


def zones() -> list[str]:
    """Time zones by their places."""
    skipped = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return [*sorted(z for z in zoneinfo.available_timezones() if "/" in z and not z.startswith(skipped)), "UTC"]


@router.get("/first", dependencies=[needs(Right.CHANGE_SITE)])
def site_page(request: Request) -> Response:
    """Name, time zone, opening hours."""
    site, revision = caller(request).live.setup.shown()
    known = {"name": site.name, "zone": site.zone, "days": day_fields(site.hours), "always": not site.hours}
    return page(request, "first_site.html", **known, zones=zones(), revision=revision)


@router.post("/first", dependencies=[needs(Right.CHANGE_SITE)])
def site_set(request: Request, fields: Posted) -> Response:
    """Keep them."""
    setup = caller(request).live.setup
    try:
        hours = read_hours(fields)
        by, seen = acting(request), fields["revision"] or None
        setup.hours(by, hours, revision=setup.name(by, fields["name"], zone=fields["zone"] or "UTC", revision=seen))
    except (InputError, ConflictError) as error:
        known = {**sent_site(fields), "zones": zones(), "revision": setup.revision}
        return page(request, "first_site.html", 400, **known, error=error)
    return go("/first/camera")


def sent_site(fields: Fields) -> dict[str, object]:
    """A form of name, zone and hours again as it was sent, when it could not be used."""
    always = "always" in fields
    return {"name": fields["name"], "zone": fields["zone"], "days": sent_fields(fields), "always": always}


@router.get("/first/camera", dependencies=[needs(Right.CHANGE_SITE)])
def camera_page(request: Request, address: str = "", name: str = "", substream: str = "") -> Response:
    """By address, by discovery, or footage that is at hand."""
    form = camera_form({"source": address, "name": name, "substream": substream})
    return page(request, "first_camera.html", samples=find_samples(FOOTAGE), **form)


@router.post("/first/camera", dependencies=[needs(Right.CHANGE_SITE)])
def camera_add(request: Request, fields: Posted) -> Response:
    """Try an address, or add the camera."""
    samples = find_samples(FOOTAGE)
    return add_or_test(request, fields, "first_camera.html", first=True, samples=samples)


@router.post("/first/samples", dependencies=[needs(Right.CHANGE_SITE)])
def samples_add(request: Request, fields: Posted) -> Response:
    """Add clips as cameras."""
    wanted = set(fields.all("sample"))
    chosen = [sample for sample in find_samples(FOOTAGE) if sample.video.name in wanted]
    if not chosen:
        problem = "no sample camera was chosen"
        raise InputError(problem, "Tick at least one.")
    added = add_samples(caller(request).live.setup, acting(request), chosen)
    return go(f"/cameras/{added[0]}/draw?first=true")


@router.get("/first/count/{camera}", dependencies=[needs(Right.CHANGE_SITE)])
def count_page(request: Request, camera: str) -> Response:
    """The first count, as it rises."""
    return page(request, "first_count.html", **_counted(request, camera))


@router.get("/first/count/{camera}/now", dependencies=[needs(Right.CHANGE_SITE)])
def count_now(request: Request, camera: str) -> Response:
    """The numbers alone."""
    return page(request, "_count_now.html", **_counted(request, camera))


def _counted(request: Request, camera: str) -> dict[str, object]:
    here = caller(request)
    record = here.live.site.camera(camera)
    now = here.live.live().cameras.get(camera) or CameraLive(camera, CameraState.STARTING, 0.0)
    lines = [(line, *now.crossings.get(line.id, (0, 0))) for line in record.tripwires]
    total = sum(came + went for _, came, went in lines)
    words = told(now.state, here.locale.words.gettext)
    return {"camera": record, "now": now, "told": words, "lines": lines, "total": total}
