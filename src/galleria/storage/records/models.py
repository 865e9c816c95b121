"""The tables of the records: who may do what, settings, the audit, and what waits to be sent.

Every type here is one that SQLite and PostgreSQL both have. Instants are seconds since 1970-01-01 UTC.

What must not be read lies hashed: passwords as argon2id; sessions, tokens, links and recovery codes, which are long
and random, as SHA-256. A second factor's secret has to be computed with, so it lies as it is: whoever can read the
file can make its codes (and could as well replace the file), hence mode 0600 in a folder of mode 0700.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Double, ForeignKey, Index, Integer, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID = 32  # characters: 128 bits in hexadecimal
HASH = 64  # characters: SHA-256 in hexadecimal
NAME = 120


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that a migration can name them on any database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class User(Base):
    """Somebody who may sign in.

    Attributes:
        key: the name as it is compared: case folded, normalised; no two users have the same.
        password: argon2id, with its parameters; None until the user has followed the first link.
        factor: sealed secret of the second factor (`factor_key`); of earlier versions, base32 in the clear until it is
            used; None without one.
        factor_new: the one being set up, until a code made with it was shown.
        factor_step: the time step of the last code that was used: no code works twice.
        hands: ids of users who made it or reset it, and of those who had made or reset them; a one-time link made on
            the machine empties it. `unknown` among them is whoever had it before that was noted.
        shop: of a tenant: id of its shop in the site file; empty: none.
    """

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(String(ID), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME))
    key: Mapped[str] = mapped_column(String(4 * NAME), unique=True)
    role: Mapped[str] = mapped_column(String(40))
    password: Mapped[str | None] = mapped_column(String(255))
    factor: Mapped[str | None] = mapped_column(String(64))
    factor_new: Mapped[str | None] = mapped_column(String(64))
    factor_step: Mapped[int] = mapped_column(Integer, default=0)
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    hands: Mapped[list[str]] = mapped_column(JSON, default=list)
    shop: Mapped[str] = mapped_column(String(NAME), default="")
    created: Mapped[float] = mapped_column(Double)
    seen: Mapped[float | None] = mapped_column(Double)


class RecoveryCode(Base):
    """Stands in for the second factor, once. A used one is gone."""

    __tablename__ = "recovery_code"

    hash: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)


class Tries(Base):
    """Failed tries to sign in under one name, whether or not anybody has it: the answers must not tell which.

    Attributes:
        key: SHA-256 of the name as it is compared.
        until: before then nobody signs in under it.
    """

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last: Mapped[float] = mapped_column(Double, index=True)
    until: Mapped[float] = mapped_column(Double)


class Session(Base):
    """A browser in which somebody signed in.

    Attributes:
        hash: of the cookie.
        csrf: what every write has to bring along; it belongs to this session and is worth nothing alone.
        expires: whatever happens.
    """

    __tablename__ = "session"

    hash: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created: Mapped[float] = mapped_column(Double)
    seen: Mapped[float] = mapped_column(Double)
    expires: Mapped[float] = mapped_column(Double, index=True)


class Token(Base):
    """A key for programs. It acts for the user who made it and can never do more than that user.

    Attributes:
        scopes: rights, as their values.
    """

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(String(ID), primary_key=True)
    hash: Mapped[str] = mapped_column(String(HASH), unique=True)
    label: Mapped[str] = mapped_column(String(NAME))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    user: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created: Mapped[float] = mapped_column(Double)
    used: Mapped[float | None] = mapped_column(Double)
    expires: Mapped[float | None] = mapped_column(Double)


class Link(Base):
    """An address that works once.

    Attributes:
        purpose: `first-administrator`; of the named user `password`, or `machine` where it was made on the machine.
    """

    __tablename__ = "link"

    hash: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    user: Mapped[str | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created: Mapped[float] = mapped_column(Double)
    expires: Mapped[float | None] = mapped_column(Double)


class Setting(Base):
    """One group of settings, e.g. `retention`. Its version rises with every change, so that none is lost."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)
    changed: Mapped[float] = mapped_column(Double)


class AuditEntry(Base):
    """Who did what to what. Only ever added to; the database refuses changes (SQLite: by a trigger).

    Attributes:
        id: counts from 1 without a gap: a gap is an entry that was taken out.
        actor: id of the user or token; empty for the program itself and for nobody. No name is kept.
        actor_kind: `user`, `token`, `system` or `nobody`.
        action: e.g. `user.created`.
        subject: what it was done to, e.g. `user:…`; never a secret.
        facts: what else is worth knowing; never a secret, never a name.
        leaf: hash of all of this (but the id), in the tree whose heads are signed.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    time: Mapped[float] = mapped_column(Double, index=True)
    actor: Mapped[str] = mapped_column(String(ID))
    actor_kind: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    leaf: Mapped[str] = mapped_column(String(HASH))


class AuditHead(Base):
    """A signed head of the audit's tree. Only ever added to, as entries are.

    Attributes:
        log: its name, fixed when the key was made.
        size: entries that it vouches for.
        root: of their tree, in hexadecimal.
        signature: Ed25519, in hexadecimal.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    log: Mapped[str] = mapped_column(String(NAME))
    size: Mapped[int] = mapped_column(Integer, index=True)
    root: Mapped[str] = mapped_column(String(HASH))
    time: Mapped[float] = mapped_column(Double)
    signature: Mapped[str] = mapped_column(String(2 * HASH))


class Delivery(Base):
    """A message that has to reach somebody: the outbox of webhooks and mail.

    Attributes:
        target: the receiver's name in the settings.
        message: its id; the same message is put down once for each target.
        body: what is sent, as text.
        state: `waiting`, `done` or `dead` (given up, and shown).
        next_try: not before then.
        answer: of the last try, for people; no secret.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("target", "message"),
        Index("ix_delivery_state_next_try", "state", "next_try"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(String(20))  # `webhook`, `mail`, …
    target: Mapped[str] = mapped_column(String(NAME))
    message: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    created: Mapped[float] = mapped_column(Double)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try: Mapped[float] = mapped_column(Double)
    ended: Mapped[float | None] = mapped_column(Double)
    answer: Mapped[str] = mapped_column(Text, default="")


class PurposeSignature(Base):
    """A user's signature of a declaration; it outlives the user. Names are looked up when it is shown.

    Attributes:
        digest: of the declaration as it was signed.
        purpose: what it was for, e.g. `unique`.
        user: id.
        hands: of the user's account when it signed.
    """

    __tablename__ = "purpose_signature"

    digest: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    user: Mapped[str] = mapped_column(String(ID), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40), index=True)
    time: Mapped[float] = mapped_column(Double)
    hands: Mapped[list[str]] = mapped_column(JSON, default=list)


class PurposeStop(Base):
    """A purpose that was stopped, until it is started again: it stays stopped when the program starts anew.

    Attributes:
        by: id of the user or token that stopped it.
        officer: it was a data protection officer: nobody else starts it again.
    """

    __tablename__ = "purpose_stop"

    purpose: Mapped[str] = mapped_column(String(40), primary_key=True)
    by: Mapped[str] = mapped_column(String(ID))
    time: Mapped[float] = mapped_column(Double)
    officer: Mapped[bool] = mapped_column(Boolean, default=False)
