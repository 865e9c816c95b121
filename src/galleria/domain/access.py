"""Who may do what: roles of people, scopes of tokens, and the rights both stand for. Deny by default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """Something that may be allowed. Every route of the API and the console declares one, or that it is open."""

    SEE_MEASURES = "see-measures"  # of everything
    EXPORT = "export"
    SEE_UNIT = "see-unit"  # measures of one's own unit; routes that need it answer within `app.reach`
    EXPORT_UNIT = "export-unit"
    SEE_LIVE = "see-live"
    SEE_HEALTH = "see-health"
    SEE_SITE = "see-site"
    CHANGE_SITE = "change-site"  # cameras, lines, zones, hours; snapshots, with heads blurred, belong to it
    CHANGE_SETTINGS = "change-settings"  # retention, integrations
    MANAGE_USERS = "manage-users"  # users and tokens
    SEE_AUDIT = "see-audit"
    SEE_PURPOSES = "see-purposes"  # what faces are looked at for, on what ground, who signed
    DECLARE = "declare"  # purposes, and the profile
    SIGN = "sign"  # a declaration; only people do
    STOP_PURPOSE = "stop-purpose"  # and start it again
    KIOSK = "kiosk"  # members join there, visitors have what is kept of them erased
    SEE_MEMBERS = "see-members"  # how many there are; no names, no visits
    SEND_SALES = "send-sales"  # receipts of tills


class Role(StrEnum):
    """What somebody is, at this site."""

    OPERATOR = "operator"
    ANALYST = "analyst"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    GUARD = "guard"
    DPO = "data-protection-officer"
    ADMINISTRATOR = "administrator"
    TENANT = "tenant"  # of one shop of the site


_MEASURES = frozenset({Right.SEE_MEASURES, Right.SEE_UNIT})
_FILES = frozenset({Right.EXPORT, Right.EXPORT_UNIT})
_SEE = _MEASURES | {Right.SEE_LIVE, Right.SEE_HEALTH, Right.SEE_SITE, Right.SEE_PURPOSES}
_ANSWERS = frozenset({Right.SIGN, Right.STOP_PURPOSE})  # who answers for a purpose

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: _SEE | _ANSWERS | _FILES | {Right.CHANGE_SITE, Right.KIOSK, Right.SEE_MEMBERS, Right.SEND_SALES},
    Role.ANALYST: _MEASURES | _FILES | {Right.SEE_SITE, Right.SEE_HEALTH, Right.SEE_PURPOSES},
    Role.REVIEWER: frozenset({Right.SEE_LIVE}),
    Role.APPROVER: _ANSWERS | {Right.SEE_SITE, Right.SEE_PURPOSES},
    Role.GUARD: frozenset({Right.SEE_LIVE}),
    Role.DPO: _SEE | _ANSWERS | {Right.SEE_AUDIT, Right.DECLARE, Right.SEE_MEMBERS},
    Role.ADMINISTRATOR: frozenset(Right),
    Role.TENANT: frozenset({Right.SEE_UNIT, Right.EXPORT_UNIT}),
}
# Who may do the wider may do the narrower: tokens have what they were made with, and not more.
_WIDER = {Right.SEE_UNIT: Right.SEE_MEASURES, Right.EXPORT_UNIT: Right.EXPORT}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person who signed in, or a token.

    Attributes:
        id: of the user or token.
        name: for the page, never for the audit; of a token: its label.
        rights: what is allowed.
        kind: `user` or `token`.
        shop: of a tenant: id of the shop that is theirs; empty: none.
    """

    id: str
    name: str
    rights: frozenset[Right]
    kind: str = "user"
    shop: str = ""

    def may(self, right: Right) -> bool:
        return right in self.rights or _WIDER.get(right) in self.rights
