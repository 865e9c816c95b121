"""A period beside last week, last year or the usual one: of the site, by entrance, and by shop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

import numpy as np

from galleria.analytics.cells import PARTS
from galleria.analytics.facts import Numbers
from galleria.domain.calendar import Compare
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site

from .beside_read import Earlier, Usual, earlier, usual
from .flow_sums import Sums
from .outlook import SAME_WEEKDAYS, Outlook
from .outlook_query import Against, Beside

_Place: TypeAlias = tuple[str, str, str]  # key, kind, name


def compare(outlook: Outlook, begin: date, end: date, against: Against) -> list[Beside]:
    """The site, then its entrances, then its shops (whose comings are those over their lines), in the file's order.

    Against the usual day, days that were seen and have a usual one are compared; else quarter hours, like with like.

    Raises:
        InputError: the period is empty or too long.
        StoreError: the roll-ups cannot be read.
    """
    some, flows = list(_places(outlook.site)), outlook.flows
    keys = [key for _, mine in some for key in mine]
    flows.check(keys, (begin, end))
    if not keys:
        return []
    if against is Against.USUAL:
        back, read, told = [week.days for week in SAME_WEEKDAYS], usual(outlook.days_of), _usual
    else:
        how = Compare(str(against))
        back, read, told = [how.back.days], earlier(flows, how), _earlier
    days = outlook.beside.of(flows, keys, (begin, end), back, read)
    numbers = iter(days.sum(axis=0))
    return [told(place, np.stack([next(numbers) for _ in mine])) for place, mine in some]


def _places(site: Site) -> Iterator[tuple[_Place, Sequence[str]]]:
    """Each, and the subjects that add up to it."""
    if not any(camera.tripwires for camera in site.cameras):
        return
    yield ("site", "site", site.name or site.id), ["site"]
    for entrance in site.entrances:
        key = f"entrance:{entrance.id}"
        yield (key, "entrance", entrance.name or entrance.id), [key]
    for shop in site.shops:
        if shop.tripwires:
            yield (f"shop:{shop.id}", "shop", shop.name or shop.id), [f"tripwire:{wire}" for wire in shop.tripwires]


def _earlier(place: _Place, parts: Numbers) -> Beside:
    """Of (subjects, PARTS and `Earlier`)."""
    whole, pairs = Sums(parts[:, :PARTS], np.zeros((0, 3), np.int64)), parts[:, Earlier.PAIRS]
    alike, before = (_sum(parts[:, one], pairs) for one in (Earlier.ALIKE, Earlier.BEFORE))
    values = whole.values(MeasureName.IN)
    known = [one for one in values if one is not None]
    value = sum(known) if len(known) == len(values) else None
    return Beside(*place, value, alike, before, sum(whole.coverage) / len(parts))


def _usual(place: _Place, parts: Numbers) -> Beside:
    """Of (subjects, `Usual`)."""
    both, looked = parts[:, Usual.BOTH], float(parts[:, Usual.LOOKED].sum())
    value = _sum(parts[:, Usual.VALUE], parts[:, Usual.KNOWN])
    alike, before = (_sum(parts[:, one], both) for one in (Usual.ALIKE, Usual.USUAL))
    return Beside(*place, value, alike, before, float(parts[:, Usual.COVERAGE].sum()) / looked if looked else 0.0)


def _sum(some: Numbers, known: Numbers) -> float | None:
    """None where a part is: half a shop is no shop."""
    return float(some.sum()) if known.all() else None
