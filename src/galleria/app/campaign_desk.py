"""Campaigns by hand: declared, taken back, and what they did as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from galleria.domain.access import Actor
from galleria.domain.errors import InputError
from galleria.storage.exports import csv_text
from galleria.storage.tables import Table

from .outlook import Outlook
from .outlook_campaigns import FIRST, LAST, MOST_CAMPAIGNS, MOST_DAYS, CampaignsSettings
from .settings import Settings

GROUP = "campaigns"
_LONGEST_NAME = 100
_TYPES = {
    "name": "text", "begin": "text", "last": "text", "days": "whole", "actual": "number", "expected": "number",
    "low": "number", "high": "number",
}  # fmt: skip


class Wrong(StrEnum):
    """What is wrong with a campaign that somebody declares."""

    NO_NAME = "no-name"
    LONG_NAME = "long-name"
    NO_DATE = "no-date"
    ENDS_FIRST = "ends-first"
    TOO_LONG = "too-long"
    TWICE = "twice"
    TOO_MANY = "too-many"


class CampaignRefusedError(InputError):
    """A campaign cannot be declared so.

    Attributes:
        wrong: by field, of `name`, `begin` and `last`.
    """

    def __init__(self, wrong: Mapping[str, Wrong]) -> None:
        super().__init__("the campaign cannot be declared so", "Correct its name or its days.")
        self.wrong = wrong


def declare(by: Actor, settings: Settings, wanted: Mapping[str, str]) -> None:
    """Add a campaign to those that are known.

    Args:
        by: who declares it.
        settings: where they are kept.
        wanted: `name`, and the dates `begin` and `last`, as typed.

    Raises:
        AccessError: `by` may not.
        CampaignRefusedError: something of it is wrong.
        ConflictError: somebody changed them in this very moment.
    """
    known = settings.get(GROUP)
    there = _listed(known.value)
    wrong = _wrong(wanted, there)
    if wrong:
        raise CampaignRefusedError(wrong)
    settings.put(by, GROUP, {GROUP: [*there, _plain(wanted)]}, known.version)


def take_back(by: Actor, settings: Settings, named: Mapping[str, str]) -> None:
    """Remove a campaign; one that is gone already is none.

    Raises:
        AccessError: `by` may not.
        ConflictError: as `declare` says.
    """
    known = settings.get(GROUP)
    left = [one for one in _listed(known.value) if one != _plain(named)]
    settings.put(by, GROUP, {GROUP: left}, known.version)


def campaigns_csv(outlook: Outlook, by: Actor, now: float) -> str:
    """One a row, newest first, with its effect; an empty value is absent. Told to the audit. Raises as `effects`."""
    found = outlook.effects(now)
    outlook.audit.write(by, "export.campaigns", GROUP)
    rows = [
        (c.name, str(c.begin), str(c.last), one.days, one.actual, one.expected, one.low, one.high)
        for one in found
        for c in [one.campaign]
    ]
    return csv_text(Table(GROUP, _TYPES, rows))


def _wrong(wanted: Mapping[str, str], there: Sequence[Mapping[str, str]]) -> dict[str, Wrong]:
    wrong: dict[str, Wrong] = {}
    name = wanted["name"]
    if not name or not name.isprintable():
        wrong["name"] = Wrong.NO_NAME
    elif len(name) > _LONGEST_NAME:
        wrong["name"] = Wrong.LONG_NAME
    elif _plain(wanted) in there:
        wrong["name"] = Wrong.TWICE
    elif len(there) >= MOST_CAMPAIGNS:
        wrong["name"] = Wrong.TOO_MANY
    begin, last = _date(wanted["begin"]), _date(wanted["last"])
    wrong |= {key: Wrong.NO_DATE for key, day in (("begin", begin), ("last", last)) if day is None}
    if begin and last and last < begin:
        wrong["last"] = Wrong.ENDS_FIRST
    elif begin and last and (last - begin).days >= MOST_DAYS:
        wrong["last"] = Wrong.TOO_LONG
    return wrong


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The library reads more ways of writing a date than settings take.
    return day if text == str(day) and FIRST <= day <= LAST else None


def _listed(value: Mapping[str, Any]) -> list[dict[str, str]]:
    """Those of the settings group, plain as they are kept."""
    return [one.model_dump(mode="json") for one in CampaignsSettings.from_settings(value).campaigns]


def _plain(wanted: Mapping[str, str]) -> dict[str, str]:
    return {key: wanted[key] for key in ("name", "begin", "last")}
