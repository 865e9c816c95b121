"""Impostor scores into a table from score to false-match rate, with a model of the tail and an honest floor.

Rows are counted but for the highest 3 % of scores (at least 50). There, excesses over the last counted score follow a
generalised Pareto distribution (the peaks-over-threshold model of ISO/IEC 5152), fitted by probability-weighted moments
(J. R. M. Hosking and J. R. Wallis, 1987, doi:10.1080/00401706.1987.10488243). Its shape is kept at 0 or above: a
bounded tail would promise an FMR of 0. The table ends a factor of ten below the floor.

The floor is 3 / n, n the pairs of subjects compared, each once however many samples there are: with fewer pairs not
even a flawless result would show the rate. Pairs that share a subject are not independent: the floor is optimistic.
"""

from __future__ import annotations

import math

import numpy as np

from galleria.domain.accuracy import Calibration
from galleria.domain.errors import InputError

from .comparisons import Comparisons
from .intervals import THREE, rule_of_three
from .samples import Values

_TAIL = 0.03  # share of scores that the model is fitted to
_FEWEST = 50  # scores in the tail
_ROWS = 20  # counted, and as many of the model
_STEEPEST = 0.5  # of the shape: above, excesses would have no variance


def calibrate(impostor: Comparisons, target: float) -> Calibration:
    """Make the table.

    Args:
        impostor: comparisons of different subjects.
        target: false-match rate that is to be claimed.

    Raises:
        InputError: the set is too small for the target, or for any table.
    """
    check_size(impostor, target)
    scores = np.sort(impostor.scores)[::-1]
    tail = max(math.ceil(_TAIL * len(scores)), _FEWEST)
    if len(scores) < 2 * tail or len(np.unique(scores)) < 2 * _ROWS:
        problem = f"{len(scores)} impostor comparisons are too few or too much alike for a calibration"
        raise InputError(problem, f"Give at least {2 * _FEWEST} comparisons of different subjects.")
    start = float(scores[tail])
    shape, scale = fit_tail(scores[:tail] - start)
    floor = rule_of_three(impostor.pairs)
    counted = _counted(scores, start)
    rates = np.geomspace(counted[-1][1], floor / 10, _ROWS + 1)[1:]
    modelled = [(start + _excess(rate / counted[-1][1], shape, scale), float(rate)) for rate in rates]
    rows = _falling([*counted, *modelled])
    return Calibration(
        tuple(score for score, _ in rows), tuple(r for _, r in rows), start, floor, impostor.subjects, impostor.pairs
    )


def check_size(impostor: Comparisons, target: float) -> None:
    """Refuse a set that could not show the target even if every decision were right.

    Raises:
        InputError: says how many subjects it takes.
    """
    if not 0 < target < 1:
        problem = f"a target false-match rate of {target:g}"
        raise InputError(problem, "Name a rate between 0 and 1, e.g. 0.001.")
    if not len(impostor):
        problem = "no two different subjects are compared"
        raise InputError(problem, f"To show {target:g} takes at least {subjects_needed(target)} subjects.")
    floor = rule_of_three(impostor.pairs)
    if target < floor:
        problem = (
            f"a false-match rate of {target:g} cannot be shown with {impostor.subjects} subjects: "
            f"pairs of them ({impostor.pairs}) show {min(floor, 1):.2g} at best"
        )
        remedy = (
            f"Take at least {subjects_needed(target)} subjects "
            f"({2 * math.ceil(THREE / target)} where no two comparisons may share one)"
        )
        # Of fewer than four pairs nothing can be shown: there is no rate to aim at.
        remedy += f", or aim at {_rounded_up(floor):g} or more." if floor < 1 else "."
        raise InputError(problem, remedy)


def subjects_needed(target: float) -> int:
    """How many subjects, each compared with every other, could show a false-match rate: 3 / target pairs."""
    pairs = math.ceil(THREE / target)
    return math.ceil((1 + math.sqrt(1 + 8 * pairs)) / 2)


def fit_tail(excesses: Values) -> tuple[float, float]:
    """Shape (kept in [0, 0.5]) and scale of a generalised Pareto distribution of (m,) excesses, at least 0."""
    excesses = np.sort(excesses)
    n = len(excesses)
    first = float(excesses.mean())
    second = float(np.mean(excesses * (n - np.arange(1, n + 1) + 0.35) / n))
    shape = 2 - first / (first - 2 * second) if first > 2 * second else _STEEPEST
    shape = min(max(shape, 0.0), _STEEPEST)
    return shape, first * (1 - shape)


def _excess(share: float, shape: float, scale: float) -> float:
    """The excess that a share of the tail is above of."""
    return -scale * math.log(share) if shape < 1e-6 else scale / shape * (share**-shape - 1)  # noqa: PLR2004


def _counted(scores: Values, start: float) -> list[tuple[float, float]]:
    """Scores, falling, into rows up to `start` with the share of scores that are at least as high."""
    rising = scores[::-1]
    last = float(np.mean(scores >= start))
    ranks = np.unique((np.geomspace(1, last, _ROWS) * len(scores)).round().astype(int)).clip(1)
    found = sorted({float(scores[rank - 1]) for rank in ranks if scores[rank - 1] <= start} | {start})
    return [(score, float(1 - np.searchsorted(rising, score, "left") / len(rising))) for score in found]


def _falling(rows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The rows of which the score rises and the rate falls."""
    kept = rows[:1]
    for score, rate in rows[1:]:
        if score > kept[-1][0] and rate < kept[-1][1]:
            kept.append((score, rate))
    return kept


def _rounded_up(rate: float) -> float:
    """To two digits, never down."""
    power = 10.0 ** (math.floor(math.log10(rate)) - 1)
    return math.ceil(rate / power - 1e-9) * power
