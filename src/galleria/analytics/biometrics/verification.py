"""Comparison scores into the error rates of verification: FMR, FNMR, the DET curve, the EER.

FMR(t) is the share of impostor scores of at least t, FNMR(t) that of genuine scores below t. The DET curve has a point
at every score that occurs and one above them all; the EER lies where the straight lines between points cross the
diagonal. A threshold for a target FMR is rounded up to four decimals: what is written is what runs, and the last bits
of a product decide nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from galleria.domain.accuracy import Curve, Figure, Histogram, Rate
from galleria.domain.dossier import OperatingPoint, Verification
from galleria.domain.errors import InputError

from .comparisons import Comparisons
from .intervals import draws, rate, rule_of_three, spread, strict_bound, weights
from .samples import Values

STEPS = 10_000  # thresholds are multiples of 1 / STEPS
USUAL = (1e-2, 1e-3, 1e-4)  # false-match rates at which the field tells the FNMR
_LEAST = 1e-9  # by so much a product may fall short of a whole number
_BINS = 48
_POINTS = 200  # of a DET curve that is kept


def fmr(impostor: Values, threshold: float) -> float:
    """Share of (m,) impostor scores that are accepted."""
    return float(np.mean(impostor >= threshold))


def fnmr(genuine: Values, threshold: float) -> float:
    """Share of (m,) genuine scores that are rejected."""
    return float(np.mean(genuine < threshold))


def threshold_at(impostor: Values, target: float) -> float:
    """The lowest threshold, in steps of 1 / STEPS, at which at most a share `target` of (m,) scores is accepted."""
    allowed = math.floor(target * len(impostor) + _LEAST)
    if allowed >= len(impostor):
        return math.floor(float(impostor.min()) * STEPS) / STEPS
    rejected = float(np.partition(impostor, len(impostor) - 1 - allowed)[len(impostor) - 1 - allowed])
    step = math.floor(rejected * STEPS)
    while step / STEPS <= rejected:
        step += 1
    return step / STEPS


def det(genuine: Values, impostor: Values) -> tuple[Values, Values, Values]:
    """Thresholds, rising, with the FMR and FNMR at each; the last threshold is infinite."""
    thresholds = np.append(np.unique(np.concatenate((genuine, impostor))), np.inf)
    accepted = len(impostor) - np.searchsorted(np.sort(impostor), thresholds, "left")
    rejected = np.searchsorted(np.sort(genuine), thresholds, "left")
    return thresholds, accepted / len(impostor), rejected / len(genuine)


def eer(genuine: Values, impostor: Values) -> float:
    """Equal error rate."""
    _, false, missed = det(genuine, impostor)
    return _crossing(false, missed)


def verify(comparisons: Comparisons, target: float, common: float, threshold: float, seed: int) -> Verification:
    """All figures of verification.

    Args:
        comparisons: of the whole set.
        target: false-match rate.
        common: threshold that the whole set needs for it.
        threshold: that the model is to run with.
        seed: of the draws.

    Raises:
        InputError: there is no genuine or no impostor comparison.
    """
    genuine, impostor = comparisons.genuine, comparisons.impostor
    if not len(genuine) or not len(impostor):
        problem = f"the set allows {len(genuine)} genuine and {len(impostor)} impostor comparisons"
        raise InputError(problem, "Give two or more samples of each of two or more subjects.")
    # Of a rate that allows less than one false match in all comparisons there is not even an estimate.
    usual = [asked for asked in USUAL if asked * len(impostor) >= 1 - _LEAST]
    (at_target, *at_usual), equal = _drawn(genuine, impostor, (target, *usual), seed)
    edges = _edges(comparisons.scores)
    return Verification(
        fmr=_rate(impostor, impostor.scores >= threshold, seed),
        fnmr=_rate(genuine, genuine.scores < threshold, seed),
        common=common,
        fmr_common=_rate(impostor, impostor.scores >= common, seed),
        fnmr_common=_rate(genuine, genuine.scores < common, seed),
        fnmr_at_target=at_target,
        eer=equal,
        strict=strict_bound(impostor),
        det=curve(genuine.scores, impostor.scores),
        genuine=histogram(genuine.scores, edges),
        impostor=histogram(impostor.scores, edges),
        points=tuple(
            _point(genuine, impostor, asked, found, seed) for asked, found in zip(usual, at_usual, strict=True)
        ),
    )


def _point(genuine: Comparisons, impostor: Comparisons, asked: float, fnmr: Figure, seed: int) -> OperatingPoint:
    """What is seen at a usual FMR, beside what so many subjects can show at best."""
    threshold = threshold_at(impostor.scores, asked)
    best = rule_of_three(impostor.pairs), rule_of_three(genuine.subjects)
    return OperatingPoint(asked, threshold, _rate(impostor, impostor.scores >= threshold, seed), fnmr, *best)


def curve(genuine: Values, impostor: Values) -> Curve:
    """A DET curve of at most 200 points, spread evenly over both rates; its ends and turns in the middle stay."""
    thresholds, false, missed = det(genuine, impostor)
    thresholds[-1] = np.nextafter(thresholds[-2], np.inf)
    # Steps along the curve on a scale on which a tenth of a rate is as long as a tenth of that tenth.
    scale = np.log(np.maximum(missed, 0.5 / len(genuine))) - np.log(np.maximum(false, 0.5 / len(impostor)))
    kept = np.unique(np.searchsorted(scale, np.linspace(scale[0], scale[-1], _POINTS)).clip(0, len(scale) - 1))
    return Curve(_tuple(thresholds[kept]), _tuple(false[kept]), _tuple(missed[kept]))


def histogram(scores: Values, edges: Values) -> Histogram:
    """(m,) scores counted between (b,) edges."""
    return Histogram(_tuple(edges), tuple(int(count) for count in np.histogram(scores, edges)[0]))


def _edges(scores: Values) -> Values:
    """Round edges around all scores."""
    low, high = math.floor(float(scores.min()) * 50) / 50, math.ceil(float(scores.max()) * 50) / 50
    return np.linspace(low, max(high, low + 0.02), _BINS + 1)


def _tuple(values: Values) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _rate(comparisons: Comparisons, events: np.ndarray[tuple[int], np.dtype[np.bool_]], seed: int) -> Rate:
    found = rate(comparisons, events, seed)
    assert found is not None
    return found


def _crossing(false: Values, missed: Values) -> float:
    """Where the line through (false, missed), from (1, 0) to (0, 1), crosses the diagonal."""
    above = missed - false
    n = int(np.searchsorted(above, 0.0))
    if n == 0:
        return float(false[0])
    part = -above[n - 1] / (above[n] - above[n - 1])
    return float(false[n - 1] + part * (false[n] - false[n - 1]))


def _drawn(
    genuine: Comparisons, impostor: Comparisons, targets: Sequence[float], seed: int
) -> tuple[list[Figure], Figure]:
    """FNMR at each target FMR, and EER, with the spread over drawn subjects; each draw finds its own thresholds."""
    genuine, impostor = _sorted(genuine), _sorted(impostor)
    places = np.unique(np.concatenate((genuine.scores, impostor.scores)))
    of_genuine, of_impostor = (np.searchsorted(c.scores, places, "left") for c in (genuine, impostor))
    subjects = int(max(genuine.one.max(), impostor.one.max(), impostor.other.max())) + 1
    missed, equal = [], []

    def at_targets(rejected: Values, passed: Values) -> list[float]:
        return [_missed(rejected, passed, genuine.scores, impostor.scores, target) for target in targets]

    for drawn in draws(subjects, seed):
        rejected = _summed(weights(drawn, genuine.one, genuine.other))
        passed = _summed(weights(drawn, impostor.one, impostor.other))
        if rejected[-1] and passed[-1]:
            missed.append(at_targets(rejected, passed))
            false = np.append(1 - passed[of_impostor] / passed[-1], 0.0)
            equal.append(_crossing(false, np.append(rejected[of_genuine] / rejected[-1], 1.0)))
    every = np.ones(subjects)
    rejected = _summed(weights(every, genuine.one, genuine.other))
    passed = _summed(weights(every, impostor.one, impostor.other))
    values, least = at_targets(rejected, passed), genuine.subjects
    equal_value = eer(genuine.scores, impostor.scores)
    found = [spread(value, drawn, least) for value, drawn in zip(values, np.array(missed).T, strict=True)]
    return found, spread(equal_value, np.array(equal), least)


def _sorted(comparisons: Comparisons) -> Comparisons:
    order = np.argsort(comparisons.scores, kind="stable")
    return Comparisons(comparisons.scores[order], comparisons.one[order], comparisons.other[order])


def _summed(values: Values) -> Values:
    """Sums of the first 0, 1, 2, ... values."""
    return np.concatenate(([0.0], np.cumsum(values)))


def _missed(rejected: Values, passed: Values, genuine: Values, impostor: Values, target: float) -> float:
    """FNMR just above the highest impostor score that has to be rejected; both sums are of scores in order."""
    # The first so many impostors that, once rejected, leave at most the target.
    n = int(np.searchsorted(passed, passed[-1] * (1 - target) - 1e-9, "left"))
    if n == 0:
        return 0.0
    # A threshold lies above all scores that equal the last one rejected.
    place = int(np.searchsorted(genuine, impostor[n - 1], "right"))
    return float(rejected[place] / rejected[-1])
