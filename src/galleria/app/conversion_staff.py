"""Takes staff out of those who came in, as far as counts by hand tell how many of them they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

import numpy as np

from galleria.analytics.first_share import FirstShare, first_shares
from galleria.domain.purpose import Purpose
from galleria.domain.site import Site

from .conversion_hours import Came, Hours

Shares: TypeAlias = Sequence[FirstShare | None]  # (days,)


def shares_of(site: Site, parts: Sequence[str], hours: Hours) -> dict[str, Shares]:
    """What counts by hand tell of the days of a period, by part."""
    days = [date.fromisoformat(day.label) for day in hours.own]
    return {part: first_shares(site, part, days) for part in parts}


def without_staff(shares: Shares, hours: Hours, came: Came) -> Came:
    """Less staff, of days of which counts by hand tell. Who comes in again stays: they may buy again."""
    if not any(shares):
        return came
    share = np.array([one.visitors if one else 1.0 for one in shares])
    return replace(came, visitors=came.visitors * share[hours.day])


def told_of_staff(site: Site, shares: Mapping[str, Shares]) -> Iterator[str]:
    """Whether staff are among visitors, in sentences.

    Args:
        site: says whether staff are marked.
        shares: by the name of each part, what counts by hand tell.
    """
    whose = {name: all(some) for name, some in shares.items()}
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
