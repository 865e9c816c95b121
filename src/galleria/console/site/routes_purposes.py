"""Purposes: what is looked at for what, on what ground, until when, who signed; declaring, signing, stopping."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from galleria.app.dossier_pages.writing import page as dossier_page
from galleria.app.purpose_record import SEEN, kept_for, processing_record
from galleria.app.purpose_status import PurposeStatus, Status
from galleria.app.setting_shapes import PrivacySettings, RetentionSettings
from galleria.domain.access import Right
from galleria.domain.errors import AccessError, ConflictError, GalleriaError, InputError, NotFoundError
from galleria.domain.purpose import FACELESS_PURPOSES, Declaration, LawfulBasis, Notice, Purpose
from galleria.policy.profiles import Level, find_profile, profile_ids
from galleria.storage.retention import Retention
from galleria.storage.sitefile_purposes import first_day, last_day, whole_days

from . import purpose_words as words
from .figures import Figures
from .frame import Caller, Fields, PageRoute, Posted, acting, caller, go, needs, page
from .locale import marked as _

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_LONGEST = timedelta(days=364)  # from the first day to the last one that is suggested
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)
# The dossier's page holds its own styles, and no script at all; nothing else may stand in it.
_DOSSIER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/purposes", dependencies=[needs(Right.SEE_PURPOSES)])
def purposes_page(request: Request, saved: str = "") -> Response:
    """All of them: those that run or are declared, then the others."""
    return _shown(request, saved=saved)


@router.get("/purposes/record", dependencies=[needs(Right.SEE_PURPOSES)])
def record_page(request: Request) -> Response:
    """The record of processing, to be printed."""
    here = caller(request)
    status = here.live.purposes.status(acting(request))
    profile = status.profile.title if status.profile else ""
    made = processing_record(status.purposes, privacy_of(here), retention_of(here), profile, here.live.clock.now())
    return page(request, "purpose_record.html", record=made, **vocabulary(here))


@router.get("/purposes/accuracy/{digest}", dependencies=[needs(Right.SEE_PURPOSES)])
def accuracy_page(request: Request, digest: str) -> Response:
    """An accuracy dossier, as `galleria evaluate` draws it."""
    found = caller(request).live.purposes.find_dossier(acting(request), digest)
    return HTMLResponse(dossier_page(found), headers={"Content-Security-Policy": _DOSSIER_POLICY})


@router.post("/purposes/profile", dependencies=[needs(Right.DECLARE)])
def profile_set(request: Request, fields: Posted) -> Response:
    """Choose what the law of the place lets the site do."""
    try:
        caller(request).live.purposes.choose(acting(request), fields["profile"], revision=fields["revision"] or None)
    except (InputError, ConflictError) as error:
        return _shown(request, 400, error=error)
    return go("/purposes?saved=profile")


@router.get("/purposes/{purpose}/declare", dependencies=[needs(Right.DECLARE)])
def declare_page(request: Request, purpose: Purpose) -> Response:
    """The form of a declaration."""
    here = caller(request)
    found = _one(here.live.purposes.status(acting(request)), purpose)
    zone = ZoneInfo(here.live.site.zone)
    today = datetime.fromtimestamp(here.live.clock.now(), zone).date()
    known = _fields_of(found.declaration, zone) if found.declaration else _start(found, today)
    return _form(request, found, known, here.live.setup.revision)


@router.post("/purposes/{purpose}/declare", dependencies=[needs(Right.DECLARE)])
def declare(request: Request, purpose: Purpose, fields: Posted) -> Response:
    """Take it."""
    here = caller(request)
    try:
        given = _declaration(purpose, fields, ZoneInfo(here.live.site.zone))
        here.live.purposes.declare(acting(request), given, revision=fields["revision"] or None)
    except (InputError, ConflictError) as error:
        found = _one(here.live.purposes.status(acting(request)), purpose)
        return _form(request, found, _fields_sent(fields), here.live.setup.revision, error)
    return go(f"/purposes?saved=declared#{purpose}")


@router.post("/purposes/{purpose}/withdraw", dependencies=[needs(Right.DECLARE)])
def withdraw(request: Request, purpose: Purpose, fields: Posted) -> Response:
    """Take a declaration back."""
    try:
        caller(request).live.purposes.withdraw(acting(request), purpose, revision=fields["revision"] or None)
    except (ConflictError, NotFoundError) as error:
        return _shown(request, 400, error=error)
    return go("/purposes?saved=withdrawn")


@router.post("/purposes/{purpose}/sign", dependencies=[needs(Right.SIGN)])
def sign(request: Request, purpose: Purpose, fields: Posted) -> Response:
    """Sign what was shown."""
    try:
        if "read" not in fields:
            problem = "it was not said that the declaration was read"
            raise InputError(problem, "Read it, tick the box, and sign.")  # noqa: TRY301  # shown like the others
        caller(request).live.purposes.sign(acting(request), purpose, fields["digest"])
    except (InputError, ConflictError, NotFoundError, AccessError) as error:
        return _shown(request, 400, error=error)
    return go(f"/purposes?saved=signed#{purpose}")


@router.post("/purposes/{purpose}/stop", dependencies=[needs(Right.STOP_PURPOSE)])
def stop(request: Request, purpose: Purpose, fields: Posted) -> Response:  # noqa: ARG001  # read for its token
    """Stop it everywhere."""
    caller(request).live.purposes.stop(acting(request), purpose)
    return go(f"/purposes?saved=stopped#{purpose}")


@router.post("/purposes/{purpose}/start", dependencies=[needs(Right.STOP_PURPOSE)])
def start(request: Request, purpose: Purpose, fields: Posted) -> Response:  # noqa: ARG001  # read for its token
    """Start it again."""
    try:
        caller(request).live.purposes.start(acting(request), purpose)
    except AccessError as error:  # somebody of a higher standing stopped it
        return _shown(request, 403, error=error)
    return go(f"/purposes?saved=started#{purpose}")


_SAVED = {
    "profile": _("The profile is chosen."),
    "declared": _("Declared. Two people have to sign it before it runs."),
    "withdrawn": _("Withdrawn. It has ended."),
    "signed": _("Signed."),
    "stopped": _("Stopped, at every camera. Counting goes on."),
    "started": _("Started. It runs where nothing else is missing."),
}


def privacy_of(here: Caller) -> PrivacySettings:
    """Who answers for the site."""
    return PrivacySettings.from_settings(here.live.settings.get("privacy").value)


def retention_of(here: Caller) -> Retention:
    """How long events and measures are kept."""
    return RetentionSettings.from_settings(here.live.settings.get("retention").value).retention()


def vocabulary(here: Caller) -> dict[str, Any]:
    """What templates about purposes say things with."""
    retention, say = retention_of(here), here.locale.words.gettext
    return {
        "told": words.PURPOSES,
        "bases": words.BASES,
        "levels": words.LEVELS,
        "seen": words.SEEN,
        "made": SEEN,
        "names": {camera.id: camera.name or camera.id for camera in here.live.site.cameras},
        "kept": lambda purpose: words.kept(say, purpose, kept_for(purpose, retention)),
    }


def _one(status: Status, purpose: Purpose) -> PurposeStatus:
    return next(one for one in status.purposes if one.purpose is purpose)


def _shown(request: Request, code: int = 200, *, error: GalleriaError | None = None, saved: str = "") -> Response:
    here, me = caller(request), acting(request)
    status = here.live.purposes.status(me)
    declared = [one for one in status.purposes if one.declaration or one.running or one.stopped]
    return page(
        request,
        "purposes.html",
        code,
        status=status,
        declared=declared,
        others=[one for one in status.purposes if one not in declared],
        profiles=[find_profile(name) for name in profile_ids()],
        me=me.id,
        error=error,
        saved=_SAVED.get(saved, ""),
        Level=Level,
        figures=Figures(here.locale),
        laneless=lambda one: _laneless(here, one),
        **vocabulary(here),
    )


def _laneless(here: Caller, one: PurposeStatus) -> list[str]:
    """Ids of the cameras in whose whole picture a declared purpose may look at faces."""
    if one.declaration is None or one.purpose in FACELESS_PURPOSES:
        return []
    return [each.id for each in here.live.site.cameras if each.lane is None and each.id in one.declaration.cameras]


def _form(
    request: Request, found: PurposeStatus, known: dict[str, Any], revision: str, error: GalleriaError | None = None
) -> Response:
    here = caller(request)
    context = {"one": found, "fields": known, "revision": revision, "error": error, "faults": _faults(error)}
    return page(request, "purpose_declare.html", 400 if error else 200, **context, **vocabulary(here))


def _faults(error: GalleriaError | None) -> list[str]:
    """What is wrong with the site file then; its own words begin with its place on the machine."""
    found = getattr(error, "faults", ())
    return [f"{fault.what}; {fault.remedy}" for fault in found]


def _start(found: PurposeStatus, today: date) -> dict[str, Any]:
    """What a new declaration begins with."""
    consent = found.level is Level.CONSENT
    return {
        "basis": LawfulBasis.CONSENT if consent else LawfulBasis.LEGITIMATE_INTERESTS,
        "version": "", "place": "", "begins": today.isoformat(), "ends": (today + _LONGEST).isoformat(), "cameras": (),
        "dpia": "", "equal_way": "", "panel": False, "staff_notice": "",
    }  # fmt: skip


def _fields_of(declaration: Declaration, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "basis": declaration.basis,
        "version": declaration.notice.version,
        "place": declaration.notice.place,
        "begins": first_day(declaration, zone).isoformat(),
        "ends": last_day(declaration, zone).isoformat(),
        "cameras": declaration.cameras,
        "dpia": declaration.dpia,
        "equal_way": declaration.equal_way,
        "panel": declaration.panel,
        "staff_notice": declaration.staff_notice,
    }


def _fields_sent(fields: Fields) -> dict[str, Any]:
    names = ("basis", "version", "place", "begins", "ends", "dpia", "equal_way", "staff_notice")
    return {**{name: fields[name] for name in names}, "cameras": fields.all("cameras"), "panel": "panel" in fields}


def _declaration(purpose: Purpose, fields: Fields, zone: ZoneInfo) -> Declaration:
    begins, ends = whole_days(_day(fields["begins"]), _day(fields["ends"]), zone)
    try:
        basis = LawfulBasis(fields["basis"])
    except ValueError as error:
        problem = "no ground was chosen"
        raise InputError(problem, "Choose one of the list.") from error
    return Declaration(
        purpose,
        basis,
        Notice(fields["version"], fields["place"]),
        begins,
        ends,
        tuple(fields.all("cameras")),
        dpia=fields["dpia"],
        equal_way=fields["equal_way"],
        panel="panel" in fields,
        staff_notice=fields["staff_notice"],
    )


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not _FIRST <= day <= _LAST:
        problem = f"{text[:20]!r} is no day"
        raise InputError(problem, "Write year, month and day, e.g. 2026-10-01.")
    return day
