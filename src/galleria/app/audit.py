"""The audit: who did what, to what, when. Written in the transaction of what was done; never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from galleria.domain.access import Actor, Right
from galleria.domain.errors import AccessError
from galleria.domain.time import Clock
from galleria.storage.records import AuditEntry, Records, Writing

SYSTEM = Actor("", "galleria", frozenset(Right), "system")  # the program itself, and who runs its commands
NOBODY = Actor("", "", frozenset(), "nobody")
_NAME = 120  # characters that an entry keeps of a name


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done.

    Attributes:
        time: seconds since 1970-01-01 UTC.
        actor_kind: `user`, `token`, `system` or `nobody`.
        action: e.g. `user.created`.
        subject: e.g. `user:5f…`.
    """

    id: int
    time: float
    actor: str
    actor_kind: str
    actor_name: str
    action: str
    subject: str
    facts: Mapping[str, Any]


class Audit:
    """Writes and lists entries."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def note(self, writing: Writing, by: Actor, action: str, subject: str = "", **facts: str | float | bool) -> None:
        """Add an entry to a transaction. Never give it a secret."""
        entry = AuditEntry(
            time=self._clock.now(),
            actor=by.id,
            actor_kind=by.kind,
            actor_name=by.name[:_NAME],
            action=action,
            subject=subject[:200],
            facts=facts,
        )
        writing.add(entry)

    def write(self, by: Actor, action: str, subject: str = "", **facts: str | float | bool) -> None:
        """Add an entry in a transaction of its own: for what is not kept in the records, such as the site file.

        Raises:
            StoreError: it cannot be written.
        """
        with self._records.write() as writing:
            self.note(writing, by, action, subject, **facts)

    def list(self, by: Actor, *, before: int | None = None, most: int = 100) -> list[Entry]:
        """Entries, the newest first.

        Args:
            by: who asks.
            before: only those older than the entry of this id: the next page.
            most: how many.

        Raises:
            AccessError: `by` may not see them.
        """
        demand(by, Right.SEE_AUDIT)
        asked = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(most)
        if before is not None:
            asked = asked.where(AuditEntry.id < before)
        with self._records.read() as reading:
            return [
                Entry(e.id, e.time, e.actor, e.actor_kind, e.actor_name, e.action, e.subject, e.facts)
                for e in reading.scalars(asked)
            ]


def demand(by: Actor, right: Right) -> None:
    """Let only those go on who may.

    Raises:
        AccessError: `by` may not.
    """
    if not by.may(right):
        problem = f"this needs the right {right.value!r}"
        raise AccessError(problem, "Ask an administrator for a role or a token that has it.")
