"""For visitors: the public page, which everybody may read, and the sign that leads to it."""

from __future__ import annotations

import io

import segno
from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from galleria.domain.access import Right
from galleria.domain.purpose import Purpose

from .frame import OPEN, Caller, PageRoute, caller, needs, page
from .routes_purposes import privacy_of, vocabulary

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/about", dependencies=[OPEN])
def about_page(request: Request) -> Response:
    """Which cameras look for what, until when, on what ground, how accurately; nobody who works here is named."""
    here = caller(request)
    here.before = ""  # there is no form on it: it sets no cookie
    return page(
        request,
        "about.html",
        running=here.live.purposes.public(),
        privacy=privacy_of(here),
        now=here.live.clock.now(),
        **vocabulary(here),
    )


@router.get("/purposes/sign/{purpose}", dependencies=[needs(Right.SEE_PURPOSES)])
def sign_page(request: Request, purpose: Purpose) -> Response:
    """A sign for the door, to be printed."""
    here = caller(request)
    address = _address(request, here)
    known = {"purpose": purpose, "address": address, "code": drawn(address), "privacy": privacy_of(here)}
    return page(request, "purpose_sign.html", **known, **vocabulary(here))


def drawn(address: str) -> Markup:
    """A code for visitors' phones, as an element of the page."""
    file = io.BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind="svg", border=2, xmldecl=False, omitsize=True)
    return Markup(file.getvalue().decode())  # noqa: S704  # drawn by us: squares and nothing else


def _address(request: Request, here: Caller) -> str:
    """Of the public page, whole: as the settings say, or as this page was asked for."""
    return privacy_of(here).address or f"{request.url.scheme}://{request.url.netloc}/about"
