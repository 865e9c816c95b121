"""The audit: who did what, to what, when. Written in the transaction of what was done; never changed.

Entries hold ids and no names: names are looked up when entries are shown, and go with the user. Each has its leaf hash
beside it, in the tree whose heads `audit_heads` signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from galleria.domain.access import Actor, Right
from galleria.domain.errors import AccessError
from galleria.domain.time import Clock
from galleria.storage.records import AuditEntry, Records, Token, User, Writing
from galleria.storage.records.leaves import leaf_of

SYSTEM = Actor("", "galleria", frozenset(Right), "system")  # the program itself, and who runs its commands
NOBODY = Actor("", "", frozenset(), "nobody")
_SHORT = 8  # characters that are shown of an id whose name is gone


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done.

    Attributes:
        time: seconds since 1970-01-01 UTC.
        actor_kind: `user`, `token`, `system` or `nobody`.
        actor_name: as the user or token is called now; of one that is gone, the beginning of its id.
        action: e.g. `user.created`.
        subject: e.g. `user:5f…`.
        subject_name: what a user or token that it was done to is called now, likewise; empty for all else.
    """

    id: int
    time: float
    actor: str
    actor_kind: str
    actor_name: str
    action: str
    subject: str
    subject_name: str
    facts: Mapping[str, Any]


class Audit:
    """Writes and lists entries."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def note(self, writing: Writing, by: Actor, action: str, subject: str = "", **facts: str | float | bool) -> None:
        """Add an entry to a transaction. Never give it a secret or a name: ids alone.

        Raises:
            PolicyError: a fact cannot be hashed, e.g. a number that is not finite.
        """
        time, subject = self._clock.now(), subject[:200]
        entry = AuditEntry(
            time=time,
            actor=by.id,
            actor_kind=by.kind,
            action=action,
            subject=subject,
            facts=facts,
            leaf=leaf_of(time, (by.kind, by.id), action, subject, facts).hex(),
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
            rows = list(reading.scalars(asked))
            names = _Names(reading, rows)
            return [
                Entry(
                    row.id,
                    row.time,
                    row.actor,
                    row.actor_kind,
                    names.of(row.actor_kind, row.actor),
                    row.action,
                    row.subject,
                    names.of(*_named(row.subject)),
                    row.facts,
                )
                for row in rows
            ]


class _Names:
    """What users and tokens of some entries are called now."""

    def __init__(self, reading: Writing, rows: Iterable[AuditEntry]) -> None:
        wanted = {named for row in rows for named in ((row.actor_kind, row.actor), _named(row.subject))}
        self._known = {("system", SYSTEM.id): SYSTEM.name, ("nobody", NOBODY.id): NOBODY.name}
        for kind, table, name in (("user", User, User.name), ("token", Token, Token.label)):
            ids = [each for kind_of, each in wanted if kind_of == kind]
            found = reading.execute(select(table.id, name).where(table.id.in_(ids)))
            self._known |= {(kind, row[0]): row[1] for row in found}

    def of(self, kind: str, id_: str) -> str:
        return self._known.get((kind, id_), id_[:_SHORT] if kind in {"user", "token"} else "")


def _named(subject: str) -> tuple[str, str]:
    kind, _, id_ = subject.partition(":")
    return kind, id_


def demand(by: Actor, right: Right) -> None:
    """Let only those go on who may.

    Raises:
        AccessError: `by` may not.
    """
    if not by.may(right):
        problem = f"this needs the right {right.value!r}"
        raise AccessError(problem, "Ask an administrator for a role or a token that has it.")
