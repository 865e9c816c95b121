"""What each group of settings may hold, checked before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field

from galleria.notify.settings import MailSettings, MqttSettings, Section, WebhookSettings
from galleria.storage.retention import Retention

from .logs import LogSettings

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


SHAPES: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "logs": LogSettings.from_settings,
    "mail": MailSettings.from_settings,
    "mqtt": MqttSettings.from_settings,
    "retention": RetentionSettings.from_settings,
    "webhooks": WebhookSettings.from_settings,
}
