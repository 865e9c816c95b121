"""The shapes of answers about what to expect. Part of the API's contract: v1 only grows."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from .answers import Answer


class AheadAnswer(Answer):
    """A day to come."""

    day: date
    value: float
    low: float = Field(description="80 of 100 such days lie between `low` and `high`.")
    high: float
    holiday: str


class ForecastAnswer(Answer):
    """What is expected of a subject."""

    subject: str
    day: date = Field(description="The first that is told; all days before it were looked at.")
    days: list[AheadAnswer]
    known: int = Field(description="Days that it is told from.")
    coverage: float = Field(description="Share of the days looked at that were seen.")
    notes: list[str]


class NoteAnswer(Answer):
    """A day that was not as usual, or was not seen."""

    day: date
    text: str


class NotesAnswer(Answer):
    """Days that were not as usual, newest first."""

    notes: list[NoteAnswer]
    faults: list[str] = Field(description="Rows of the weather file that cannot be used.")


class CampaignAnswer(Answer):
    """Something that was done to draw visitors, on the days from `begin` up to `last`."""

    name: str
    begin: date
    last: date


class EffectAnswer(Answer):
    """Comings in of a campaign's days, beside what was expected of them before it began."""

    campaign: CampaignAnswer
    days: int
    actual: float | None
    expected: float | None
    low: float | None = Field(description="0.03: three percent more than expected, at the least.")
    high: float | None
    text: str


class BesideAnswer(Answer):
    """A place's comings in over a period, beside those of another."""

    key: str
    kind: str
    name: str
    value: float | None
    alike: float | None = Field(description="Of this period, what is compared with `before`.")
    before: float | None
    change: float | None
    coverage: float
