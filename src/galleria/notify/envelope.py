"""Events and camera conditions into messages for other programs: CloudEvents 1.0, as JSON objects.

No track number, no position and nothing about a single way through the picture leaves the site: only that somebody
crossed a line or stayed in a zone, how cameras are, that a queue waits too long or too many are inside, and, of members
who asked for it, that they are here.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from galleria.domain.events import Crossing, Event, Stay
from galleria.domain.health import Condition
from galleria.domain.site import Site

Message: TypeAlias = dict[str, Any]


def envelope(what: Event | Condition, site: Site) -> Message | None:
    """The message of one event; None for kinds that are not sent (paths, coverage).

    Args:
        what: has been journaled already.
        site: gives names of lines and zones, and their entrances.

    Returns:
        a CloudEvents object; `id` is the same whenever the same event is sent.
    """
    if isinstance(what, Crossing):
        entrance = _entrances(site).get((what.origin.camera, what.tripwire))
        told: Message = {"camera": what.origin.camera, "tripwire": what.tripwire, "direction": what.direction}
        told |= {"entrance": entrance} if entrance else {}
        return _message(what.id, "crossing", what.origin.site, what.time, what.tripwire, told)
    if isinstance(what, Stay):
        told = {"camera": what.origin.camera, "zone": what.zone, "dwell": round(what.dwell, 3), "end": stamp(what.end)}
        told |= {"open_ended": what.open_ended}
        return _message(what.id, "stay", what.origin.site, what.time, what.zone, told)
    if isinstance(what, Condition):
        told = {"camera": what.camera, "state": what.state.value, "reason": what.reason}
        told |= {"end": stamp(what.end)} if what.end is not None else {}
        return _message(condition_id(what), "condition", what.site, what.begin, what.camera, told)
    return None


def envelopes(what: Iterable[Event | Condition], site: Site) -> list[Message]:
    """The messages of those that are sent at all, in their order."""
    return [message for each in what if (message := envelope(each, site)) is not None]


def kind_of_message(message: Message) -> str:
    """`crossing`, `stay`, `condition`, `queue-long`, `capacity` or `member`."""
    return str(message["type"]).split(".")[1]


def greeting(site: str, member: str, time: float) -> Message:
    """The message that a member was seen: by membership pseudonym, and nothing else; not where.

    Args:
        site: its id.
        member: the pseudonym.
        time: seconds since 1970-01-01 UTC.
    """
    return {
        "specversion": "1.0",
        "id": secrets.token_hex(16),
        "source": f"/galleria/{site}",
        "type": "galleria.member.seen.v1",
        "time": stamp(time),
        "datacontenttype": "application/json",
        "data": {"member": member},
    }


def notice(kind: str, site: str, subject: str, span: tuple[float, float | None], told: Message) -> Message:
    """The message that something began, or with an end that it is over: two messages.

    Args:
        kind: `queue-long` or `capacity`.
        site: its id.
        subject: what it is about: a queue's or the site's id.
        span: begin and end, seconds since 1970-01-01 UTC; an end of None: it goes on.
        told: what else is told.
    """
    begin, end = span
    text = json.dumps((site, kind, subject, begin, end is not None))
    message_id = hashlib.sha256(text.encode()).hexdigest()[:32]
    over = {"end": stamp(end)} if end is not None else {}
    return _message(message_id, kind, site, begin, subject, told | over)


def condition_id(condition: Condition) -> str:
    """128 bits, hexadecimal: the beginning and the end of a condition are two messages."""
    over = condition.end is not None
    text = json.dumps((condition.site, condition.camera, condition.state.value, condition.begin, over))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def stamp(time: float) -> str:
    """A time as in RFC 3339, UTC, with milliseconds."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _message(message_id: str, kind: str, site: str, time: float, subject: str, told: Message) -> Message:
    return {
        "specversion": "1.0",
        "id": message_id,
        "source": f"/galleria/{site}",
        "type": f"galleria.{kind}.v1",
        "time": stamp(time),
        "subject": subject,
        "datacontenttype": "application/json",
        "data": told,
    }


def _entrances(site: Site) -> dict[tuple[str, str], str]:
    return {
        (camera.id, wire.id): wire.entrance for camera in site.cameras for wire in camera.tripwires if wire.entrance
    }
