"""Takes staff out of those who came in, as far as counts by hand tell how many of them they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from galleria.analytics.first_share import first_shares
from galleria.domain.purpose import Purpose
from galleria.domain.site import Site

from .conversion_hours import Came, Hours


def without_staff(site: Site, part: str, hours: Hours, came: Came) -> Came:
    """Less staff, of days of which counts by hand tell. Who comes in again stays: they may buy again."""
    shares = first_shares(site, part, [date.fromisoformat(day.label) for day in hours.own])
    if not any(shares):
        return came
    share = np.array([one.visitors if one else 1.0 for one in shares])
    return replace(came, visitors=came.visitors * share[hours.day])


def told_of_staff(site: Site, parts: Sequence[tuple[str, str]], hours: Hours) -> Iterator[str]:
    """Whether staff are among visitors, in sentences.

    Args:
        site: gives the counts by hand.
        parts: key and name of each.
        hours: of the period.
    """
    days = [date.fromisoformat(day.label) for day in hours.own]
    whose = {name: all(first_shares(site, key, days)) for key, name in parts}
    if whose and all(whose.values()):
        yield "Visitors are comings in, less staff's by counts by hand at the doors."
        return
    counted = [name for name, known in whose.items() if known]
    if counted:
        some = ", ".join(counted[:3]) + (f" and {len(counted) - 3} more" if len(counted) > 3 else "")  # noqa: PLR2004
        yield f"Visitors are comings in; staff's are taken out by counts by hand of {some}, and are among the others."
    elif any(purpose.purpose is Purpose.STAFF for purpose in site.purposes):
        yield (
            "Visitors are comings in. Those of staff are among them: who was marked as staff is left out of unique"
            " visitors, not of comings."
        )
    else:
        yield "Visitors are comings in. Those of staff are among them."
