"""Scores into the error rates of searches: the closed set (CMC) and the open set (FPIR, FNIR) by gallery size.

A gallery entry is a subject with all enrolled samples; its score is the best of theirs. FPIR is the share of probes of
subjects outside the gallery for whom somebody inside is a candidate; FNIR the share of probes of subjects inside whose
own entry is below the threshold or not the first; ties count against. Both are means over every gallery of that size
that the set allows, not over a sample of them: of M other subjects, k of which score at least the threshold, a gallery
of N holds none of the k with probability C(M - k, N) / C(M, N).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from math import comb

import numpy as np

from galleria.domain.accuracy import Figure, Method, Rate
from galleria.domain.dossier import GalleryRates, Identification

from .comparisons import scores_of
from .intervals import counted, share
from .samples import Mask, Numbers, Samples, Values, numbered

SIZES = (10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
_RANKS = 10


@dataclass(frozen=True, slots=True)
class Searches:
    """The best score of each probe with each subject.

    Attributes:
        best: (p, subjects); -inf where the subject has no enrolled sample but the probe itself.
        own: (p,) number of the probe's subject.
    """

    best: Values = field(repr=False)
    own: Numbers = field(repr=False)

    @property
    def mated(self) -> Mask:
        """(p,) True where the probe's subject is enrolled."""
        return np.isfinite(self.mates)

    @property
    def mates(self) -> Values:
        """(p,) score with the probe's own subject."""
        return np.asarray(self.best[np.arange(len(self.own)), self.own])

    def others(self, least: Values) -> Numbers:
        """(p,) how many other subjects score at least `least`, (p,)."""
        found = self.best >= least[:, None]
        found[np.arange(len(self.own)), self.own] = False
        return np.asarray(found.sum(axis=1))

    @property
    def gallery(self) -> int:
        """How many subjects are enrolled."""
        return int(np.isfinite(self.best).any(axis=0).sum())


def searched(samples: Samples) -> Searches:
    """Search every probe among all enrolled samples but itself."""
    subjects = numbered(samples.subjects)
    everything = np.ones(len(subjects), dtype=bool)
    enrolled, probes = (everything, everything) if samples.enrolled is None else (samples.enrolled, ~samples.enrolled)
    scores = scores_of(samples.templates[probes], samples.templates[enrolled])
    if samples.enrolled is None:
        np.fill_diagonal(scores, -np.inf)
    best = np.full((len(scores), int(subjects.max()) + 1), -np.inf)
    for subject in np.unique(subjects[enrolled]):
        best[:, subject] = scores[:, subjects[enrolled] == subject].max(axis=1)
    return Searches(best, subjects[probes])


def identify(searches: Searches, threshold: float, fmr: Rate, seed: int) -> Identification | None:
    """All figures of identification; None where no probe's subject is enrolled.

    Args:
        searches: of the whole set.
        threshold: from which on a subject is a candidate.
        fmr: at that threshold, to extrapolate to galleries that the set cannot fill.
        seed: of the draws.
    """
    mated = searches.mated
    if not mated.any():
        return None
    closed = Searches(searches.best[mated], searches.own[mated])
    rank = 1 + closed.others(closed.mates)
    cmc = tuple(float(np.mean(rank <= n)) for n in range(1, min(_RANKS, searches.gallery) + 1))
    most = searches.gallery - 1  # the probe's subject is never in the gallery that shall not hold it
    galleries = chain(
        (_seen(searches, closed, size, threshold, seed) for size in SIZES if size <= most),
        (extrapolated(size, fmr) for size in SIZES if size > most),
    )
    return Identification(counted(rank == 1, closed.own, seed), cmc, tuple(galleries))


def fpir(searches: Searches, size: int, threshold: float) -> Values:
    """(p,) for each probe the share of galleries of `size` other subjects in which it gets a candidate."""
    high = searches.others(np.full(len(searches.own), threshold))
    return 1 - _none_of(high, _available(searches), size)


def fnir(searches: Searches, size: int, threshold: float) -> Values:
    """(p,) likewise the share of galleries of its own subject and `size` - 1 others that fail it; probes are mated."""
    mates = searches.mates
    better = searches.others(mates)
    failed = 1 - _none_of(better, _available(searches), size - 1)
    return np.where(mates < threshold, 1.0, failed)


def extrapolated(size: int, fmr: Rate) -> GalleryRates:
    """FPIR of a gallery that the set cannot fill, as if its comparisons were independent."""
    value, low, high = (1 - (1 - rate) ** size for rate in (fmr.value, fmr.low, fmr.high))
    return GalleryRates(size, Figure(value, low, high, Method.BOUNDS), None, extrapolated=True)


def _seen(searches: Searches, closed: Searches, size: int, threshold: float, seed: int) -> GalleryRates:
    false = share(fpir(searches, size, threshold), searches.own, seed)
    return GalleryRates(size, false, share(fnir(closed, size, threshold), closed.own, seed), extrapolated=False)


def _available(searches: Searches) -> Numbers:
    """(p,) how many other subjects are enrolled."""
    return searches.others(np.full(len(searches.own), np.finfo(np.float64).min))


def _none_of(high: Numbers, available: Numbers, size: int) -> Values:
    """(p,) the chance that `size` of `available` subjects hold none of the `high` ones."""
    chances = {
        (k, m): comb(m - k, size) / comb(m, size) for k, m in set(zip(high.tolist(), available.tolist(), strict=True))
    }
    return np.array([chances[key] for key in zip(high.tolist(), available.tolist(), strict=True)])
