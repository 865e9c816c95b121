"""Users: who there is, what they are, and the one-time links by which they set a password."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from galleria.domain.access import RIGHTS, Actor, Right, Role
from galleria.domain.errors import AccessError, ConflictError, InputError, NotFoundError, SignInError
from galleria.domain.time import Clock
from galleria.storage import records as rows
from galleria.storage.records import Records, Writing

from .audit import Audit, demand
from .hands import touch
from .passwords import Passwords, check_password
from .sessions import Sessions
from .tokens import hashed

LINK_LASTS = 3 * 86400.0  # seconds
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in.

    Attributes:
        invited: has not set a password yet.
        seen: when they last signed in, seconds since 1970-01-01 UTC.
        shop: of a tenant: id of its shop; empty: none.
    """

    id: str
    name: str
    role: Role
    invited: bool
    disabled: bool
    second_factor: bool
    created: float
    seen: float | None
    shop: str = ""


class Users:
    """Lists and changes users. Nobody gives a role that may more than they may themselves."""

    def __init__(self, records: Records, clock: Clock, audit: Audit, passwords: Passwords) -> None:
        self._records = records
        self._clock = clock
        self._audit = audit
        self._passwords = passwords

    def list(self, by: Actor) -> list[User]:
        """All users by name.

        Raises:
            AccessError: `by` may not see them.
        """
        demand(by, Right.MANAGE_USERS)
        with self._records.read() as reading:
            return [_user(row) for row in reading.scalars(select(rows.User).order_by(rows.User.key))]

    def get(self, by: Actor, user_id: str) -> User:
        """One user: oneself, or another (Right.MANAGE_USERS).

        Raises:
            AccessError: `by` may not see others.
            NotFoundError: there is no such user.
        """
        if by.kind != "user" or by.id != user_id:
            demand(by, Right.MANAGE_USERS)
        with self._records.read() as reading:
            return _user(find_user(reading, user_id))

    def create(self, by: Actor, name: str, role: Role, shop: str = "") -> tuple[User, str]:
        """Add a user, who has yet to set a password.

        Args:
            by: who adds.
            name: as shown.
            role: what they are.
            shop: of a tenant, and of nobody else: id of a shop that the site has (`reach.check_shop`).

        Returns:
            the user, and the text of a one-time link; nobody can see it again.

        Raises:
            AccessError: `by` may not, or may less than the role.
            InputError: the name cannot be used, or role and shop do not fit.
            ConflictError: somebody has it.
        """
        demand(by, Right.MANAGE_USERS)
        _within(by, role)
        _check_fit(role, shop)
        with self._records.write() as writing:
            user = self.add(writing, name, role, None, shop)
            touch(writing, user, by)
            link = self.link(writing, user)
            facts = {"role": role.value} | ({"shop": shop} if shop else {})
            self._audit.note(writing, by, "user.created", f"user:{user.id}", **facts)
            return _user(user), link

    def change(
        self,
        by: Actor,
        user_id: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        shop: str | None = None,
        disabled: bool | None = None,
    ) -> User:
        """Change what is given. Who is no tenant any more has no shop any more.

        Raises:
            AccessError, NotFoundError, InputError: as above.
            ConflictError: the name is taken, or no administrator would be left.
        """
        demand(by, Right.MANAGE_USERS)
        with self._records.write() as writing:
            user = find_user(writing, user_id)
            _within(by, Role(user.role))
            facts: dict[str, str | float | bool] = {}
            if name is not None and name != user.name:
                user.name, user.key = _free_name(writing, name, user.id)
                facts["renamed"] = True
            if role is not None and role.value != user.role:
                _within(by, role)
                user.role = facts["role"] = role.value
                touch(writing, user, by)
            fit = shop if shop is not None else user.shop if user.role == Role.TENANT.value else ""
            if fit != user.shop:
                user.shop = facts["shop"] = fit
            if shop is not None or role is not None:
                _check_fit(Role(user.role), fit)
            if disabled is not None and disabled != user.disabled:
                user.disabled = facts["disabled"] = disabled
            if disabled:
                Sessions.close_all(writing, user.id)
            _keep_an_administrator(writing)
            if facts:
                self._audit.note(writing, by, "user.changed", f"user:{user.id}", **facts)
            return _user(user)

    def remove(self, by: Actor, user_id: str) -> None:
        """Remove a user with all sessions and tokens; the audit keeps the id.

        Raises:
            AccessError, NotFoundError: as above.
            ConflictError: no administrator would be left.
        """
        demand(by, Right.MANAGE_USERS)
        with self._records.write() as writing:
            user = find_user(writing, user_id)
            _within(by, Role(user.role))
            writing.delete(user)
            _keep_an_administrator(writing)
            self._audit.note(writing, by, "user.removed", f"user:{user_id}")

    def new_link(self, by: Actor, user_id: str) -> str:
        """Make a one-time link by which a user sets a (new) password; earlier ones no longer work.

        Raises:
            AccessError, NotFoundError: as above.
        """
        demand(by, Right.MANAGE_USERS)
        with self._records.write() as writing:
            user = find_user(writing, user_id)
            _within(by, Role(user.role))
            touch(writing, user, by)
            self._audit.note(writing, by, "user.link", f"user:{user_id}")
            return self.link(writing, user)

    def set_password(self, by: Actor, present: str, new: str, *, cookie: str = "") -> None:
        """Change one's own password; other sessions of the user end, but for the one of this cookie.

        Raises:
            SignInError: the present one is wrong.
            InputError: the new one is too easily guessed.
            NotFoundError: `by` is no user.
        """
        with self._records.read() as reading:
            user = find_user(reading, by.id)
        check_password(new, user.name)
        if not self._passwords.fits(user.password, present):
            problem = "the present password is wrong"
            raise SignInError(problem, "Type it again.")
        fresh = self._passwords.hash(new)
        with self._records.write() as writing:
            self.give_password(writing, find_user(writing, by.id), fresh, cookie)
            self._audit.note(writing, by, "password.changed", f"user:{by.id}")

    def add(self, writing: Writing, name: str, role: Role, password: str | None, shop: str = "") -> rows.User:
        """Put down a user; `password` is a hash."""
        shown, key = _free_name(writing, name)
        user = rows.User(
            id=secrets.token_hex(16),
            name=shown,
            key=key,
            role=role.value,
            password=password,
            factor_step=0,
            disabled=False,
            hands=[],
            shop=shop,
            created=self._clock.now(),
        )
        writing.add(user)
        writing.flush()
        return user

    def link(self, writing: Writing, user: rows.User, purpose: str = "password") -> str:
        """Put down a one-time link for a user in place of earlier ones."""
        now, text = self._clock.now(), secrets.token_urlsafe(32)
        writing.execute(delete(rows.Link).where(rows.Link.user == user.id))
        expires = now + LINK_LASTS
        writing.add(rows.Link(hash=hashed(text), purpose=purpose, user=user.id, created=now, expires=expires))
        return text

    @staticmethod
    def give_password(writing: Writing, user: rows.User, fresh: str, cookie: str = "") -> None:
        """Set a hash; links, sessions (but one) and failed tries of the user are gone."""
        user.password = fresh
        Sessions.close_all(writing, user.id, cookie)
        writing.execute(delete(rows.Link).where(rows.Link.user == user.id))
        writing.execute(delete(rows.Tries).where(rows.Tries.key == hashed(user.key)))


