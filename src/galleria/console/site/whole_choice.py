"""What a reader chose on a page about the whole site: a period, and by what stretches of it."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from galleria.app.flow_query import Subject
from galleria.domain.calendar import Grain
from galleria.domain.measure import MeasureName

from .flow_choice import Choice, choice
from .frame import caller
from .period import Period, present

_WHOLE = Subject("site", "site", "", (MeasureName.IN,))


def whole_choice(request: Request, grains: Sequence[Grain] = (), *, opens: Period = Period.LAST_7_DAYS) -> Choice:
    """Read it from the request's address.

    Args:
        request: of the page.
        grains: those that the page has, days among them; none: it has no choice of them.
        opens: the period when the address names none.

    Raises:
        InputError: a name or date in the address means nothing.
    """
    live = caller(request).live
    known = ("period", "from", "to", "grain") if grains else ("period", "from", "to")
    asked = {name: request.query_params.getlist(name) for name in known}
    now = present(live.site, live.flows, live.clock.now(), opens)
    chosen = choice(asked, [_WHOLE], now)
    if not grains or chosen.grain in grains:
        return chosen
    return choice(asked | {"grain": [Grain.DAY]}, [_WHOLE], now)
