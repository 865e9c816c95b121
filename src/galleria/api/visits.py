"""The shapes of answers about visits and routes. Part of the API's contract: v1 only grows."""

from __future__ import annotations

from datetime import date

from fastapi import Response
from pydantic import Field

from galleria.app.routing import RoutesAnswer, Step
from galleria.app.visits_labelled import LabelledVisits
from galleria.app.visits_query import VisitsAnswer

from .answers import Answer, told_plainly
from .studies import EntryAnswer
from .visitors import ShownAnswer

_BOUNDS = Field(description="Seconds, for two orders of leaving; the lesser first.")


class VisitStretch(Answer):
    """A stretch of time. What there is no number of is null, never zero."""

    label: str = Field(description="A date, an ISO week, a month or an hour of the day; empty: the whole period.")
    coverage: float = Field(description="Share of the lines' open hours wholly seen; others are in no number.")
    comings: int | None
    visits: float | None
    passers: float | None
    passers_off: float | None = Field(description="What passers may be off by, at 95 of 100.")
    visits_off: float | None = Field(
        description="What visits may be off by, at 95 of 100, besides what lines miss. Null: staff and who came in"
        " again are visits, as no count by hand tells them."
    )


class ByHandTold(Answer):
    """What was counted at the doors by hand, by which visits were told from comings."""

    counts: int
    first_day: date
    last_day: date
    comings: int = Field(description="That were looked at; `staff` and `again` are among them.")
    staff: int
    again: int
    share: float = Field(description="Of comings, those that begin a visit.")
    off: float = Field(description="What the share may be off by, at 95 of 100.")


class LastingTold(Answer):
    """How long visits are."""

    days: int = Field(description="How many days can tell.")
    mean: float | None = Field(description="Seconds.")
    mean_off: float | None = Field(description="Seconds that the mean may be off by, at 95 of 100.")
    median: tuple[float, float] | None = _BOUNDS
    p75: tuple[float, float] | None = _BOUNDS
    p95: tuple[float, float] | None = _BOUNDS


class PlaceTold(Answer):
    """The site, an entrance or a shop."""

    place: str
    name: str
    points: list[VisitStretch]
    hours: list[VisitStretch]
    whole: VisitStretch
    lasting: LastingTold
    bounce: float | None
    capture_rate: float | None
    density: float | None
    by_hand: ByHandTold | None


class ZoneTold(Answer):
    """What a zone draws."""

    zone: str
    name: str
    draw_rate: float | None
    tracks: int
    coverage: float


class MovesTold(Answer):
    """Visitors who were seen by one camera and next by another one; null is withheld."""

    cameras: list[str]
    counts: list[list[int | None]]


class LabelledTold(Answer):
    """Visits by label, where a purpose recognises visitors."""

    days: int
    a_day: ShownAnswer
    passers: ShownAnswer
    mean: ShownAnswer
    median: ShownAnswer
    coverage: float
    moves: MovesTold


class VisitsTold(Answer):
    """Visits over a period."""

    places: list[PlaceTold]
    zones: list[ZoneTold]
    note: str
    labelled: LabelledTold
    meanings: list[EntryAnswer]

    @staticmethod
    def told(answer: VisitsAnswer, labelled: LabelledVisits) -> Response:
        """Both ways of telling visits."""
        names = ("visits", "passers", "visit_dwell", "bounce", "capture_rate", "draw_rate", "density")
        return told_plainly(
            places=answer.places, zones=answer.zones, note=answer.note,
            labelled=LabelledTold.model_validate(labelled), meanings=EntryAnswer.told(*names),
        )  # fmt: skip


class StepTold(Answer):
    """From one place to the next."""

    from_: str = Field(serialization_alias="from")
    to: str
    count: float
    share: float
    counted: int = Field(description="Of them, those whom a single track was seen to go.")
    seconds: float | None

    @classmethod
    def told(cls, step: Step) -> StepTold:
        return cls(
            from_=step.a, to=step.b, count=step.count, share=step.share, counted=step.counted, seconds=step.seconds
        )  # fmt: skip


class FunnelTold(Answer):
    """Of those who come in by an entrance (empty: by any), the shares that go to a shop and to its till."""

    entrance: str
    shop: str
    came: float
    shop_share: float
    till: float | None


class RoutesTold(Answer):
    """Routes over a period."""

    part: str
    estimated: bool = Field(description="Between cameras nobody is followed.")
    names: dict[str, str]
    places: list[str]
    steps: list[StepTold]
    first: list[tuple[str, float]]
    last: list[tuple[str, float]]
    funnels: list[FunnelTold]
    both: dict[str, dict[str, float]] = Field(description="Share of a shop's visitors who also went to another one.")
    elsewhere: float | None
    coverage: float
    note: str
    meanings: list[EntryAnswer]

    @classmethod
    def told(cls, one: RoutesAnswer) -> RoutesTold:
        """As it is answered."""
        return cls(
            part=one.part, estimated=one.estimated, names=dict(one.names), places=list(one.places),
            steps=[StepTold.told(step) for step in one.steps], first=list(one.first), last=list(one.last),
            funnels=[FunnelTold.model_validate(step) for step in one.funnels],
            both={a: dict(row) for a, row in one.both.items()}, elsewhere=one.elsewhere, coverage=one.coverage,
            note=one.note, meanings=EntryAnswer.told("flows"),
        )  # fmt: skip
