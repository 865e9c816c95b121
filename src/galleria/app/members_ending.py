"""Memberships end: taken back, erased by face, over, or not declared any more. What is interrupted is finished later.

A label whose end has begun is marked in the roster, on the disk; whatever an interruption or a restart left undone is
done with the next turn, and the first turn after a start comes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import select

from galleria.domain.access import Actor
from galleria.domain.errors import GalleriaError, PolicyError, StoreError
from galleria.storage.records import AuditEntry

from .audit import SYSTEM
from .members_greeting import Greeting
from .members_ports import Running, Surroundings
from .members_stores import Stores
from .members_text import CONSENT

if TYPE_CHECKING:
    from galleria.domain.face import Template
    from galleria.storage.vault.identities import Identity
    from galleria.storage.vault.roster import Listed

    from .members_kept import MembersKept

ERASED_WITHIN = 86400.0  # seconds after consent or declaration went, at the most
TURN_EVERY = ERASED_WITHIN / 24  # so that one that fails is made up for in time
WITHDRAWN, EXPIRED, ERASED, UNDECLARED = "member.withdrawn", "member.expired", "member.erased", "member.undeclared"
_MOST_ALIKE = 5  # labels of one face that are erased at once
_ENDED = (WITHDRAWN, EXPIRED, ERASED, UNDECLARED)


class Ending:
    """Ends memberships. Its methods are called under the lock of the gallery.

    Args:
        running: what recognition gives now.
    """

    def __init__(
        self, around: Surroundings, stores: Stores, greeting: Greeting, running: Callable[[], Running]
    ) -> None:
        self._around, self._stores, self._greeting, self._running = around, stores, greeting, running
        self._unfolded = True  # what was deleted before the start may lie in the log still

    def ended(self, digest: str) -> bool:
        """Whether the membership of a receipt ended before."""
        asked = select(AuditEntry.id).where(AuditEntry.subject == f"receipt:{digest}", AuditEntry.action.in_(_ENDED))
        with self._around.records.read() as reading:
            return reading.scalar(asked.limit(1)) is not None

    def end(self, label: str, identity: Identity | None, by: Actor, action: str) -> None:
        """Stop comparing, leave a stone without a name, erase everything else.

        Raises:
            StoreError: not all could be erased; the next turn finishes it.
        """
        self._greeting.hush(label)
        kept = self._stores.kept()
        try:
            if kept:
                kept.condemn(label)
        finally:  # whatever fails, comparing stops
            forgotten = self._forget(label)
        if identity is not None and not self.ended(identity.receipt):
            # Before the identity goes: if this is interrupted, the receipt still works, and finishes it.
            self._around.audit.write(by, action, f"receipt:{identity.receipt}", text=identity.text)
        if kept and forgotten:
            kept.drop(label)
        elif kept:
            kept.drop_later(label, self._around.clock.now())
        if identity is not None:
            self._greeting.unsay(label, identity.member)
            self._fold()

    def erase_alike(self, templates: Sequence[Template], by: Actor) -> int:
        """End the memberships of whoever these templates show; how many.

        Raises:
            PolicyError: members are not compared now.
            StoreError: as `end`.
        """
        for count in range(_MOST_ALIKE):
            label = self._running().subjects().find(templates)
            if not label:
                return count
            kept = self._stores.kept()
            self.end(label, kept.identity(label) if kept else None, by, ERASED)
        return _MOST_ALIKE

    def turn(self, now: float, unused: float) -> int:
        """End whose time is over, and finish what could not be before; how many ended.

        Args:
            now: seconds since 1970-01-01 UTC.
            unused: seconds after which a member who did not come is erased.

        Raises:
            StoreError: some could not be erased; the next turn tries again.
        """
        gone, failure, kept = 0, None, self._stores.kept()
        for one in kept.listed() if kept else ():
            try:
                gone += self._turned(kept, one, now, unused) if kept else 0
            except GalleriaError as error:  # one that cannot go keeps no other
                failure = error
        if self._unfolded:
            self._fold()
        if failure:
            raise failure
        return gone

    def undeclare(self) -> int:
        """Nobody is a member any more: the purpose is not declared, and its templates are shredded. How many were.

        That each had agreed, to which text, when, and until when it held stays in the audit, under the hash of a
        receipt: it proves that it was lawful. No record that leads to a membership number is needed for that.

        Raises:
            StoreError: not all could be erased; the next turn finishes it.
        """
        kept = self._stores.kept()
        if kept is None:
            if self._unfolded:
                self._fold()
            return 0
        labels = [one.label for one in kept.listed()]
        identities = {label: found for label in labels if (found := kept.identity(label))}
        for label in labels:
            with suppress(GalleriaError):  # then they go with their key
                self._forget(label)
        untold = [one for one in identities.values() if not self.ended(one.receipt)]
        with self._around.records.write() as writing:
            for one in untold:
                self._around.audit.note(writing, SYSTEM, UNDECLARED, f"receipt:{one.receipt}", text=one.text)
        for label, one in identities.items():
            self._greeting.unsay(label, one.member)
        self._stores.shred()
        self._fold()
        return len(identities)

    def _turned(self, kept: MembersKept, one: Listed, now: float, unused: float) -> bool:
        """See to one who is listed; whether a membership ended."""
        late = now >= one.agreed + CONSENT
        if one.over:
            if identity := kept.identity(one.label):  # interrupted
                self.end(one.label, identity, SYSTEM, ERASED)
            elif self._forget(one.label) or late:
                kept.drop(one.label)
            return False
        if not (late or now >= one.used + unused):
            return False
        self.end(one.label, kept.identity(one.label), SYSTEM, EXPIRED)
        return True

    def _forget(self, label: str) -> bool:
        """Erase the templates; False: there were none, or they cannot be reached now, and a later turn tries again."""
        try:
            return self._running().subjects().forget(label)
        except PolicyError:
            return False

    def _fold(self) -> None:
        try:
            self._unfolded = not self._around.records.fold()
        except StoreError:
            self._unfolded = True
