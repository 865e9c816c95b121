"""Sessions of browsers: opened at sign-in, recognised by a cookie, closed by signing out, by time, or from afar."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import delete, or_, select

from galleria.domain.access import RIGHTS, Actor, Role
from galleria.domain.errors import StoreError
from galleria.domain.time import Clock
from galleria.storage import records as rows
from galleria.storage.records import Records, Writing

from .tokens import hashed

COOKIE = "galleria_session"
CSRF_HEADER = "X-CSRF-Token"
IDLE = 12 * 3600.0  # seconds without a request
LONGEST = 7 * 86400.0  # seconds in all
_TOUCH = 60.0  # seconds: the time of the last request is not written more often


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was just opened.

    Attributes:
        cookie: for the browser, and nowhere else.
        expires: seconds since 1970-01-01 UTC, whatever happens.
    """

    actor: Actor
    cookie: str = field(repr=False)
    csrf: str = field(repr=False)
    expires: float


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that goes on.

    Attributes:
        csrf: every write has to bring it along.
    """

    actor: Actor
    csrf: str = field(repr=False)
    expires: float
    role: Role


class Sessions:
    """Opens, recognises and closes sessions."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def open(self, writing: Writing, user: rows.User, replaces: str = "") -> SignedIn:
        """Open one under a new cookie; the one it replaces, and all that are over, are gone."""
        now = self._clock.now()
        over = or_(
            rows.Session.expires <= now,
            rows.Session.seen <= now - IDLE,
            rows.Session.hash == hashed(replaces),
        )
        writing.execute(delete(rows.Session).where(over))
        cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        expires = now + LONGEST
        writing.add(rows.Session(hash=hashed(cookie), user=user.id, csrf=csrf, created=now, seen=now, expires=expires))
        user.seen = now
        return SignedIn(actor_of(user), cookie, csrf, expires)

    def find(self, cookie: str) -> OpenSession | None:
        """The session of a cookie; None if it is over, or its user may not sign in any more."""
        if not cookie:
            return None
        now = self._clock.now()
        asked = select(rows.Session, rows.User).join(rows.User).where(rows.Session.hash == hashed(cookie))
        with self._records.read() as reading:
            found = reading.execute(asked).first()
        if found is None:
            return None
        session, user = found
        if user.disabled or session.expires <= now or session.seen <= now - IDLE:
            return None
        if now - session.seen >= _TOUCH:
            # Whoever may see goes on seeing while the disk is full.
            with suppress(StoreError), self._records.write() as writing:
                if kept := writing.get(rows.Session, session.hash):
                    kept.seen = now
        return OpenSession(actor_of(user), session.csrf, session.expires, Role(user.role))

    def close(self, cookie: str) -> None:
        """Close one."""
        with self._records.write() as writing:
            writing.execute(delete(rows.Session).where(rows.Session.hash == hashed(cookie)))

    @staticmethod
    def close_all(writing: Writing, user: str, but: str = "") -> None:
        """Close all of a user's, but for the one with this cookie."""
        writing.execute(delete(rows.Session).where(rows.Session.user == user, rows.Session.hash != hashed(but)))


def actor_of(user: rows.User) -> Actor:
    """What a user may do now."""
    return Actor(user.id, user.name, RIGHTS[Role(user.role)], shop=user.shop)
