"""The record of processing (Article 30 GDPR and its likes), of what a site declares and what the program does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from galleria.domain.purpose import Declaration, Purpose
from galleria.policy.profiles import Level
from galleria.policy.retention import Kept, Spans
from galleria.storage.retention import Retention

from .purpose_status import PurposeStatus
from .setting_shapes import PrivacySettings

_DAY = 86400.0


class Seen(StrEnum):
    """A kind of personal data that a purpose makes."""

    TRACKS = "tracks"  # crossings, stays and paths under a random number
    TALLIES = "tallies"  # counts of age bands, expressions, attention: of nobody
    TEMPLATE = "template"  # a sealed face template
    LABEL = "label"  # a random visitor label and when it was seen
    MARK = "staff-mark"  # that a track is staff
    MEMBER = "member"  # consent, membership id
    ENTRY = "entry"  # why somebody is unwanted, and the evidence


SEEN: Mapping[Purpose, tuple[Seen, ...]] = {
    Purpose.FOOTFALL: (Seen.TRACKS,),
    Purpose.DEMOGRAPHICS: (Seen.TALLIES,),
    Purpose.UNIQUE: (Seen.TEMPLATE, Seen.LABEL),
    Purpose.RETURNING: (Seen.TEMPLATE, Seen.LABEL),
    Purpose.STAFF: (Seen.MARK,),
    Purpose.MEMBERS: (Seen.TEMPLATE, Seen.MEMBER),
    Purpose.WATCHLIST: (Seen.TEMPLATE, Seen.ENTRY),
    Purpose.EXPERIENCE: (Seen.TALLIES,),
    Purpose.AUDIENCE: (Seen.TALLIES,),
}
_KEPT: Mapping[Purpose, tuple[Kept, ...]] = {
    Purpose.FOOTFALL: (),
    Purpose.DEMOGRAPHICS: (Kept.DEMOGRAPHICS,),
    Purpose.UNIQUE: (Kept.UNIQUE,),
    Purpose.RETURNING: (Kept.RETURNING,),
    Purpose.STAFF: (Kept.TRACK,),
    Purpose.MEMBERS: (Kept.MEMBER,),
    Purpose.WATCHLIST: (Kept.PROBE, Kept.CANDIDATE, Kept.CONFIRMED, Kept.ENTRY),
    Purpose.EXPERIENCE: (Kept.EXPERIENCE,),
    Purpose.AUDIENCE: (Kept.AUDIENCE,),
}


@dataclass(frozen=True, slots=True)
class Processing:
    """One purpose in the record.

    Attributes:
        running: ids of the cameras that it runs at now.
        seen: what is made of people.
        kept: seconds, by what it is; 0: not beyond the frame. Of a trading day the day's end comes first.
        signed: when it was signed, seconds since 1970-01-01 UTC; not by whom.
    """

    purpose: Purpose
    level: Level | None
    declaration: Declaration | None
    running: tuple[str, ...]
    seen: tuple[Seen, ...]
    kept: Mapping[str, float]
    signed: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ProcessingRecord:
    """All that is processed, and who answers for it.

    Attributes:
        made: seconds since 1970-01-01 UTC.
    """

    controller: str
    contact: str
    profile: str
    made: float
    purposes: tuple[Processing, ...]


def kept_for(purpose: Purpose, retention: Retention) -> dict[str, float]:
    """How long what a purpose makes is kept, in seconds, by what it is."""
    if purpose is Purpose.FOOTFALL:
        return {"events": retention.events * _DAY, "measures": retention.measures * _DAY}
    return {kept.value: Spans().seconds(kept) for kept in _KEPT[purpose]}


def processing_record(
    found: Sequence[PurposeStatus], privacy: PrivacySettings, retention: Retention, profile: str, now: float
) -> ProcessingRecord:
    """The record, of every purpose that runs or is declared."""
    told = [one for one in found if one.declaration or one.running]
    return ProcessingRecord(
        privacy.controller,
        privacy.contact,
        profile,
        now,
        tuple(
            Processing(
                one.purpose,
                one.level,
                one.declaration,
                one.running,
                SEEN[one.purpose],
                kept_for(one.purpose, retention),
                tuple(done.time for done in one.signed),
            )
            for one in told
        ),
    )
