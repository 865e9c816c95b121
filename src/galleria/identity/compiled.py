"""The inner loops of search, compiled to machine code when this module is first loaded: that takes seconds.

A search among ten thousand templates takes as long as a hundred steps of Python do, so that what is done for every
score, and what is done once for every search, is written in loops here: all in one file, for code that is kept is taken
for current as long as its own file is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats

from .labels import Halves

Bytes: TypeAlias = NDArray[np.int8]
Whole: TypeAlias = NDArray[np.int32]
Doubles: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.int64]

LARGEST = 127.0
LENGTH = 1.002  # of a template, at most
_CHUNK = 64  # scores, of which the highest is looked at first
_NEVER = np.iinfo(np.int32).min
_ROUNDED_OFF = 1e-5  # more than floats round off

_Function = TypeVar("_Function", bound=Callable[..., object])


def _compiled(signature: str, *, reorder: bool = False) -> Callable[[_Function], _Function]:
    """Compile for these types, once on a machine; `reorder`: its sums may be summed up in several parts."""

    def compiled(function: _Function) -> _Function:
        jit: Callable[..., Any] = partial(
            numba.njit, signature, nogil=True, fastmath={"reassoc"} if reorder else False, error_model="numpy"
        )
        try:
            machine_code: _Function = jit(cache=True)(function)
        except Exception:  # noqa: BLE001  there is no room for it, or what was kept is damaged: compiled each time
            machine_code = jit()(function)
        return machine_code

    return compiled


@_compiled("float64(float32[::1], float32[::1])", reorder=True)
def product(one: Floats, other: Floats) -> float:
    """The product of (d,) two templates: of float32 values, summed up in float64."""
    total = 0.0
    for at in range(one.size):
        total += np.float64(one[at]) * np.float64(other[at])
    return total


@_compiled("float64(float32[::1], float32[::1], float64, int8[::1], float64[::1])", reorder=True)
def _rounded(values: Floats, centre: Floats, steps: float, whole: Bytes, rest: Doubles) -> float:
    """(d,) `values - centre` in `whole` steps, and the `rest` in steps; the square of its length."""
    lost = 0.0
    for at in range(values.size):
        exact = (np.float64(values[at]) - np.float64(centre[at])) * steps
        near = np.rint(exact)
        whole[at] = np.int8(near)
        rest[at] = exact - near
        lost += rest[at] * rest[at]
    return lost


@_compiled(
    "void(float32[:, ::1], int64[::1], float32[::1], float64, float64, int8[:, ::1], float64[::1])", reorder=True
)
def round_rows(
    values: Floats, rows: Rows, centre: Floats, length: float, steps: float, whole: Bytes, worst: Doubles
) -> None:
    """Round these rows of (n, d) values to (n, d) whole steps from the centre.

    Args:
        values: templates.
        rows: which of them.
        centre: (d,) of the gallery.
        length: of the centre.
        steps: into how many whole numbers a length of 1 is divided.
        whole: where they go.
        worst: (3,) of `slack`, raised where one of these is further off.
    """
    rest = np.empty(centre.size)
    for row in rows:
        lost = _rounded(values[row], centre, steps, whole[row], rest)
        along, own = 0.0, 0.0
        for at in range(centre.size):
            along += rest[at] * np.float64(centre[at])
            own += (np.float64(values[row, at]) - np.float64(centre[at])) ** 2
        worst[0] = max(worst[0], np.sqrt(lost) / steps)
        worst[1] = max(worst[1], abs(along) / length / steps)
        worst[2] = max(worst[2], np.sqrt(own))


@_compiled("float64(float32[:, ::1], float32[::1])")
def reach(values: Floats, centre: Floats) -> float:
    """How far any number of (n, d) values is from that of the (d,) centre."""
    furthest = 0.0
    for row in range(len(values)):
        for at in range(centre.size):
            furthest = max(furthest, abs(np.float64(values[row, at]) - np.float64(centre[at])))
    return furthest


@_compiled("int64(float32[:, ::1], uint64[:, ::1], int64, int64[::1])")
def remove(values: Floats, labels: Halves, count: int, gone: Rows) -> int:
    """Move the last rows that stay into the holes that others leave, and wipe what they leave.

    Args:
        values: (room, d) templates.
        labels: (2, room).
        count: rows that there are.
        gone: (n,) those that go, ascending.

    Returns:
        How many of these are holes that were filled: the first ones.
    """
    left, mover, latest = count - gone.size, count, gone.size - 1
    holes = 0
    while holes < gone.size and gone[holes] < left:
        mover -= 1
        while latest >= 0 and gone[latest] == mover:
            mover, latest = mover - 1, latest - 1
        hole = gone[holes]
        labels[0, hole], labels[1, hole] = labels[0, mover], labels[1, mover]
        for at in range(values.shape[1]):
            values[hole, at] = values[mover, at]
        holes += 1
    for row in range(left, count):
        labels[0, row], labels[1, row] = 0, 0
        for at in range(values.shape[1]):
            values[row, at] = 0
    return holes


@_compiled("float64(float64[::1], float64, float64)")
def slack(worst: Doubles, lean: float, away: float) -> float:
    """How far a score of rounded templates can be from the exact score.

    Let c be the centre, y = x - c what is left of a template x, y' the rounded one, p and p' the same of the probe.
    Then x.p = c.p + y.p, and |y.p - y'.p'| = |(y - y').p + y'.(p - p')|. With p = l u + q, where u is the centre's
    direction, in which most of every probe lies, and q is at a right angle to it, by Cauchy and Schwarz
    |(y - y').p| <= |(y - y').u| |l| + |y - y'| |q|, and |y'.(p - p')| <= (|y| + |y - y'|) |p - p'|.

    Args:
        worst: (3,) the largest |y - y'|, |(y - y').u| and |y| of all templates.
        lean: l.
        away: |p - p'|.
    """
    aside = np.sqrt(max(0.0, LENGTH * LENGTH - lean * lean))
    return float(worst[1] * abs(lean) + worst[0] * aside + (worst[2] + worst[0]) * away + _ROUNDED_OFF)


@_compiled("float64(float32[:, ::1])")
def stretch(values: Floats) -> float:
    """How far the square of any length of (n, d) templates is from 1; infinite where there is no number."""
    furthest = 0.0
    for row in range(len(values)):
        off = abs(product(values[row], values[row]) - 1)
        furthest = max(furthest, off) if off >= 0 else np.inf
    return furthest


@_compiled("void(float32[:, ::1], float32[::1], float64, float64, float64[::1], int8[:, ::1], float64[:, ::1])")
def ask(
    probes: Floats, centre: Floats, length: float, steps: float, worst: Doubles, whole: Bytes, bounds: Doubles
) -> None:
    """Round probes, and say what their scores will mean.

    Args:
        probes: (n, d) of length 1.
        centre: (d,) of the gallery.
        length: of the centre.
        steps: of `round_rows`.
        worst: (3,) of `slack`.
        whole: (n, d) where the rounded ones go.
        bounds: (n, 2) where these go: the exact score of a row is at most `score / bounds[0] + bounds[1]`.
    """
    nowhere, rest = np.zeros_like(centre), np.empty(centre.size)
    for number in range(len(probes)):
        probe, largest = probes[number], 0.0
        for at in range(probe.size):
            largest = max(largest, abs(np.float64(probe[at])))
        own = LARGEST / largest
        away = np.sqrt(_rounded(probe, nowhere, own, whole[number], rest)) / own
        lean = product(probe, centre)
        bounds[number, 0] = own * steps
        bounds[number, 1] = lean + slack(worst, lean / length, away)


@_compiled("int64(float64, float64[::1])")
def _floor(least: float, bounds: Doubles) -> int:
    """The score that a row has at least whose exact score is not below this."""
    return int(max(_NEVER + 1.0, np.floor((least - bounds[1]) * bounds[0])))


@_compiled("void(uint64[:, ::1], float64[::1], uint64, uint64, float64)")
def _take(near: Halves, scores: Doubles, first: int, second: int, score: float) -> None:
    """Put a label where it belongs among the nearest, with its best score only; equal scores go by label."""
    at, last = 0, scores.size - 1
    while at <= last and scores[at] >= score:
        if near[at, 0] == first and near[at, 1] == second:
            return
        if scores[at] == score and (near[at, 0] > first or (near[at, 0] == first and near[at, 1] > second)):
            break
        at += 1
    end = at
    while end < last and not (near[end, 0] == first and near[end, 1] == second):
        end += 1
    if at <= last:
        for to in range(end, at, -1):
            near[to, 0], near[to, 1], scores[to] = near[to - 1, 0], near[to - 1, 1], scores[to - 1]
        near[at, 0], near[at, 1], scores[at] = first, second, score


@_compiled("int32(int32[::1], int64)")
def _peak(scores: Whole, chunk: int) -> int:
    """The highest score of a chunk."""
    some, peak = scores[chunk * _CHUNK : (chunk + 1) * _CHUNK], np.int32(_NEVER)
    for at in range(some.size):
        peak = some[at] if some[at] > peak else peak  # noqa: FURB136  max() is not done sixteen at a time
    return int(peak)


@_compiled("void(int32[::1], int32[::1])")
def _find_peaks(scores: Whole, peaks: Whole) -> None:
    for chunk in range(peaks.size):
        peaks[chunk] = _peak(scores, chunk)


@_compiled(
    "void(int32[:, ::1], int64, int64, float32[:, ::1], float64[:, ::1], float32[:, ::1], uint64[:, ::1],"
    " uint64[:, :, ::1], float64[:, ::1])"
)
def look(  # noqa: PLR0913, PLR0917  to put some into a tuple takes as long as to compare ten templates
    about: Whole,
    begin: int,
    loose: int,
    probes: Floats,
    bounds: Doubles,
    values: Floats,
    labels: Halves,
    near: Halves,
    scores: Doubles,
) -> None:
    """Look for the nearest labels among rows that follow each other, beside those found before.

    Args:
        about: (p, n) scores of rounded probes and of n rows; they are used up.
        begin: the first of these.
        loose: how many rows without such scores follow them.
        probes: (p, d).
        bounds: (p, 2) of `ask`.
        values: (room, d) all templates.
        labels: (2, room) first and second halves of their labels.
        near: (p, k, 2) those of the nearest labels, nearest first.
        scores: (p, k) their exact scores; minus infinity where there are fewer labels.
    """
    count, last = about.shape[1], scores.shape[1] - 1
    chunks = (count + _CHUNK - 1) // _CHUNK
    peaks, first = np.empty(chunks, np.int32), min(last + 1, chunks)
    for number in range(len(probes)):
        own, found, exact = about[number], near[number], scores[number]
        _find_peaks(own, peaks)
        floor = _floor(exact[last], bounds[number])
        # The rows with the highest scores first: after them few others can be nearer.
        for turn in range(first + chunks + 1):
            chunk = int(np.argmax(peaks)) if turn < first else turn - first
            if chunk < chunks and peaks[chunk] < floor:
                continue
            low, high = chunk * _CHUNK, min(count, (chunk + 1) * _CHUNK)
            if turn < first:
                low += int(np.argmax(own[low:high]))
                high = low + 1
            elif chunk == chunks:
                low, high = count, count + loose
            for at in range(low, high):
                if at >= count or own[at] >= floor:
                    # Nowhere else: sums that were compiled twice may be summed up in another order.
                    score = product(probes[number], values[begin + at])
                    if score >= exact[last]:
                        _take(found, exact, labels[0, begin + at], labels[1, begin + at], score)
                        floor = _floor(exact[last], bounds[number])
            if turn < first:
                own[low] = _NEVER
                peaks[chunk] = _peak(own, chunk)
