"""Routes that take receipts: with a token, or signed as a webhook."""

from __future__ import annotations

import hmac
import json
import logging
import re
import secrets
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from galleria.app.audit import SYSTEM
from galleria.app.references import References
from galleria.app.selling import MOST_ROWS, Taken
from galleria.app.setting_shapes import SalesSettings
from galleria.domain.access import Right
from galleria.domain.errors import GalleriaError, InputError, NotFoundError, SignInError
from galleria.notify.webhook import SIGNATURE, signature

from .answers import Answer, Wanted
from .asking import Live, router
from .guard import OPEN, Who, needs
from .ports import LiveSite
from .problems import Fault, problem_response

routes = router("sales")
_log = logging.getLogger(__name__)
_MOST_TOLD = 100
_LATE = 300.0  # seconds that a signature holds
_TEXT = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)


class SalesSent(Wanted):
    """Receipts, each with the keys that a file has as columns (docs/sales.md)."""

    sales: Annotated[
        list[dict[str, str | int | float | None]],
        Field(
            max_length=MOST_ROWS,
            examples=[[{"receipt": "1001", "time": "2026-03-29T14:05:00+02:00", "shop": "books", "till": "3",
                        "amount": "12.99", "currency": "EUR", "items": 2}]],
        ),
    ]  # fmt: skip


class SalesTaken(Answer):
    """What came of them."""

    new: int
    duplicates: int = Field(description="Those that were there already; sending again changes nothing.")


@routes.post("/sales", summary="Send receipts", response_model=SalesTaken)
@needs(Right.SEND_SALES)
def send(live: Live, who: Who, wanted: SalesSent) -> Any:  # noqa: ANN401  an answer or a problem
    """Each bad one is named with its place in the list, as a problem (422); the good ones were taken all the same."""
    return _answer(live.selling.take(who, wanted.sales))


@routes.post("/sales/signed", summary="Send receipts, signed", response_model=SalesTaken)
@needs(OPEN)
async def send_signed(live: Live, request: Request) -> Any:  # noqa: ANN401  likewise
    """The same without a token, signed as our own webhooks are, with the secret of the settings `sales`."""
    body, given = await request.body(), request.headers.get(SIGNATURE, "")
    return await run_in_threadpool(_signed, live, body, given)


def _signed(live: LiveSite, body: bytes, given: str) -> Any:  # noqa: ANN401  likewise
    settings = SalesSettings.from_settings(live.settings.get("sales").value)
    if not settings.secret:
        problem = "receipts are not taken this way"
        raise NotFoundError(problem, "Set a secret in the settings `sales`, or send them with a token.")
    if not _holds(given, _secret(live, settings.secret), body, live.clock.now()):
        problem = f"the signature in {SIGNATURE} is missing, wrong or old"
        raise SignInError(problem, "Sign `<seconds>.` and the body with HMAC-SHA256 and the secret, and send at once.")
    try:
        wanted = SalesSent.model_validate(json.loads(body))
    except (ValidationError, ValueError, RecursionError) as error:
        problem = "this is no list of receipts"
        raise InputError(problem, "/api/openapi.json describes it, under POST /api/v1/sales.") from error
    return _answer(live.selling.take(SYSTEM, wanted.sales, "webhook"))


def _secret(live: LiveSite, named: str) -> str:
    """The secret; a random one where it cannot be read, so that nobody without a signature learns where it lies."""
    try:
        return References(live.folder)(named)
    except GalleriaError as error:
        _log.error("receipts cannot be taken: %s", error, extra={"event": "sales-failed"})
        return secrets.token_hex(32)


def _holds(given: str, secret: str, body: bytes, now: float) -> bool:
    found = _TEXT.fullmatch(given.strip())
    if found is None:
        return False
    time = int(found[1])
    # Compared whatever the time is, so that how long it takes tells nothing.
    right = hmac.compare_digest(signature(secret, time, body), f"t={time},v1={found[2]}")
    return right and abs(now - time) <= _LATE


def _answer(taken: Taken) -> SalesTaken | Response:
    if not taken.refused:
        return SalesTaken(new=taken.new, duplicates=taken.duplicates)
    faults = [Fault(where=f"body.sales.{row}", problem=reason) for row, reason in taken.problems[:_MOST_TOLD]]
    detail = (
        f"{taken.refused} of {taken.rows} receipts cannot be used; of the others {taken.new} are new and"
        f" {taken.duplicates} were there already"
    )
    return problem_response(422, detail, "Correct what `faults` names, and send those again, or all.", faults)
