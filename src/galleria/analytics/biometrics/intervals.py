"""Counted events into rates with 95 % intervals that take subjects, not comparisons, for what was drawn at random.

Comparisons that share a subject are not independent: somebody who looks like many gives many false accepts. So
subjects are drawn again, with replacement, each with all of its comparisons (a comparison of subjects drawn a and b
times counts a x b times; vertex bootstrap, T. Snijders and S. Borgatti, 1999). The spread of the rate over the draws
says how many independent trials the set is worth, at most one for each pair of subjects (genuine: for each subject);
the interval is Wilson's for that many. Percentiles of the draws themselves would be too narrow where errors are few.

Where no error was seen there is nothing to draw: the rate is at most 3 / n, n the pairs of subjects (genuine: the
subjects). That takes pairs for independent, which is optimistic; `strict_bound` is the bound that is not.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from galleria.analytics.score import Z95
from galleria.domain.accuracy import Figure, Method, Rate

from .comparisons import Comparisons
from .samples import Mask, Numbers, Values

ROUNDS = 1000
THREE = 3.0  # -ln 0.05, rounded up: "rule of three"


def rule_of_three(independent: int) -> float:
    """The highest rate at which nothing is seen in so many independent trials in 5 of 100 cases."""
    return min(THREE / independent, 1.0) if independent else 1.0


def strict_bound(comparisons: Comparisons) -> float:
    """The rule of three for impostors of which no two share a subject: half as many as there are subjects."""
    return rule_of_three(comparisons.subjects // 2)


@lru_cache(maxsize=8)  # all rates of a set use the same few
def draws(subjects: int, seed: int, rounds: int = ROUNDS) -> Values:
    """(rounds, subjects) how often each subject is drawn."""
    rng = np.random.default_rng(seed)
    found = rng.multinomial(subjects, np.full(subjects, 1 / subjects), size=rounds).astype(np.float64)
    found.flags.writeable = False
    return found


def weights(drawn: Values, one: Numbers, other: Numbers) -> Values:
    """How often each comparison counts in one draw, (subjects,) -> (m,)."""
    return np.where(one == other, drawn[one], drawn[one] * drawn[other])


def rate(comparisons: Comparisons, events: Mask, seed: int) -> Rate | None:
    """The share of comparisons in which something happened; None without comparisons.

    Args:
        comparisons: all genuine, or all impostor.
        events: (m,) where it happened.
        seed: of the draws.
    """
    if not len(comparisons):
        return None
    independent = comparisons.pairs
    happened, trials = int(events.sum()), len(comparisons)
    if happened in (0, trials):
        return _unseen(happened, trials, independent)
    numbers = np.unique(np.concatenate((comparisons.one, comparisons.other)), return_inverse=True)[1]
    one, other = np.split(numbers.reshape(-1), 2)
    variance = float(_drawn_shares(one, other, events, seed).var())
    worth = _worth(happened / trials, variance, independent)
    low, high = wilson_at(happened / trials, worth)
    return Rate(happened, trials, worth, low, high, Method.BOOTSTRAP)


def counted(events: Mask, subjects: Numbers, seed: int) -> Rate:
    """The share of samples in which something happened; (m,) events and the subjects' numbers, at least one."""
    happened, trials, independent = int(events.sum()), len(events), len(np.unique(subjects))
    if happened in (0, trials):
        return _unseen(happened, trials, independent)
    worth = _worth(happened / trials, float(_drawn_means(events, subjects, seed).var()), independent)
    low, high = wilson_at(happened / trials, worth)
    return Rate(happened, trials, worth, low, high, Method.BOOTSTRAP)


def share(values: Values, subjects: Numbers, seed: int) -> Figure:
    """The mean of values in [0,1], (m,), of samples whose subjects' numbers are given; at least one."""
    value, independent = float(values.mean()), len(np.unique(subjects))
    bound = rule_of_three(independent)
    if value <= 0 or value >= 1:
        return Figure(value, 0.0 if value <= 0 else 1 - bound, bound if value <= 0 else 1.0, Method.THREE)
    low, high = wilson_at(value, _worth(value, float(_drawn_means(values, subjects, seed).var()), independent))
    return Figure(value, low, high, Method.BOOTSTRAP)


def mean(values: Values, subjects: Numbers, seed: int) -> Figure:
    """The mean of any numbers, (m,), with percentiles of the draws."""
    return percentiles(float(values.mean()), _drawn_means(values, subjects, seed))


def percentiles(value: float, drawn: Values) -> Figure:
    """A figure with the middle 95 % of what was drawn."""
    low, high = (float(end) for end in np.percentile(drawn, (2.5, 97.5)))
    return Figure(value, min(low, value), max(high, value), Method.BOOTSTRAP)


def spread(value: float, drawn: Values, independent: int) -> Figure:
    """An error rate with the middle 95 % of what was drawn; at least as wide as so many trials have it."""
    found, bound = percentiles(value, drawn), rule_of_three(independent)
    if value <= 0 and found.high <= bound:
        return Figure(0.0, 0.0, bound, Method.THREE)
    low, high = wilson_at(value, independent)
    return Figure(value, min(found.low, low), max(found.high, high), Method.BOOTSTRAP)


def wilson_at(value: float, worth: int) -> tuple[float, float]:
    """Wilson's score interval of a share that is worth so many independent trials."""
    scale = 1 + Z95 * Z95 / worth
    centre = (value + Z95 * Z95 / (2 * worth)) / scale
    half = Z95 / scale * math.sqrt(value * (1 - value) / worth + Z95 * Z95 / (4 * worth * worth))
    return max(min(centre - half, value), 0.0), min(max(centre + half, value), 1.0)


def _unseen(happened: int, trials: int, independent: int) -> Rate:
    bound = rule_of_three(independent)
    low, high = (0.0, bound) if not happened else (1 - bound, 1.0)
    return Rate(happened, trials, independent, low, high, Method.THREE)


def _worth(value: float, variance: float, independent: int) -> int:
    if variance <= 0:
        return independent
    return max(min(int(value * (1 - value) / variance), independent), 1)


def _drawn_shares(one: Numbers, other: Numbers, events: Mask, seed: int) -> Values:
    """The share in each draw; draws without any trial are left out."""
    n = int(max(one.max(), other.max())) + 1
    cells = one * n + other
    trials = np.bincount(cells, minlength=n * n).reshape(n, n).astype(np.float64)
    hits = np.bincount(cells, events.astype(np.float64), minlength=n * n).reshape(n, n)
    drawn = draws(n, seed)
    sums = [drawn @ np.diag(m) + np.sum((drawn @ (m - np.diag(np.diag(m)))) * drawn, axis=1) for m in (hits, trials)]
    some = sums[1] > 0
    return np.asarray(sums[0][some] / sums[1][some])


def _drawn_means(values: Values | Mask, subjects: Numbers, seed: int) -> Values:
    own = np.unique(subjects, return_inverse=True)[1].reshape(-1)
    drawn = draws(int(own.max()) + 1, seed)
    return np.asarray((drawn @ np.bincount(own, values.astype(np.float64))) / (drawn @ np.bincount(own)))
