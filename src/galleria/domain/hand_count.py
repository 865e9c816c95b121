"""What somebody who stood at the doors counted: by it comings are told from visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HandCount:
    """Comings in opening hours that somebody looked at, on one day, at one place.

    Attributes:
        day: the trading day.
        comings: how many were looked at; not all that there were need to be.
        staff: those of them that were staff's.
        again: those of them by visitors who had been inside on that visit already.
        place: `site`, `entrance:ID` or `shop:ID`.
    """

    day: date
    comings: int
    staff: int = 0
    again: int = 0
    place: str = "site"
