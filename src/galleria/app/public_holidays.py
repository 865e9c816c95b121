"""Public holidays of the country, or part of a country, that a site lies in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TypeAlias

NameOf: TypeAlias = Callable[[date], str]  # of a date's holiday; empty: it is none


@lru_cache(maxsize=16)
def holidays_of(country: str) -> NameOf | None:
    """What tells them; None where no calendar is known.

    Args:
        country: ISO 3166, with a part of it if need be: `DE` or `DE-BY`.
    """
    # Loaded when it is needed: it knows some hundred countries.
    import holidays  # noqa: PLC0415

    if not country:
        return None
    code, _, part = country.partition("-")
    try:
        known = holidays.country_holidays(code, subdiv=part or None, language="en_US")
    except NotImplementedError:
        return None
    return lambda day: known.get(day) or ""
