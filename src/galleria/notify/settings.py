"""What a site says about its integrations, as kept in its records. Secrets are references there, never values.

Every class here is made by `from_settings`, from a JSON object; `{}` means "not used".
They are kept under the keys `mqtt`, `webhooks` and `mail`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from galleria.domain.errors import InputError

_REFERENCE = r"^(\$\{[A-Za-z_][A-Za-z0-9_]*\}|\$\{file:[^{}]+\})?$"
Secret = Annotated[str, Field(pattern=_REFERENCE, repr=False)]
Port = Annotated[int, Field(ge=1, le=65535)]
Kind = Literal["crossing", "stay", "condition", "queue-long", "capacity", "member"]
Segment = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Host = Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]+|[0-9A-Fa-f:]+)?$", max_length=253)]


class Section(BaseModel):
    """One key of the settings. Immutable; what is not known in it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def from_settings(cls, written: Mapping[str, object]) -> Self:
        """Read what the records hold.

        Raises:
            InputError: all that is wrong, one line; values are not repeated in it.
        """
        try:
            return cls.model_validate(dict(written))
        except ValidationError as error:
            problem = "; ".join(_told(found["loc"], found["type"], found["msg"]) for found in error.errors())
            raise InputError(problem, "Correct it in the settings.") from None


class MqttSettings(Section):
    """The broker that gets counts; an empty host: none.

    Attributes:
        tls: encrypted, the broker's certificate checked by the machine's trusted authorities or `authority`.
        authority: path of a PEM file with the authority that signed the broker's certificate.
        prefix: first level of our topics.
        discovery: first level of Home Assistant's discovery topics; empty: none are written.
    """

    host: Host = ""
    port: Port = 1883
    tls: bool = False
    authority: str = ""
    username: str = ""
    password: Secret = ""
    prefix: Segment = "galleria"
    discovery: Annotated[str, Field(pattern=r"^[A-Za-z0-9_/-]{0,64}$")] = "homeassistant"

    @property
    def on(self) -> bool:
        return bool(self.host)


def _http(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it must begin with http:// or https:// and name a host")  # noqa: EM101
    if parts.username or parts.password:
        raise ValueError("name and password do not belong into the address")  # noqa: EM101
    if parts.fragment:
        raise ValueError("leave out what follows #")  # noqa: EM101
    return address


class Webhook(Section):
    """One receiver of events.

    Attributes:
        address: http or https; `${NAME}` and `${file:...}` in it are filled in when it is called.
        secret: signs every message.
        kinds: of events that are sent; greetings of members only where `member` is named.
        private: it may be a machine of the local network (or this one).
    """

    id: Segment
    address: Annotated[str, Field(max_length=2000), AfterValidator(_http)]
    secret: Annotated[str, Field(pattern=_REFERENCE, min_length=1, repr=False)]
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] = ("crossing", "stay", "condition")
    private: bool = False
    enabled: bool = True


class WebhookSettings(Section):
    """All receivers of events."""

    hooks: Annotated[tuple[Webhook, ...], Field(max_length=20)] = ()

    @field_validator("hooks")
    @classmethod
    def _distinct(cls, hooks: tuple[Webhook, ...]) -> tuple[Webhook, ...]:
        if len({hook.id for hook in hooks}) < len(hooks):
            raise ValueError("two of them have the same id")  # noqa: EM101
        return hooks


def _mailbox(address: str) -> str:
    name, at, host = address.rpartition("@")
    if not (name and at and host) or any(c.isspace() or c in '<>,;:"\\' or not c.isprintable() for c in address):
        raise ValueError("that is no e-mail address")  # noqa: EM101
    return address


Mailbox = Annotated[str, Field(max_length=254), AfterValidator(_mailbox)]


class MailSettings(Section):
    """Where the daily and weekly reports go; without host or recipients: nowhere.

    Attributes:
        security: `starttls`, `tls` (encrypted from the start) or `none`; a password is never sent with `none`.
        authority: path of a PEM file with the authority that signed the server's certificate.
        at: local time at which the report of the last closed trading day is sent.
        weekly: whether the report of the last trading week is sent, too: on Mondays after opening.
    """

    host: Host = ""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    authority: str = ""
    username: str = ""
    password: Secret = ""
    sender: Mailbox = "galleria@localhost"
    recipients: Annotated[tuple[Mailbox, ...], Field(max_length=50)] = ()
    at: time = time(22, 30)
    weekly: bool = False

    @property
    def on(self) -> bool:
        return bool(self.host and self.recipients)

    @field_validator("username")
    @classmethod
    def _one_line(cls, username: str) -> str:
        if not username.isprintable():
            raise ValueError("it holds a character that is none of a name")  # noqa: EM101
        return username

    @model_validator(mode="after")
    def _sealed(self) -> Self:
        if self.security == "none" and self.password:
            raise ValueError("a password is sent only with starttls or tls")  # noqa: EM101
        return self


def _told(where: tuple[int | str, ...], kind: str, message: str) -> str:
    what = message.removeprefix("Value error, ")
    if kind == "string_pattern_mismatch" and where and where[-1] in ("password", "secret"):
        what = "write a reference, `${NAME}` or `${file:...}`, not the secret itself"
    place = f"{'.'.join(map(str, where))}: " if where else ""
    return f"{place}{what[:1].lower()}{what[1:]}"
