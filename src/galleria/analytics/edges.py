"""Sorting many moments and stretches of time into cells that lie edge to edge. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from .facts import Flags, Numbers, Places


def cell_of(edges: Numbers, moments: Numbers) -> tuple[Places, Flags]:
    """The cell that each moment lies in, and whether it lies in any.

    Args:
        edges: (n + 1,) begins of n cells in order, and the end of the last.
        moments: (m,) seconds.
    """
    index = np.searchsorted(edges, moments, "right") - 1
    return index, (index >= 0) & (index < len(edges) - 1)


def union(begin: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
    """The same time without overlaps, in order; what touches is joined."""
    if not len(begin):
        return begin, end
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], end[order]
    reach = np.maximum.accumulate(end)
    first = np.concatenate(([True], begin[1:] > reach[:-1]))
    return begin[first], reach[np.concatenate((np.flatnonzero(first)[1:] - 1, [len(begin) - 1]))]


def without(begin: Numbers, end: Numbers, gaps: list[tuple[float, float]]) -> tuple[Numbers, Numbers]:
    """A union less some gaps."""
    for low, high in gaps:
        if high <= low:
            continue
        before = np.minimum(end, low)
        after = np.maximum(begin, high)
        pieces = np.concatenate((begin, after)), np.concatenate((before, end))
        keep = pieces[0] < pieces[1]
        begin, end = pieces[0][keep], pieces[1][keep]
    order = np.argsort(begin, kind="stable")
    return begin[order], end[order]


def seconds_in(edges: Numbers, begin: Numbers, end: Numbers) -> Numbers:
    """(n,) seconds that the stretches together spend in each cell; where two overlap, both count."""
    # How much lies before each edge: everything begun by then, less what was still to come of it.
    lower, upper = np.sort(begin), np.sort(end)
    before = _ramp(edges, lower) - _ramp(edges, upper)
    seconds: Numbers = np.maximum(np.diff(before), 0.0)
    return seconds


def most_at_once(edges: Numbers, begin: Numbers, end: Numbers) -> Numbers:
    """(n,) the most stretches that hold at any moment of each cell; one without length counts at its moment."""
    end = np.where(end > begin, end, np.nextafter(end, np.inf))
    lower, upper = np.sort(begin), np.sort(end)
    # What holds when a cell begins, before anything begins in it.
    held = np.searchsorted(lower, edges[:-1], "left") - np.searchsorted(upper, edges[:-1], "right")
    peak: Numbers = np.maximum(held, 0).astype(np.float64)
    # The number at once is highest where something begins; what ends at that moment has ended.
    rank = np.searchsorted(lower, lower, "right") - np.searchsorted(upper, lower, "right")
    index, inside = cell_of(edges, lower)
    np.maximum.at(peak, index[inside], rank[inside])
    return peak


def _ramp(edges: Numbers, moments: Numbers) -> Numbers:
    """For each edge the sum of its distances from all earlier moments. Moments in order."""
    # Measured from the first edge: sums of seconds since 1970 would lose the fractions.
    origin = edges[0]
    moments = moments - origin
    sums = np.concatenate(([0.0], np.cumsum(moments)))
    count = np.searchsorted(moments, edges - origin, "right")
    ramp: Numbers = count * (edges - origin) - sums[count]
    return ramp
