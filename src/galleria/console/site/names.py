"""What measures, grains, periods and comparisons are called on the pages, and what each means to a reader."""

from __future__ import annotations

from dataclasses import dataclass

from galleria.domain.calendar import Compare, Grain
from galleria.domain.measure import MeasureName

from .chart import Sort
from .locale import marked as _
from .period import Period


@dataclass(frozen=True, slots=True)
class Told:
    """A measure as people are told it.

    Attributes:
        name: short, for headings and lists.
        meaning: one sentence.
        total: what its number over a whole period is called.
        sort: how it is drawn.
    """

    name: str
    meaning: str
    total: str
    sort: Sort = Sort.BARS


MEASURES: dict[str, Told] = {
    MeasureName.IN: Told(_("Came in"), _("Crossings inwards; of the whole site: over its entrances."), _("in all")),
    MeasureName.OUT: Told(_("Went out"), _("Crossings outwards; of the whole site: over its entrances."), _("in all")),
    MeasureName.OCCUPANCY: Told(
        _("Inside at once"),
        _("The most who were inside at once: who came less who went since closing time."),
        _("at the most"),
        Sort.LINE,
    ),
    MeasureName.STAYS: Told(_("Stays"), _("How often somebody was in a zone."), _("in all")),
    MeasureName.DWELL_MEDIAN: Told(
        _("Dwell, median"), _("Half of all stays were shorter than this, half longer."), _("median"), Sort.LINE
    ),
    MeasureName.DWELL_MEAN: Told(
        _("Dwell, mean"), _("The length of an average stay; a few long ones raise it."), _("mean"), Sort.LINE
    ),
    MeasureName.DWELL_P95: Told(
        _("Dwell, longest 5 %"), _("One stay in twenty was longer than this."), _("95th percentile"), Sort.LINE
    ),
    MeasureName.DWELL_LONGEST: Told(_("Dwell, longest"), _("The longest stay."), _("longest"), Sort.LINE),
    MeasureName.STAYS_CUT: Told(
        _("Stays cut short"), _("Stays that were still going on when the camera stopped seeing."), _("in all")
    ),
    MeasureName.PASS_BY: Told(_("Passed by"), _("Who walked past and crossed no line."), _("in all")),
    MeasureName.CAPTURE_RATE: Told(
        _("Capture rate"), _("Who came in, as a share of those who passed by."), _("overall"), Sort.LINE
    ),
    MeasureName.AT_ONCE_PEAK: Told(
        _("In view at once, most"), _("The most that the camera saw at the same time."), _("at the most"), Sort.LINE
    ),
    MeasureName.AT_ONCE_MEAN: Told(
        _("In view at once, mean"), _("How many the camera saw on average."), _("mean"), Sort.LINE
    ),
}

GRAINS = {
    Grain.QUARTER_HOUR: _("15 minutes"),
    Grain.HOUR: _("Hour"),
    Grain.DAY: _("Day"),
    Grain.WEEK: _("Week"),
    Grain.MONTH: _("Month"),
}

PERIODS = {
    Period.TODAY: _("Today"),
    Period.YESTERDAY: _("Yesterday"),
    Period.LAST_7_DAYS: _("Last 7 full days"),
    Period.LAST_28_DAYS: _("Last 28 full days"),
    Period.THIS_WEEK: _("This week"),
    Period.LAST_WEEK: _("Last week"),
    Period.THIS_MONTH: _("This month"),
    Period.LAST_MONTH: _("Last month"),
    Period.THIS_YEAR: _("This year"),
    Period.CUSTOM: _("From … to …"),
}

COMPARISONS = {
    Compare.NONE: _("Nothing"),
    Compare.LAST_WEEK: _("Last week"),
    Compare.LAST_YEAR: _("Last year"),
}
BEFORE = {Compare.NONE: "", Compare.LAST_WEEK: _("last week"), Compare.LAST_YEAR: _("last year")}

KINDS = {
    "site": _("Whole site"),
    "entrance": _("Entrances"),
    "shop": _("Shops"),
    "tripwire": _("Lines"),
    "zone": _("Zones"),
    "camera": _("Cameras"),
}
