"""The shapes of answers about visitors. Part of the API's contract: v1 only grows."""

from __future__ import annotations

from pydantic import Field

from galleria.app.visiting_errors import said
from galleria.app.visiting_query import Absent, Measured, VisitMeasure

from .answers import Answer


class ShownAnswer(Answer):
    """A figure, or why there is none. It is never zero for a gap, and a small count is withheld."""

    value: float | None
    why: Absent | None = Field(description="Why `value` is null.")


class BinAnswer(Answer):
    """One bar of a histogram."""

    label: str
    count: ShownAnswer


class ErrorAnswer(Answer):
    """An error that was measured on a labelled set."""

    kind: str
    value: float
    low: float = Field(description="End of the 95 % interval; `high` is the other.")
    high: float
    subjects: int
    text: str

    @classmethod
    def of(cls, one: Measured) -> ErrorAnswer:
        return cls(
            kind=one.kind, value=one.value, low=one.low, high=one.high, subjects=one.subjects, text=said(one)
        )  # fmt: skip


class VisitorsPointAnswer(Answer):
    """A day, or the mean of the days of a week or month."""

    begin: float
    end: float
    label: str
    coverage: float
    days: int = Field(description="How many days `unique` is the mean of.")
    of: int = Field(description="How many days there are, as far as they have begun.")
    unique: ShownAnswer
    recognised: ShownAnswer
    returning: ShownAnswer
    new: ShownAnswer
    back: ShownAnswer
    returning_days: int


class FirstSeenAnswer(Answer):
    """Visitors first seen in a quarter hour."""

    begin: float
    label: str
    new: ShownAnswer
    back: ShownAnswer


class VisitorsFigures(Answer):
    """Unique and returning visitors."""

    points: list[VisitorsPointAnswer]
    whole: VisitorsPointAnswer = Field(description="Of the period: means of days, never their sums.")
    visits: list[BinAnswer]
    since: list[BinAnswer] = Field(description="Days since the last visit.")
    median: ShownAnswer = Field(description="Of days since the last visit.")
    histogram_days: int
    first_seen: list[FirstSeenAnswer] = Field(description="Of a period of one day.")
    k: int = Field(description="Counts under it are withheld.")
    errors: list[ErrorAnswer]
    notes: list[str]
    meanings: dict[VisitMeasure, str]


class WhereAnswer(Answer):
    """A zone, or all of a camera's picture where `place` is empty."""

    camera: str
    place: str
    name: str


class BandsAnswer(Answer):
    """Age bands (rows) and gender presentation (columns) at one place; `unsure` is in none of them."""

    where: WhereAnswer
    days: int
    of: int
    bands: list[str]
    genders: list[str]
    cells: list[list[ShownAnswer]]
    rows: list[ShownAnswer]
    columns: list[ShownAnswer]
    total: ShownAnswer
    unsure: ShownAnswer
    unsure_days: int


class MoodAnswer(Answer):
    """Moods over the period, or at an hour of the day (`label`)."""

    where: WhereAnswer
    label: str
    faces: ShownAnswer
    smiling: ShownAnswer
    frustrated: ShownAnswer


class AudienceAnswer(Answer):
    """A screen's audience over the period, or in a quarter hour of the day (`label`)."""

    where: WhereAnswer
    label: str
    opportunities: ShownAnswer
    watchers: ShownAnswer
    share: ShownAnswer
    attention: ShownAnswer = Field(description="Seconds.")


class Tallied(Answer):
    """What all of them have."""

    why: Absent | None = Field(description="Why nothing can be told at all.")
    coverage: float
    k: int
    notes: list[str]
    meanings: dict[VisitMeasure, str]


class DemographicsAnswer(Tallied):
    """Age bands and gender presentation."""

    tables: list[BandsAnswer]
    errors: list[ErrorAnswer]


class ExperienceAnswer(Tallied):
    """Moods."""

    moods: list[MoodAnswer]
    errors: list[ErrorAnswer]


class AudiencesAnswer(Tallied):
    """Audiences of screens."""

    audiences: list[AudienceAnswer]
