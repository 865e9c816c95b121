"""What the journal says of recordings: which, how they were counted, and what became of a count."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, is_dataclass

from galleria.domain.events import Origin


@dataclass(frozen=True, slots=True)
class Recording:
    """What is about to be counted, and how.

    Attributes:
        settings: digest of everything that the answer depends on (`settings_digest`).
        source: what people call the footage, e.g. the file's name.
        time_zone: IANA name, the site's.
        start_known: False when nothing tells when the footage was made: then times are clip times from 0.
        counted_at: when the counting began, seconds since 1970-01-01 UTC.
        tripwires: ids of those that were watched, so that none crossed can be told from none there.
        zones: likewise.
    """

    origin: Origin
    settings: str
    source: str
    counted_at: float
    time_zone: str = "UTC"
    start_known: bool = True
    tripwires: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A take in the journal.

    Attributes:
        finished: False while it goes on or when it was interrupted.
        shown: whether this take is the one that is read for its recording.
        events: how many.
        begin: of the first event, seconds since 1970-01-01 UTC; None without events.
        end: of the last.
    """

    recording: Recording
    finished: bool
    shown: bool
    events: int
    begin: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a finished take compares with what the journal showed of its recording before.

    Attributes:
        added: events that were not there.
        unchanged: events that were there already.
        replaced: earlier events that no longer hold and were removed.
        settings_changed: the earlier take was counted with other settings.
    """

    added: int
    unchanged: int
    replaced: int
    settings_changed: bool


def settings_digest(*settings: object) -> str:
    """A digest, 64 hexadecimal digits, of dataclasses, dicts, sequences, numbers and texts; keys in any order."""
    plain = [asdict(item) if is_dataclass(item) and not isinstance(item, type) else item for item in settings]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
