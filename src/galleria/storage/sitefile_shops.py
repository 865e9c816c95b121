"""Turns what a site file says about shops, queues and tills into records, and notes what they name in vain."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Collection
from dataclasses import dataclass

from galleria.domain.site import Queue, Shop, Till

from .sitefile_models import QueueEntry, ShopEntry, TillEntry
from .sitefile_problems import Loc, Problems, nearest, quoted


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of all that the file holds, parts with mistakes as well: one mistake is told once."""

    tripwires: Collection[str]
    zones: Collection[str]
    shops: Collection[str]
    queues: Collection[str]


class ShopReader:
    """Collects shops, then queues, then tills, in the file's order.

    Args:
        names: what may be named.
        problems: takes what is wrong.
    """

    def __init__(self, names: Names, problems: Problems) -> None:
        self.shops: list[Shop] = []
        self.queues: list[Queue] = []
        self.tills: list[Till] = []
        self._names, self._problems = names, problems
        self._claims: dict[tuple[str, str], str] = {}  # (kind, id) → the shop or queue that has it

    def shop(self, entry: ShopEntry, loc: Loc) -> None:
        """Read a shop; its lines and zones are its own."""
        for kind, key, written, known in (
            ("line", "lines", entry.lines, self._names.tripwires),
            ("zone", "zones", entry.zones, self._names.zones),
        ):
            for n, name in enumerate(written):
                here = (*loc, key, n)
                remedy = f"draw it under a camera's `{'tripwires' if kind == 'line' else 'zones'}:`"
                if self._there(kind, name, known, here, remedy):
                    self._claim(f"{kind} of a shop", name, (f"the {kind}", "shop", entry.id), here)
        lines, zones = (tuple(dict.fromkeys(names)) for names in (entry.lines, entry.zones))
        self.shops.append(Shop(entry.id, entry.name, lines, zones, entry.area))

    def queue(self, entry: QueueEntry, loc: Loc) -> None:
        """Read a queue; nobody waits for two in one zone."""
        draw = "draw it under a camera's `zones:`"
        if self._there("zone", entry.zone, self._names.zones, (*loc, "zone"), draw):
            self._claim("zone of a queue", entry.zone, ("the zone", "queue", entry.id), (*loc, "zone"))
        here = (*loc, "service")
        if entry.service == entry.zone:
            what = f"{quoted(entry.zone)} is where they wait already"
            self._problems.add(here, what, "name the zone where they are served, or remove this line")
        elif entry.service is not None:
            self._there("zone", entry.service, self._names.zones, here, draw)
        if entry.shop is not None:
            self._shop(entry.shop, (*loc, "shop"))
        made = Queue(entry.id, entry.zone, entry.name, entry.service or "", entry.shop or "", entry.tills, entry.target)
        self.queues.append(made)

    def till(self, entry: TillEntry, loc: Loc) -> None:
        """Read a till; its queue may not be another shop's."""
        self._shop(entry.shop, (*loc, "shop"))
        here = (*loc, "queue")
        remedy = f"add `- id: {entry.queue}` under `queues:`"
        if entry.queue is not None and self._there("queue", entry.queue, self._names.queues, here, remedy):
            theirs = next((one.shop for one in self.queues if one.id == entry.queue), "")
            if theirs in self._names.shops and theirs != entry.shop:
                what = f"the queue {quoted(entry.queue)} belongs to the shop {quoted(theirs)}"
                self._problems.add(here, what, f"name a queue of {quoted(entry.shop)}, or mend the queue's `shop`")
        self.tills.append(Till(entry.id, entry.shop, entry.clock, entry.queue or ""))

    def _shop(self, name: str, loc: Loc) -> None:
        self._there("shop", name, self._names.shops, loc, f"add `- id: {name}` under `shops:`")

    def _there(self, kind: str, name: str, known: Collection[str], loc: Loc, remedy: str) -> bool:
        if name in known:
            return True
        close = nearest(name, known)
        self._problems.add(loc, f"there is no {kind} {quoted(name)}", f"did you mean `{close}`?" if close else remedy)
        return False

    def _claim(self, kind: str, name: str, by: tuple[str, str, str], loc: Loc) -> None:
        what, owner, which = by
        first = self._claims.setdefault((kind, name), which)
        if first != which:
            problem = f"{what} {quoted(name)} belongs to the {owner} {quoted(first)} already"
            self._problems.add(loc, problem, f"a {what.removeprefix('the ')} belongs to one {owner}")


def check_country(written: str, problems: Problems) -> None:
    """Note a country, or a part of one, whose holidays nobody knows. Without the library, its form must do."""
    if not written or importlib.util.find_spec("holidays") is None:
        return
    library = importlib.import_module("holidays")  # takes a while: only who writes a country waits for it
    country, _, part = written.partition("-")
    try:
        library.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        known: dict[str, list[str]] = library.list_supported_countries()
    else:
        return
    if country in known:
        parts = known[country]
        what = f"{quoted(country)} has no part {quoted(part)}"
        remedy = f"write one of {', '.join(f'{country}-{one}' for one in parts)}" if parts else f"write `{country}`"
    else:
        what = f"no holidays are known of a country {quoted(country)}"
        remedy = "write its two letters of ISO 3166, e.g. `DE`, or remove this line"
    problems.add(("site", "country"), what, remedy)
