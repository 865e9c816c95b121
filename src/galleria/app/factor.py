"""The second factor: time-based codes (RFC 6238) from an app on a phone, and recovery codes for when it is lost."""

from __future__ import annotations

import hmac
import io
import re
import secrets
from dataclasses import dataclass, field

import pyotp
import segno
from sqlalchemy import delete, func, select

from galleria.domain.access import Actor, Right
from galleria.domain.errors import ConflictError, InputError, NotFoundError, StoreError
from galleria.domain.time import Clock
from galleria.storage import records as rows
from galleria.storage.factor_key import FactorSeal
from galleria.storage.records import Records, Writing

from .audit import Audit, demand
from .hands import touch
from .tokens import hashed

STEP = 30  # seconds that a code is shown
_EITHER_WAY = 1  # steps that a phone's clock may be off
_RECOVERY = 10  # codes
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a phone needs to make codes. Shown to its user once.

    Attributes:
        secret: base32, for typing.
        uri: `otpauth://…`.
        svg: a QR code of the URI, an `<svg>` element without style attributes.
    """

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    svg: str = field(repr=False)


class SecondFactor:
    """Sets up, checks and takes away second factors.

    Args:
        issuer: what the app on the phone calls this site.
        seal: under which secrets are kept; None: none can be set up or used.
    """

    def __init__(
        self, records: Records, clock: Clock, audit: Audit, issuer: str, seal: FactorSeal | None = None
    ) -> None:
        self._records = records
        self._clock = clock
        self._audit = audit
        self._issuer = issuer
        self._seal = seal

    def begin(self, by: Actor) -> Enrolment:
        """Make a secret for oneself; it counts when `confirm` was given a code made with it.

        Raises:
            ConflictError: there is a second factor already.
            NotFoundError: `by` is no user.
            StoreError: the key that seals secrets cannot be had.
        """
        secret = pyotp.random_base32()
        with self._records.write() as writing:
            user = _user(writing, by.id)
            if user.factor:
                problem = "there is a second factor already"
                raise ConflictError(problem, "Take it away first.")
            user.factor_new = self._sealed(user.id, secret)
            uri = pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=self._issuer)
        drawn = io.BytesIO()
        segno.make(uri, error="m").save(drawn, kind="svg", scale=4, border=4, xmldecl=False, svgns=True, omitsize=True)
        return Enrolment(secret, uri, drawn.getvalue().decode())

    def confirm(self, by: Actor, code: str) -> list[str]:
        """Switch it on.

        Returns:
            recovery codes, each good for one sign-in; nobody can see them again.

        Raises:
            InputError: the code is wrong.
            NotFoundError: nothing was begun.
        """
        with self._records.write() as writing:
            user = _user(writing, by.id)
            if user.factor_new is None:
                problem = "no second factor is being set up"
                raise NotFoundError(problem, "Begin again.")
            step = self._step(user.id, user.factor_new, code, 0)
            if step is None:
                problem = "this code is not the one that the phone should show now"
                raise InputError(problem, "Wait for the next one; check the phone's clock.")
            user.factor, user.factor_new, user.factor_step = self._resealed(user.id, user.factor_new), None, step
            self._audit.note(writing, by, "factor.on", f"user:{user.id}")
            return self._new_recovery(writing, user.id)

    def disable(self, by: Actor, user_id: str) -> None:
        """Take a second factor away: one's own, or (Right.MANAGE_USERS) another's who lost the phone.

        Raises:
            AccessError: `by` may not.
            NotFoundError: there is no such user.
        """
        if by.kind != "user" or by.id != user_id:
            demand(by, Right.MANAGE_USERS)
        with self._records.write() as writing:
            user = _user(writing, user_id)
            self.forget(writing, user)
            if by.kind != "user" or by.id != user_id:
                touch(writing, user, by)
            self._audit.note(writing, by, "factor.off", f"user:{user_id}")

    def recovery_left(self, user_id: str) -> int:
        """How many recovery codes the user has not used."""
        asked = select(func.count()).where(rows.RecoveryCode.user == user_id)
        with self._records.read() as reading:
            return int(reading.scalar(asked) or 0)

    def accept(self, writing: Writing, user: rows.User, code: str) -> bool:
        """Whether a code, or a recovery code, is right; whichever it is, it never is again."""
        step = self._step(user.id, user.factor or "", code, user.factor_step)
        if step is not None and user.factor:
            user.factor, user.factor_step = self._resealed(user.id, user.factor), step
            return True
        given = hashed(_bare(code))
        # Counted by the database: of two tries at once only one deletes the row.
        gone = writing.execute(
            delete(rows.RecoveryCode).where(rows.RecoveryCode.hash == given, rows.RecoveryCode.user == user.id)
        )
        return bool(getattr(gone, "rowcount", 0))

    @staticmethod
    def forget(writing: Writing, user: rows.User) -> None:
        """Remove secret and recovery codes."""
        user.factor, user.factor_new, user.factor_step = None, None, 0
        writing.execute(delete(rows.RecoveryCode).where(rows.RecoveryCode.user == user.id))

    def lost(self, user: rows.User) -> bool:
        """Whether there is a second factor whose secret nobody can open: its key is not there, or it is another.

        Raises:
            StoreError: the key cannot be read.
        """
        return user.factor is not None and self._opened(user.id, user.factor) is None

    def _sealed(self, user: str, secret: str) -> str:
        if self._seal is None:
            problem = "there is no folder for the key that seals second factors"
            raise StoreError(problem, "Set the second factor up in the console of the running site.")
        return self._seal.seal(user, secret)

    def _resealed(self, user: str, kept: str) -> str:
        """What an earlier version kept in the clear is sealed when it is used."""
        return kept if FactorSeal.is_sealed(kept) else self._sealed(user, kept)

    def _opened(self, user: str, kept: str) -> str | None:
        return self._seal.open(user, kept) if self._seal else None

    def _step(self, user: str, kept: str, code: str, after: int) -> int | None:
        """The time step that the code belongs to, if it is a new one; `kept` is the secret in the records."""
        digits = re.sub(r"[\s-]", "", code)
        if not kept or not re.fullmatch(r"[0-9]{6}", digits):
            return None
        secret = self._opened(user, kept)
        if secret is None:
            return None
        now, made = int(self._clock.now() // STEP), pyotp.TOTP(secret)
        for step in range(now - _EITHER_WAY, now + _EITHER_WAY + 1):
            if step > after and hmac.compare_digest(made.at(step * STEP), digits):
                return step
        return None

    @staticmethod
    def _new_recovery(writing: Writing, user: str) -> list[str]:
        writing.execute(delete(rows.RecoveryCode).where(rows.RecoveryCode.user == user))
        plain = ["".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(_RECOVERY)]  # 79 bits each
        writing.add_all(rows.RecoveryCode(hash=hashed(code), user=user) for code in plain)
        return ["-".join(code[n : n + 4] for n in range(0, 16, 4)) for code in plain]


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


def _user(writing: Writing, user_id: str) -> rows.User:
    user = writing.get(rows.User, user_id)
    if user is None:
        problem = "there is no such user"
        raise NotFoundError(problem, "It may have been removed.")
    return user
