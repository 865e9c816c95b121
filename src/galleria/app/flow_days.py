"""A subject's trading day in cells, and how the quarter hours of one day lie beside those of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.cells import PARTS, Cells, Part, added
from galleria.analytics.edges import seconds_in
from galleria.analytics.facts import Flags, Numbers
from galleria.domain.calendar import day_of, open_time
from galleria.domain.site import Site
from galleria.domain.time import Bucket, local, quarter_hours, zone_named
from galleria.storage.rollups import RolledDay

from .flow_sums import Sum


@dataclass(frozen=True, slots=True)
class FlowDay:
    """One subject's trading day.

    Attributes:
        bucket: all of it.
        edges: (n + 1,) its cells: quarter hours; up to the day's end.
        cells: (n, PARTS); zero where nothing is known.
        passed: how many of them are known to have passed in full.
        until: up to when it was counted; the day's end when it is over, its begin when it is yet to come.
    """

    bucket: Bucket
    edges: Numbers
    cells: Cells
    passed: int
    until: float

    def all(self) -> Sum:
        return Sum(added(self.cells.parts), self.cells.dwells[:, 1:])

    def where(self, keep: Flags) -> Sum:
        """The cells that the mask (n,) picks, as one."""
        return Sum(added(self.cells.parts[keep]), self.cells.dwells[keep[self.cells.dwells[:, 0]], 1:])


def flow_day(site: Site, day: Bucket, rolled: RolledDay | None, cells: Cells | None, now: float) -> FlowDay:
    """One day, whether or not anything is known of it.

    Args:
        site: gives the zone and the opening hours.
        day: all of it.
        rolled: None: no roll-up.
        cells: None: the subject has none on that day.
        now: up to when the site was counted; what is later has not passed.
    """
    edges, until = edges_of(site, day, rolled, now, fine=True)
    parts = filled(cells, len(edges) - 1, lambda: unknown(site, day, edges, until))
    passed = int(np.searchsorted(edges[1:], until, "right"))
    return FlowDay(day, edges, Cells(parts, cells.dwells) if cells else Cells(parts), passed, until)


def day_rolled(site: Site, day: date, rolled: RolledDay | None) -> Bucket | None:
    """A trading day: one that was rolled up as it was then, else by the site's hours now; None: that date is no day."""
    return Bucket(float(rolled.edges[0]), rolled.end, rolled.label) if rolled else day_of(site, day)


def edges_of(site: Site, day: Bucket, rolled: RolledDay | None, now: float, *, fine: bool) -> tuple[Numbers, float]:
    """Edges (n + 1,) of a day's cells, up to its end, and up to when it was counted, as far as it has passed.

    `fine` says whether a day that was not rolled up has quarter hours, too, and not just one cell.
    """
    until = min(max(rolled.until if rolled else now, day.begin), day.end)
    # The last cell of a day that goes on ends now: it gets the end that it will have.
    if rolled and until >= day.end:
        return rolled.edges, until
    if fine or rolled:
        return _quarters(site.zone, day.begin, day.end), until
    return np.array([day.begin, day.end]), until


@lru_cache(maxsize=64)
def _quarters(zone: str, begin: float, end: float) -> Numbers:
    """Edges of a day's quarter hours: the same for all subjects."""
    edges = np.array([*(max(step.begin, begin) for step in quarter_hours(zone_named(zone), begin, end)), end])
    edges.flags.writeable = False
    return edges


def unknown(site: Site, day: Bucket, edges: Numbers, until: float) -> Numbers:
    """Cells of which nothing is known but how long they are, as far as they have passed."""
    parts = np.zeros((len(edges) - 1, PARTS))
    parts[:, Part.SECONDS] = seconds_in(edges, edges[:1], np.array([until]))
    opened = open_time(site, day)
    if opened:
        low, high = min(opened[0], until), min(opened[1], until)
        parts[:, Part.OPEN] = seconds_in(edges, np.array([low]), np.array([high]))
    return parts


def filled(cells: Cells | None, count: int, blank: Callable[[], Numbers]) -> Numbers:
    """So many cells (count, PARTS) of a day: those that are known, and after them blank ones."""
    if cells is not None and len(cells.parts) == count:
        return cells.parts
    whole = blank()
    if cells is not None:
        whole = whole.copy()
        whole[: len(cells.parts)] = cells.parts
    return whole


def beside(site: Site, day: Numbers, before: Numbers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of cells at the same local time: positions in one day's cells and in another's.

    Where the clocks change, an hour without its like is left out, and of an hour that comes twice each is paired with
    its own.

    Args:
        site: gives the zone.
        day: (n + 1,) edges of its cells.
        before: (m + 1,) likewise.
    """
    shape = shape_of(site, day)
    if shape is not None and shape == shape_of(site, before):
        everything = np.arange(len(day) - 1)
        return everything, everything
    at = {clock: n for n, clock in enumerate(_times(site, before))}
    pairs = [(n, at[clock]) for n, clock in enumerate(_times(site, day)) if clock in at]
    mine, others = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(mine, np.intp), np.array(others, np.intp)


def shape_of(site: Site, edges: Numbers) -> tuple[time, bytes] | None:
    """The same for days with the same quarter hours; None for one in which the clocks change."""
    zone = zone_named(site.zone)
    first, last = local(float(edges[0]), zone), local(float(edges[-1]), zone)
    return (first.time(), np.diff(edges).tobytes()) if first.utcoffset() == last.utcoffset() else None


def _times(site: Site, edges: Numbers) -> list[tuple[int, int, int]]:
    """The local time of each cell, and whether the clocks show it for the second time."""
    zone = zone_named(site.zone)
    # After midnight belongs to the same trading day, and comes last either way.
    return [(wall.hour, wall.minute, wall.fold) for wall in (local(t, zone) for t in edges[:-1].tolist())]
