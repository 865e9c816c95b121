"""Told ages and labels into figures: errors of a calibrated age that had not seen the subject, tables of confusion.

Ages are calibrated by a straight line, slope x told + intercept, with the least squares. The figures are of held-out
subjects: subjects are divided at random into up to five parts, and each part's ages are calibrated by the others'.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from galleria.domain.accuracy import Confusion
from galleria.domain.dossier import AgeRates
from galleria.domain.errors import InputError

from .intervals import counted, mean
from .samples import Ages, Floats, Labels, Numbers, Values, numbered

_FOLDS = 5
LEAST = 10  # subjects


def age_rates(ages: Ages, seed: int) -> AgeRates:
    """All figures of an age network.

    Raises:
        InputError: there are fewer than ten subjects, or told ages do not rise with true ones.
    """
    subjects = numbered(ages.subjects)
    count = int(subjects.max()) + 1
    if count < LEAST:
        problem = f"ages of {count} subjects cannot be calibrated and held out"
        raise InputError(problem, f"Give ages of at least {LEAST} subjects.")
    true, told = ages.true.astype(np.float64), ages.told.astype(np.float64)
    parts = folds(count, seed)[subjects]
    calibrated = held_out(true, told, parts)
    slope, intercept = line(true, told)
    if slope <= 0:
        problem = "told ages do not rise with true ages"
        raise InputError(problem, "Check that ages and samples belong together.")
    return AgeRates(
        subjects=count,
        raw=mean(np.abs(told - true), subjects, seed),
        mae=mean(np.abs(calibrated - true), subjects, seed),
        bias=mean(calibrated - true, subjects, seed),
        slope=slope,
        intercept=intercept,
        folds=int(parts.max()) + 1,
        span=(float(true.min()), float(true.max())),
        bands=_bands(ages, calibrated, subjects, seed),
    )


def folds(subjects: int, seed: int) -> Numbers:
    """(subjects,) the part that each belongs to; parts differ by at most one in size."""
    order = np.random.default_rng(seed).permutation(subjects)
    parts = np.empty(subjects, dtype=np.intp)
    parts[order] = np.arange(subjects) % min(_FOLDS, subjects)
    return parts


def held_out(true: Values, told: Values, parts: Numbers) -> Values:
    """(n,) told ages, each calibrated by the line through all other parts."""
    calibrated = np.empty(len(true))
    for part in np.unique(parts):
        inside = parts == part
        slope, intercept = line(true[~inside], told[~inside])
        calibrated[inside] = slope * told[inside] + intercept
    return calibrated


def line(true: Values, told: Values) -> tuple[float, float]:
    """Slope and intercept of the line with the least squares from told to true ages; level where all told are equal."""
    off = told - told.mean()
    square = float(off @ off)
    slope = float(off @ true) / square if square else 0.0
    return slope, float(true.mean() - slope * told.mean())


def confusion(labels: Labels, seed: int) -> Confusion:
    """A table of true and told labels; labels are in the order of their names."""
    names = sorted({str(name) for name in (*labels.true, *labels.told)})
    return _table(labels.title, names, labels.true, labels.told, numbered(labels.subjects), seed)


def band_names(bands: Sequence[int]) -> list[str]:
    """The names of age bands: under the first year, between two, from the last on."""
    between = [f"{low}–{high - 1}" for low, high in pairwise(bands)]
    return [f"< {bands[0]}", *between, f"{bands[-1]}+"]


def _bands(ages: Ages, calibrated: Values, subjects: Numbers, seed: int) -> Confusion:
    names = band_names(ages.bands)

    def named(years: Floats) -> list[str]:
        # A calibrated 17.999999999 is 18: rounding must not make a minor of anybody.
        return [names[n] for n in np.searchsorted(np.array(ages.bands), np.round(years, 6), "right")]

    return _table("age band", names, named(ages.true), named(calibrated), subjects, seed)


def _table(
    title: str, names: list[str], true: Sequence[str], told: Sequence[str], subjects: Numbers, seed: int
) -> Confusion:
    places = {name: n for n, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(counts, ([places[str(name)] for name in true], [places[str(name)] for name in told]), 1)
    right = np.array([one == other for one, other in zip(true, told, strict=True)])
    rows = tuple(tuple(int(count) for count in row) for row in counts)
    return Confusion(title, tuple(names), rows, counted(right, subjects, seed))
