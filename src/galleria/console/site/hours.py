"""Opening hours: a form's fields into a site's record and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from galleria.domain.errors import InputError
from galleria.domain.site import Hours

from .frame import Fields
from .locale import marked as _

DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
_USUAL = Hours(time(9), time(20))


@dataclass(frozen=True, slots=True)
class DayField:
    """One weekday of the form."""

    number: int
    name: str
    open: bool
    opening: str
    closing: str


def day_fields(hours: Mapping[int, Hours]) -> list[DayField]:
    """What the form begins with; a closed day offers usual hours."""
    made = []
    for number, name in enumerate(DAYS):
        span = hours.get(number, _USUAL)
        made.append(DayField(number, name, number in hours, f"{span.opening:%H:%M}", f"{span.closing:%H:%M}"))
    return made


def read_hours(fields: Fields) -> dict[int, Hours]:
    """The hours of a form; empty means always open.

    Raises:
        InputError: a time is none, or no day is open.
    """
    if "always" in fields:
        return {}
    hours = {}
    for number, name in enumerate(DAYS):
        if f"open-{number}" in fields:
            hours[number] = Hours(_time(fields[f"from-{number}"], name), _time(fields[f"to-{number}"], name))
    if not hours:
        problem = "no day is open"
        raise InputError(problem, "Tick the days that the site opens on, or `always open`.")
    return hours


def sent_fields(fields: Fields) -> list[DayField]:
    """The form again as it was sent, when it could not be used."""
    return [
        DayField(n, name, f"open-{n}" in fields, fields[f"from-{n}"], fields[f"to-{n}"]) for n, name in enumerate(DAYS)
    ]


def _time(text: str, day: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        problem = f"{text[:20]!r} is no time of day ({day})"
        raise InputError(problem, "Write it as 09:00.") from error
