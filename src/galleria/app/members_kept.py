"""Where members are kept: who they are in one sealed store, their labels in another; templates lie in a third."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from pathlib import Path

from galleria.domain.errors import StoreError
from galleria.domain.purpose import Purpose
from galleria.storage.vault.identities import Identities, Identity
from galleria.storage.vault.keys import KeyStore, Scope
from galleria.storage.vault.opening import shred
from galleria.storage.vault.roster import Listed, Roster

_PERIOD = "members"  # each member has a time of their own: the key lasts, rows go
IDENTITIES, ROSTER = "members-identities.vault", "members-roster.vault"


class MembersKept:
    """The open stores. Any thread may use them.

    Args:
        vaults: folder of the files.
        keys: folder of their keys, another one.
        site: its id.
        now: seconds since 1970-01-01 UTC.

    Raises:
        StoreError: they cannot be opened; from every method where they cannot be read or written.
    """

    def __init__(self, vaults: Path, keys: Path, site: str, now: float) -> None:
        known = KeyStore(keys)
        scopes = [Scope(site, Purpose.MEMBERS, _PERIOD, store.STORE) for store in (Identities, Roster)]
        self._files = vaults / IDENTITIES, vaults / ROSTER
        for scope in known.overdue(now):  # an interrupted `shred`
            if scope in scopes:
                shred(self._files[scopes.index(scope)], known, scope)
        there = {key.scope for key in known.all()}
        for scope in scopes:
            if scope not in there:
                known.create(scope, math.inf)
        self._lock = threading.Lock()
        self._identities = Identities(self._files[0], known, scopes[0], now)
        try:
            self._roster = Roster(self._files[1], known, scopes[1], now)
        except BaseException:
            self._identities.close()
            raise

    @staticmethod
    def exists(vaults: Path) -> bool:
        """Whether anybody ever joined here."""
        return (vaults / IDENTITIES).exists()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._identities.close()
            self._roster.close()

    def shred(self) -> None:
        """Destroy the keys, then all that they sealed; the stores are closed. Again finishes what was interrupted."""
        with self._lock:
            self._identities.shred()
            self._roster.shred()
        try:
            for path in reversed(self._files):  # the first one's absence says that nobody joined
                path.unlink(missing_ok=True)
        except OSError as error:
            problem = f"an empty vault cannot be deleted: {error.strerror}"
            raise StoreError(problem, "Check that its folder may be written to.") from error

    def count(self) -> int:
        """Members."""
        with self._lock:
            return len(self._identities)

    def put(self, label: str, identity: Identity) -> None:
        """Take a member: the label first, so that nothing is ever kept that would not be erased in time."""
        with self._lock:
            self._roster.keep(Listed(label, identity.time, _day(identity.time)))
            self._identities.keep(label, identity)

    def identity(self, label: str) -> Identity | None:
        """Who has a label."""
        with self._lock:
            return self._identities.find(label)

    def listed(self) -> list[Listed]:
        """All labels with their times."""
        with self._lock:
            return self._roster.all()

    def used(self, label: str) -> float:
        """The day on which a label was of use last; 0 where there is none."""
        with self._lock:
            listed = self._roster.find(label)
        return listed.used if listed else 0.0

    def touch(self, label: str, time: float) -> None:
        """A label was of use; only the day is kept."""
        with self._lock:
            listed = self._roster.find(label)
            if listed is not None and _day(time) > listed.used:
                self._roster.keep(Listed(label, listed.agreed, _day(time), listed.over))

    def condemn(self, label: str) -> None:
        """The end of a member begins; whatever is not done to the end is finished later, also after a restart."""
        with self._lock:
            listed = self._roster.find(label)
            if listed is not None and not listed.over:
                self._roster.keep(replace(listed, over=True))

    def is_over(self, label: str) -> bool:
        """Whether the end of a member has begun."""
        with self._lock:
            listed = self._roster.find(label)
        return listed is not None and listed.over

    def drop(self, label: str) -> None:
        """Erase a member whose templates are erased."""
        with self._lock:
            self._identities.forget(label)
            self._roster.forget(label)

    def drop_later(self, label: str, now: float) -> None:
        """Erase who a member is; the templates could not be erased yet, and their label stays until they are."""
        with self._lock:
            self._roster.keep(Listed(label, now, now, over=True))
            self._identities.forget(label)


def _day(time: float) -> float:
    return time // 86400.0 * 86400.0
