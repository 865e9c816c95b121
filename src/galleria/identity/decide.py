"""Accepted, uncertain or new: by how often strangers score so, not by the score itself.

A network's card says how often two different subjects reach a score (its calibration). In a gallery of N templates a
stranger is compared N times and reaches it with 1-(1-FMR)^N. A site sets how often that may happen (FPIR); what one
comparison may do follows, so that a growing gallery does not make more visitors returning ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np

from galleria.domain.errors import ModelError

from .labels import Near


class Calibration(Protocol):
    """How often two different subjects reach a comparison score."""

    def rate(self, score: float) -> float:
        """The false-match rate at this score; never rises with the score."""
        ...

    def beyond(self, score: float) -> bool:
        """Whether no two different subjects were measured to come so near: the rate may be anything below."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """A calibration by measured points; between them the rate's logarithm is interpolated.

    Beyond the last point the last rate holds: what was not measured is not claimed.

    Attributes:
        scores: ascending; cosines.
        rates: false-match rates in (0,1], descending.

    Raises:
        ModelError: the points are not so.
    """

    scores: tuple[float, ...]
    rates: tuple[float, ...]
    _logarithms: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        scores, rates = np.array(self.scores), np.array(self.rates)
        falls = len(scores) == len(rates) > 0 and np.all(np.diff(scores) > 0) and np.all(np.diff(rates) <= 0)
        if not falls or not np.all((rates > 0) & (rates <= 1)):
            problem = "a calibration whose false-match rates do not fall while its scores rise"
            raise ModelError(problem, "Measure it anew with `galleria evaluate`.")
        object.__setattr__(self, "_logarithms", tuple(math.log(rate) for rate in self.rates))

    def rate(self, score: float) -> float:
        if not score >= self.scores[0]:
            return 1.0
        return math.exp(float(np.interp(score, self.scores, self._logarithms)))

    def beyond(self, score: float) -> bool:
        return score >= self.scores[-1]


@dataclass(frozen=True, slots=True)
class Target:
    """How often a stranger may be taken for somebody of the gallery.

    Attributes:
        accepted: rate (FPIR) at which a stranger is accepted, in (0,1).
        grey: rate at which a stranger is uncertain or accepted; not below `accepted`.
    """

    accepted: float
    grey: float

    def __post_init__(self) -> None:
        if not 0 < self.accepted <= self.grey < 1:
            problem = f"target rates {self.accepted} and {self.grey}"
            raise ValueError(problem)


class Outcome(StrEnum):
    """What is made of a probe."""

    ACCEPTED = "accepted"
    UNCERTAIN = "uncertain"  # in the grey zone: nobody is minted and nobody is counted
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a probe.

    Attributes:
        label: the accepted one; empty otherwise.
        rate: how often one comparison with a stranger comes so near; 1 where there is nobody to compare with.
    """

    outcome: Outcome
    label: str = ""
    rate: float = field(default=1.0, repr=False)


def per_comparison(fpir: float, comparisons: int) -> float:
    """The false-match rate at which so many comparisons accept a stranger with the rate `fpir`."""
    return -math.expm1(math.log1p(-fpir) / max(1, comparisons))


def decide(near: Sequence[Near], comparisons: int, calibration: Calibration, target: Target) -> Decision:
    """Decide about a probe.

    Args:
        near: labels near it, nearest first; only the nearest one counts.
        comparisons: templates that it was compared with.
        calibration: of the network that made the templates.
        target: of the purpose.
    """
    if not near:
        return Decision(Outcome.NEW)
    rate = calibration.rate(near[0].score)
    if rate <= per_comparison(target.accepted, comparisons):
        return Decision(Outcome.ACCEPTED, near[0].label, rate)
    # In a gallery that is too large for what was measured, who comes nearer than any stranger is hardly a new visitor.
    if rate <= per_comparison(target.grey, comparisons) or calibration.beyond(near[0].score):
        return Decision(Outcome.UNCERTAIN, rate=rate)
    return Decision(Outcome.NEW, rate=rate)
