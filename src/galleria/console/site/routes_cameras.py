"""The cameras: list, add, change, remove."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.probe import Probed, probe
from galleria.app.setup import CameraSetup, Value
from galleria.domain.access import Right
from galleria.domain.errors import ConflictError, GalleriaError, InputError, SiteFileError
from galleria.domain.health import CameraState
from galleria.domain.live import CameraLive

from .frame import Fields, PageRoute, Posted, acting, caller, go, needs, page
from .routes_scoring import labelled_part
from .states import Told, told

router = APIRouter(route_class=PageRoute, include_in_schema=False)
KEYS = ("name", "source", "substream", "transport", "anchor", "pass_by", "pace", "loop")


@dataclass(frozen=True, slots=True)
class Row:
    """A camera in the list."""

    setup: CameraSetup
    live: CameraLive
    told: Told


def rows(request: Request) -> list[Row]:
    """All cameras, with how they are now."""
    here = caller(request)
    cameras = here.live.live().cameras
    found = []
    for each in here.live.setup.cameras():
        now = cameras.get(each.camera.id) or CameraLive(each.camera.id, CameraState.STARTING, 0.0)
        found.append(Row(each, now, told(now.state, here.locale.words.gettext)))
    return found


@router.get("/cameras", dependencies=[needs(Right.SEE_SITE)])
def cameras_page(request: Request) -> Response:
    """All cameras."""
    return page(request, "cameras.html", rows=rows(request))


@router.get("/cameras/states", dependencies=[needs(Right.SEE_SITE)])
def states(request: Request) -> Response:
    """The states alone, each to be put where it belongs."""
    return page(request, "_camera_states.html", rows=rows(request))


@router.get("/cameras/add", dependencies=[needs(Right.CHANGE_SITE)])
def add_page(request: Request, address: str = "", name: str = "", substream: str = "") -> Response:
    """Add one by its address; discovery fills it in."""
    values: dict[str, Value] = {"source": address, "name": name, "substream": substream}
    return page(request, "camera_add.html", **camera_form(values))


@router.post("/cameras/add", dependencies=[needs(Right.CHANGE_SITE)])
def add(request: Request, fields: Posted) -> Response:
    """Try the address, or add the camera."""
    return add_or_test(request, fields, "camera_add.html", first=False)


def add_or_test(request: Request, fields: Fields, template: str, *, first: bool, **known: object) -> Response:
    """Try an address and tell, or add the camera and go on to drawing."""
    setup = caller(request).live.setup
    values = _values(fields)
    if "test" in fields:
        tried = _tried(request, values, fields.raw("password"))
        return page(request, template, **{**known, **camera_form(values), **tried})
    try:
        if not values.get("source"):
            _no_address()
        name, _ = setup.add_camera(acting(request), values, password=fields.raw("password"))
    except (InputError, ConflictError) as error:
        return page(request, template, 400, **{**known, **camera_form(values, error)})
    return go(f"/cameras/{name}/draw" + ("?first=true" if first else ""))


@router.get("/cameras/{camera}", dependencies=[needs(Right.CHANGE_SITE)])
def camera_page(request: Request, camera: str) -> Response:
    """One camera's record."""
    setup = caller(request).live.setup
    known = setup.camera(camera)
    values = {**known.written, "source": known.address, "substream": known.substream}
    more = {"zones": _zones(known), "labelled": labelled_part(request, camera)}
    return page(request, "camera.html", known=known, revision=setup.revision, **more, **camera_form(values))


@router.post("/cameras/{camera}", dependencies=[needs(Right.CHANGE_SITE)])
def change(request: Request, camera: str, fields: Posted) -> Response:
    """Change it."""
    setup = caller(request).live.setup
    known = setup.camera(camera)
    values = _values(fields)
    try:
        seen = fields["revision"] or None
        setup.change_camera(acting(request), camera, values, password=fields.raw("password"), revision=seen)
    except (InputError, ConflictError) as error:
        form = {**camera_form(values, error), "zones": _zones(known), "labelled": labelled_part(request, camera)}
        return page(request, "camera.html", 400, known=known, revision=fields["revision"], **form)
    return go(f"/cameras#{camera}")


@router.get("/cameras/{camera}/remove", dependencies=[needs(Right.CHANGE_SITE)])
def remove_page(request: Request, camera: str) -> Response:
    """Ask once more."""
    setup = caller(request).live.setup
    return page(request, "camera_remove.html", known=setup.camera(camera), revision=setup.revision)


@router.post("/cameras/{camera}/remove", dependencies=[needs(Right.CHANGE_SITE)])
def remove(request: Request, camera: str, fields: Posted) -> Response:
    """Remove it; what it counted stays."""
    caller(request).live.setup.remove_camera(acting(request), camera, revision=fields["revision"] or None)
    return go("/cameras")


def _no_address() -> None:
    problem = "an address is needed"
    raise InputError(problem, "Write for example rtsp://viewer@192.0.2.10/stream1, or the path of a video file.")


def _zones(known: CameraSetup) -> list[tuple[str, str]]:
    return [(zone.id, zone.name or zone.id) for zone in known.camera.zones]


def _values(fields: Fields) -> dict[str, Value]:
    """A camera's keys as in a site file; what was left empty is not written."""
    values: dict[str, Value] = {}
    for key in KEYS:
        if key == "loop":
            values[key] = True if "loop" in fields else None
        elif key in fields:
            values[key] = fields[key] or None
    if values.get("transport") == "tcp":
        values["transport"] = None
    if values.get("pace") == "none":
        values["pace"] = None
    if values.get("anchor") == "feet":
        values["anchor"] = None
    return values


def _tried(request: Request, values: dict[str, Value], password: str) -> dict[str, object]:
    setup = caller(request).live.setup
    tried: Probed | None = None
    failed: GalleriaError | None = None
    try:
        if not values.get("source"):
            _no_address()
        transport = str(values.get("transport") or "tcp")
        tried = probe(str(values["source"]), password, setup.path.parent, transport=transport)
    except GalleriaError as error:
        failed = error
    return {"tried": tried, "failed": failed}


def camera_form(values: dict[str, Value], error: GalleriaError | None = None) -> dict[str, object]:
    """What a camera's form shows: values, and each fault beside its field."""
    faults: dict[str, str] = {}
    if isinstance(error, SiteFileError):
        for fault in error.faults:
            key = str(fault.loc[2]) if len(fault.loc) > 2 else ""  # noqa: PLR2004  # cameras, number, key
            text = f"{fault.what[:1].upper()}{fault.what[1:]}: {fault.remedy}."
            faults[key if key in KEYS else ""] = text
        error = None if faults and "" not in faults else InputError(faults.get("", error.problem))
    told = {key: faults.get(key, "") for key in KEYS}
    shown = {key: "" if values.get(key) is None else values.get(key, "") for key in KEYS}
    return {"values": shown, "faults": told, "error": error, "tried": None, "failed": None}
