"""By whose hands an account came to be: one administrator with a second account is still one hand.

Whoever makes an account, sends it a one-time link, gives it a role or takes its second factor away could be using it.
Only a one-time link that was made on the machine washes that off, when it is followed.
"""

from __future__ import annotations

import shlex

from sqlalchemy import select

from galleria.domain.access import Actor, Role
from galleria.domain.errors import AccessError, ConflictError
from galleria.storage import records as rows
from galleria.storage.records import Writing

# Stands among ids of users for whoever made the accounts of before makers were noted.
UNKNOWN = "unknown"
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


def one_hand(reading: Writing, by: Actor, shared: set[str]) -> ConflictError:
    """Why somebody's signature is not taken beside another's, and how it comes to count.

    Args:
        reading: the records.
        by: whose signature it would be.
        shared: the hands that are on both accounts; not empty.
    """
    user = account(reading, by)
    if user is None or shared != {UNKNOWN}:
        problem = "your account and one that has signed it come from one hand"
        remedy = "Who made or reset an account has it in hand: ask somebody whose account they have not had."
        return ConflictError(problem, f"{remedy} {REMEDY}")
    problem = (
        "your account and one that has signed it were there before the program noted who makes accounts, and count"
        " as if they come from one hand"
    )
    role = "" if user.role == Role.DPO.value else f" --role {user.role}"
    command = f"galleria user invite SITE {shlex.quote(user.name)}{role}"
    remedy = (
        f"On the machine, `{command}` prints a one-time link for you (SITE is the site file): follow it, choose a new"
        " password, and sign again. The signature that is there stays."
    )
    return ConflictError(problem, remedy)


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
