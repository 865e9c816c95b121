"""Accounts of which nobody knows who made or reset them count as of one hand, and so do their signatures.

Makers are noted since revision 0004. An account is known to be its owner's alone if nobody's hands are on it and its
owner has followed a one-time link made on the machine since: `user.invited` in the audit is as old as that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNKNOWN = "unknown"  # as `app.hands` had it when this was written: stands among ids of users, and is none
_USERS = sa.table("user", sa.column("id", sa.String), sa.column("hands", sa.JSON))
_SIGNATURES = sa.table(
    "purpose_signature",
    sa.column("digest", sa.String),
    sa.column("user", sa.String),
    sa.column("time", sa.Double),
    sa.column("hands", sa.JSON),
)
_AUDIT = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("time", sa.Double),
    sa.column("actor", sa.String),
    sa.column("action", sa.String),
    sa.column("subject", sa.String),
)


def upgrade() -> None:
    """Put the unknown hand on them. Of signatures of it that stand below one declaration the first one stays."""
    known = _known_since()
    run = op.get_bind().execute
    for user, hands in run(sa.select(_USERS.c.id, _USERS.c.hands)).all():
        if hands or user not in known:
            marked = sa.update(_USERS).where(_USERS.c.id == user)
            run(marked.values(hands=sorted({*hands, UNKNOWN})))
    _mark_signatures(known)


def downgrade() -> None:
    """Nothing: earlier revisions take the unknown hand for somebody's."""


def _known_since() -> Mapping[str, float]:
    """When the owners of accounts last followed a link that was made on the machine, by account."""
    actions = ("user.invited", "password.set")
    told = sa.select(_AUDIT.c.time, _AUDIT.c.action, _AUDIT.c.subject).where(_AUDIT.c.action.in_(actions))
    invited: set[str] = set()
    since: dict[str, float] = {}
    for time, action, subject in op.get_bind().execute(told.order_by(_AUDIT.c.id)):
        user = subject.removeprefix("user:")
        if action == "user.invited":
            invited.add(user)
        elif user in invited:
            invited.discard(user)
            since[user] = time
    return since


def _mark_signatures(known: Mapping[str, float]) -> None:
    run = op.get_bind().execute
    standing: set[str] = set()
    rows: list[Any] = list(run(sa.select(_SIGNATURES).order_by(_SIGNATURES.c.time, _SIGNATURES.c.user)))
    for digest, user, time, hands in rows:
        if not hands and known.get(user, float("inf")) <= time:
            continue
        mine = (_SIGNATURES.c.digest == digest) & (_SIGNATURES.c.user == user)
        if digest in standing:
            run(sa.delete(_SIGNATURES).where(mine))
        else:
            standing.add(digest)
            run(sa.update(_SIGNATURES).where(mine).values(hands=sorted({*hands, UNKNOWN})))
