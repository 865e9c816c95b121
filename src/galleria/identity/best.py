"""The rows that can be among a probe's best, while scores are only about known."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .blocks import Whole

Rows: TypeAlias = NDArray[np.intp]

_STRIPES = 16
_MANY = 64 * _STRIPES  # scores for each that is wanted: so two of the best are seldom in one stripe
_LEAST, _MOST = np.iinfo(np.int32).min, np.iinfo(np.int32).max


class Best:
    """For one probe, keeps all rows that can be one of its best `most`; of many rows it may be some more.

    Attributes:
        most: how many of the best are wanted.
        margin: by how many units two scores of rounded templates can be off together.
    """

    __slots__ = ("_floor", "_found", "_tops", "margin", "most")

    def __init__(self, most: int, margin: int) -> None:
        self.most, self.margin = most, margin
        self._floor: int = _LEAST  # there are `most` rows whose scores are no less
        self._tops: Whole = np.empty(0, np.int32)  # the best scores of different rows
        self._found: list[tuple[Rows, Whole]] = []

    def __len__(self) -> int:
        return sum(len(rows) for rows, _ in self._found)

    def look(self, scores: Whole, first: int = 0) -> None:
        """Look at (n,) scores of rounded templates, one at least; `first` is the number of the first row."""
        if self.most == 1:
            self._floor = max(self._floor, scores.item(scores.argmax()))
        else:
            self._tops = _tops(np.concatenate((self._tops, _peaks(scores, self.most))), self.most)
            if len(self._tops) == self.most:
                self._floor = self._tops.item(0)
        near: Rows = (scores >= self._floor - self.margin).nonzero()[0]
        self._found.append((near + first, scores[near]))

    def left(self) -> Rows:
        """The rows that can still be among the best, ascending."""
        if len(self._found) == 1:
            return self._found[0][0]
        kept = [rows[scores >= self._floor - self.margin] for rows, scores in self._found]
        return np.concatenate(kept) if kept else np.empty(0, np.intp)

    def settle(self, rows: Rows) -> None:
        """Of all that was looked at, only these can be among the best."""
        self._found = [(rows, np.full(len(rows), _MOST, np.int32))]


def best_of(scores: NDArray[np.float64], most: int) -> Rows:
    """Rows whose exact (n,) scores are among the best `most`, and those that score the same; ascending."""
    if len(scores) <= most:
        return np.arange(len(scores))
    floor = scores.item(scores.argmax()) if most == 1 else _tops(scores.copy(), most).item(0)
    return (scores >= floor).nonzero()[0]


def _peaks(scores: Whole, most: int) -> Whole:
    """Of (n,) scores some of different rows, among them at least nearly all of the best."""
    if len(scores) <= _MANY * most:
        return scores
    peaks: Whole = np.maximum.reduce(scores[: len(scores) // _STRIPES * _STRIPES].reshape(_STRIPES, -1))
    return peaks


def _tops(scores: NDArray[Any], most: int) -> NDArray[Any]:
    """The best `most`, the least of them first; fewer where there are fewer. Changes what it is given."""
    if len(scores) < most:
        return scores
    scores.partition(len(scores) - most)
    return scores[-most:]
