"""The shapes of answers about sites beside each other. Part of the API's contract: v1 only grows."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from galleria.analytics.benchmark import Benchmark

from .answers import Answer


class BenchmarkSiteTold(Answer):
    """A site, and how much it saw in the period."""

    site: str
    name: str
    simulated: bool = Field(description="Its numbers are made up.")
    days: int = Field(description="That are known of it in the period.")
    opened: int = Field(description="Of these, on which it was open.")
    unseen: int = Field(description="Of these, those of which less than 80 % was seen; they are not compared.")
    coverage: float = Field(description="Of the open days, in the mean.")


class StandingTold(Answer):
    """A site within a measure."""

    site: str
    counted: int = Field(description="Days on which it was open, seen well enough, and had the measure.")
    value: float | None = Field(description="On the days compared; null: it is left out, or nothing is compared.")
    index: float | None = Field(description="1.0 is the group's median.")


class ComparedTold(Answer):
    """A measure on the same trading days of all sites that have it."""

    name: str = Field(description="As /catalogue has it; `footfall` and `visits` are a trading day's.")
    currency: str
    days: int
    median: float | None
    sites: list[StandingTold]


class WeekTold(Answer):
    """A week's footfall: each site's index."""

    label: str
    days: int
    index: dict[str, float]


class BenchmarkTold(Answer):
    """This site first, then the others."""

    begin: date
    end: date
    sites: list[BenchmarkSiteTold]
    measures: list[ComparedTold]
    weeks: list[WeekTold]
    faults: list[str] = Field(description="Files that cannot be used.")
    meaning: str

    @classmethod
    def told(cls, found: Benchmark, faults: list[str], meaning: str) -> BenchmarkTold:
        sites = [
            BenchmarkSiteTold(
                site=one.site.id, name=one.site.name, simulated=one.site.simulated, days=one.told,
                opened=one.opened, unseen=one.unseen, coverage=one.coverage,
            )
            for one in found.seen
        ]  # fmt: skip
        return cls(
            begin=found.begin,
            end=found.end,
            sites=sites,
            measures=[ComparedTold.model_validate(one) for one in found.measures],
            weeks=[WeekTold.model_validate(one) for one in found.weeks],
            faults=faults,
            meaning=meaning,
        )
