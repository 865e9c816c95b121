"""Truth and counted crossings into a score: what was found, missed and invented, with an error bar.

Knows nothing of files, videos or how crossings are counted.

Definitions, for `truth` crossings, `counted` crossings and `matched` pairs of the two:
precision is matched / counted, recall matched / truth, F1 2 x matched / (truth + counted). Where nothing was there to
be found and nothing was counted all three are 1; any other division by zero gives 0.
Accuracy is matched / (matched + missed + false); its interval is Wilson's at 95 % (E. B. Wilson, 1927,
doi:10.1080/01621459.1927.10502953).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from galleria.domain.errors import TruthError
from galleria.domain.events import Crossing
from galleria.domain.truth import Truth, TruthCrossing, TruthLine, totals_of

TOLERANCE = 0.8  # seconds; two strides: labels are set at full speed, counts wait until a body is clear of the line
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Tally:
    """How many crossings of one kind there were, were counted, and agree."""

    truth: int
    counted: int
    matched: int

    @property
    def missed(self) -> int:
        return self.truth - self.matched

    @property
    def false(self) -> int:
        return self.counted - self.matched

    @property
    def precision(self) -> float:
        return self.matched / self.counted if self.counted else float(self.truth == 0)

    @property
    def recall(self) -> float:
        return self.matched / self.truth if self.truth else float(self.counted == 0)

    @property
    def f1(self) -> float:
        both = self.truth + self.counted
        return 2 * self.matched / both if both else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy."""
        return wilson(self.matched, self.matched + self.missed + self.false)

    def as_json(self) -> dict[str, Any]:
        facts = {"matched": self.matched, "missed": self.missed, "false_count": self.false}
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1, "interval": list(self.interval)}
        return {**facts, **rates}


@dataclass(frozen=True, slots=True)
class Pair:
    """A truth crossing and the counted crossing taken for the same."""

    truth: TruthCrossing
    counted: TruthCrossing

    @property
    def late(self) -> float:
        """Seconds by which the count came after the truth; negative when before."""
        return self.counted.time - self.truth.time


@dataclass(frozen=True, slots=True)
class LineScore:
    """How well one line was counted.

    Attributes:
        truth: crossings by direction, as labelled; both directions are there.
        counted: likewise, as counted.
        pairs: which crossings agree; None when the truth has no times: then only counts are compared.
        misses: labelled, not counted.
        false: counted, not labelled.
        tolerance: seconds two crossings may be apart and still be the same.
    """

    id: str
    truth: dict[str, int]
    counted: dict[str, int]
    pairs: tuple[Pair, ...] | None
    misses: tuple[TruthCrossing, ...]
    false: tuple[TruthCrossing, ...]
    tolerance: float

    @property
    def count_error(self) -> dict[str, int]:
        """Counted minus truth by direction."""
        return {word: self.counted[word] - self.truth[word] for word in self.truth}

    @property
    def tally(self) -> Tally | None:
        """Both directions together; None when the truth has no times."""
        if self.pairs is None:
            return None
        return Tally(sum(self.truth.values()), sum(self.counted.values()), len(self.pairs))

    @property
    def by_direction(self) -> dict[str, Tally]:
        """Tallies of each direction; empty when the truth has no times."""
        if self.pairs is None:
            return {}
        found = totals_of(_two(self.truth), tuple(pair.truth for pair in self.pairs))
        return {word: Tally(self.truth[word], self.counted[word], found[word]) for word in self.truth}

    @property
    def time_error(self) -> float | None:
        """Seconds by which a pair is apart, on average; None without pairs."""
        return _time_errors(self.pairs or ())["mean_abs_error_s"]

    def as_json(self) -> dict[str, Any]:
        return {
            "truth": self.truth,
            "counted": self.counted,
            "count_error": self.count_error,
            **_rates(self.tally),
            "misses": [_crossing_json(crossing) for crossing in self.misses],
            "false": [_crossing_json(crossing) for crossing in self.false],
            **_time_errors(self.pairs or ()),
            "tolerance_s": self.tolerance,
            "directions": {word: tally.as_json() for word, tally in self.by_direction.items()},
        }


@dataclass(frozen=True, slots=True)
class Score:
    """How well a clip was counted, line by line."""

    lines: tuple[LineScore, ...]

    @property
    def overall(self) -> Tally | None:
        """All lines whose truth has times, together; None when no line has."""
        tallies = [line.tally for line in self.lines if line.tally]
        if not tallies:
            return None
        return Tally(
            sum(tally.truth for tally in tallies),
            sum(tally.counted for tally in tallies),
            sum(tally.matched for tally in tallies),
        )

    def as_json(self) -> dict[str, Any]:
        """What `galleria score --json` prints, see docs/score-a-site.md."""
        pairs = [pair for line in self.lines for pair in line.pairs or ()]
        counts = {
            "truth": sum(sum(line.truth.values()) for line in self.lines),
            "counted": sum(sum(line.counted.values()) for line in self.lines),
            "count_error": sum(sum(line.count_error.values()) for line in self.lines),
        }
        return {
            "lines": {line.id: line.as_json() for line in self.lines},
            "overall": {**counts, **_rates(self.overall), **_time_errors(pairs)},
        }


