"""Routes for members: how many there are, and what a member can do with the code of a receipt."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import Field

from galleria.domain.access import Right

from .answers import Answer, Wanted
from .asking import Live, router
from .guard import OPEN, Who, needs

routes = router("members")


class MembersCount(Answer):
    """How many members there are."""

    members: int


class ReceiptCode(Wanted):
    """The code of a receipt, as it is printed; capitals and dashes do not matter."""

    code: Annotated[str, Field(min_length=1, max_length=60)]


class WithdrawalAnswer(Answer):
    """What came of a withdrawal: done just now, `before`, or there is no such receipt."""

    ended: Literal["withdrawn", "before", "unknown"]


@routes.get("/members/count", summary="How many members there are")
@needs(Right.SEE_MEMBERS)
def count(live: Live, who: Who) -> MembersCount:
    """Consents that hold now."""
    return MembersCount(members=live.members.count(who))


@routes.post("/members/withdraw", summary="Take consent back")
@needs(OPEN)
def withdraw(live: Live, request: Request, wanted: ReceiptCode) -> WithdrawalAnswer:
    """Comparing stops at once, and everything is erased. So many tries an address, as for signing in."""
    return WithdrawalAnswer(ended=live.members.withdraw(wanted.code, address=_address(request)).value)


@routes.post("/members/export", summary="What is held about a member")
@needs(OPEN)
def export(live: Live, request: Request, wanted: ReceiptCode) -> dict[str, Any]:
    """Everything but the template, which stays sealed."""
    return live.members.export(wanted.code, address=_address(request))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
