"""Long lists as people look through them: in groups, and "Door 2" before "Door 10"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from galleria.domain.site import Site

from .locale import marked as _

FEW = 12  # entries that are found at a glance, and need no groups
Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""(heading, (value, words) of its entries); an empty heading: no group."""
ENTRANCES, OTHERS = _("Entrances"), _("Others")


def natural(words: str) -> tuple[tuple[int, int, str], ...]:
    """A key to sort by: numbers within words by their size."""
    parts = re.split(r"(\d+)", words.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def cameras_grouped(site: Site, only: Iterable[str] | None = None) -> Groups:
    """Cameras as a list to choose from: at entrances, by shop, and the others; in the order of the site file.

    Args:
        site: gives cameras, and whose their lines and zones are.
        only: ids of those that can be chosen; None: all.
    """
    wanted = None if only is None else set(only)
    chosen = [camera for camera in site.cameras if wanted is None or camera.id in wanted]
    if len(chosen) <= FEW:
        return [("", [(camera.id, camera.name or camera.id) for camera in chosen])]
    owners = {wire: shop.name or shop.id for shop in site.shops for wire in (*shop.tripwires, *shop.zones)}
    groups: dict[str, list[tuple[str, str]]] = {ENTRANCES: []}
    groups |= {shop.name or shop.id: [] for shop in site.shops} | {OTHERS: []}
    for camera in chosen:
        drawn = [*(wire.id for wire in camera.tripwires), *(zone.id for zone in camera.zones)]
        owner = next((owners[one] for one in drawn if one in owners), "")
        at_entrance = any(wire.entrance for wire in camera.tripwires)
        groups[owner or (ENTRANCES if at_entrance else OTHERS)].append((camera.id, camera.name or camera.id))
    return [(heading, some) for heading, some in groups.items() if some]
