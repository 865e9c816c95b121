"""The shapes of answers about measures. Part of the API's contract: v1 only grows."""

from __future__ import annotations

from pydantic import Field

from galleria.domain.health import CameraState

from .answers import Answer, OccupancyAnswer


class SubjectAnswer(Answer):
    """Something that has measures."""

    key: str = Field(description="As the parameter `subject` wants it.")
    kind: str
    name: str
    measures: list[str]


class PointAnswer(Answer):
    """One bucket. A gap is null, never zero."""

    begin: float
    end: float
    label: str
    value: float | None
    coverage: float = Field(description="Share of the open time in which the cameras behind it were seeing.")
    before: float | None
    before_coverage: float | None


class SeriesAnswer(Answer):
    """One measure of one subject."""

    measure: str
    subject: str
    unit: str
    points: list[PointAnswer]
    total: float | None
    coverage: float
    alike: float | None = Field(description="Of this period, what is compared with `total_before`.")
    total_before: float | None
    change: float | None = Field(description="Like for like: 0.1 is ten percent more than before.")
    notes: list[str]


class MeasuresAnswer(Answer):
    """What was asked."""

    series: list[SeriesAnswer]


class TodayAnswer(Answer):
    """A number of today so far, against the usual day up to the same time."""

    value: float | None
    usual: float | None
    change: float | None
    coverage: float


class CurveAnswer(Answer):
    """A quarter hour of today."""

    begin: float
    end: float
    label: str
    value: float | None
    coverage: float
    usual: float | None


class EntranceToday(Answer):
    """One entrance today."""

    id: str
    name: str
    came: TodayAnswer
    went: TodayAnswer


class CameraToday(Answer):
    """One camera: its state now and its coverage of today."""

    id: str
    name: str
    state: CameraState
    since: float | None
    reason: str
    coverage: float


class OverviewAnswer(Answer):
    """The trading day at a glance."""

    time: float
    day: str
    opens: float | None
    closes: float | None
    footfall: TodayAnswer
    occupancy: OccupancyAnswer
    dwell: TodayAnswer
    curve: list[CurveAnswer]
    entrances: list[EntranceToday]
    cameras: list[CameraToday]
    usual_days: int
    notes: list[str]


class EntranceDrift(Answer):
    """An entrance's part in what a day was off by."""

    entrance: str
    came: int
    went: int
    share: float


class DriftAnswer(Answer):
    """Comings less goings of a trading day whose site has closed: more than zero, goings were missed; less, comings."""

    day: str
    remainder: int
    error: float
    entrances: list[EntranceDrift]


class CoverageAnswer(Answer):
    """How much of a bucket a camera saw."""

    begin: float
    end: float
    label: str
    coverage: float


class CameraCoverage(Answer):
    """One camera's coverage by quarter hour."""

    camera: str
    points: list[CoverageAnswer]
