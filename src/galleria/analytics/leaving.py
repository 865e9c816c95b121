"""Who leaves when, told from two series of moments alone: comings and goings. Arrays in, counts out."""

from __future__ import annotations

import numpy as np

from . import sketch
from .facts import Numbers

# Who goes out again so soon, seconds, passed through.
SOON = 60.0
_LEAST = 3.0  # nobody turns round sooner
_CLUMP = 1.5  # seconds; who follow each other sooner are taken to walk together
_WINDOWS = 3  # before a coming, to tell chance by
_STEP = 60.0


def soon_gone(came: Numbers, went: Numbers) -> tuple[float, float, float]:
    """Goings that follow comings within `SOON`.

    Who come together go together, so parties are compared, and as many of them count as both have.

    Args:
        came: moments in order, seconds, at one door.
        went: likewise.

    Returns:
        how many pairs there are, how many there would be by chance (told by the goings just before), and the variance
        of the difference.
    """
    (first, size), (then, other) = _clumps(came), _clumps(went)
    if not len(first) or not len(then):
        return 0.0, 0.0, 0.0
    width = SOON - _LEAST
    pairs, squares = _pairs(first, size, then, other, (_LEAST, SOON))
    before, their = _pairs(first, size, then, other, (-_LEAST - _WINDOWS * width, -_LEAST))
    return pairs, before / _WINDOWS, squares + their / _WINDOWS**2


def first_in_first_out(came: Numbers, went: Numbers) -> dict[int, int]:
    """By bin of `sketch`, how many stay so long if all leave in the order in which they came.

    Args:
        came: moments in order, seconds.
        went: likewise; where they are not as many, they are stretched to the comings.
    """
    n = len(came)
    gone = went[((np.arange(n) + 0.5) / n * len(went)).astype(np.int64)]
    numbers, counts = np.unique(sketch.bins(np.maximum(gone - came, 0.0)), return_counts=True)
    return dict(zip(numbers.tolist(), counts.tolist(), strict=True))


def mixed_order(came: Numbers, went: Numbers) -> dict[int, int]:
    """By bin of `sketch`, hundredths of visits so long if whoever is inside is as likely to leave next as anybody else.

    Counted by minutes; who is still inside at the end leaves then.
    """
    edges = np.arange(0.0, float(max(came[-1], went[-1])) + 2 * _STEP, _STEP)
    coming = np.histogram(came, edges)[0].astype(np.float64)
    going = np.histogram(went, edges)[0] * (len(came) / len(went))
    inside = np.zeros(len(coming))
    gone = np.zeros(len(coming))  # by minutes stayed
    for n in range(len(coming)):
        inside[n] = coming[n]
        total = inside[: n + 1].sum()
        left = inside[: n + 1] * (min(1.0, going[n] / total) if total > 0 else 0.0)
        inside[: n + 1] -= left
        gone[: n + 1] += left[::-1]
    gone += inside[::-1]
    numbers = sketch.bins(np.maximum(np.arange(len(gone)) * _STEP, _STEP / 4))
    weights = np.bincount(numbers, weights=100 * gone)
    return {int(n): round(float(weights[n])) for n in np.flatnonzero(weights >= 0.5)}  # noqa: PLR2004


def _clumps(times: Numbers) -> tuple[Numbers, Numbers]:
    """When parties pass, and how many are in each."""
    if not len(times):
        return times, times
    starts = np.flatnonzero(np.concatenate(([True], np.diff(times) > _CLUMP)))
    return times[starts], np.diff(np.append(starts, len(times))).astype(np.float64)


def _pairs(
    first: Numbers, size: Numbers, then: Numbers, other: Numbers, window: tuple[float, float]
) -> tuple[float, float]:
    """Sums over pairs so far apart of how many both parties have, and of its square."""
    low = np.searchsorted(then, first + window[0], "left")
    high = np.searchsorted(then, first + window[1], "right")
    count = high - low
    row = np.repeat(np.arange(len(first)), count)
    column = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
    both = np.minimum(size[row], other[column])
    return float(both.sum()), float((both**2).sum())
