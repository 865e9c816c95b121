"""How long what is kept. The caps are in here and nowhere else; configuration can only shorten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from galleria.domain.errors import PolicyError

_HOUR = 3600.0
_DAY = 24 * _HOUR
_YEAR = 365 * _DAY


class Kept(StrEnum):
    """What is kept for a while. Its end is counted from the moment in brackets."""

    TRACK = "track"  # a track's random id (its last sight); a staff mark goes with it
    DEMOGRAPHICS = "demographics"  # what was seen in one face (the frame)
    EXPERIENCE = "experience"  # likewise
    AUDIENCE = "audience"  # likewise
    UNIQUE = "unique"  # a template under the day's key (its making); the trading day's end at the latest
    RETURNING = "returning"  # a template under an epoch's key (its making)
    MEMBER = "member"  # a member's template and consent (when it was last used)
    PROBE = "watchlist-probe"  # one that is no candidate (its making)
    CANDIDATE = "watchlist-candidate"  # (its making)
    CONFIRMED = "watchlist-confirmed"  # a candidate that two confirmed (the second confirmation)
    ENTRY = "watchlist-entry"  # (its approval)


@dataclass(frozen=True, slots=True)
class Cap:
    """How long something is kept, in seconds: unless told otherwise, and at most. 0: not beyond the frame."""

    default: float
    most: float


CAPS: Mapping[Kept, Cap] = MappingProxyType(
    {
        Kept.TRACK: Cap(_DAY, _DAY),
        Kept.DEMOGRAPHICS: Cap(0.0, 0.0),
        Kept.EXPERIENCE: Cap(0.0, 0.0),
        Kept.AUDIENCE: Cap(0.0, 0.0),
        Kept.UNIQUE: Cap(49 * _HOUR, 49 * _HOUR),  # no day lasts longer from opening to opening; its end comes first
        Kept.RETURNING: Cap(30 * _DAY, 90 * _DAY),
        Kept.MEMBER: Cap(_YEAR, _YEAR),
        Kept.PROBE: Cap(1.0, 1.0),
        Kept.CANDIDATE: Cap(600.0, 600.0),
        Kept.CONFIRMED: Cap(72 * _HOUR, 72 * _HOUR),
        Kept.ENTRY: Cap(_YEAR, _YEAR),
    }
)


@dataclass(frozen=True, slots=True)
class Spans:
    """How long a site keeps what.

    Attributes:
        asked: seconds, of what the site wants otherwise than usual.

    Raises:
        PolicyError: longer than the cap, or no length of time.
    """

    asked: Mapping[Kept, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kept, seconds in self.asked.items():
            most = CAPS[kept].most
            # Written so that what is no number is refused.
            if not 0 <= seconds <= most:
                problem = (
                    f"{kept.value} cannot be kept for {seconds} seconds: the cap is {most:.0f} seconds{_days(most)}"
                )
                raise PolicyError(problem, f"Ask for {most:.0f} seconds or fewer, not below 0.")
        object.__setattr__(self, "asked", MappingProxyType(dict(self.asked)))

    def seconds(self, kept: Kept) -> float:
        """How long it is kept."""
        return self.asked.get(kept, CAPS[kept].default)

    def until(self, kept: Kept, since: float, day_end: float | None = None) -> float:
        """When it is to be gone: it is there before that moment and not at it.

        Args:
            kept: what.
            since: the moment its end is counted from, seconds since 1970-01-01 UTC.
            day_end: when the trading day of that moment ends, likewise; needed for `Kept.UNIQUE`.
        """
        end = since + self.seconds(kept)
        if kept is not Kept.UNIQUE:
            return end
        if day_end is None:
            problem = "what is kept for a trading day needs the end of the day"
            raise ValueError(problem)
        return min(end, day_end)


def _days(seconds: float) -> str:
    return f" ({seconds / _DAY:.0f} days)" if seconds >= 2 * _DAY else ""
