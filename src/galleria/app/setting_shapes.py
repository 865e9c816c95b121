"""What each group of settings may hold, checked before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field

from galleria.notify.settings import MailSettings, MqttSettings, Secret, Section, WebhookSettings
from galleria.storage.retention import Retention

from .logs import LogSettings
from .members_text import MembersSettings
from .outlook_campaigns import CampaignsSettings

Days = Annotated[int, Field(ge=0, le=36500)]
_USUAL = Retention()


class RetentionSettings(Section):
    """How many days things are kept; 0 keeps the day that goes on only."""

    events: Days = _USUAL.events
    conditions: Days = _USUAL.conditions
    measures: Days = _USUAL.measures
    logs: Days = _USUAL.logs

    def retention(self) -> Retention:
        return Retention(self.events, self.conditions, self.measures, self.logs)


_Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class PrivacySettings(Section):
    """Who answers for what the site looks at: on signs, the public page and the record of processing.

    Attributes:
        controller: name and address of the controller.
        contact: where people ask and object, e.g. an e-mail address.
        address: of the public page, as visitors reach it; empty: as whoever prints a sign reaches the console.
    """

    controller: _Line = ""
    contact: _Line = ""
    address: Annotated[str, Field(max_length=300, pattern=r"^(https?://[^\s\x00-\x1f\x7f<>\"']+)?$")] = ""


class SalesSettings(Section):
    """How programs that cannot send a token send receipts.

    Attributes:
        secret: they sign what they send with it, as our webhooks are signed; empty: nothing is taken so.
    """

    secret: Secret = ""


SHAPES: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "campaigns": CampaignsSettings.from_settings,
    "logs": LogSettings.from_settings,
    "mail": MailSettings.from_settings,
    "members": MembersSettings.from_settings,
    "mqtt": MqttSettings.from_settings,
    "privacy": PrivacySettings.from_settings,
    "retention": RetentionSettings.from_settings,
    "sales": SalesSettings.from_settings,
    "webhooks": WebhookSettings.from_settings,
}
