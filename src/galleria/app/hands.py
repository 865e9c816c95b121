"""By whose hands an account came to be: one administrator with a second account is still one hand.

Whoever makes an account, sends it a one-time link, gives it a role or takes its second factor away could be using it.
Only a one-time link that was made on the machine washes that off, when it is followed.
"""

from __future__ import annotations

from sqlalchemy import select

from galleria.domain.access import Actor, Role
from galleria.domain.errors import AccessError
from galleria.storage import records as rows
from galleria.storage.records import Writing

# What to do about it, for messages.
REMEDY = "On the machine, `galleria user invite SITE NAME` prints a one-time link for the data protection officer."


def account(reading: Writing, by: Actor) -> rows.User | None:
    """The account that somebody acts with, of a token its user's; None: the program itself, or one that is gone."""
    if by.kind == "token":
        of_token = select(rows.User).join(rows.Token, rows.Token.user == rows.User.id).where(rows.Token.id == by.id)
        return reading.scalar(of_token)
    return reading.get(rows.User, by.id) if by.kind == "user" else None


def chain(reading: Writing, by: Actor) -> set[str]:
    """Ids of the account that somebody acts with and of all whose hands were on it; empty: the program itself.

    Raises:
        AccessError: the account is gone meanwhile: whose it was cannot be told any more.
    """
    user = account(reading, by)
    if user is None and by.kind in ("user", "token"):
        problem = f"the account of {by.name!r} is gone"
        raise AccessError(problem, "Sign in again, with one that is there.")
    return {user.id, *user.hands} if user else set()


def touch(writing: Writing, user: rows.User, by: Actor) -> None:
    """Note that somebody made an account, or reset it: those who could be using them could be using it too."""
    user.hands = sorted((chain(writing, by) | set(user.hands or ())) - {user.id})


def is_officer(reading: Writing, by: Actor) -> bool:
    """Whether somebody acts as a data protection officer."""
    user = account(reading, by)
    return user is not None and user.role == Role.DPO.value


def is_own_officer(reading: Writing, by: Actor) -> bool:
    """Whether it is one whose account nobody at the console made or reset."""
    user = account(reading, by)
    return user is not None and user.role == Role.DPO.value and not user.hands
