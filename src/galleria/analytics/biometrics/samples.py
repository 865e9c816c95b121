"""What an evaluation is given: templates with their subjects, told and true ages and labels, scores of attacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from galleria.domain.dossier import ModelMark
from galleria.domain.errors import InputError

Floats = NDArray[np.floating]
Values = NDArray[np.float64]
Numbers = NDArray[np.intp]
Mask = NDArray[np.bool_]
ADULT = 18
BANDS = (ADULT, 25, 35, 45, 55, 65)  # first year of each age band but the lowest
_LENGTH = 1e-3  # by so much a template's length may differ from 1


@dataclass(frozen=True, slots=True)
class Samples:
    """Templates of a labelled set.

    Attributes:
        templates: (n, d), each of length 1; of one template space.
        subjects: (n,) whose, any names; used to tell them apart, never told on.
        conditions: (n,) of the picture, e.g. neutral; empty: not known.
        enrolled: (n,) True: in the gallery, False: a probe; None: every sample is compared with every other.
        attributes: by what subjects were asked of themselves, (n,) what they said; empty text: they did not.
    """

    templates: Floats = field(repr=False)
    subjects: Sequence[str]
    conditions: Sequence[str] = ()
    enrolled: Mask | None = None
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.subjects)
        columns = {"subjects": n, "conditions": len(self.conditions) or n}
        columns |= {name: len(column) for name, column in self.attributes.items()}
        columns["enrolled"] = n if self.enrolled is None else len(self.enrolled)
        for name, length in columns.items():
            if self.templates.ndim != 2 or length != len(self.templates):  # noqa: PLR2004
                problem = f"{length} {name} were given with templates of shape {self.templates.shape}"
                raise InputError(problem, "Give one of each for every template.")
        lengths = np.linalg.norm(self.templates.astype(np.float64), axis=1)
        if not np.all(np.abs(lengths - 1) <= _LENGTH):  # holds for NaN as well
            problem = f"{int(np.sum(~(np.abs(lengths - 1) <= _LENGTH)))} templates are not of length 1"
            raise InputError(problem, "Divide each template by its length.")

    def names_by_subject(self, attribute: str) -> list[str]:
        """What each subject said, in the order of `numbered`.

        Raises:
            InputError: somebody is said to have said two things.
        """
        said: dict[str, str] = {}
        for subject, name in zip(self.subjects, self.attributes[attribute], strict=True):
            if said.setdefault(subject, name) != name:
                problem = f"the {attribute} of one subject is both {said[subject]!r} and {name!r}"
                raise InputError(problem, "Give each subject one label, or leave it empty.")
        return [said[subject] for subject in sorted(said)]


def numbered(subjects: Sequence[str]) -> Numbers:
    """(n,) subjects as numbers from 0, in the order of their names."""
    return np.unique(np.asarray(subjects, dtype=str), return_inverse=True)[1].reshape(-1).astype(np.intp)


@dataclass(frozen=True, slots=True)
class Ages:
    """(n,) ages in years, as the subjects and as the network say; `subjects` whose.

    Attributes:
        bands: first year of each age band but the lowest, rising.
    """

    true: Floats
    told: Floats
    subjects: Sequence[str]
    bands: tuple[int, ...] = BANDS

    def __post_init__(self) -> None:
        _aligned("ages", len(self.true), len(self.told), len(self.subjects))
        if not np.all(np.isfinite(self.true) & np.isfinite(self.told)):
            problem = "an age is missing or not a number"
            raise InputError(problem, "Leave out the samples of which the age is not known.")


@dataclass(frozen=True, slots=True)
class Labels:
    """(n,) labels, true and told by a network, e.g. of gender or expression; `title` says of what."""

    title: str
    true: Sequence[str]
    told: Sequence[str]
    subjects: Sequence[str]

    def __post_init__(self) -> None:
        _aligned(f"labels of {self.title}", len(self.true), len(self.told), len(self.subjects))


@dataclass(frozen=True, slots=True)
class Attacks:
    """Scores of presentations; a higher score means more likely bona fide.

    Attributes:
        bona_fide: (b,) scores.
        attacks: by species of instrument, (a,) scores each.
        threshold: accepted as bona fide from it on.
    """

    bona_fide: Floats
    attacks: Mapping[str, Floats]
    threshold: float

    def __post_init__(self) -> None:
        if not len(self.bona_fide) or not self.attacks or not all(len(scores) for scores in self.attacks.values()):
            problem = "there are no bona fide presentations, or none of a species of attack"
            raise InputError(problem, "Give at least one presentation of each kind.")


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms is evaluated.

    Attributes:
        model: that made the templates.
        set_name: of the labelled set; `set_digest`: SHA-256 of it, hexadecimal; empty: not known.
        target: false-match rate that is aimed at.
        made: now, seconds since 1970-01-01 UTC.
        program: name and version of what evaluates.
        threshold: to evaluate at; None: the highest that the whole set or any group needs for the target.
        seed: of what is drawn at random.
    """

    model: ModelMark
    set_name: str
    target: float
    made: float
    program: str
    threshold: float | None = None
    seed: int = 0
    set_digest: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.target < 1:
            problem = f"a target false-match rate of {self.target:g}"
            raise InputError(problem, "Name a rate between 0 and 1, e.g. 0.001.")


def _aligned(what: str, *lengths: int) -> None:
    if len(set(lengths)) != 1 or not lengths[0]:
        problem = f"{what}: {', '.join(map(str, lengths))} values of true, told and subject"
        raise InputError(problem, "Give all three for every sample, and at least one.")
