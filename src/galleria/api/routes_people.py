"""Routes for users, tokens, settings and the audit. What may be done is decided in `app`, for the console as well."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field

from galleria.app.access import User
from galleria.app.reach import check_shop
from galleria.app.tokens import Token
from galleria.domain.access import Right, Role

from .answers import Answer, SettingAnswer, Wanted
from .asking import Live, router
from .guard import SIGNED_IN, Who, needs

routes = router("people")
Key = Annotated[str, Path(max_length=64)]
_Name = Annotated[str, Field(min_length=1, max_length=120)]
_Shop = Annotated[str, Field(max_length=64)]


class Me(Answer):
    """Who asks."""

    id: str
    name: str
    kind: str
    rights: list[Right]
    shop: str = Field(description="Of a tenant: id of its shop; else empty.")


class UserAnswer(Answer):
    """Somebody who may sign in."""

    id: str
    name: str
    role: Role
    invited: bool = Field(description="Has not set a password yet.")
    disabled: bool
    second_factor: bool
    created: float
    seen: float | None
    shop: str = Field(description="Of a tenant: id of its shop; else empty.")


class NewUser(Wanted):
    """A user to be."""

    name: _Name
    role: Role
    shop: _Shop = Field("", description="Of a tenant, and of nobody else: id of its shop.")


class UserChange(Wanted):
    """What is to change; what is left out stays."""

    name: _Name | None = None
    role: Role | None = None
    shop: _Shop | None = None
    disabled: bool | None = None


class Invited(Answer):
    """A user, and the text of a one-time link: it goes behind `/welcome/` of the console. Shown once."""

    user: UserAnswer
    link: str


class LinkAnswer(Answer):
    """The text of a one-time link. Shown once."""

    link: str


class TokenAnswer(Answer):
    """What is known of a token."""

    id: str
    label: str
    scopes: list[Right]
    user: str = Field(description="Whom it acts for.")
    created: float
    used: float | None
    expires: float | None

    @classmethod
    def of(cls, token: Token) -> TokenAnswer:
        return cls.model_validate({**{n: getattr(token, n) for n in cls.model_fields}, "scopes": sorted(token.scopes)})


class NewToken(Wanted):
    """A token to be."""

    label: _Name
    scopes: Annotated[list[Right], Field(min_length=1, max_length=len(Right))]
    expires: Annotated[float | None, Field(gt=0, lt=1e11)] = None


class MadeToken(Answer):
    """A token. Its text is shown once."""

    token: TokenAnswer
    text: str


class SettingChange(Wanted):
    """A whole group of settings, and the version that it was changed from."""

    value: dict[str, Any]
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


class EntryAnswer(Answer):
    """One thing that was done."""

    id: int
    time: float
    actor: str
    actor_kind: str
    actor_name: str
    action: str
    subject: str
    subject_name: str = Field(description="Of a user or token: its name now; empty for all else.")
    facts: dict[str, Any]


@routes.get("/me", summary="Who asks, and what they may do")
@needs(SIGNED_IN)
def me(who: Who) -> Me:
    """The user or token behind this request."""
    return Me(id=who.id, name=who.name, kind=who.kind, rights=sorted(who.rights), shop=who.shop)


@routes.get("/users", summary="All users")
@needs(Right.MANAGE_USERS)
def users(live: Live, who: Who) -> list[UserAnswer]:
    """By name."""
    return [_user(user) for user in live.access.users.list(who)]


@routes.post("/users", status_code=201, summary="Add a user")
@needs(Right.MANAGE_USERS)
def add_user(live: Live, who: Who, wanted: NewUser) -> Invited:
    """The user sets a password by the one-time link."""
    check_shop(live.site, wanted.role, wanted.shop)
    user, link = live.access.users.create(who, wanted.name, wanted.role, wanted.shop)
    return Invited(user=_user(user), link=link)


@routes.get("/users/{user}", summary="One user")
@needs(Right.MANAGE_USERS)
def one_user(live: Live, who: Who, user: Key) -> UserAnswer:
    """Without secrets."""
    return _user(live.access.users.get(who, user))


@routes.patch("/users/{user}", summary="Change a user")
@needs(Right.MANAGE_USERS)
def change_user(live: Live, who: Who, user: Key, wanted: UserChange) -> UserAnswer:
    """A user who is disabled is signed out at once. The last administrator stays."""
    if wanted.shop:
        check_shop(live.site, Role.TENANT, wanted.shop)
    changed = live.access.users.change(
        who, user, name=wanted.name, role=wanted.role, shop=wanted.shop, disabled=wanted.disabled
    )
    return _user(changed)


@routes.delete("/users/{user}", status_code=204, summary="Remove a user")
@needs(Right.MANAGE_USERS)
def remove_user(live: Live, who: Who, user: Key) -> None:
    """With all sessions and tokens. The last administrator stays."""
    live.access.users.remove(who, user)


@routes.post("/users/{user}/link", status_code=201, summary="Make a link by which a user sets a new password")
@needs(Right.MANAGE_USERS)
def user_link(live: Live, who: Who, user: Key) -> LinkAnswer:
    """Earlier ones no longer work."""
    return LinkAnswer(link=live.access.users.new_link(who, user))


@routes.delete("/users/{user}/second-factor", status_code=204, summary="Take away a lost second factor")
@needs(Right.MANAGE_USERS)
def remove_factor(live: Live, who: Who, user: Key) -> None:
    """For a user who has lost the phone and the recovery codes."""
    live.access.factor.disable(who, user)


@routes.get("/tokens", summary="All tokens")
@needs(Right.MANAGE_USERS)
def tokens(live: Live, who: Who) -> list[TokenAnswer]:
    """What is known of them; not their texts."""
    return [TokenAnswer.of(token) for token in live.access.tokens.list(who)]


@routes.post("/tokens", status_code=201, summary="Make a token")
@needs(Right.MANAGE_USERS)
def add_token(live: Live, who: Who, wanted: NewToken) -> MadeToken:
    """It acts for the user who makes it, within its scopes. Tokens cannot make tokens."""
    made = live.access.tokens.create(who, wanted.label, wanted.scopes, wanted.expires)
    return MadeToken(token=TokenAnswer.of(made.token), text=made.text)


@routes.delete("/tokens/{token}", status_code=204, summary="Revoke a token")
@needs(Right.MANAGE_USERS)
def revoke_token(live: Live, who: Who, token: Key) -> None:
    """At once."""
    live.access.tokens.revoke(who, token)


@routes.get("/settings", summary="All settings")
@needs(Right.CHANGE_SETTINGS)
def settings(live: Live) -> list[SettingAnswer]:
    """By key; secrets in them are references."""
    return [SettingAnswer.model_validate(setting) for setting in live.settings.all()]


@routes.get("/settings/{key}", summary="One group of settings")
@needs(Right.CHANGE_SETTINGS)
def one_setting(live: Live, key: Key) -> SettingAnswer:
    """Empty, with version 0, until it was set."""
    return SettingAnswer.model_validate(live.settings.get(key))


@routes.put("/settings/{key}", summary="Change a group of settings")
@needs(Right.CHANGE_SETTINGS)
def put_setting(live: Live, who: Who, key: Key, wanted: SettingChange) -> SettingAnswer:
    """As a whole; 409 if somebody else changed it since `version`."""
    changed = live.settings.put(who, key, wanted.value, wanted.version)
    live.reload_settings()
    return SettingAnswer.model_validate(changed)


@routes.get("/audit", summary="Who did what")
@needs(Right.SEE_AUDIT)
def audit(
    live: Live,
    who: Who,
    before: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Older than this entry: the next page.")
    ] = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[EntryAnswer]:
    """The newest first."""
    return [EntryAnswer.model_validate(entry) for entry in live.access.audit.list(who, before=before, most=most)]


def _user(user: User) -> UserAnswer:
    return UserAnswer.model_validate(user)
