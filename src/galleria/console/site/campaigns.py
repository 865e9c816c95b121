"""Campaigns on pages: their days below charts, and what is wrong with one that somebody declares, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from galleria.app.campaign_desk import Wrong
from galleria.app.outlook_query import Campaign
from galleria.domain.calendar import days_of
from galleria.domain.errors import GalleriaError
from galleria.domain.site import Site

from .chart import Chart
from .locale import marked as _

WORDS = {
    Wrong.NO_NAME: _("Give it a name."),
    Wrong.LONG_NAME: _("Give it a shorter name, of at most 100 letters."),
    Wrong.NO_DATE: _("Choose a day."),
    Wrong.ENDS_FIRST: _("It ends before it begins: choose its first day or a later one."),
    Wrong.TOO_LONG: _("A campaign has at most 56 days: what was known before it says nothing about later ones."),
    Wrong.TWICE: _("It is declared already, on these days."),
    Wrong.TOO_MANY: _("There are as many campaigns as can be kept: remove one first."),
}
FIELDS = ("name", "begin", "last")
# Seconds. A closed day lasts to the next opening; a slot that is longer would be marked for days that do not belong.
_LONGEST = 3 * 86400


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """The form that declares a campaign.

    Attributes:
        name: as typed, as are `begin` and `last`.
        faults: words beside each field; empty: nothing is wrong with it.
        error: why it was not kept.
    """

    name: str
    begin: str
    last: str
    faults: Mapping[str, str]
    error: GalleriaError | None = None

    @property
    def refused(self) -> bool:
        return self.error is not None or any(self.faults.values())


EMPTY = CampaignForm("", "", "", dict.fromkeys(FIELDS, ""))


def with_campaigns(drawn: Chart, says: Sequence[str], known: Sequence[Campaign], site: Site) -> tuple[Chart, list[str]]:
    """A chart with the days of campaigns marked, and what its slots say with their names.

    Slots longer than a day are left as they are.
    """
    spans = [(campaign.name, *span) for campaign in known if (span := _span(campaign, site))]
    told, marked = list(says), list[tuple[float, float]]()
    for n, slot in enumerate(drawn.slots):
        begin, end = slot.point.begin, slot.point.end
        names = [name for name, low, high in spans if low < end and begin < high]
        if names and end - begin <= _LONGEST:
            told[n] = " · ".join((told[n], *names))
            if marked and abs(sum(marked[-1]) - slot.left) < slot.width / 2:
                marked[-1] = (marked[-1][0], slot.left + slot.width - marked[-1][0])
            else:
                marked.append((slot.left, slot.width))
    return replace(drawn, marked=tuple(marked)), told


def _span(campaign: Campaign, site: Site) -> tuple[float, float] | None:
    """From the opening of its first day to the end of its last one."""
    days = list(days_of(site, campaign.begin, campaign.last + timedelta(days=1)))
    return (days[0].begin, days[-1].end) if days else None
