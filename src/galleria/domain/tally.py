"""Tallies: how often something was seen at a place in a quarter hour. Nothing of anybody is left in them."""

from __future__ import annotations

from dataclasses import dataclass

from .events import Origin
from .purpose import Purpose


@dataclass(frozen=True, slots=True)
class Tally:
    """What one epoch of a camera has counted so far; a later one of the same key takes this one's place.

    So that counting a recording again, or writing again after a crash, counts nothing twice. The key is everything
    but the amount.

    Attributes:
        place: id of a zone of the camera; empty: its whole picture.
        begin: of the quarter hour, seconds since 1970-01-01 UTC.
        cell: what was counted. `demographics`: a band and a gender presentation, e.g. `25-34 female`. `experience`:
            `faces`, `smiling`, `frustrated`. `audience`: `opportunities`, `watchers`, `attention`. `staff`: `tracks`.
        amount: a count; of `attention` seconds.
    """

    origin: Origin
    purpose: Purpose
    place: str
    begin: float
    cell: str
    amount: float
