"""Conditions of a camera to a strip of time: which state when, and what share of it was seen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from galleria.domain.health import CameraState, Condition


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the strip: shares of its length, and the state, None where nobody watched the camera."""

    left: float
    width: float
    state: CameraState | None
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A camera's states over a stretch of time.

    Attributes:
        pieces: in order, without overlaps; they fill the strip.
        seen: share of the time in which the camera was seeing, in [0,1].
    """

    pieces: tuple[Piece, ...]
    seen: float


def strip(conditions: Sequence[Condition], begin: float, end: float) -> Strip:
    """Lay out one camera's conditions over [begin, end), seconds since 1970-01-01 UTC; `end` is the present or before.

    Where two conditions overlap, the later one holds; where there is none, nothing watched the camera.
    """
    pieces: list[Piece] = []
    at = begin
    ordered = sorted(conditions, key=lambda condition: condition.begin)
    for n, condition in enumerate(ordered):
        stops = end if condition.end is None else min(condition.end, end)
        if n + 1 < len(ordered):
            stops = min(stops, ordered[n + 1].begin)
        starts = max(condition.begin, at)
        if stops <= starts:
            continue
        if starts > at:
            pieces.append(_piece(at, starts, None, begin, end))
        pieces.append(_piece(starts, stops, condition.state, begin, end))
        at = stops
    if at < end:
        pieces.append(_piece(at, end, None, begin, end))
    seen = sum(piece.end - piece.begin for piece in pieces if piece.state is CameraState.SEEING)
    return Strip(tuple(_merged(pieces)), seen / (end - begin) if end > begin else 0.0)


def _piece(starts: float, stops: float, state: CameraState | None, begin: float, end: float) -> Piece:
    length = end - begin
    return Piece((starts - begin) / length, (stops - starts) / length, state, starts, stops)


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one state as one."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1].state is piece.state:
            last = merged[-1]
            merged[-1] = Piece(last.left, last.width + piece.width, last.state, last.begin, piece.end)
        else:
            merged.append(piece)
    return merged
