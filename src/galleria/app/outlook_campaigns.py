"""What a campaign did: comings in of its days, beside what was expected of them before it began. Never a proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field, model_validator

from galleria.analytics.forecast import Ahead
from galleria.notify.settings import Section

from .outlook_query import Campaign, CampaignEffect

MOST_DAYS = 56  # that are told ahead: beyond, what was known before says nothing
MOST_CAMPAIGNS = 100


# A year that was typed by half is no day of any campaign, and so far back nothing can be asked.
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
Day = Annotated[date, Field(ge=FIRST, le=LAST)]


class CampaignSetting(Section):
    """One campaign; both days belong to it."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
    begin: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> CampaignSetting:
        if not 0 <= (self.last - self.begin).days < MOST_DAYS:
            problem = f"a campaign ends on or after its first day, and is at most {MOST_DAYS} days long"
            raise ValueError(problem)
        return self


class CampaignsSettings(Section):
    """What was done to draw visitors, and when."""

    campaigns: Annotated[list[CampaignSetting], Field(max_length=MOST_CAMPAIGNS)] = Field(default_factory=list)


def campaigns_of(value: Mapping[str, Any]) -> list[Campaign]:
    """Those of the settings group."""
    return [Campaign(one.name, one.begin, one.last) for one in CampaignsSettings.from_settings(value).campaigns]


def effect(campaign: Campaign, expected: Sequence[Ahead], seen: Mapping[date, float]) -> CampaignEffect:
    """Set its days beside what was expected of them.

    Args:
        campaign: which.
        expected: of its days, before it began.
        seen: the days since that were seen well enough.
    """
    told = [one for one in expected if one.day in seen]
    if not told:
        text = "Nothing can be said yet: none of its days was seen, or too few before it."
        return CampaignEffect(campaign, 0, None, None, None, None, text)
    actual, middle = sum(seen[one.day] for one in told), sum(one.value for one in told)
    # Days err together (a warm week, a strike), so the ends are added up as if they always did: wide, and safe.
    low, high = actual / sum(one.high for one in told) - 1, actual / sum(one.low for one in told) - 1
    text = (
        f"Between {_signed(low)} and {_signed(high)} against what was expected of {_days(len(told))};"
        " other causes of the same days are in it."
    )
    return CampaignEffect(campaign, len(told), actual, middle, low, high, text)


def _signed(share: float) -> str:
    return f"{100 * share:+.0f} %".replace("-", "\N{MINUS SIGN}")


def _days(count: int) -> str:
    return "its one day" if count == 1 else f"its {count} days"
