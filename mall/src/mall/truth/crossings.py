"""Tracks into crossings of floor lines and stays in floor zones, by the product's own definitions.

A crossing counts when somebody really is on the other side: by `FAR` of a body's height, and `HOLD` seconds after
meeting the line; its time is where the way last met the line. Who steps on the line and goes back has not crossed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galleria.spatial.crossing import FAR, HOLD
from galleria.spatial.staying import DEBOUNCE
from mall.domain.motion import TICKS, Track

from .ground import FloorLine, FloorZone

Array = NDArray[np.float64]
BODY = 1.7  # metres: the height of which FAR is a share
CLEAR = FAR * BODY


@dataclass(frozen=True, slots=True)
class Crossed:
    """Somebody went over a line. `time`: seconds after the scene's start; `way`: in or out."""

    line: str
    time: float
    track: int
    way: str


@dataclass(frozen=True, slots=True)
class Stayed:
    """Somebody was in a zone, seconds. `open`: the scene, or the track, began or ended meanwhile."""

    zone: str
    track: int
    enter: float
    leave: float
    open: bool


def crossings(track: Track, line: FloorLine) -> list[Crossed]:
    """All crossings of a line by a track, by time."""
    offset = line.offset(track.place)
    if not (offset.min() < 0 < offset.max()):
        return []
    found: list[Crossed] = []
    side, met, on_line = 0, None, False
    for row, apart in enumerate(offset):
        now = 1 if apart > 0 else -1
        if row and (offset[row - 1] > 0) != (apart > 0):
            share = float(offset[row - 1] / (offset[row - 1] - apart))
            place = track.place[row - 1] + share * (track.place[row] - track.place[row - 1])
            on_line = 0 <= line.along(place) <= 1
            met = row - 1 + share if now != side else None
        if abs(apart) < CLEAR:
            continue
        side = side or now
        if now == side or met is None or row - met < HOLD * TICKS:
            continue
        if on_line:
            found.append(Crossed(line.id, (track.first + met) / TICKS, track.id, "in" if now > 0 else "out"))
        side, met = now, None
    return found


def stays(track: Track, zone: FloorZone, seconds: float) -> list[Stayed]:
    """All stays of a track in a zone, by time.

    Args:
        track: somebody's way.
        zone: an area of the floor.
        seconds: the scene's length.
    """
    found = []
    for begin, end in spans(zone.contains(track.place), round(DEBOUNCE * TICKS)):
        enter, leave = (track.first + max(begin - 0.5, 0.0)) / TICKS, (track.first + end - 0.5) / TICKS
        if min(leave, seconds) - max(enter, 0.0) < DEBOUNCE:
            continue
        cut = begin == 0 or end == len(track.place) or enter < 0 or leave > seconds
        found.append(Stayed(zone.id, track.id, max(enter, 0.0), min(leave, seconds), cut))
    return found


def spans(there: NDArray[np.bool_], least: int) -> list[tuple[int, int]]:
    """First row and the row after the last of every time that somebody is there.

    Args:
        there: (n,) by tick.
        least: ticks; a shorter absence does not end a stay, a shorter stay is none.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], there, [False])).astype(np.int8)))
    joined: list[list[int]] = []
    for begin, end in edges.reshape(-1, 2).tolist():
        if joined and begin - joined[-1][1] < least:
            joined[-1][1] = end
        else:
            joined.append([begin, end])
    return [(begin, end) for begin, end in joined if end - begin >= least]
