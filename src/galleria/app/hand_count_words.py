"""What a site's counts by hand come to, in words for people who look whether they are enough."""

from __future__ import annotations

from galleria.analytics.first_share import WANTED, FirstShare
from galleria.domain.site import Site


def told_by_hand(site: Site) -> tuple[str, str] | None:
    """What those of its entrances tell, and what to do (empty: they are enough); None: there are none."""
    counts = tuple(one for one in site.hand_counts if not one.place.startswith("shop:"))
    if not counts:
        return None
    share = FirstShare(counts)
    told = f"of {share.comings:,} comings looked at, {share.first:.1%} begin a visit (± {share.off:.1%})"
    few = f"Look at {WANTED} or more, on quiet and busy days: then visits are known to about 3 %."
    return told, few if share.comings < WANTED else ""
