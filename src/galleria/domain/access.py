"""Who may do what: roles of people, scopes of tokens, and the rights both stand for. Deny by default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """Something that may be allowed. Every route of the API and the console declares one, or that it is open."""

    SEE_MEASURES = "see-measures"
    EXPORT = "export"
    SEE_LIVE = "see-live"
    SEE_HEALTH = "see-health"
    SEE_SITE = "see-site"
    CHANGE_SITE = "change-site"  # cameras, lines, zones, hours; snapshots, with heads blurred, belong to it
    CHANGE_SETTINGS = "change-settings"  # retention, integrations
    MANAGE_USERS = "manage-users"  # users and tokens
    SEE_AUDIT = "see-audit"


class Role(StrEnum):
    """What somebody is, at this site."""

    OPERATOR = "operator"
    ANALYST = "analyst"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    GUARD = "guard"
    DPO = "data-protection-officer"
    ADMINISTRATOR = "administrator"


_SEE = frozenset({Right.SEE_MEASURES, Right.SEE_LIVE, Right.SEE_HEALTH, Right.SEE_SITE})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: _SEE | {Right.CHANGE_SITE, Right.EXPORT},
    Role.ANALYST: frozenset({Right.SEE_MEASURES, Right.SEE_SITE, Right.SEE_HEALTH, Right.EXPORT}),
    Role.REVIEWER: frozenset({Right.SEE_LIVE}),
    Role.APPROVER: frozenset({Right.SEE_SITE}),
    Role.GUARD: frozenset({Right.SEE_LIVE}),
    Role.DPO: _SEE | {Right.SEE_AUDIT},
    Role.ADMINISTRATOR: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person who signed in, or a token.

    Attributes:
        id: of the user or token.
        name: for the audit and the page; of a token: its label.
        rights: what is allowed.
        kind: `user` or `token`.
    """

    id: str
    name: str
    rights: frozenset[Right]
    kind: str = "user"

    def may(self, right: Right) -> bool:
        return right in self.rights
