"""Figures of accuracy: rates with intervals, curves, tables of confusion, and a score's calibration.

Terms are those of ISO/IEC 19795-1 and -10 and 30107-3. A higher score means more alike; a comparison is accepted when
its score is at least the threshold. All intervals are at 95 %.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from .errors import InputError


class Method(StrEnum):
    """Where an interval comes from."""

    BOOTSTRAP = "bootstrap-by-subject"  # subjects are drawn again and again, with all their comparisons
    THREE = "rule-of-three"  # no error (or nothing but errors) was seen: at most 3 / n
    WILSON = "wilson"  # trials are taken for independent
    BOUNDS = "bounds-of-fmr"  # computed from the ends of the FMR's interval


def check(sound: bool, problem: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Raise ValueError unless a record is sound."""
    if not sound:
        raise ValueError(problem)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of trials that went one way, e.g. errors.

    Attributes:
        events: trials that did.
        trials: at least one.
        independent: how many independent trials the interval rests on; at most `trials`.
        low: end of the interval; likewise `high`.
    """

    events: int
    trials: int
    independent: int
    low: float
    high: float
    method: Method

    def __post_init__(self) -> None:
        check(0 <= self.events <= self.trials and self.trials > 0, f"{self.events} of {self.trials} trials")
        check(0 <= self.independent <= self.trials, f"{self.independent} independent of {self.trials} trials")
        check(0 <= self.low <= self.value <= self.high <= 1, f"{self.value} is not in {self.low} to {self.high}")

    @property
    def value(self) -> float:
        return self.events / self.trials


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its interval, in the unit that its name tells."""

    value: float
    low: float
    high: float
    method: Method

    def __post_init__(self) -> None:
        ends = f"{self.value} is not in {self.low} to {self.high}"
        check(math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.value <= self.high, ends)


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie between each two neighbouring edges; the last bin holds its upper edge."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        check(len(self.edges) == len(self.counts) + 1, f"{len(self.edges)} edges of {len(self.counts)} bins")
        check(all(a < b for a, b in pairwise(self.edges)) and min(self.counts, default=0) >= 0, "bins in disorder")


@dataclass(frozen=True, slots=True)
class Curve:
    """A detection error trade-off (DET) curve: both error rates at rising thresholds."""

    thresholds: tuple[float, ...]
    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]

    def __post_init__(self) -> None:
        check(len(self.thresholds) == len(self.fmr) == len(self.fnmr) > 0, "columns of unequal length")
        rising = all(a <= b for column in (self.thresholds, self.fnmr) for a, b in pairwise(column))
        falling = all(a >= b for a, b in pairwise(self.fmr))
        check(rising and falling and self.fmr[-1] >= 0 and self.fmr[0] <= 1, "thresholds or rates in disorder")


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each true label (row) was told as each label (column)."""

    title: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    right: Rate

    def __post_init__(self) -> None:
        n = len(self.labels)
        check(len(self.counts) == n and all(len(row) == n for row in self.counts), f"not {n} x {n} counts")
        check(all(count >= 0 for row in self.counts for count in row), "a negative count")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scores into false-match rates: a table, log-linear between its rows.

    Attributes:
        scores: rising; `fmr` falls, and is never 0.
        tail: from this score on rows come from a model of the tail, not from counting.
        floor: smallest FMR that the set can show, 3 / pairs of subjects; nothing below is ever claimed.
    """

    scores: tuple[float, ...]
    fmr: tuple[float, ...]
    tail: float
    floor: float
    subjects: int
    pairs: int

    def __post_init__(self) -> None:
        check(len(self.scores) == len(self.fmr) > 1, f"{len(self.scores)} scores and {len(self.fmr)} rates")
        check(all(a < b for a, b in pairwise(self.scores)), "scores do not rise")
        check(all(a > b > 0 for a, b in pairwise(self.fmr)) and self.fmr[0] <= 1, "rates do not fall towards 0")
        check(0 < self.floor <= 1, f"a floor of {self.floor}")

    def estimate(self, score: float) -> float:
        """FMR at a threshold of `score` as the table has it, below the floor too; constant outside the table."""
        n = bisect_right(self.scores, score)
        if n == 0 or n == len(self.scores):
            return self.fmr[0] if n == 0 else self.fmr[-1]
        share = (score - self.scores[n - 1]) / (self.scores[n] - self.scores[n - 1])
        return math.exp((1 - share) * math.log(self.fmr[n - 1]) + share * math.log(self.fmr[n]))

    def claim(self, score: float) -> float:
        """FMR that may be claimed at a threshold of `score`: never below the floor."""
        return max(self.estimate(score), self.floor)

    def threshold(self, target: float) -> float:
        """The score from which on the FMR is at most `target`.

        Raises:
            InputError: the set is too small to show such an FMR, or it is above all rows.
        """
        if not self.floor <= target <= self.fmr[0]:
            shown = f"{self.floor:.2g} to {self.fmr[0]:.2g}"
            problem = f"the set cannot show a false-match rate of {target:g}, only {shown}"
            raise InputError(problem, "Name a rate within, or evaluate with more subjects.")
        n = next((i for i, rate in enumerate(self.fmr) if rate <= target), len(self.fmr) - 1)
        if n == 0:
            return self.scores[0]
        upper, lower = math.log(self.fmr[n - 1]), math.log(self.fmr[n])
        return self.scores[n - 1] + (upper - math.log(target)) / (upper - lower) * (self.scores[n] - self.scores[n - 1])