def find_user(session: Writing, user_id: str) -> rows.User:
    """The row of a user.

    Raises:
        NotFoundError: there is none.
    """
    user = session.get(rows.User, user_id)
    if user is None:
        problem = "there is no such user"
        raise NotFoundError(problem, "Look at the list of users again: somebody may have removed it.")
    return user


def name_key(name: str) -> str:
    """The form in which names are compared."""
    return (
        unicodedata.normalize("NFKC", name.strip()).casefold()[: 4 * _LONGEST_NAME].encode("utf-8", "replace").decode()
    )


def has_administrator(session: Writing) -> bool:
    """Whether somebody can sign in who may do everything."""
    asked = select(func.count()).where(
        rows.User.role == Role.ADMINISTRATOR.value, rows.User.disabled.is_(False), rows.User.password.is_not(None)
    )
    return bool(session.scalar(asked))


def _keep_an_administrator(writing: Writing) -> None:
    writing.flush()
    if not has_administrator(writing):
        problem = "the last administrator cannot go"
        raise ConflictError(problem, "Make somebody else an administrator first.")


def _within(by: Actor, role: Role) -> None:
    if not all(by.may(right) for right in RIGHTS[role]):
        problem = f"the role {role.value!r} may do more than you may"
        raise AccessError(problem, "Ask an administrator.")


def _check_fit(role: Role, shop: str) -> None:
    if (role is Role.TENANT) is not bool(shop):
        problem = "a tenant needs a shop" if role is Role.TENANT else f"the role {role.value!r} has no shop of its own"
        raise InputError(problem, "Choose the role `tenant` with a shop, or another role without one.")


def _free_name(writing: Writing, name: str, of: str = "") -> tuple[str, str]:
    """The name as shown and as compared."""
    shown = unicodedata.normalize("NFC", name.strip())
    key = name_key(shown)
    if not key or len(shown) > _LONGEST_NAME or not shown.isprintable():
        problem = f"a name has between 1 and {_LONGEST_NAME} printable signs"
        raise InputError(problem, "Choose another name.")
    taken = writing.scalar(select(rows.User.id).where(rows.User.key == key))
    if taken not in {None, of}:
        problem = "somebody has this name"
        raise ConflictError(problem, "Choose another name.")
    return shown, key


def _user(row: rows.User) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        invited=row.password is None,
        disabled=row.disabled,
        second_factor=row.factor is not None,
        created=row.created,
        seen=row.seen,
        shop=row.shop,
    )
