"""The one door for people and programs: one-time links, signing in and out, and who somebody is.

`users`, `tokens`, `factor` and `audit` hang on it. Whatever changes something is in the audit.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select

from galleria.domain.access import Actor, Role
from galleria.domain.errors import CodeNeededError, ConflictError, NotFoundError, SignInError
from galleria.domain.time import Clock
from galleria.storage import records as rows
from galleria.storage.factor_key import FactorSeal
from galleria.storage.records import Records, Writing

from .audit import NOBODY, SYSTEM, Audit
from .factor import SecondFactor
from .lockout import Lockout
from .passwords import Passwords, check_password
from .sessions import COOKIE, CSRF_HEADER, OpenSession, Sessions, SignedIn, actor_of
from .throttle import Throttle
from .tokens import Tokens, hashed
from .users import User, Users, find_user, has_administrator, name_key

__all__ = ["COOKIE", "CSRF_HEADER", "FIRST", "Access", "Invitation", "OpenSession", "SignedIn", "User"]

FIRST = "first-administrator"
_MACHINE = "machine"  # a link made by whoever runs commands on the machine


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a one-time link is good for.

    Attributes:
        first: it makes the first administrator, who chooses a name; otherwise `name` sets a password.
    """

    first: bool
    name: str = ""


class Access:
    """Everything about who may come in.

    Args:
        records: where it is kept.
        clock: tells the time; codes of the second factor are right or wrong by it.
        issuer: the site's name, for the apps that make codes.
        passwords: how they are hashed.
        keys: folder of the site's keys, beside its own; None: no second factor is set up or checked here.
    """

    def __init__(
        self,
        records: Records,
        clock: Clock,
        issuer: str = "Galleria",
        passwords: Passwords | None = None,
        keys: Path | None = None,
    ) -> None:
        self._records = records
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._throttle = Throttle(clock)
        self._lockout = Lockout(clock)
        self._sessions = Sessions(records, clock)
        self.audit = Audit(records, clock)
        self.tokens = Tokens(records, clock, self.audit)
        self.factor = SecondFactor(records, clock, self.audit, issuer, FactorSeal(keys) if keys else None)
        self.users = Users(records, clock, self.audit, self._passwords)

    def has_administrator(self) -> bool:
        """Whether an administrator has set a password; else the site waits for its first link to be followed."""
        with self._records.read() as reading:
            return has_administrator(reading)

    def first_link(self) -> str | None:
        """The text of a one-time link that makes the first administrator; None when there is one.

        It works until it is used or the next one is made, so that whoever reads an old log finds nothing.

        Raises:
            StoreError: it cannot be written.
        """
        with self._records.write() as writing:
            if has_administrator(writing):
                return None
            text = secrets.token_urlsafe(32)
            writing.execute(delete(rows.Link).where(rows.Link.purpose == FIRST))
            writing.add(rows.Link(hash=hashed(text), purpose=FIRST, created=self._clock.now()))
            return text

    def rescue(self, name: str) -> str:
        """For whoever runs commands on the machine: make `name` an administrator who has yet to set a password.

        An existing user is let in again: no longer disabled, without second factor and lock-out.

        Returns:
            the text of a one-time link.

        Raises:
            InputError: the name cannot be used.
        """
        with self._records.write() as writing:
            user = writing.scalar(select(rows.User).where(rows.User.key == name_key(name)))
            if user is None:
                user = self.users.add(writing, name, Role.ADMINISTRATOR, None)
            user.role, user.shop = Role.ADMINISTRATOR.value, ""
            return self._let_back_in(writing, user, "user.rescued")

    def invite(self, name: str, role: Role = Role.DPO) -> str:
        """For whoever runs commands on the machine: let `name` in, whom nobody at the console has in hand.

        That is a new user, or one of that role, who is let in again as by `rescue`. When the link is followed, all
        hands that were on the account are off it.

        Returns:
            the text of a one-time link.

        Raises:
            InputError: the name cannot be used.
            ConflictError: somebody of another role has it.
        """
        with self._records.write() as writing:
            user = writing.scalar(select(rows.User).where(rows.User.key == name_key(name)))
            if user is None:
                user = self.users.add(writing, name, role, None)
            elif user.role != role.value:
                problem = f"{user.name} is here already, with the role {user.role!r}"
                raise ConflictError(problem, "Choose another name, or give them the role in the console first.")
            return self._let_back_in(writing, user, "user.invited")

    def _let_back_in(self, writing: Writing, user: rows.User, action: str) -> str:
        user.disabled = False
        SecondFactor.forget(writing, user)
        self._lockout.forgive(writing, user.key)
        self.audit.note(writing, SYSTEM, action, f"user:{user.id}", role=user.role)
        return self.users.link(writing, user, _MACHINE)

    def invitation(self, link: str) -> Invitation | None:
        """What a link is good for; None if it is used, too old or wrong."""
        with self._records.read() as reading:
            row = self._link(reading, link)
            if row is None:
                return None
            return (
                Invitation(first=False, name=find_user(reading, row.user).name) if row.user else Invitation(first=True)
            )

    def accept(self, link: str, password: str, name: str = "", *, address: str = "") -> User:
        """Follow a link: set the password, and the name if it is the first administrator's. Then it no longer works.

        Raises:
            NotFoundError: the link is used, too old or wrong.
            InputError: name or password cannot be used; the link still works.
            TooManyError: as for signing in.
        """
        self._throttle.take(address)
        asked = self.invitation(link)
        if asked is None:
            raise _no_link()
        check_password(password, name if asked.first else asked.name)
        fresh = self._passwords.hash(password)
        with self._records.write() as writing:
            row = self._link(writing, link)
            if row is None:
                raise _no_link()  # somebody followed it while we were hashing
            if row.user:
                user = find_user(writing, row.user)
            elif has_administrator(writing):
                raise _no_link()
            else:
                user = self.users.add(writing, name, Role.ADMINISTRATOR, None)
            if row.purpose == _MACHINE:  # now, and not before: until it is followed the old password works
                if user.hands:  # tokens may be theirs too
                    writing.execute(delete(rows.Token).where(rows.Token.user == user.id))
                user.hands = []
                SecondFactor.forget(writing, user)
            writing.delete(row)
            writing.flush()
            self.users.give_password(writing, user, fresh)
            action = "user.first" if asked.first else "password.set"
            self.audit.note(writing, actor_of(user), action, f"user:{user.id}")
            user_id, by = user.id, actor_of(user)
        return self.users.get(by, user_id)

    def sign_in(self, name: str, password: str, code: str = "", *, address: str = "", replaces: str = "") -> SignedIn:
        """Open a session.

        Args:
            name: as typed; capitals do not matter.
            password: as typed.
            code: of the second factor, or a recovery code; empty if there is none, or not yet.
            address: where the request comes from; its tries are counted.
            replaces: cookie of the browser's present session, which ends.

        Raises:
            SignInError: name, password or code is wrong; the same whether or not there is such a name. Who knows the
                password is told when codes cannot be checked any more.
            CodeNeededError: the password is right, and a code is needed.
            TooManyError: too many failures under this name, or tries from this address; both count unknown names too.
        """
        self._throttle.take(address)
        key = name_key(name)
        # Counted before it is known: of many tries at once, none is free.
        with self._records.write() as writing:
            before = self._lockout.count(writing, key)
            user = writing.scalar(select(rows.User).where(rows.User.key == key, rows.User.disabled.is_(False)))
        right = self._passwords.fits(user.password if user else None, password)
        with self._records.write() as writing:
            kept = writing.get(rows.User, user.id) if user and right else None
            if user is None or kept is None or kept.disabled or kept.password != user.password:
                kept = None  # wrong; or changed or disabled while we were hashing
            elif kept.factor and not code.strip():
                self._lockout.restore(writing, key, before)
            elif not kept.factor or self.factor.accept(writing, kept, code):
                return self._let_in(writing, kept, password, replaces, address)
            code_needed = kept is not None and not code.strip()
            lost = kept is not None and not code_needed and self.factor.lost(kept)
            if not code_needed:
                self.audit.note(writing, NOBODY, "sign-in.failed", f"user:{user.id}" if user else "", address=address)
        if code_needed:
            problem = "a code of the second factor is needed"
            raise CodeNeededError(problem, "Type the one that the phone shows, or a recovery code.")
        if lost:
            problem = (
                "the key of second factors is gone, as after a restore on another machine: no phone's code is right"
            )
            remedy = (
                "Sign in with a recovery code, switch the second factor off and set it up again; without such a code,"
                " ask an administrator to take it away."
            )
            raise SignInError(problem, remedy)
        problem = "the name, the password or the code is wrong"
        raise SignInError(problem, "Try again; an administrator can send a new link.")

    def _let_in(self, writing: Writing, user: rows.User, password: str, replaces: str, address: str) -> SignedIn:
        if user.password and self._passwords.is_outdated(user.password):
            user.password = self._passwords.hash(password)
        self._lockout.forgive(writing, user.key)
        opened = self._sessions.open(writing, user, replaces)
        self.audit.note(writing, opened.actor, "sign-in", f"user:{user.id}", address=address)
        return opened

    def sign_out(self, cookie: str) -> None:
        """End a session; nothing happens if there is none."""
        opened = self._sessions.find(cookie)
        self._sessions.close(cookie)
        if opened:
            self.audit.write(opened.actor, "sign-out", f"user:{opened.actor.id}")

    def sign_out_everywhere(self, by: Actor, *, but: str = "") -> None:
        """End all of one's own sessions, but for the one of this cookie."""
        with self._records.write() as writing:
            self._sessions.close_all(writing, by.id, but)
            self.audit.note(writing, by, "sign-out.everywhere", f"user:{by.id}")

    def session(self, cookie: str) -> OpenSession | None:
        """The session of a cookie, with what its writes have to bring along; None if it is over."""
        return self._sessions.find(cookie)

    def actor_of_session(self, cookie: str) -> Actor | None:
        """Who a cookie stands for."""
        opened = self._sessions.find(cookie)
        return opened.actor if opened else None

    def actor_of_token(self, bearer: str) -> Actor | None:
        """Who a token stands for."""
        return self.tokens.actor(bearer)

    def _link(self, session: Writing, text: str) -> rows.Link | None:
        row = session.get(rows.Link, hashed(text))
        if row is None or (row.expires is not None and row.expires <= self._clock.now()):
            return None
        if row.purpose == FIRST and has_administrator(session):
            return None
        return row


def _no_link() -> NotFoundError:
    problem = "this link does not work any more"
    return NotFoundError(problem, "It works once. Ask for a new one; the first one is printed when the site starts.")