def score(truth: Truth, crossings: Iterable[Crossing], start: float = 0.0, tolerance: float | None = None) -> Score:
    """Compare what was counted in a clip with what people saw in it.

    Args:
        truth: what people saw.
        crossings: what was counted, by tripwires made with `TruthLine.tripwire()`; others are left out.
        start: capture time of the clip's first frame: truth times are seconds after it.
        tolerance: seconds; None takes each line's own, or 0.8 where the truth has none.

    Raises:
        TruthError: the truth has no line.
    """
    if not truth.lines:
        problem = "The truth file has no line"
        raise TruthError(problem, "Draw a line and mark the crossings with `galleria label`.")
    by_line: dict[str, list[Crossing]] = {line.id: [] for line in truth.lines}
    for crossing in crossings:
        if crossing.tripwire in by_line:
            by_line[crossing.tripwire].append(crossing)
    return Score(
        tuple(
            score_line(
                line, [TruthCrossing(c.time - start, line.word(c.direction)) for c in by_line[line.id]], tolerance
            )
            for line in truth.lines
        )
    )


def score_line(line: TruthLine, counted: Sequence[TruthCrossing], tolerance: float | None = None) -> LineScore:
    """Compare what was counted at one line, in the line's words, with its truth; arguments as for `score`."""
    if tolerance is None:
        tolerance = TOLERANCE if line.tolerance is None else line.tolerance
    counted = sorted(counted, key=lambda crossing: crossing.time)
    pairs: tuple[Pair, ...] | None = None
    misses: tuple[TruthCrossing, ...] = ()
    false: tuple[TruthCrossing, ...] = ()
    if line.crossings is not None:
        indices = assign(line.crossings, counted, tolerance)
        pairs = tuple(Pair(line.crossings[i], counted[j]) for i, j in indices)
        found, right = {i for i, _ in indices}, {j for _, j in indices}
        misses = tuple(crossing for i, crossing in enumerate(line.crossings) if i not in found)
        false = tuple(crossing for j, crossing in enumerate(counted) if j not in right)
    return LineScore(line.id, dict(line.totals), totals_of(line.words, tuple(counted)), pairs, misses, false, tolerance)


def assign(truth: Sequence[TruthCrossing], counted: Sequence[TruthCrossing], tolerance: float) -> list[tuple[int, int]]:
    """Pair crossings of the same direction that are at most `tolerance` seconds apart, each used once.

    Of all ways to do so: one with the most pairs, and among these one with the least sum of time differences.

    Returns:
        pairs of an index into `truth` and one into `counted`, in order of the first.
    """
    import numpy as np  # noqa: PLC0415 - a cold start of the command line must not wait for these two
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    if not truth or not counted:
        return []
    times = np.array([crossing.time for crossing in truth])[:, None]
    apart = np.abs(times - np.array([crossing.time for crossing in counted])[None])
    words = np.array([crossing.direction for crossing in truth])[:, None]
    same = words == np.array([crossing.direction for crossing in counted])[None]
    # A nanosecond: 17.4 - 17.0 must not be more than 0.4.
    allowed = same & (apart <= tolerance + 1e-9)
    # All differences of an assignment together stay below 1, so that no saving of time is worth a pair.
    weight = 1 / ((tolerance + 1e-9) * (min(apart.shape) + 1))
    rows, columns = linear_sum_assignment(np.where(allowed, apart * weight - 1, 0.0))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if allowed[i, j]]


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share; (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # The ends are exact where nothing or everything succeeded; rounding would leave them a hair off.
    return (centre - half if successes else 0.0), (centre + half if successes < trials else 1.0)


def _two(by_word: dict[str, int]) -> tuple[str, str]:
    first, second = by_word
    return first, second


def _rates(tally: Tally | None) -> dict[str, Any]:
    if tally:
        return tally.as_json()
    return dict.fromkeys(Tally(0, 0, 0).as_json())


def _time_errors(pairs: Sequence[Pair]) -> dict[str, float | None]:
    late = [pair.late for pair in pairs]
    apart = [abs(value) for value in late]
    return {
        "mean_abs_error_s": sum(apart) / len(apart) if apart else None,
        "max_abs_error_s": max(apart) if apart else None,
        "mean_late_s": sum(late) / len(late) if late else None,
    }


def _crossing_json(crossing: TruthCrossing) -> dict[str, Any]:
    return {"t": round(crossing.time, 3), "dir": crossing.direction}
