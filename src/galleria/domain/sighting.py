"""Sightings: that a visitor was seen, by label. Neither a template nor a score is in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .events import Origin
from .purpose import Purpose


class SightingKind(StrEnum):
    """How a visitor was seen."""

    NEW = "new"  # nobody known: the label was minted here
    AGAIN = "again"  # the label was there before
    WITHDRAWN = "withdrawn"  # an earlier sighting of this track does not hold: it is left undecided


@dataclass(frozen=True, slots=True)
class Sighting:
    """A track was recognised, once for each purpose.

    Attributes:
        id: deterministic, as that of an event; a withdrawal has one of its own.
        track: its number within the origin's epoch.
        time: capture time, seconds since 1970-01-01 UTC.
        label: random, of the visitor.
    """

    id: str
    origin: Origin
    track: int
    time: float
    purpose: Purpose
    label: str
    kind: SightingKind
