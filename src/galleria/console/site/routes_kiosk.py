"""The kiosk: visitors join as members, take it back, have erased what is kept of them; and the public page for that.

The kiosk's pages fill the screen and go back to the first one by themselves, so that nobody sees who was there before.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from galleria.app.members import Ended
from galleria.app.members_text import best_for
from galleria.domain.access import Right
from galleria.domain.errors import AccessError, ConflictError, GalleriaError, InputError, NotFoundError, TooManyError

from .frame import HEADERS, OPEN, Caller, PageRoute, Posted, caller, go, needs, page
from .posted_pictures import MOST_BYTES, PostedPictures
from .routes_sign import address_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)

WANTED = 3  # pictures of a face: a few, as no two are alike
LARGER = {"/kiosk/join": MOST_BYTES, "/kiosk/erase": MOST_BYTES}
_CAMERA = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")


@router.get("/kiosk", dependencies=[needs(Right.KIOSK)])
def kiosk(request: Request) -> Response:
    """What a visitor can do here."""
    return page(request, "kiosk.html", waiting=caller(request).live.members.ready())


@router.get("/kiosk/join", dependencies=[needs(Right.KIOSK)])
def consent(request: Request, language: str = "") -> Response:
    """What a member would agree to."""
    return _consent(request, language)


@router.post("/kiosk/agree", dependencies=[needs(Right.KIOSK)])
def agree(request: Request, fields: Posted) -> Response:
    """Somebody agreed, and comes before the camera."""
    if "agree" not in fields:
        problem = "nobody agreed yet"
        return _consent(request, fields["language"], InputError(problem, "Tick the box if you do; else go back."))
    return _with_camera(page(request, "kiosk_capture.html", agreed=fields["text"], wanted=WANTED, error=None))


@router.post("/kiosk/join", dependencies=[needs(Right.KIOSK)])
def join(request: Request, pictures: PostedPictures) -> Response:
    """Take the member, and show the receipt: once."""
    here = caller(request)
    assert here.actor is not None
    try:
        receipt = here.live.members.join(here.actor, pictures["text"], pictures.files)
    except (InputError, TooManyError) as error:
        again = page(request, "kiosk_capture.html", 400, agreed=pictures["text"], wanted=WANTED, error=error)
        return _with_camera(again)
    except GalleriaError as error:
        return _failed(request, error)
    return page(request, "kiosk_receipt.html", receipt=receipt, qr=Markup(receipt.qr))  # noqa: S704  # made by segno


@router.get("/kiosk/erase", dependencies=[needs(Right.KIOSK)])
def erase_page(request: Request) -> Response:
    """Ask for a look at the face whose traces are to go."""
    return _with_camera(page(request, "kiosk_erase.html", wanted=WANTED, error=None))


@router.post("/kiosk/erase", dependencies=[needs(Right.KIOSK)])
def erase(request: Request, pictures: PostedPictures) -> Response:
    """Erase what is found; the answer is the same where nothing is."""
    here = caller(request)
    assert here.actor is not None
    try:
        erased = here.live.members.erase_by_face(here.actor, pictures.files)
    except (InputError, TooManyError) as error:
        return _with_camera(page(request, "kiosk_erase.html", 400, wanted=WANTED, error=error))
    except GalleriaError as error:
        return _failed(request, error)
    return page(request, "kiosk_erased.html", erased=erased)


@router.get("/withdraw", dependencies=[OPEN])
def withdraw_page(request: Request) -> Response:
    """Ask for the code of a receipt. Public."""
    return page(request, "withdraw.html", **_asked(caller(request)))


@router.post("/withdraw", dependencies=[OPEN])
def withdraw(request: Request, fields: Posted) -> Response:
    """Take consent back, in one step; or show what is held."""
    here = caller(request)
    known = _asked(here)
    try:
        if fields["do"] == "show":
            held = here.live.members.export(fields["code"], address=address_of(request))
            return page(request, "withdraw.html", **{**known, "held": held, "code": fields["code"]})
        ended = here.live.members.withdraw(fields["code"], address=address_of(request))
    except (InputError, NotFoundError, TooManyError) as error:
        codes = {NotFoundError: 404, TooManyError: 429}
        return page(request, "withdraw.html", codes.get(type(error), 400), **{**known, "error": error})
    code = 404 if ended is Ended.UNKNOWN else 200
    return page(request, "withdraw.html", code, **{**known, "ended": ended.value})


def _consent(request: Request, language: str, error: GalleriaError | None = None) -> Response:
    here = caller(request)
    try:
        texts = here.live.members.texts()
    except ConflictError:
        return go("/kiosk")  # which says what is missing
    shown = best_for(texts, language or here.locale.language)
    code = 400 if error else 200
    return page(request, "kiosk_consent.html", code, text=shown, texts=texts, error=error)


def _failed(request: Request, error: GalleriaError) -> Response:
    code = 403 if isinstance(error, AccessError) else 409 if isinstance(error, ConflictError) else 503
    return page(request, "kiosk_fault.html", code, error=error)


def _asked(here: Caller) -> dict[str, object]:
    return {"kiosk": here.may(Right.KIOSK), "held": None, "ended": "", "error": None, "code": ""}


def _with_camera(response: Response) -> Response:
    """Let the page use the browser's camera."""
    response.headers["Permissions-Policy"] = _CAMERA
    return response
