"""The one form of an audit row that is hashed: `Audit.note` writes it, the migration fills it in, a check compares."""

from __future__ import annotations

from collections.abc import Mapping

from galleria.policy.audit import Entry, encode
from galleria.policy.tree import leaf_hash


def encoded(
    time: float, actor: tuple[str, str], action: str, subject: str, facts: Mapping[str, str | float | bool]
) -> bytes:
    """The bytes of a row.

    Args:
        time: seconds since 1970-01-01 UTC.
        actor: kind and id. No kind has a colon in it, so the two stay apart.
        action: what.
        subject: to what.
        facts: what else.

    Raises:
        PolicyError: a fact has no form, e.g. a number that is not finite.
    """
    return encode(Entry(time, ":".join(actor), action, subject, facts))


def leaf_of(
    time: float, actor: tuple[str, str], action: str, subject: str, facts: Mapping[str, str | float | bool]
) -> bytes:
    """The leaf hash of a row; as above."""
    return leaf_hash(encoded(time, actor, action, subject, facts))
