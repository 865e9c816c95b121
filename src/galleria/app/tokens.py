"""Keys for programs: made once, shown once, kept hashed. Each acts for the user who made it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import select

from galleria.domain.access import RIGHTS, Actor, Right, Role
from galleria.domain.errors import AccessError, InputError, NotFoundError, StoreError
from galleria.domain.time import Clock
from galleria.storage import records as rows
from galleria.storage.records import Records

from .audit import Audit, demand

PREFIX = "gal_"  # tells our tokens from others', for people and for scanners of leaked secrets
_TOUCH = 60.0  # seconds: the time of last use is not written more often


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; not the token.

    Attributes:
        user: id of who made it; without that user, or for longer than that user may, it does nothing.
        used: seconds since 1970-01-01 UTC, to the minute; None: never.
        expires: likewise; None: never.
    """

    id: str
    label: str
    scopes: frozenset[Right]
    user: str
    created: float
    used: float | None
    expires: float | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made, and its text, which nobody can see again."""

    token: Token
    text: str = field(repr=False)


class Tokens:
    """Makes, lists, revokes and recognises tokens."""

    def __init__(self, records: Records, clock: Clock, audit: Audit) -> None:
        self._records = records
        self._clock = clock
        self._audit = audit

    def create(self, by: Actor, label: str, scopes: Iterable[Right], expires: float | None = None) -> NewToken:
        """Make a token.

        Args:
            by: whom it acts for.
            label: what it is for.
            scopes: its rights; at least one, none that `by` has not.
            expires: seconds since 1970-01-01 UTC; None: never.

        Raises:
            AccessError: `by` may not make tokens, not such ones, or is no user.
            InputError: no label, no scope, or it would have expired already.
        """
        demand(by, Right.MANAGE_USERS)
        wanted, label, now = frozenset(scopes), label.strip(), self._clock.now()
        if by.kind != "user":
            problem = "a token acts for a user, and a token is none"
            raise AccessError(problem, "Sign in to make tokens.")
        for right in sorted(wanted - by.rights):
            demand(by, right)
        if not label or len(label) > rows.models.NAME or not label.isprintable():
            problem = "a token needs a label of at most 120 signs"
            raise InputError(problem, "Say what it is for, e.g. `Power BI`.")
        if not wanted:
            problem = "a token without scopes can do nothing"
            raise InputError(problem, "Choose at least one.")
        if expires is not None and expires <= now:
            problem = "this token would have expired already"
            raise InputError(problem, "Choose a time to come.")
        text = PREFIX + secrets.token_urlsafe(32)
        row = rows.Token(
            id=secrets.token_hex(16),
            hash=hashed(text),
            label=label,
            scopes=sorted(right.value for right in wanted),
            user=by.id,
            created=now,
            expires=expires,
        )
        with self._records.write() as writing:
            writing.add(row)
            self._audit.note(writing, by, "token.created", f"token:{row.id}", scopes=" ".join(row.scopes))
        return NewToken(_token(row), text)

    def list(self, by: Actor) -> list[Token]:
        """All tokens, the oldest first.

        Raises:
            AccessError: `by` may not see them.
        """
        demand(by, Right.MANAGE_USERS)
        with self._records.read() as reading:
            return [_token(row) for row in reading.scalars(select(rows.Token).order_by(rows.Token.created))]

    def revoke(self, by: Actor, token: str) -> None:
        """Make a token worthless at once.

        Raises:
            AccessError: `by` may not.
            NotFoundError: there is none of that id.
        """
        demand(by, Right.MANAGE_USERS)
        with self._records.write() as writing:
            row = writing.get(rows.Token, token)
            if row is None:
                problem = "there is no such token"
                raise NotFoundError(problem, "It may have been revoked already.")
            writing.delete(row)
            self._audit.note(writing, by, "token.revoked", f"token:{row.id}")

    def actor(self, text: str) -> Actor | None:
        """Who a token stands for; None if it is not valid (any more)."""
        if not text.startswith(PREFIX):
            return None
        now = self._clock.now()
        # Found by its hash: how long that takes tells nothing of the token.
        asked = select(rows.Token, rows.User).join(rows.User).where(rows.Token.hash == hashed(text))
        with self._records.read() as reading:
            found = reading.execute(asked).first()
        if found is None:
            return None
        token, user = found
        if user.disabled or user.password is None or (token.expires is not None and token.expires <= now):
            return None
        if token.used is None or now - token.used >= _TOUCH:
            # Whoever may see goes on seeing while the disk is full.
            with suppress(StoreError), self._records.write() as writing:
                if kept := writing.get(rows.Token, token.id):
                    kept.used = now
        return Actor(token.id, token.label, _token(token).scopes & RIGHTS[Role(user.role)], "token", user.shop)


def hashed(secret: str) -> str:
    """How long random secrets lie in the records: SHA-256 is enough for what cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _token(row: rows.Token) -> Token:
    known = {right.value for right in Right}
    scopes = frozenset(Right(scope) for scope in row.scopes if scope in known)
    return Token(row.id, row.label, scopes, row.user, row.created, row.used, row.expires)
