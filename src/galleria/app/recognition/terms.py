"""On which terms templates are compared: the dossier's calibration and threshold, the site's target."""

from __future__ import annotations

from dataclasses import dataclass

from galleria.domain.accuracy import Calibration
from galleria.domain.dossier import Dossier
from galleria.domain.site import FaceSetting
from galleria.identity.decide import Target
from galleria.identity.minting import Rules
from galleria.storage.vault.templates import Space

# What is not sure enough to be accepted is left undecided until a stranger would come so near ten times as often.
GREY = 10.0
_MOST_GREY = 0.5


@dataclass(frozen=True, slots=True)
class Measured:
    """A dossier's calibration, and its threshold below which nothing is accepted however small the gallery is.

    Attributes:
        accepted: rate at which a stranger may be accepted.
    """

    calibration: Calibration
    threshold: float
    accepted: float

    def rate(self, score: float) -> float:
        estimate = self.calibration.estimate(score)
        return estimate if score >= self.threshold else max(estimate, min(1.0, self.accepted * 1.001))

    def beyond(self, score: float) -> bool:
        return score >= max(self.threshold, self.calibration.scores[-1])


@dataclass(frozen=True, slots=True)
class Terms:
    """How one site compares templates.

    Attributes:
        space: of the network's templates.
        dossier: digest of the dossier that the calibration is from.
    """

    space: Space
    calibration: Measured
    target: Target
    rules: Rules
    dossier: str


def terms_of(dossier: Dossier, setting: FaceSetting, dimensions: int) -> Terms:
    """The terms of a site.

    Args:
        dossier: of the model that runs.
        setting: the site's.
        dimensions: of its templates.
    """
    target = Target(setting.target, min(_MOST_GREY, max(setting.target, GREY * setting.target)))
    threshold = setting.threshold or dossier.threshold
    return Terms(
        Space(dossier.model.space, dimensions),
        Measured(dossier.calibration, threshold, setting.target),
        target,
        Rules(agreeing=setting.sightings),
        dossier.digest,
    )
