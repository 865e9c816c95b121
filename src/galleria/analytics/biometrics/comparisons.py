"""Templates into comparison scores, genuine and impostor, with the subjects that were compared."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .samples import Floats, Mask, Numbers, Samples, Values, numbered


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Scores of comparisons.

    Attributes:
        scores: (m,) inner products.
        one: (m,) number of a subject; `other`: of the one compared with. Equal numbers: a genuine comparison.
    """

    scores: Values = field(repr=False)
    one: Numbers = field(repr=False)
    other: Numbers = field(repr=False)

    def __len__(self) -> int:
        return len(self.scores)

    def where(self, keep: Mask) -> Comparisons:
        return Comparisons(self.scores[keep], self.one[keep], self.other[keep])

    @property
    def genuine(self) -> Comparisons:
        return self.where(self.one == self.other)

    @property
    def impostor(self) -> Comparisons:
        return self.where(self.one != self.other)

    def among(self, members: Mask) -> Comparisons:
        """Comparisons of which both subjects are members; `members`: (subjects,)."""
        return self.where(members[self.one] & members[self.other])

    @property
    def subjects(self) -> int:
        """How many take part."""
        return len(np.union1d(self.one, self.other))

    @property
    def pairs(self) -> int:
        """How many pairs of subjects were compared, however many samples each has; a subject with itself is one."""
        low, high = np.minimum(self.one, self.other), np.maximum(self.one, self.other)
        return len(np.unique(low * (int(high.max()) + 1) + high)) if len(self) else 0


def within(templates: Floats, subjects: Numbers) -> Comparisons:
    """Every sample with every other of the same set, each pair once. Takes memory for n x n scores."""
    first, second = np.triu_indices(len(templates), 1)
    scores = scores_of(templates, templates)
    return Comparisons(scores[first, second], subjects[first], subjects[second])


def across(gallery: Floats, enrolled: Numbers, probes: Floats, probing: Numbers) -> Comparisons:
    """Every enrolled sample with every probe; `enrolled` and `probing` are their subjects."""
    scores = scores_of(gallery, probes)
    shape = scores.shape
    one, other = np.broadcast_to(enrolled[:, None], shape), np.broadcast_to(probing[None], shape)
    return Comparisons(scores.ravel(), one.ravel(), other.ravel())


def compared(samples: Samples) -> Comparisons:
    """All comparisons that the set allows: enrolled with probes, or each with each where none is enrolled."""
    subjects = numbered(samples.subjects)
    if samples.enrolled is None:
        return within(samples.templates, subjects)
    gallery = samples.enrolled
    return across(samples.templates[gallery], subjects[gallery], samples.templates[~gallery], subjects[~gallery])


def scores_of(gallery: Floats, probes: Floats) -> Values:
    """(g, p) inner products in double precision: sums in another order must not move a score over a threshold."""
    return np.asarray(gallery.astype(np.float64) @ probes.astype(np.float64).T)
