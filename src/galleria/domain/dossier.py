"""The accuracy dossier: what was measured of a face model on a labelled set, with intervals, and until when it holds.

Subjects of the set are counted here, never named. Conventions are those of `accuracy`.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass

from .accuracy import Calibration, Confusion, Curve, Figure, Histogram, Rate, check

VERSION = 1  # of the record
VALID = 365 * 86400.0  # seconds: twelve months
_SAME = 1e-9  # thresholds closer than this are one


@dataclass(frozen=True, slots=True)
class ModelMark:
    """Which model: id of its card, sha256 of the file that ran, and the template space that it writes."""

    id: str
    sha256: str
    space: str

    def __post_init__(self) -> None:
        hexadecimal = len(self.sha256) == 64 and set(self.sha256) <= set("0123456789abcdef")  # noqa: PLR2004
        check(bool(self.id and self.space) and hexadecimal, "id, sha256 or template space is empty or not one")


@dataclass(frozen=True, slots=True)
class SetFacts:
    """The labelled set.

    Attributes:
        digest: SHA-256 of its list and all its pictures, hexadecimal; empty: not known.
        samples: pictures of which a template was made.
        conditions: samples by condition, e.g. neutral and smiling; may be empty.
        crossed: True: samples of one condition were enrolled and those of others are probes; False: all with all.
    """

    name: str
    digest: str
    subjects: int
    samples: int
    conditions: dict[str, int]
    crossed: bool


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """FNMR at an FMR that the field usually tells: an estimate over all comparisons, and no promise of that FMR.

    Attributes:
        rate: the FMR that is asked for.
        threshold: the lowest that keeps the FMR of the whole set at it.
        fmr: seen at that threshold.
        fnmr: likewise; the interval counts that the threshold is an estimate too.
        fmr_best: smallest FMR that the set can show, 3 / pairs of subjects; `fnmr_best`: 3 / subjects, likewise.
    """

    rate: float
    threshold: float
    fmr: Rate
    fnmr: Figure
    fmr_best: float
    fnmr_best: float

    def __post_init__(self) -> None:
        check(0 < self.rate < 1 and math.isfinite(self.threshold), "rate or threshold is no such number")
        check(0 < self.fmr_best <= 1 and 0 < self.fnmr_best <= 1, "nothing can be shown at best")

    @property
    def shown(self) -> bool:
        """Whether the set is large enough to show such an FMR at all, by the rule of three."""
        return self.rate >= self.fmr_best


@dataclass(frozen=True, slots=True)
class Verification:
    """One template compared with another.

    Attributes:
        common: the threshold that keeps the FMR of the whole set at the target.
        fmr_common: rates at it; `fmr` and `fnmr` are those at the dossier's threshold.
        fnmr_at_target: FNMR where the FMR is the target; the interval counts that the threshold is an estimate too.
        eer: equal error rate.
        strict: bound on the FMR at the dossier's threshold, when only comparisons that share no subject are counted.
        points: FNMR at usual FMRs, falling; empty in dossiers from before they were told.
    """

    fmr: Rate
    fnmr: Rate
    common: float
    fmr_common: Rate
    fnmr_common: Rate
    fnmr_at_target: Figure
    eer: Figure
    strict: float
    det: Curve
    genuine: Histogram
    impostor: Histogram
    points: tuple[OperatingPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class GalleryRates:
    """Errors of a search in a gallery of `size` subjects, at the dossier's threshold.

    Attributes:
        fpir: share of probes of subjects outside the gallery that get a candidate.
        fnir: share of probes of subjects inside for whom their own entry is not the first candidate; None: not known.
        extrapolated: `fpir` is 1 - (1 - FMR)^size, not seen.
    """

    size: int
    fpir: Figure
    fnir: Figure | None
    extrapolated: bool

    def __post_init__(self) -> None:
        check(self.size > 0, f"a gallery of {self.size}")


@dataclass(frozen=True, slots=True)
class Identification:
    """One template searched in a gallery.

    Attributes:
        rank_one: of searches in the gallery of all subjects, those whose best candidate is right.
        cmc: cumulative match characteristic: share with the right candidate among the first 1, 2, ...
    """

    rank_one: Rate
    cmc: tuple[float, ...]
    galleries: tuple[GalleryRates, ...]


@dataclass(frozen=True, slots=True)
class GroupRates:
    """Subjects who say the same of themselves, compared with each other: the hard impostors.

    Attributes:
        attribute: what they were asked; `name`: what they said.
        small: too few subjects: rates are not to be read as rates, but the group may still raise the threshold.
        quantiles: 50, 90, 99 and 100 % of impostor scores within the group; empty without any.
        threshold: that keeps the FMR within the group at the target, counted; None without impostor comparisons.
        supported: the group is large enough to show the target FMR at all, by the rule of three.
        fmr_common: rates at the common threshold; `fmr` and `fnmr` are those at the dossier's threshold.
    """

    attribute: str
    name: str
    subjects: int
    small: bool
    quantiles: tuple[float, ...]
    threshold: float | None
    supported: bool
    fmr_common: Rate | None
    fmr: Rate | None
    fnmr_common: Rate | None
    fnmr: Rate | None


@dataclass(frozen=True, slots=True)
class SpeciesRate:
    """Attacks with one species of instrument, e.g. print, and the share of them taken for bona fide (APCER)."""

    species: str
    apcer: Rate


@dataclass(frozen=True, slots=True)
class AttackRates:
    """Presentation attack detection at a threshold; a higher score means more likely bona fide.

    Attributes:
        bpcer: share of bona fide presentations taken for attacks.
        needed: attacks of one species, none of them accepted, that would show an APCER of at most 5 %.
    """

    threshold: float
    species: tuple[SpeciesRate, ...]
    bpcer: Rate
    needed: int

    @property
    def apcer(self) -> Rate:
        """Of the species that is accepted most: a mean over species would hide it."""
        return max((s.apcer for s in self.species), key=lambda rate: (rate.value, rate.high))


@dataclass(frozen=True, slots=True)
class AgeRates:
    """Age in years, told and true. All figures but `raw` are of subjects that the calibration had not seen.

    Attributes:
        raw: mean absolute error of ages as the network tells them.
        mae: likewise, calibrated: slope x told + intercept.
        bias: mean of calibrated minus true.
        folds: in how many parts the subjects were divided.
        span: youngest and oldest true age of the set: nothing is known outside.
    """

    subjects: int
    raw: Figure
    mae: Figure
    bias: Figure
    slope: float
    intercept: float
    folds: int
    span: tuple[float, float]
    bands: Confusion


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that was measured.

    Attributes:
        threshold: that the model may run with: accepted from it on.
        chosen: somebody set it; otherwise it is the highest that the whole set or any group needs.
        target: false-match rate that was aimed at.
        made: seconds since 1970-01-01 UTC; `ends`: when it stops to count, likewise.
        seed: of what was drawn at random.
        notes: what the figures do not prove, sentences.
    """

    version: int
    program: str
    model: ModelMark
    threshold: float
    chosen: bool
    target: float
    made: float
    ends: float
    seed: int
    set: SetFacts
    verification: Verification
    identification: Identification | None
    groups: tuple[GroupRates, ...]
    calibration: Calibration
    attacks: AttackRates | None
    ages: AgeRates | None
    labels: tuple[Confusion, ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        check(self.version == VERSION, f"version {self.version}, not {VERSION}")
        check(self.made < self.ends <= self.made + VALID, "it does not end within twelve months after it was made")
        check(math.isfinite(self.threshold) and 0 < self.target < 1, "threshold or target is no such number")

    @property
    def worst(self) -> GroupRates | None:
        """The group that needs the highest threshold; None where no group needs more than the whole set."""
        known = [(g.threshold, g) for g in self.groups if g.threshold is not None]
        most = max(known, key=lambda pair: pair[0], default=None)
        return most[1] if most and most[0] > self.verification.common else None

    @property
    def digest(self) -> str:
        """sha256 of everything in it: what a declaration signs and the audit names."""
        found = asdict(self)
        if not self.verification.points:  # what was signed before there were any keeps its digest
            del found["verification"]["points"]
        plain = json.dumps(_floats(found), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()

    def objection(self, model: ModelMark, threshold: float, now: float) -> str:
        """Why a model may not run on the strength of this; empty: it may.

        Args:
            model: that is to run.
            threshold: that it is to run with.
            now: seconds since 1970-01-01 UTC.
        """
        if model != self.model:
            return f"the dossier is of another model than {model.id}"
        if abs(threshold - self.threshold) > _SAME:
            return f"the dossier is for a threshold of {self.threshold:g}, not {threshold:g}"
        if not self.made <= now < self.ends:
            return "the dossier is out of date" if now >= self.ends else "the dossier is dated in the future"
        return ""


def _floats(value: object) -> object:
    """Whole numbers as floats, so that 1 and 1.0 are the same before the digest."""
    if isinstance(value, dict):
        return {key: _floats(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
