"""The catalogue of measures that take more than counting: what each is, in one sentence, and how far to trust it.

Docs, API and console show these very texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One measure.

    Attributes:
        name: under which the API gives it.
        title: for people, short.
        meaning: one sentence.
        unit: `tracks`, `visits`, `visitors`, `seconds`, `ratio`, `groups`, `receipts`, `currency`, `tills`, `seconds of
            presence` or `tracks per square metre`.
        of: what it can be asked of, e.g. `site`, `entrance`, `queue`.
        coverage: what its coverage is the share of.
        error: what is known of how wrong it may be, and which way.
    """

    name: str
    title: str
    meaning: str
    unit: str
    of: tuple[str, ...]
    coverage: str
    error: str


_LINES = "Seconds in which the lines' cameras were seeing ÷ seconds of opening hours."
_ZONES = "Seconds in which the zones' cameras were seeing ÷ seconds of opening hours."
_PATHS = "Seconds in which the camera was seeing ÷ seconds of opening hours."
_COUNTED = "That of the counting lines (see the score of each camera); misses of comings and goings cancel out in part."

_ALL = (
    Entry(
        "visits",
        "Visits",
        "Stays of visitors in the site on a trading day: estimated as comings less passers and, by a count by hand,"
        " less those of staff and of who comes in again; or counted by label where a purpose recognises visitors.",
        "visits",
        ("site", "entrance", "shop"),
        _LINES,
        _COUNTED + " That of the count by hand is told beside it. With neither labels nor such a count, whoever steps"
        " out and comes back is a new visit, and staff are visits too.",
    ),
    Entry(
        "passers",
        "Passers",
        "Visits shorter than 60 seconds.",
        "visits",
        ("site", "shop"),
        _LINES,
        "Without labels estimated from how soon comings are followed by goings, in order of coming.",
    ),
    Entry(
        "visit_dwell",
        "Length of visits",
        "How long visits are: mean, median, and the lengths that three quarters and 95 of 100 do not exceed.",
        "seconds",
        ("site", "shop"),
        _LINES,
        "The mean is exact but for counting errors; without labels the others take people to leave in a mixed order,"
        " and are upper and lower bounds.",
    ),
    Entry(
        "bounce",
        "Bounce",
        "Of the visits of a shop, the share that ended within 60 seconds.",
        "ratio",
        ("shop",),
        _LINES,
        "Without labels as that of passers.",
    ),
    Entry(
        "capture_rate",
        "Capture rate",
        "Comings in ÷ people who passed by and did not come in.",
        "ratio",
        ("site", "entrance", "shop", "camera"),
        _LINES,
        "Whoever walks past twice passed by twice. Beside visits, staff are left out where a count by hand tells how"
        " many they are.",
    ),
    Entry(
        "draw_rate",
        "Draw rate",
        "Of the tracks in a zone's camera, the share that stayed in the zone.",
        "ratio",
        ("zone",),
        _ZONES,
        "Tracks that break in two count twice, above and below the fraction.",
    ),
    Entry(
        "density",
        "Density",
        "Tracks at once ÷ floor area, in the mean of the time seen.",
        "tracks per square metre",
        ("zone", "shop"),
        _ZONES,
        "That of the tracks at once.",
    ),
    Entry(
        "group_size",
        "Group size",
        "Tracks in a shopping unit: who walks together before a calibrated camera, from paths in metres; who is alone"
        " is a unit of one, and who passes by is in none.",
        "tracks",
        ("camera", "site"),
        _PATHS,
        "On a labelled street 71 of 73 pairs are found and 6 invented (F1 0.95); dense crowds are worse.",
    ),
    Entry(
        "shared",
        "In company",
        "Of the tracks before calibrated cameras, the share that was not alone.",
        "ratio",
        ("camera", "site"),
        _PATHS,
        "As that of the group size.",
    ),
    Entry(
        "units",
        "Shopping units",
        "Comings in ÷ mean group size at the site's calibrated cameras: those of entrances, if there is one.",
        "groups",
        ("site", "entrance", "shop"),
        _LINES,
        "Takes groups at the calibrated cameras to be like groups everywhere.",
    ),
    Entry(
        "presence",
        "Presence",
        "Seconds of all tracks together, by cell of the camera's picture or square of the floor plan.",
        "seconds of presence",
        ("camera", "site"),
        _PATHS,
        "Feet that are hidden are placed too high in the picture; who never shows them, as behind a counter, is placed"
        " by the head where the floor is calibrated.",
    ),
    Entry(
        "queue_length",
        "Queue length",
        "People waiting at once in the queue's zone, mean over the time seen.",
        "tracks",
        ("queue",),
        _ZONES,
        "Who is hidden behind others is missing while hidden.",
    ),
    Entry(
        "wait",
        "Wait",
        "From arrival in the queue's zone to service, or to leaving it where there is no zone of service: median, mean,"
        " and what 95 of 100 do not exceed.",
        "seconds",
        ("queue",),
        _ZONES,
        "A track that breaks in the middle of the queue gives a shorter wait and one who left unserved.",
    ),
    Entry(
        "abandonment",
        "Abandonment",
        "Of those who waited at least 10 seconds, the share that left without being served.",
        "ratio",
        ("queue",),
        _ZONES,
        "Without a zone of service nobody can be told to have left unserved, and it is absent.",
    ),
    Entry(
        "tills_needed",
        "Tills needed",
        "The fewest open tills with which, by Erlang C, nine of ten arrivals would wait no longer than the target.",
        "tills",
        ("queue",),
        _ZONES,
        "Takes arrivals to be random within the hour, and services to be as long as they were.",
    ),
    Entry(
        "conversion",
        "Conversion",
        "Buyers (sales less voids) ÷ comings in of the shop; or ÷ shopping units where groups are known.",
        "ratio",
        ("site", "entrance", "shop"),
        _LINES,
        "That of the visitors below; a till whose clock is wrong moves buyers between hours, and is set right first."
        " Staff who cross lines count as visitors, unless a count by hand at the doors tells how many they are.",
    ),
    Entry(
        "sales_per_visitor",
        "Sales per visitor",
        "Sales less refunds and voids ÷ visitors.",
        "currency",
        ("site", "shop"),
        _LINES,
        "That of the visitors.",
    ),
    Entry(
        "average_basket",
        "Average basket",
        "Sales ÷ receipts, voids and refunds left out.",
        "currency",
        ("site", "shop", "till"),
        "None: it is told by the tills.",
        "None but what tills leave out.",
    ),
    Entry(
        "till_skew",
        "Till's clock",
        "Seconds by which a till's clock is ahead, at which its receipts fit best to the ends of services there.",
        "seconds",
        ("till",),
        _ZONES,
        "Told with an interval; absent with fewer than 30 receipts, or where nothing fits clearly.",
    ),
    Entry(
        "flows",
        "Routes",
        "Of the tracks or visitors that left a place, how many came to which place next.",
        "tracks",
        ("site",),
        _ZONES,
        "Within a camera counted; between cameras estimated from when places are left and reached, and called an"
        " estimate. Where a purpose recognises visitors, their moves by label are told apart, with the visits.",
    ),
    Entry(
        "forecast",
        "Forecast",
        "Comings in of each of the next 14 days, with the interval that 80 of 100 days fall into.",
        "tracks",
        ("site", "entrance"),
        _LINES,
        "Judged by holding back the last weeks, beside the same day of the week before.",
    ),
    Entry(
        "benchmark",
        "Index",
        "A site's number ÷ the median of the sites it is set beside, all on the same trading days: those on which each"
        " of them was open and seen for at least four fifths of its open time.",
        "ratio",
        ("site",),
        _LINES,
        "That of each site's own counting: one that misses 5 of 100 more than the others stands 5 of 100 too low. Of"
        " two sites the median is the mean.",
    ),
)
CATALOGUE: Mapping[str, Entry] = {entry.name: entry for entry in _ALL}
