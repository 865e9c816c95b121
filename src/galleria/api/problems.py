"""Errors into `application/problem+json` (RFC 9457). What went wrong inside is logged and never told."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from galleria.domain.errors import (
    AccessError,
    ConflictError,
    GalleriaError,
    InputError,
    NotFoundError,
    SignInError,
    SiteFileError,
    StoreError,
    TooManyError,
)

_LOG = logging.getLogger("galleria.api")
MEDIA = "application/problem+json"
# The first that fits; what is on no line is our mistake.
_STATUS: tuple[tuple[type[GalleriaError], HTTPStatus], ...] = (
    (SignInError, HTTPStatus.UNAUTHORIZED),
    (TooManyError, HTTPStatus.TOO_MANY_REQUESTS),
    (AccessError, HTTPStatus.FORBIDDEN),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (GalleriaError, HTTPStatus.SERVICE_UNAVAILABLE),
)


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(description="The parameter or field, e.g. `query.begin` or `body.tripwires.0.to`.")
    problem: str


class Problem(BaseModel):
    """What is wrong, and what to do (RFC 9457)."""

    type: str = Field("about:blank", description="Names no page: `title` and `status` say what kind it is.")
    title: str
    status: int
    detail: str = Field("", description="What is wrong, one sentence.")
    remedy: str = Field("", description="What to do, one sentence.")
    faults: list[Fault] = Field(default=[], description="Everything that is wrong with the request, where it is known.")


class PreconditionError(GalleriaError):
    """A change says to which revision it was made, and that is not the present one; or it does not say."""

    def __init__(self, problem: str, remedy: str, status: HTTPStatus) -> None:
        super().__init__(problem, remedy)
        self.status = status


def problem_response(status: int, detail: str = "", remedy: str = "", faults: list[Fault] | None = None) -> Response:
    """A problem as an answer."""
    title = HTTPStatus(status).phrase
    found = Problem(title=title, status=status, detail=detail, remedy=remedy, faults=faults or [])
    return JSONResponse(found.model_dump(), status, {"Cache-Control": "no-store"}, MEDIA)


def add_handlers(app: FastAPI) -> None:
    """Make an application answer every error that it knows so; for the rest there are the shields."""
    app.add_exception_handler(GalleriaError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _known(_: Request, error: Exception) -> Response:
    assert isinstance(error, GalleriaError)
    if isinstance(error, PreconditionError):
        return problem_response(error.status, error.problem, error.remedy)
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        _LOG.error("%s", error)
    answer = problem_response(status, *_told(error))
    if isinstance(error, SignInError):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="galleria"'
    if isinstance(error, TooManyError):
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.seconds)))
    return answer


def _told(error: GalleriaError) -> tuple[str, str, list[Fault]]:
    """Problem, remedy and faults. A site file's problem begins with its place on the machine: that is not told."""
    if not isinstance(error, SiteFileError):
        return error.problem, error.remedy, []
    faults = [Fault(where=".".join(map(str, f.loc)), problem=f"{f.what}; {f.remedy}") for f in error.faults]
    return "the site would not be right with this", "Correct what `faults` names.", faults


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Not the values: there may be a password among them.
    faults = [Fault(where=_where(found), problem=str(found["msg"])[:300]) for found in error.errors()[:50]]
    detail = "the request cannot be used"
    return problem_response(422, detail, "Correct what `faults` names; /api/openapi.json describes requests.", faults)


def _where(found: dict[str, Any]) -> str:
    return ".".join(str(part) for part in found["loc"])[:200]


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    remedies = {404: "/api/openapi.json lists what there is.", 405: "/api/openapi.json lists what there is."}
    detail = {404: "there is no such address", 405: "this address does not know that method"}
    told = detail.get(error.status_code) or HTTPStatus(error.status_code).phrase.lower()
    answer = problem_response(error.status_code, told, remedies.get(error.status_code, ""))
    answer.headers.update(error.headers or {})
    return answer
