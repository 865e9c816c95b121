"""Entrances, and which line counts for which of them: both the line and the entrance may say so."""

from __future__ import annotations

from galleria.domain.site import Entrance

from .sitefile_drawn_models import TripwireEntry
from .sitefile_models import EntranceEntry
from .sitefile_parts import Ids, Whole, blocks, named, part
from .sitefile_problems import Loc, Problems, nearest, quoted


class Lines:
    """The lines of a site, and what they count for.

    Args:
        whole: the file's values.
        problems: takes what does not go together.

    Attributes:
        tripwires: ids of them all. Ids of parts left out for other mistakes count too: one mistake is told once.
        entrances: likewise.
        served: ids of entrances that a line counts for.
    """

    def __init__(self, whole: Whole, problems: Problems) -> None:
        self._problems = problems
        self.tripwires = {str(t["id"]) for _, c in blocks(whole, "cameras") for _, t in named(c, "tripwires")}
        self.entrances = {str(e["id"]) for _, e in named(whole, "entrances")}
        self.served = {str(e["id"]) for _, e in named(whole, "entrances") if e.get("tripwires")}
        for _, camera in blocks(whole, "cameras"):
            self.served |= {str(t.get("entrance")) for _, t in blocks(camera, "tripwires")}
        self._claims: dict[str, str] = {}  # tripwire → entrance

    def read_entrances(self, whole: Whole, ids: Ids) -> list[tuple[Entrance, Loc]]:
        """The entrances, and where they are written."""
        entrances = []
        for n, raw in blocks(whole, "entrances"):
            loc: Loc = ("entrances", n)
            ids.unique("entrance", raw, loc)
            if (entry := part(EntranceEntry, raw)) is None:
                continue
            entrances.append((Entrance(entry.id, entry.name), loc))
            for i, name in enumerate(entry.tripwires):
                here = (*loc, "tripwires", i)
                if name in self.tripwires:
                    self._claim(name, entry.id, here)
                    continue
                close = nearest(name, self.tripwires)
                remedy = f"did you mean `{close}`?" if close else "draw it under a camera's `tripwires:`"
                self._problems.add(here, f"there is no tripwire {quoted(name)}", remedy)
        return entrances

    def entrance_of(self, entry: TripwireEntry, loc: Loc) -> str | None:
        """The entrance that a line counts for; None: none."""
        if entry.entrance is None:
            return self._claims.get(entry.id)
        if entry.entrance in self.entrances:
            self._claim(entry.id, entry.entrance, (*loc, "entrance"))
        else:
            close = nearest(entry.entrance, self.entrances)
            self.served.add(str(close))  # it only seems to have no tripwires
            remedy = f"did you mean `{close}`?" if close else f"add `- id: {entry.entrance}` under `entrances:`"
            self._problems.add((*loc, "entrance"), f"there is no entrance {quoted(entry.entrance)}", remedy)
        return entry.entrance

    def _claim(self, tripwire: str, entrance: str, loc: Loc) -> None:
        first = self._claims.setdefault(tripwire, entrance)
        if first != entrance:
            what = f"the tripwire {quoted(tripwire)} counts for the entrance {quoted(first)} already"
            self._problems.add(loc, what, "a line counts for one entrance")
